import type { ErrorObject, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { CACHE_CLEARED, CACHE_STATUS } from './cache.schema.js';
import { ENVELOPE } from './envelope.schema.js';
import { closed, oneOf, only, type Schema } from './members.js';
import { CALLED, CALLED_WITH_FAILURE } from './secure-call.schema.js';
import {
  DISCOVERED,
  DISCOVERED_BY_CALL,
  discoveredAll,
  DISCOVERY_REFUSED,
  LISTED,
  SERVER_INFO,
} from './servers.schema.js';
import { TIMEOUT_METRICS } from './timeouts.schema.js';

/** What a meta tool answered: the payload, and whether the result is marked as an error. */
export interface MetaAnswer {
  readonly isError: boolean;
  readonly payload: Readonly<Record<string, unknown>>;
}

const fine = (...payloads: readonly Schema[]): Schema[] =>
  payloads.map((payload) => closed({ isError: only(false), payload }));
const failed = (...payloads: readonly Schema[]): Schema[] =>
  payloads.map((payload) => closed({ isError: only(true), payload }));

/** The whole contract of compatibility.md §1.3 and §1.4: every shape that each meta tool may answer with. */
const SHAPES: Readonly<Record<string, readonly Schema[]>> = {
  enkrypt_list_all_servers: [
    ...fine(LISTED, discoveredAll('success', true)),
    ...failed(discoveredAll('error', true), ENVELOPE),
  ],
  enkrypt_get_server_info: [...fine(SERVER_INFO), ...failed(ENVELOPE)],
  enkrypt_discover_all_tools: [
    ...fine(DISCOVERED, discoveredAll('success')),
    ...failed(discoveredAll('error'), ENVELOPE, DISCOVERY_REFUSED),
  ],
  enkrypt_secure_call_tools: [...fine(CALLED, DISCOVERED_BY_CALL), ...failed(CALLED_WITH_FAILURE, ENVELOPE)],
  enkrypt_get_cache_status: [...fine(CACHE_STATUS), ...failed(ENVELOPE)],
  enkrypt_clear_cache: [...fine(CACHE_CLEARED), ...failed(ENVELOPE)],
  enkrypt_get_timeout_metrics: [...fine(TIMEOUT_METRICS), ...failed(ENVELOPE)],
};

export const META_TOOL_NAMES = Object.keys(SHAPES);

// Strict but for `required` beside `oneOf` and lists without `items`, which are meant.
const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true });
const validators = new Map<string, ValidateFunction>(
  Object.entries(SHAPES).map(([name, shapes]) => [name, ajv.compile(oneOf(...shapes))]),
);

/** What is wrong with an answer, by path; empty when it has one of the shapes of its tool. */
export function faultsOf(tool: string, answer: MetaAnswer): string[] {
  const validate = validators.get(tool);
  if (validate === undefined) throw new Error(`no schema for ${tool}`);
  return validate(answer) ? [] : (validate.errors ?? []).map(describe);
}

function describe({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath === '' ? '/' : instancePath}: ${message ?? ''} ${JSON.stringify(params)}`;
}
