import { canonicalJson } from './canonical-json.js';

/** One place where two JSON values differ; undefined = there is nothing on that side. */
export interface JsonDifference {
  readonly path: readonly (string | number)[];
  readonly before: unknown;
  readonly after: unknown;
}

type Json = Readonly<Record<string, unknown>>;

/** Members that hold schemas by name: what is new in one that was not there before is a new entry, not a new table. */
const TABLES = new Set(['properties', '$defs', 'definitions', 'patternProperties', 'dependentSchemas']);
/** Arrays whose order says nothing, and which are compared as a whole. */
const SETS = new Set(['required', 'enum', 'type', 'examples']);

/** Where the two differ, in the order of the newer one; places that only the older one has come last. */
export function differences(before: unknown, after: unknown): readonly JsonDifference[] {
  const found: JsonDifference[] = [];
  compare(before, after, [], found);
  return found;
}

function compare(before: unknown, after: unknown, path: readonly (string | number)[], found: JsonDifference[]): void {
  const name = String(path.at(-1));
  const old = filled(name, before);
  const now = filled(name, after);
  if (isObject(old) && isObject(now)) {
    for (const key of new Set([...Object.keys(now), ...Object.keys(old)])) {
      compare(own(old, key), own(now, key), [...path, key], found);
    }
  } else if (Array.isArray(old) && Array.isArray(now) && old.length === now.length && !SETS.has(name)) {
    for (const [index, item] of now.entries()) compare(old[index], item, [...path, index], found);
  } else if (!same(before, after)) {
    found.push({ path, before, after });
  }
}

function filled(name: string, value: unknown): unknown {
  return value === undefined && TABLES.has(name) ? {} : value;
}

/** The member at a path; undefined when there is none. */
export function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((at, key) => {
    if (Array.isArray(at)) return typeof key === 'number' ? (at as unknown[])[key] : undefined;
    return isObject(at) ? own(at, String(key)) : undefined;
  }, value);
}

/** Every string in a value with its path, names of members included as strings of their own. */
export function* textsOf(
  value: unknown,
  path: readonly (string | number)[] = [],
): Generator<{ readonly path: readonly (string | number)[]; readonly text: string; readonly isName: boolean }> {
  if (typeof value === 'string') yield { path, text: value, isName: false };
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* textsOf(item, [...path, index]);
  else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      yield { path: [...path, key], text: key, isName: true };
      yield* textsOf(item, [...path, key]);
    }
  }
}

function own(value: Json, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function same(a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonicalJson(a) === canonicalJson(b);
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
