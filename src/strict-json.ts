import { isAscii, isUtf8 } from 'node:buffer';
import { GatewayError } from './errors.js';

/** Deepest nesting of arrays and objects accepted anywhere (architecture D5). */
export const MAX_JSON_DEPTH = 64;

/**
 * Most arrays, objects and members in one message of a client. Each takes some hundred bytes while it is checked, for as little as two
 * bytes on the wire: without the bound a few messages of the largest size would fill the memory.
 */
const MAX_JSON_NODES = 250_000;

/**
 * Bytes of outside origin -> one value, under the strict rules: valid UTF-8, depth <= 64, no duplicate member names, a bounded number
 * of arrays, objects and members.
 * JSON.parse silently keeps the last of two equal names, so a second parser downstream could see another value than the checks did.
 * @throws GatewayError `parse_error`
 */
export function parseStrictJson(bytes: Buffer, maxNodes = MAX_JSON_NODES): unknown {
  if (!isUtf8(bytes)) throw new GatewayError('parse_error', 'The body is not valid UTF-8.');
  const text = decodeUtf8(bytes);
  const members = countMembers(text, maxNodes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new GatewayError('parse_error', 'The body is not valid JSON.', { cause });
  }
  if (countKeys(value) !== members) {
    throw new GatewayError('parse_error', 'The body has an object with duplicate member names.');
  }
  return value;
}

/** Valid UTF-8 bytes as a string; pure ASCII takes the one-byte path, which is several times faster. */
export function decodeUtf8(bytes: Buffer): string {
  return isAscii(bytes) ? bytes.toString('latin1') : bytes.toString('utf8');
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Object members in the text (colons outside strings). Stops at the first bracket past the depth limit, before anything is
 * parsed, so that a depth bomb costs 65 steps. Linear: every run of backslashes is looked at once.
 */
function countMembers(text: string, maxNodes: number): number {
  let depth = 0;
  let members = 0;
  let containers = 0;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case QUOTE:
        i = endOfString(text, i);
        break;
      case COLON:
        if (++members > maxNodes) throw tooMany(maxNodes);
        break;
      case OPEN_ARRAY:
      case OPEN_OBJECT:
        if (++containers > maxNodes) throw tooMany(maxNodes);
        if (++depth > MAX_JSON_DEPTH) {
          throw new GatewayError('parse_error', `The body is nested deeper than ${String(MAX_JSON_DEPTH)} levels.`);
        }
        break;
      case CLOSE_ARRAY:
      case CLOSE_OBJECT:
        depth--;
        break;
      default:
    }
  }
  return members;
}

function tooMany(maxNodes: number): GatewayError {
  const limit = `${String(maxNodes)} arrays and objects, or as many members`;
  return new GatewayError('parse_error', `The body holds more than ${limit}.`);
}

/** True when a text holds more than so many arrays, objects and members, whatever else is wrong with it. */
export function hasMoreNodes(text: string, maxNodes: number): boolean {
  let nodes = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) i = endOfString(text, i);
    else if ((code === COLON || code === OPEN_ARRAY || code === OPEN_OBJECT) && ++nodes > maxNodes) return true;
  }
  return false;
}

/** Index of the quote that closes the string opened at `start`; the text's length when none does. */
function endOfString(text: string, start: number): number {
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return text.length;
    let backslashes = 0;
    while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return quote;
    from = quote + 1;
  }
}

/** Own keys of every object in the value. The depth is bounded by countMembers, which ran first. */
function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') count += countKeys(item);
    return count;
  }
  const record = value as Record<string, unknown>;
  for (const key in record) {
    count++;
    const item = record[key];
    if (typeof item === 'object') count += countKeys(item);
  }
  return count;
}

/**
 * Numbers become IEEE 754 doubles here (RFC 8259 section 6), and what the checks see is sent on. So that nobody pays to another account
 * or deletes another row than the caller named, a number that would not arrive is refused: an integer that has to be rounded, and one so
 * large that it becomes null. Fractions are rounded as everywhere.
 * @param bytes valid JSON
 * @throws GatewayError `parse_error`
 */
export function refuseInexactNumbers(bytes: Buffer): void {
  const text = bytes.toString('latin1');
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) i = endOfString(text, i);
    else if (code === MINUS || isDigit(code)) {
      const start = i;
      let isInteger = true;
      for (; i < text.length && isInNumber(text.charCodeAt(i)); i++)
        isInteger &&= i === start || isDigit(text.charCodeAt(i));
      // Shorter integers are exact.
      if ((!isInteger || i - start > 15) && !arrives(text.slice(start, i), isInteger)) {
        throw new GatewayError(
          'parse_error',
          'The body has a number that cannot be kept exactly. Send it as a string.',
        );
      }
      // What ended it is a comma, a bracket or a space.
    }
  }
}

const MINUS = 0x2d;
/** Longer integers are written with an exponent again, whatever they were. */
const MAX_INTEGER_CHARS = 22;

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Digits, `.`, `e`, `E`, `+` and `-`. */
function isInNumber(code: number): boolean {
  return isDigit(code) || code === 0x2e || code === 0x65 || code === 0x45 || code === 0x2b || code === MINUS;
}

function arrives(token: string, isInteger: boolean): boolean {
  const value = Number(token);
  return isInteger ? token.length <= MAX_INTEGER_CHARS && String(value) === token : Number.isFinite(value);
}
