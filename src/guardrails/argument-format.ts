import type { CheckContext } from './check-context.js';
import type { PlaceholderFormat } from './placeholder.js';
import type { Container, TextLeaf } from './payload-text.js';

/** Formats of JSON Schema (2020-12, validation §7.3) and the names in use beside them. */
const FORMATS = new Map<string, PlaceholderFormat>([
  ['email', 'email'],
  ['idn-email', 'email'],
  ['uuid', 'uuid'],
  ['uri', 'uri'],
  ['url', 'uri'],
  ['iri', 'uri'],
  ['date', 'date'],
  ['date-time', 'date-time'],
  ['phone', 'phone'],
  ['tel', 'phone'],
  ['ipv4', 'ipv4'],
]);
/** A schema is an upstream's: steps through it are counted. */
const MAX_STEPS = 256;

type Schema = Readonly<Record<string, unknown>>;

/** What the schemas of a call ask of a value in it; `text` = nothing, or nothing that a placeholder can have. */
export function formatOfArgument(
  leaf: TextLeaf,
  { inputSchema, answersSchema }: Pick<CheckContext, 'inputSchema' | 'answersSchema'>,
): PlaceholderFormat {
  // Who sends a number expects one to arrive.
  if (leaf.kind === 'number') return 'number';
  const [part, ...path] = pathOf(leaf);
  const schema = part === 'arguments' ? inputSchema : part === 'inputResponses' ? answersSchema : undefined;
  if (!isSchema(schema)) return 'text';
  return formatAt({ root: schema, steps: 0 }, schema, path) ?? 'text';
}

interface Walk {
  readonly root: Schema;
  steps: number;
}

/** Null when this branch of the schema says nothing of the value. */
function formatAt(walk: Walk, schema: Schema, path: readonly (string | number)[]): PlaceholderFormat | null {
  if (walk.steps++ > MAX_STEPS) return null;
  const [key, ...rest] = path;
  const own = key === undefined ? formatOf(schema) : formatBelow(walk, childOf(schema, key), rest);
  if (own !== null) return own;
  for (const other of otherSchemas(walk.root, schema)) {
    const found = formatAt(walk, other, path);
    if (found !== null) return found;
  }
  return null;
}

function formatBelow(walk: Walk, child: unknown, path: readonly (string | number)[]): PlaceholderFormat | null {
  return isSchema(child) ? formatAt(walk, child, path) : null;
}

function formatOf({ format, type }: Schema): PlaceholderFormat | null {
  if (typeof format === 'string' && FORMATS.has(format)) return FORMATS.get(format) ?? null;
  return type === 'integer' || type === 'number' ? 'number' : null;
}

function childOf(schema: Schema, key: string | number): unknown {
  if (typeof key === 'number') {
    const first = Array.isArray(schema.prefixItems) ? (schema.prefixItems as readonly unknown[])[key] : undefined;
    return first ?? schema.items;
  }
  const { properties, additionalProperties } = schema;
  const named = isSchema(properties) && Object.hasOwn(properties, key) ? properties[key] : undefined;
  return named ?? additionalProperties;
}

/** Schemas that hold for the same value: alternatives, and what `$ref` names in the same document. */
function otherSchemas(root: Schema, { anyOf, oneOf, allOf, $ref }: Schema): readonly Schema[] {
  const lists = [anyOf, oneOf, allOf].flatMap((list) => (Array.isArray(list) ? (list as readonly unknown[]) : []));
  const target = typeof $ref === 'string' ? targetOf(root, $ref) : undefined;
  return [target, ...lists].filter(isSchema);
}

function targetOf(root: Schema, reference: string): unknown {
  if (!reference.startsWith('#/')) return undefined;
  let at: unknown = root;
  for (const part of reference.slice(2).split('/')) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    at = isSchema(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  }
  return at;
}

/** Keys from `arguments`, `_meta` … down. */
function pathOf({ key, container }: TextLeaf): readonly (string | number)[] {
  const path = [key];
  for (let at: Container = container; at.parent !== null; at = at.parent) path.push(at.key);
  return path.reverse();
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
