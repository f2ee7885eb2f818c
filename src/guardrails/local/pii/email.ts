import { isAsciiLetter, type Span } from './chars.js';

const MAX_LOCAL = 64;
/** 254 for the whole address (RFC 5321, erratum 1690). */
const MAX_DOMAIN = 189;
const MAX_LABEL = 63;
const DOT = 0x2e;
const HYPHEN = 0x2d;
const LOCAL_PUNCTUATION = new Set(Array.from("!#$%&'*+-./=?^_`{|}~", (char) => char.charCodeAt(0)));
/** `icon@2x.png`, `app@1.min.js`: names of files. None of these is a top-level domain. */
const FILE_ENDINGS = new Set(
  'bmp css csv gif gz html ico jpeg jpg js json jsx log map mjs pdf png svg tar tsx txt wasm webp xml yaml yml'.split(
    ' ',
  ),
);

/** The e-mail address around the `@` at `at`, or null. Bounded to 64 code units before it and 189 after. */
export function matchEmail(text: string, at: number): Span | null {
  const start = localStart(text, at);
  if (start === at) return null;
  // `git@host` is how repositories are addressed; blocking it would stop every clone.
  if (at - start === 3 && text.slice(start, at).toLowerCase() === 'git') return null;
  const end = domainEnd(text, at + 1);
  return end === 0 ? null : { start, end, score: 1 };
}

function localStart(text: string, at: number): number {
  const lowest = Math.max(0, at - MAX_LOCAL);
  let start = at;
  while (start > lowest && isLocal(text.charCodeAt(start - 1))) start--;
  if (text.charCodeAt(at - 1) === DOT) return at;
  // Quotes, slashes and signs in front belong to the text around, and so does everything before two dots in a row.
  const dots = text.slice(start, at).lastIndexOf('..');
  if (dots >= 0) start += dots + 2;
  start = afterDelimiter(text, start, at);
  while (start < at && !isAlphanumeric(text.charCodeAt(start)) && text.charCodeAt(start) !== 0x5f) start++;
  return start;
}

/** `key=joe@…`, `a/joe@…`, `'joe@…`, `x|joe@…`: legal in an address, but in practice what stands before one. */
function afterDelimiter(text: string, start: number, at: number): number {
  for (let i = at - 1; i >= start; i--) {
    const code = text.charCodeAt(i);
    if (code === 0x3d || code === 0x2f || code === 0x7c || code === 0x3f || code === 0x60) return i + 1;
  }
  return start;
}

/** End of the domain that starts at `start`; 0 when there is none with at least two labels and a possible top-level domain. */
function domainEnd(text: string, start: number): number {
  const limit = Math.min(text.length, start + MAX_DOMAIN);
  let end = 0;
  let labelStart = start;
  for (let labels = 1; ; labels++) {
    const labelEnd = endOfLabel(text, labelStart, limit);
    if (labelEnd === 0) return end;
    if (labels > 1 && isTopLevel(text, labelStart, labelEnd)) end = labelEnd;
    else if (labels > 1) end = 0;
    if (text.charCodeAt(labelEnd) !== DOT) return end;
    labelStart = labelEnd + 1;
  }
}

/** End of one label without trailing hyphens; 0 when it is empty, too long or starts with a hyphen. */
function endOfLabel(text: string, start: number, limit: number): number {
  if (text.charCodeAt(start) === HYPHEN) return 0;
  let end = start;
  while (end < limit && (isAlphanumeric(text.charCodeAt(end)) || text.charCodeAt(end) === HYPHEN)) end++;
  while (end > start && text.charCodeAt(end - 1) === HYPHEN) end--;
  return end === start || end - start > MAX_LABEL ? 0 : end;
}

function isTopLevel(text: string, start: number, end: number): boolean {
  if (end - start < 2) return false;
  const label = text.slice(start, end).toLowerCase();
  if (label.startsWith('xn--')) return true;
  for (let i = 0; i < label.length; i++) {
    const code = label.charCodeAt(i);
    if (!isAsciiLetter(code) && !isForeignLetter(code)) return false;
  }
  return !FILE_ENDINGS.has(label);
}

function isLocal(code: number): boolean {
  return isAlphanumeric(code) || LOCAL_PUNCTUATION.has(code);
}

function isAlphanumeric(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || isAsciiLetter(code) || isForeignLetter(code);
}

/** Letters of internationalised addresses. Latin, Greek and Cyrillic only: scripts without spaces would drag in the text around. */
function isForeignLetter(code: number): boolean {
  if (code < 0xc0) return false;
  return (code <= 0x24f && code !== 0xd7 && code !== 0xf7) || (code >= 0x370 && code <= 0x52f);
}
