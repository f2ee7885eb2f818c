import { randomBytes, randomInt } from 'node:crypto';

/** What a schema asks of a value; `text` = nothing, the ordinary placeholder. */
export type PlaceholderFormat = 'text' | 'email' | 'uuid' | 'uri' | 'date' | 'date-time' | 'phone' | 'ipv4' | 'number';

/** How brackets may come back: as sent, percent-encoded, or as HTML and JSON writers escape them; and how a value is then written. */
const FORMS: readonly { readonly open: string; readonly close: string; readonly write: (value: string) => string }[] = [
  { open: '<', close: '>', write: (value) => value },
  { open: '%3c', close: '%3e', write: percentEncoded },
  { open: '%253c', close: '%253e', write: (value) => percentEncoded(percentEncoded(value)) },
  { open: '&lt;', close: '&gt;', write: htmlEscaped },
  { open: '&#60;', close: '&#62;', write: htmlEscaped },
  { open: '\\u003c', close: '\\u003e', write: jsonEscaped },
];

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TAG_LENGTH = 8;
/** Characters of a tag that must be left of a placeholder which was cut off: 20 bits, enough to tell it from other text. */
const MIN_CUT_TAG = 4;
/** encodeURIComponent throws on these. With the `u` flag, halves of a pair do not match. */
const LONE_SURROGATE = /[\ud800-\udfff]/gu;
const PATTERN_CHARACTERS = /[\\^$.*+?()[\]{}|]/g;
const HTML_CHARACTERS = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);

/** 40 random bits, in letters and digits that survive a change of case. */
export function randomTag(): string {
  return Array.from(randomBytes(TAG_LENGTH), (byte) => ALPHABET[byte & 31] ?? '').join('');
}

/** The part of a tag that must be left for a placeholder to be restored. */
export function cutTag(tag: string): string {
  return tag.slice(0, MIN_CUT_TAG);
}

/** `<EMAIL_1_k7f3a2wq>` is the name `EMAIL_1` with the tag of its vault. */
export function placeholderText(name: string, tag: string): string {
  return `<${name}_${tag}>`;
}

/**
 * A value of the format that stands for another one and belongs to nobody: `.invalid` names (RFC 2606), the year 9000 and later, numbers
 * for fiction, addresses of the documentation nets' size class. As unguessable as the format allows.
 */
export function formattedPlaceholder(format: Exclude<PlaceholderFormat, 'text'>, name: string, tag: string): string {
  const local = `${name.toLowerCase().replaceAll('_', '-')}-${tag}`;
  switch (format) {
    case 'email':
      return `${local}@redacted.invalid`;
    case 'uri':
      return `https://redacted.invalid/${local}`;
    case 'uuid':
      return randomUuid();
    case 'date':
      return randomDate();
    case 'date-time':
      return `${randomDate()}T00:00:00Z`;
    case 'phone':
      return `+999${digits(11)}`;
    case 'ipv4':
      return `240.${String(randomInt(256))}.${String(randomInt(256))}.${String(randomInt(256))}`;
    case 'number':
      return `8${digits(14)}`;
  }
}

/** Finds the placeholders of one vault in text, whatever became of their case and brackets. Groups: open, name, close, or a cut one. */
export function placeholderPattern(tag: string, categories: readonly string[]): RegExp {
  const opens = FORMS.map(({ open }) => escaped(open)).join('|');
  const closes = FORMS.map(({ close }) => escaped(close)).join('|');
  const name = `(?:${categories.map(escaped).join('|')})_\\d{1,9}`;
  const cut = Array.from({ length: TAG_LENGTH - MIN_CUT_TAG }, (_, at) => tag.slice(0, TAG_LENGTH - 1 - at));
  // What is cut off ends the text, or is followed by the dots that say so.
  const end = '(?=\\s*(?:$|\\.{2,3}|\\u2026|\\[truncated))';
  return new RegExp(
    `(?:(${opens})|(?<![A-Za-z]))(${name})_(?:${tag}(?![0-9a-z])(${closes})?|(${cut.join('|')})${end})`,
    'gi',
  );
}

/** The value as the writer of the brackets would have written it. */
export function writtenLike(open: string, close: string, value: string): string {
  const sign = [open.toLowerCase(), close.toLowerCase()];
  const form = FORMS.find((known) => sign.includes(known.open) || sign.includes(known.close));
  return form === undefined ? value : form.write(value);
}

/** What is missing of the tag and its bracket, when a placeholder was cut after `kept` of the tag. */
export function missingPart(tag: string, kept: string): string {
  return `${tag.slice(kept.length)}>`;
}

function percentEncoded(value: string): string {
  return encodeURIComponent(value.replace(LONE_SURROGATE, '\ufffd'));
}

function htmlEscaped(value: string): string {
  return value.replace(/[&<>"]/g, (char) => HTML_CHARACTERS.get(char) ?? char);
}

function jsonEscaped(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

function escaped(text: string): string {
  return text.replace(PATTERN_CHARACTERS, '\\$&');
}

function digits(count: number): string {
  return Array.from(randomBytes(count), (byte) => String(byte % 10)).join('');
}

function randomDate(): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${String(9000 + randomInt(1000))}-${two(1 + randomInt(12))}-${two(1 + randomInt(28))}`;
}

/** Version 4 (RFC 9562), all bits of it random but the marks. */
function randomUuid(): string {
  const bytes = randomBytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
