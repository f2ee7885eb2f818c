/** A JSON Schema (2020-12) as plain data. */
export type Schema = Readonly<Record<string, unknown>>;

type Members = Readonly<Record<string, Schema>>;

/** An object that has all of the first members, may have the second, and has no other. */
export function closed(required: Members, optional: Members = {}): Schema {
  return {
    type: 'object',
    required: Object.keys(required),
    properties: { ...required, ...optional },
    additionalProperties: false,
  };
}

/** An object whose names are data (servers, operations) and whose values are all alike. */
export function mapOf(value: Schema): Schema {
  return { type: 'object', additionalProperties: value };
}

export function listOf(items: Schema): Schema {
  return { type: 'array', items };
}

/** Exactly one of the shapes fits: no answer can pass as two things. */
export function oneOf(...shapes: readonly Schema[]): Schema {
  return { oneOf: shapes };
}

export function only(value: string | boolean): Schema {
  return { const: value };
}

export function oneText(...values: readonly string[]): Schema {
  return { type: 'string', enum: values };
}

export function matching(pattern: RegExp): Schema {
  return { type: 'string', pattern: pattern.source };
}

export const TEXT: Schema = { type: 'string' };
export const SOME_TEXT: Schema = { type: 'string', minLength: 1 };
export const TEXT_OR_NULL: Schema = { type: ['string', 'null'] };
export const FLAG: Schema = { type: 'boolean' };
export const COUNT: Schema = { type: 'integer', minimum: 0 };
/** Seconds, hours or a ratio. */
export const AMOUNT: Schema = { type: 'number', minimum: 0 };
export const NAMES: Schema = listOf(SOME_TEXT);
/** ISO 8601 in UTC; the reference prints local time and calls it UTC (compatibility.md §13, 30). */
export const UTC_TIME: Schema = matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
/** What is somebody else's: arguments of the caller, definitions and results of a server. */
export const ANY_OBJECT: Schema = { type: 'object' };
