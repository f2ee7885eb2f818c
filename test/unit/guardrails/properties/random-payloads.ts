import { readFileSync } from 'node:fs';
import { KEY_FORMATS } from '../../../../src/guardrails/local/secrets/key-formats.js';
import { pick } from '../fixtures.js';
import { sampleOf } from '../pattern-samples.js';

export type Random = () => number;

interface Row {
  readonly label: 0 | 1;
  readonly text: string;
  readonly expected?: readonly { readonly value: string }[];
}

const ROWS = readFileSync(new URL('../../../corpus/pii.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Row);
/** Placeholders stay inside of addresses that are fetched by showing them, which is a test of the vault. */
const FETCHED = /[\]=(]\s*[:(]|url\(|@import|\b(?:src|srcset|poster|background|data|href|action|content)\s*=/i;

/** Texts of the corpus that hold personal data, and the values alone. */
const TEXTS = ROWS.filter(({ label, text }) => label === 1 && !FETCHED.test(text)).map(({ text }) => text);
const VALUES = [...new Set(ROWS.flatMap(({ expected = [] }) => expected.map(({ value }) => value)))];

/** What stands around values: signs that writers escape, halves of pairs, what looks like a placeholder, nothing. */
const GLUE = [
  ...['', '', ' ', ', ', '\n', '\t', '"', "'", '\\', '<', '>', '&', '%', '%3C', '&lt;', '\\u003c', '%253c', '_', '-'],
  ...['<EMAIL_1_x>', '<EMAIL_1_abcdefgh>', 'EMAIL_1_', '...', '\u2026', '$&', '$1', '\u{1f600}', '\ud800', '\udc00'],
  ...['caf\u00e9', '\u200b', '\u00ad', '\uff20', '\u0130', '\u202e', 'mail ', 'e-mail: ', 'SSN ', 'password: ', 'Mr. '],
] as const;

const times = <T>(random: Random, most: number, make: () => T): T[] =>
  Array.from({ length: Math.floor(random() * (most + 1)) }, make);

const entities = (text: string): string => Array.from(text, (char) => `&#${String(char.codePointAt(0))};`).join('');
const VIEWS: readonly ((text: string) => string)[] = [
  (text) => Buffer.from(text, 'utf8').toString('base64'),
  (text) => Buffer.from(text, 'utf8').toString('hex'),
  (text) => encodeURIComponent(text.toWellFormed()),
  (text) => Array.from(Buffer.from(text, 'utf8'), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  entities,
  (text) => JSON.stringify(text),
  (text) => Array.from(text).join(' '),
];

/** One value of personal data or a secret, whole, cut, doubled or in another writing. */
function valueOf(random: Random): string {
  const [, , , format] = pick(random, KEY_FORMATS);
  const value = random() < 0.15 ? sampleOf(format, random) : pick(random, VALUES);
  const way = random();
  if (way < 0.5) return value;
  if (way < 0.6) return value + value;
  if (way < 0.7) return value.slice(0, Math.ceil(random() * value.length));
  if (way < 0.75) return value.toUpperCase();
  return pick(random, VIEWS)(value);
}

/** Values side by side, one in the other, and beside signs. */
export function textOf(random: Random): string {
  const pieces = times(random, 6, () => {
    const kind = random();
    if (kind < 0.55) return valueOf(random);
    return kind < 0.9 ? pick(random, GLUE) : pick(random, TEXTS);
  });
  const text = pieces.join('');
  return FETCHED.test(text) ? text.replace(/[=:(]/g, ' ') : text;
}

const NAMES = ['email', 'password', 'phone', 'dob', 'note', 'data', 'a', '', '__proto__', 'ssn', 'text'] as const;

function numberOf(random: Random): number {
  const digits = (count: number): number => Math.floor(random() * 10 ** count);
  const numbers = [
    ...[4_111_111_111_111_111, -4_111_111_111_111_111, 219_099_999, -219_099_999, 1e21, 5e-324, -0, 0.1, 2 ** 53],
    ...[digits(9), -digits(9), digits(15), -digits(15), random()],
  ];
  return pick(random, numbers);
}

/** Any JSON value, at most `depth` levels deep. */
export function jsonOf(random: Random, depth: number): unknown {
  const kind = random();
  if (depth > 0 && kind < 0.25) return times(random, 5, () => jsonOf(random, depth - 1));
  if (depth > 0 && kind < 0.5) return objectOf(random, depth - 1);
  if (kind < 0.53) return nested(random, 30);
  if (kind < 0.62) return numberOf(random);
  return kind < 0.66 ? pick(random, [null, true, false, '']) : textOf(random);
}

/** An object, now and then with personal data for names, or with a block of MCP that holds its text in base64. */
function objectOf(random: Random, depth: number): Record<string, unknown> {
  if (random() < 0.08) {
    const data = Buffer.from(textOf(random).toWellFormed(), 'utf8').toString('base64');
    return { type: 'image', mimeType: 'text/plain', data };
  }
  const object: Record<string, unknown> = {};
  const add = (name: string, value: unknown): void => {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  };
  for (const value of times(random, 5, () => jsonOf(random, depth))) {
    add(random() < 0.8 ? pick(random, NAMES) + String(Math.floor(random() * 3)) : textOf(random), value);
  }
  if (random() < 0.1) add('__proto__', jsonOf(random, depth));
  return object;
}

function nested(random: Random, depth: number): unknown {
  let value: unknown = textOf(random);
  for (let level = 0; level < depth; level++) value = random() < 0.5 ? [value] : { a: value };
  return value;
}

/** Leaves with a format in their schema, by path: some of them are personal data from end to end. */
export function formattedOf(random: Random): { readonly args: Record<string, unknown>; readonly schema: object } {
  const properties: Record<string, object> = {};
  const args: Record<string, unknown> = {};
  for (const [index, format] of ['email', 'uuid', 'uri', 'date', 'date-time', 'phone', 'ipv4'].entries()) {
    for (let at = 0; at < 8; at++) {
      const name = `${format}${String(index)}${String(at)}`;
      properties[name] = { type: 'string', format };
      args[name] = random() < 0.5 ? pick(random, VALUES) : textOf(random);
    }
  }
  return { args, schema: { type: 'object', properties } };
}
