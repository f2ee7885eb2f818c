import { type Limit, LIMIT_KINDS, type LimitKind, limitsOf, type LimitScope } from '../../contracts/limits.js';
import { hexOfStored } from '../key-hash.js';
import { AdministrationError } from './administration-error.js';
import { keyOf } from './api-keys.js';
import { entityOf, type Json, now, objectOf } from './document.js';
import { serverOf } from './servers.js';

/** Whose limits are meant, by name or id. */
export type LimitTarget =
  | { readonly scope: 'key' | 'user' | 'project'; readonly reference: string }
  | { readonly scope: 'server'; readonly config: string; readonly reference: string };

/** What an entity says of its limits, and what holds for it with the defaults. */
export interface LimitsFound {
  readonly limits: Readonly<Partial<Record<LimitKind, number>>>;
  readonly inForce: readonly Limit[];
}

/** Numbers to set; null = take it away, so that the default holds again. */
export type LimitWishes = Readonly<Partial<Record<LimitKind, number | null>>>;

export function limitsFor(document: Json, target: LimitTarget): LimitsFound {
  const { json, ids } = placeOf(document, target);
  const defaults = objectOf(objectOf(objectOf(document.common_mcp_gateway_config).limits)[target.scope]);
  const own = numbersIn(objectOf(json.limits));
  return { limits: own, inForce: limitsOf(target.scope, ids, { ...numbersIn(defaults), ...own }) };
}

/** Sets those that are named; the others stay. @throws AdministrationError `not_found`, `invalid` */
export function setLimits(document: Json, target: LimitTarget, wishes: LimitWishes): LimitsFound['limits'] {
  const { json } = placeOf(document, target);
  const limits = new Map(Object.entries(objectOf(json.limits)));
  for (const kind of LIMIT_KINDS) {
    const wish = wishes[kind];
    if (wish === undefined) continue;
    if (wish === null) limits.delete(kind);
    else limits.set(kind, wholeNumber(kind, wish));
  }
  if (limits.size === 0) delete json.limits;
  else json.limits = Object.fromEntries(limits);
  if (target.scope !== 'key') json.updated_at = now();
  return numbersIn(objectOf(json.limits));
}

function placeOf(
  document: Json,
  target: LimitTarget,
): { readonly json: Json; readonly ids: readonly string[]; readonly scope: LimitScope } {
  const { scope, reference } = target;
  if (scope === 'key') {
    const { json, stored } = keyOf(document, reference);
    return { json, ids: [hexOfStored(stored)], scope };
  }
  if (scope === 'server') {
    const config = entityOf(document, 'config', target.config);
    return { json: serverOf(config, reference), ids: [config.id, reference], scope };
  }
  const { json, id } = entityOf(document, scope, reference);
  return { json, ids: [id], scope };
}

function numbersIn(json: Json): Partial<Record<LimitKind, number>> {
  return Object.fromEntries(
    LIMIT_KINDS.flatMap((kind) => (typeof json[kind] === 'number' ? [[kind, json[kind]]] : [])),
  );
}

function wholeNumber(kind: LimitKind, value: number): number {
  if (Number.isSafeInteger(value) && value >= 0 && value <= MAX) return value;
  throw new AdministrationError('invalid', `${kind} must be a whole number from 0 (no limit) to ${String(MAX)}.`);
}

/** As the schema of the config has it. */
const MAX = 1_000_000_000_000;
