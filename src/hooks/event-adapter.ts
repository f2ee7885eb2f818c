import { GatewayError } from '../errors.js';

export type JsonObject = Readonly<Record<string, unknown>>;

/** What a client's input holds for the check. */
export interface HookSubject {
  /** Everything in it is checked: strings at any depth, member names, long integers. */
  readonly value: Record<string, unknown>;
  /** The client's name of the tool; null = the event is about no tool. */
  readonly tool: string | null;
  /** The client's id of the call or turn. */
  readonly requestId: string | null;
  /** `output` = the tool has run already. */
  readonly direction: 'input' | 'output';
  /** True when the client can be told to use another value, and what runs then still means the same. */
  readonly isRewritable: boolean;
}

/** What the hook wants, before it is put into a client's words. Reasons name detectors and categories, never text. */
export type HookOutcome =
  | { readonly kind: 'pass' }
  /** The user decides. `value` = the subject's value with personal data replaced; null = as it is. */
  | { readonly kind: 'ask'; readonly reason: string; readonly value: JsonObject | null }
  /** `value` = the subject's value with the findings taken out, for clients that show it all the same; null = it was not checked, or is not shown. */
  | { readonly kind: 'deny'; readonly reason: string; readonly value: JsonObject | null };

/** One event of one client: where its text stands, and how it is answered. */
export interface EventAdapter {
  /** @throws GatewayError `invalid_request` when a field is missing */
  read(input: JsonObject): HookSubject;
  /**
   * The JSON for stdout; null = nothing is written.
   * @param subject null = the input could not be read, or was not needed
   */
  answer(outcome: HookOutcome, subject: HookSubject | null): JsonObject | null;
}

/** Longest tool name accepted, in UTF-16 code units; it is compared with every glob. */
const MAX_TOOL_CHARS = 512;

/** A member that must be a string. @throws GatewayError `invalid_request` */
export function textOf(input: JsonObject, name: string): string {
  const value = input[name];
  if (typeof value !== 'string') throw new GatewayError('invalid_request', `${name} is missing or not a string`);
  return value;
}

/** A member that is a string when it is there. */
export function optionalText(input: JsonObject, name: string): string | null {
  const value = input[name];
  return typeof value === 'string' ? value : null;
}

/** A member that must be an object. @throws GatewayError `invalid_request` */
export function objectOf(input: JsonObject, name: string): JsonObject {
  const value = input[name];
  if (!isJsonObject(value)) throw new GatewayError('invalid_request', `${name} is missing or not an object`);
  return value;
}

/** `tool_name`. @throws GatewayError `invalid_request` */
export function toolName(input: JsonObject): string {
  const name = textOf(input, 'tool_name');
  if (name !== '' && name.length <= MAX_TOOL_CHARS) return name;
  throw new GatewayError('invalid_request', `tool_name must have 1 to ${String(MAX_TOOL_CHARS)} characters`);
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
