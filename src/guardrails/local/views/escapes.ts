import type { Coding } from '../text-detector.js';
import { boundedMatches } from './bounded-matches.js';
import type { DecodeBudget } from './pieces.js';

/** A decoded text and where each part of it stands in the text it came from. */
export interface MappedText {
  readonly coding: Coding;
  readonly text: string;
  /** Offsets where a new segment begins, in the decoded text and in the source; a segment of length 0 in `lengths` is one to one. */
  readonly at: ArrayLike<number>;
  readonly sourceAt: ArrayLike<number>;
  readonly lengths: ArrayLike<number>;
}

interface EscapeCoding {
  readonly coding: Coding;
  /** A literal without which there is nothing to decode. */
  readonly sign: string;
  readonly pattern: RegExp;
  readonly decode: (run: string) => string | undefined;
}

/** Characters kept around escapes, so that words which are only partly escaped are whole. */
const AROUND = 160;

/** Longest match of a pattern below. */
const MAX_ESCAPES = 192;

const ENTITIES = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
  ['tab', '\t'],
  ['newline', '\n'],
  ['commat', '@'],
  ['period', '.'],
  ['colon', ':'],
  ['sol', '/'],
  ['lpar', '('],
  ['rpar', ')'],
  ['excl', '!'],
  ['shy', ''],
  ['zwj', ''],
  ['zwnj', ''],
]);

const CODINGS: readonly EscapeCoding[] = [
  { coding: 'percent', sign: '%', pattern: /(?:%[0-9a-fA-F]{2}){1,4}/g, decode: fromPercent },
  {
    // Quoted-printable (RFC 2045): a single one is more often an assignment in code.
    coding: 'percent',
    sign: '=',
    pattern: /(?:=[0-9A-F]{2}){2,64}/g,
    decode: (run) => fromPercent(run.replaceAll('=', '%')),
  },
  {
    coding: 'entities',
    sign: '&',
    pattern: /&(?:#[xX][0-9a-fA-F]{1,6}|#\d{1,7}|[a-zA-Z]{2,8});?/g,
    decode: fromEntity,
  },
  {
    coding: 'escapes',
    sign: '\\',
    pattern: /\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|u\{[0-9a-fA-F]{1,6}\}|U[0-9a-fA-F]{8}|[ntr"'/])/g,
    decode: fromEscape,
  },
];

/** Texts with percent, quoted-printable, entity and backslash escapes decoded: only the parts that have some, joined by line ends. */
export function* decodeEscapes(source: string, budget: DecodeBudget): Generator<MappedText | null, void> {
  for (const coding of CODINGS) if (source.includes(coding.sign)) yield yield* decoded(source, coding, budget);
}

function* decoded(
  source: string,
  { coding, pattern, decode }: EscapeCoding,
  budget: DecodeBudget,
): Generator<null, MappedText | null> {
  const segments = new Segments();
  let from = 0;
  let letters = 0;
  const copy = (start: number, end: number): void => {
    const taken = budget.take(end - start);
    segments.push(source.slice(start, start + taken), start, 0);
  };
  for (const match of boundedMatches(source, { pattern, longest: MAX_ESCAPES })) {
    if (match === null) {
      yield null;
      continue;
    }
    const run = match.text;
    const text = decode(run);
    if (text === undefined) continue;
    if (budget.isUsedUp) break;
    const gap = match.index - from;
    if (segments.length === 0) copy(Math.max(0, match.index - AROUND), match.index);
    else if (gap <= AROUND * 2) copy(from, match.index);
    else {
      copy(from, from + AROUND);
      segments.push('\n', from + AROUND, 1);
      copy(match.index - AROUND, match.index);
    }
    segments.push(text, match.index, run.length);
    if (!/^[\s"'/]*$/.test(text)) letters++;
    from = match.index + run.length;
  }
  // Line ends and quotes written as escapes are in every JSON string; alone they hide nothing.
  if (letters === 0) return null;
  copy(from, Math.min(source.length, from + AROUND));
  return segments.mapped(coding);
}

/** Strings are joined so many at a time: all at the end would take milliseconds. */
const JOINED = 2_048;

/** The parts of a decoded text. Its arrays grow by copying bytes: a plain array of a million numbers grows for milliseconds. */
class Segments {
  length = 0;
  readonly #joined: string[] = [];
  #parts: string[] = [];
  #count = 0;
  #at = new Int32Array(64);
  #sourceAt = new Int32Array(64);
  #lengths = new Int32Array(64);

  push(text: string, start: number, sourceLength: number): void {
    if (text === '') return;
    if (this.#count === this.#at.length) this.#grow();
    this.#at[this.#count] = this.length;
    this.#sourceAt[this.#count] = start;
    this.#lengths[this.#count++] = sourceLength;
    this.length += text.length;
    if (this.#parts.push(text) === JOINED) this.#join();
  }

  mapped(coding: Coding): MappedText {
    this.#join();
    return {
      coding,
      text: this.#joined.join(''),
      at: this.#at.subarray(0, this.#count),
      sourceAt: this.#sourceAt.subarray(0, this.#count),
      lengths: this.#lengths.subarray(0, this.#count),
    };
  }

  #join(): void {
    this.#joined.push(this.#parts.join(''));
    this.#parts = [];
  }

  #grow(): void {
    this.#at = doubled(this.#at);
    this.#sourceAt = doubled(this.#sourceAt);
    this.#lengths = doubled(this.#lengths);
  }
}

function doubled(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}

/** The part of the source that `[start, end)` of the decoded text stands for. */
export function sourceSpan(
  { at, sourceAt, lengths }: MappedText,
  start: number,
  end: number,
): { start: number; end: number } {
  const first = segmentOf(at, start);
  const last = segmentOf(at, end - 1);
  const firstLength = lengths[first] ?? 0;
  const lastLength = lengths[last] ?? 0;
  const from = sourceAt[first] ?? 0;
  const to = sourceAt[last] ?? 0;
  return {
    start: firstLength === 0 ? from + start - (at[first] ?? 0) : from,
    end: lastLength === 0 ? to + end - (at[last] ?? 0) : to + lastLength,
  };
}

function segmentOf(at: ArrayLike<number>, offset: number): number {
  let low = 0;
  let high = at.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((at[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function fromPercent(run: string): string | undefined {
  try {
    return decodeURIComponent(run);
  } catch {
    return undefined;
  }
}

function fromEntity(run: string): string | undefined {
  const body = run.slice(1).replace(/;$/, '');
  if (!body.startsWith('#')) return run.endsWith(';') ? ENTITIES.get(body.toLowerCase()) : undefined;
  const isHex = /^#x/i.test(body);
  return fromCodePoint(parseInt(body.slice(isHex ? 2 : 1), isHex ? 16 : 10));
}

function fromEscape(run: string): string | undefined {
  const kind = run.charAt(1);
  if (kind === 'n' || kind === 'r') return '\n';
  if (kind === 't') return '\t';
  if (kind === '"' || kind === "'" || kind === '/') return kind;
  return fromCodePoint(parseInt(run.replace(/[^0-9a-fA-F]/g, ''), 16));
}

function fromCodePoint(code: number): string | undefined {
  return code > 0x10ffff || Number.isNaN(code) ? undefined : String.fromCodePoint(code);
}
