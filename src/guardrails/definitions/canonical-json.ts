import { hash } from 'node:crypto';

/** Deeper than any JSON that is let in. */
const MAX_DEPTH = 128;

/**
 * The JSON Canonicalization Scheme, RFC 8785: no white space, members in the order of the UTF-16 code units of their names, numbers and
 * strings as ECMAScript writes them. One departure: a lone surrogate, which the RFC refuses (section 3.2.2.2), stays as its escape
 * `\ud800`, or whichever it is. Servers that cut a text in the middle of an emoji send such strings, and a definition must not escape its pin by them.
 * @throws RangeError for what JSON cannot hold (NaN, Infinity, undefined, functions) and for nesting past 128 levels
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

/** SHA-256 (64 hex digits) of the canonical form: the same for any spelling of the same definition. */
export function definitionHash(canonical: string): string {
  return hash('sha256', canonical, 'hex');
}

function write(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) throw new RangeError('nested too deep');
  switch (typeof value) {
    case 'string':
      // ECMA-262 QuoteJSONString is what RFC 8785 section 3.2.2.2 asks for.
      return JSON.stringify(value);
    case 'number':
      if (!Number.isFinite(value)) throw new RangeError('a number that JSON cannot hold');
      // ECMA-262 Number::toString, RFC 8785 section 3.2.2.3; -0 is 0.
      return JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? writeArray(value, depth) : writeObject(value, depth);
    default:
      throw new RangeError('a value that JSON cannot hold');
  }
}

function writeArray(items: readonly unknown[], depth: number): string {
  return `[${items.map((item) => write(item, depth + 1)).join(',')}]`;
}

function writeObject(value: object, depth: number): string {
  const members = Object.entries(value).filter(([, item]) => item !== undefined);
  // `<` compares UTF-16 code units (RFC 8785 section 3.2.3).
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, item]) => `${JSON.stringify(name)}:${write(item, depth + 1)}`).join(',')}}`;
}
