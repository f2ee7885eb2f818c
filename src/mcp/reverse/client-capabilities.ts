import type { ClientRequestPolicy, DeclaredCapabilities } from '../../contracts/client-requests.js';

/** What a client may have declared of that which servers ask for (2025-11-25, "Capability Negotiation"). */
export const ASKS = {
  sampling: 1,
  samplingTools: 2,
  samplingContext: 4,
  form: 8,
  url: 16,
  roots: 32,
  rootsChanged: 64,
} as const;

const SAMPLING = ASKS.sampling | ASKS.samplingTools | ASKS.samplingContext;
const ELICITATION = ASKS.form | ASKS.url;
const ROOTS = ASKS.roots | ASKS.rootsChanged;

/** The capabilities of a client as bits; 0 = it can be asked for nothing. */
export function readCapabilities(capabilities: unknown): number {
  const sampling = memberOf(capabilities, 'sampling');
  const elicitation = memberOf(capabilities, 'elicitation');
  const roots = memberOf(capabilities, 'roots');
  let bits = 0;
  if (isObject(sampling)) {
    bits |= ASKS.sampling;
    if (isObject(sampling.tools)) bits |= ASKS.samplingTools;
    if (isObject(sampling.context)) bits |= ASKS.samplingContext;
  }
  if (isObject(elicitation)) {
    if (isObject(elicitation.url)) bits |= ASKS.url;
    // An empty object is form mode alone (2025-11-25, "Elicitation", capabilities).
    if (isObject(elicitation.form) || (bits & ASKS.url) === 0) bits |= ASKS.form;
  }
  if (isObject(roots)) bits |= ASKS.roots | (roots.listChanged === true ? ASKS.rootsChanged : 0);
  return bits;
}

/** The bits that an operator lets a server use. */
export function permittedBits({ sampling, elicitation, roots }: ClientRequestPolicy): number {
  return (sampling ? SAMPLING : 0) | (elicitation ? ELICITATION : 0) | (roots ? ROOTS : 0);
}

const known = new Map<number, DeclaredCapabilities>();

/** The same object for the same bits. */
export function declaredOf(bits: number): DeclaredCapabilities {
  let declared = known.get(bits);
  if (declared === undefined) known.set(bits, (declared = Object.freeze({ bits, wire: wireOf(bits) })));
  return declared;
}

function wireOf(bits: number): Readonly<Record<string, unknown>> {
  const wire: Record<string, unknown> = {};
  if ((bits & ASKS.sampling) !== 0) {
    wire.sampling = { ...when(bits, ASKS.samplingTools, 'tools'), ...when(bits, ASKS.samplingContext, 'context') };
  }
  // Form mode alone is an empty object to older servers, and the same to newer ones.
  if ((bits & ASKS.url) !== 0) wire.elicitation = { ...when(bits, ASKS.form, 'form'), url: {} };
  else if ((bits & ASKS.form) !== 0) wire.elicitation = {};
  if ((bits & ASKS.roots) !== 0) wire.roots = (bits & ASKS.rootsChanged) === 0 ? {} : { listChanged: true };
  return Object.freeze(wire);
}

function when(bits: number, bit: number, name: string): Readonly<Record<string, unknown>> {
  return (bits & bit) === 0 ? {} : { [name]: {} };
}

function memberOf(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
