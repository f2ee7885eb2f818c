import type { ClientRequestPolicy } from '../../contracts/client-requests.js';
import type { Era, McpCall } from '../../contracts/mcp-call.js';
import type { ServerRound } from '../../contracts/server-round.js';
import { GatewayError } from '../../errors.js';
import { protocolError } from '../upstream/json-rpc-wire.js';
import { AskFailure } from './ask-failure.js';
import { answerSchema, checkAsk, isAsk, neededFor } from './ask-shape.js';
import { declaredOf } from './client-capabilities.js';

type Params = Readonly<Record<string, unknown>>;

/** The methods whose results may ask (2026-07-28, "Multi Round-Trip Requests"). */
const METHODS: ReadonlySet<string> = new Set(['tools/call', 'prompts/get', 'resources/read']);
/** Questions in one result. */
const MAX_ASKED = 16;
const MAX_NAME_CHARS = 128;
/** It goes through the client's hands twice, sealed. */
const MAX_STATE_CHARS = 64 * 1024;
/** Of all answers of one round; a larger one is not kept, and placeholders in the answers are plain ones. */
const MAX_SCHEMA_CHARS = 16 * 1024;

/**
 * What a result of type `input_required` asks, held against what was declared to the server. Its texts are not judged here.
 * @param era of the link on which it came
 * @throws GatewayError missing_capability, upstream_protocol
 */
export function readRound(call: McpCall, era: Era, result: Params): ServerRound {
  const { server, method } = call;
  if (era === '2025')
    throw protocolError(server.name, 'asks for input as its version of the protocol does not know it');
  if (!METHODS.has(method)) throw protocolError(server.name, `asks for input in answer to ${method}`);
  const { inputRequests, requestState } = result;
  if (requestState !== undefined && (typeof requestState !== 'string' || requestState.length > MAX_STATE_CHARS)) {
    throw protocolError(
      server.name,
      `asks for input with a state that is no text of up to ${String(MAX_STATE_CHARS)} characters`,
    );
  }
  const asked = readRequests(call, inputRequests);
  if (asked.size === 0 && requestState === undefined) {
    throw protocolError(server.name, 'asks for input without saying for what');
  }
  if (server.clientRequests === undefined) throw forbidden(server.name, 'input');
  return { asked, state: requestState };
}

/** One request in a result or in a question of the gateway. */
export interface InputRequest {
  readonly method: string;
  readonly params: Params | undefined;
}

/** The requests of a result that `readRound` has let through, by name. */
export function requestsOf({ inputRequests }: Params): readonly (readonly [string, InputRequest])[] {
  return isObject(inputRequests) ? (Object.entries(inputRequests) as [string, InputRequest][]) : [];
}

function readRequests(call: McpCall, requests: unknown): ReadonlyMap<string, unknown> {
  const asked = new Map<string, unknown>();
  if (requests === undefined) return asked;
  const entries = isObject(requests) ? Object.entries(requests) : [];
  const isUsable = entries.every(([name, request]) => name.length <= MAX_NAME_CHARS && isRequest(request));
  if (!isObject(requests) || !isUsable || entries.length > MAX_ASKED) {
    const what = `up to ${String(MAX_ASKED)} requests to a client`;
    throw protocolError(call.server.name, `asks for input in a form that is none of ${what}`);
  }
  let chars = 0;
  for (const [name, { method, params }] of entries as [string, InputRequest][]) {
    demand(call, method, params);
    const schema = answerSchema(method, params);
    chars += schema === undefined ? 0 : JSON.stringify(schema).length;
    asked.set(name, chars > MAX_SCHEMA_CHARS ? undefined : schema);
  }
  return asked;
}

/** @throws GatewayError missing_capability when it is for the client to change; upstream_protocol else */
function demand(call: McpCall, method: string, params: Params | undefined): void {
  const { server } = call;
  const declared = server.declared?.bits ?? 0;
  try {
    checkAsk(method, params, declared);
  } catch (cause) {
    if (!(cause instanceof AskFailure)) throw cause;
    const needed = neededFor(method, params);
    const { clientRequests: policy } = server;
    if (policy === undefined || !allows(policy, method)) throw forbidden(server.name, method);
    if ((declared & needed) === needed)
      throw protocolError(server.name, `asks for ${method} as nobody may: ${cause.message}`);
    const data = { requiredCapabilities: declaredOf(needed).wire };
    const message = `Server "${server.name}" needs ${method}, which this client has not declared.`;
    throw new GatewayError('missing_capability', message, { data });
  }
}

function allows(policy: ClientRequestPolicy, method: string): boolean {
  if (method === 'roots/list') return policy.roots;
  return method === 'elicitation/create' ? policy.elicitation : policy.sampling;
}

function forbidden(server: string, method: string): GatewayError {
  return protocolError(server, `asks the client for ${method}, which its entry does not allow (client_requests)`);
}

function isRequest(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { method, params } = value;
  return typeof method === 'string' && isAsk(method) && (params === undefined || isObject(params));
}

function isObject(value: unknown): value is Params {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
