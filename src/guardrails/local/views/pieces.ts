import type { Coding } from '../text-detector.js';
import { boundedMatches } from './bounded-matches.js';
import { textOf } from './printable.js';

/** A part of a text that is another text in some coding. */
export interface Piece {
  readonly coding: Coding;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Code units that may still be decoded; what does not fit is not decoded, and `isUsedUp` says so. */
export class DecodeBudget {
  isUsedUp = false;
  #left: number;

  constructor(units: number) {
    this.#left = units;
  }

  /** Takes as much of `units` as there is. */
  take(units: number): number {
    if (units > this.#left) this.isUsedUp = true;
    const taken = Math.min(units, this.#left);
    this.#left -= taken;
    return taken;
  }
}

/** Bytes decoded first, to see whether there is text at all. A multiple of 3, 5 and 4. */
const PROBE_BYTES = 120;

interface PieceCoding {
  readonly coding: Coding;
  /** How many code units make how many bytes. */
  readonly ratio: number;
  readonly decode: (run: string) => Uint8Array;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

// Buffer reads both alphabets, and skips line ends.
const BASE_64: PieceCoding = { coding: 'base64', ratio: 4 / 3, decode: (run) => Buffer.from(run, 'base64') };
const HEX: PieceCoding = { coding: 'hex', ratio: 2, decode: (run) => Buffer.from(run.replace(/[ :,-]/g, ''), 'hex') };
const BASE_32: PieceCoding = { coding: 'base32', ratio: 8 / 5, decode: fromBase32 };
const BINARY: PieceCoding = {
  coding: 'binary',
  ratio: 8,
  decode: (run) => Uint8Array.from(run.replace(/[ ,]/g, '').match(/[01]{8}/g) ?? [], (byte) => parseInt(byte, 2)),
};
const DECIMAL: PieceCoding = {
  coding: 'decimal',
  ratio: 3,
  decode: (run) => Uint8Array.from(run.match(/\d{2,3}/g) ?? [], Number),
};

/** Codings with gaps between the bytes; every run that may be in one, consuming what it reads. */
const SPACED: readonly (readonly [PieceCoding, RegExp])[] = [
  [HEX, /\b[0-9a-fA-F]{2}(?:[ :,-][0-9a-fA-F]{2}){9,}\b/g],
  [BINARY, /\b[01]{8}(?:[ ,][01]{8}){7,}\b/g],
  [DECIMAL, /\b\d{2,3}(?:[ ,;]{1,2}\d{2,3}){11,}\b/g],
];

/** Shortest run without gaps that is looked at; ordinary words are shorter. */
const MIN_RUN = 16;
/** Longest run looked at as one; what can be decoded of a text at all is shorter. */
const MAX_RUN = 65_536;
/** Code units between two pauses. */
const PAUSE = 16_384;
/** Shortest text with as many bytes and gaps as a run of {@link SPACED} has. */
const MIN_SPACED = 29;
const NEXT_LINES = /^(?:\r?\n[A-Za-z0-9+/]{4,})+/;
/** 1: letters, digits and signs of base64, in both alphabets. */
const isRunUnit = new Uint8Array(128);
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=') {
  isRunUnit[char.charCodeAt(0)] = 1;
}

/** Texts in base64, base32, hexadecimal, binary and decimal bytes, one coding at a time. Nulls are places to pause. */
export function* findPieces(source: string, budget: DecodeBudget): Generator<readonly Piece[] | null, void> {
  yield yield* runsOf(source, budget);
  if (source.length < MIN_SPACED) return;
  for (const [coding, pattern] of SPACED) {
    const pieces: Piece[] = [];
    for (const match of boundedMatches(source, { pattern, longest: MAX_RUN })) {
      if (match === null) yield null;
      else add(pieces, pieceOf(coding, match.text, match.index, budget));
    }
    yield pieces;
  }
}

/** Pieces without gaps. Looks at every sixteenth character first, so that text in words costs next to nothing. */
function* runsOf(source: string, budget: DecodeBudget): Generator<null, readonly Piece[]> {
  const pieces: Piece[] = [];
  const { length } = source;
  let pauseAt = PAUSE;
  for (let start = 0; start + MIN_RUN <= length;) {
    if (start >= pauseAt) {
      yield null;
      pauseAt = start + PAUSE;
    }
    let at = start + MIN_RUN - 1;
    while (at >= start && isRun(source, at)) at--;
    if (at >= start) {
      start = at + 1;
      continue;
    }
    let end = start + MIN_RUN;
    const last = Math.min(length, start + MAX_RUN);
    while (end < last && isRun(source, end)) end++;
    if (end - start >= 40) end += NEXT_LINES.exec(source.slice(end, start + MAX_RUN))?.[0].length ?? 0;
    add(pieces, runPiece(source.slice(start, end), start, budget));
    start = end + 1;
  }
  return pieces;
}

function isRun(source: string, at: number): boolean {
  const code = source.charCodeAt(at);
  return code < 128 && isRunUnit[code] === 1;
}

function runPiece(run: string, start: number, budget: DecodeBudget): Piece | undefined {
  // A name before it (`data=…`) is no part of it.
  const named = endOfNames(run);
  if (named > 0) return runPiece(run.slice(named), start + named, budget);
  if (run.length < MIN_RUN) return undefined;
  if (/^(?:0x)?(?:[0-9a-fA-F]{2}){10,}$/.test(run)) {
    if (/^[01]{64,}$/.test(run)) return pieceOf(BINARY, run, start, budget);
    return pieceOf(HEX, run.replace(/^0x/, ''), start, budget);
  }
  if (/^[A-Z2-7]{24,}=*$/.test(run)) {
    const piece = pieceOf(BASE_32, run, start, budget);
    if (piece !== undefined) return piece;
  }
  return mayBeBase64(run) ? pieceOf(BASE_64, run, start, budget) : undefined;
}

/** Where the part behind the last `=` that is no padding begins. */
function endOfNames(run: string): number {
  let at = run.length - 1;
  while (at >= 0 && run.charCodeAt(at) === EQUALS) at--;
  return at < 0 ? 0 : run.lastIndexOf('=', at) + 1;
}

const EQUALS = 0x3d;

function pieceOf(
  { coding, ratio, decode }: PieceCoding,
  run: string,
  start: number,
  budget: DecodeBudget,
): Piece | undefined {
  const probe = decode(run.slice(0, Math.floor(PROBE_BYTES * ratio)));
  if (textOf(upToCharacter(probe)) === undefined) return undefined;
  const units = budget.take(run.length);
  const text =
    units === 0
      ? undefined
      : textOf(upToCharacter(decode(run.slice(0, units < run.length ? units - (units % 8) : units))));
  return text === undefined ? undefined : { coding, start, end: start + run.length, text };
}

function add(pieces: Piece[], piece: Piece | undefined): void {
  if (piece !== undefined) pieces.push(piece);
}

/** Words, paths and identifiers are made of the same letters. Text in base64 changes case all the time. */
function mayBeBase64(run: string): boolean {
  const length = Math.min(run.length, 96);
  let upper = 0;
  let lower = 0;
  let changes = 0;
  let previous = 0;
  for (let at = 0; at < length; at++) {
    const code = run.charCodeAt(at);
    const kind = code >= 0x61 ? 1 : code >= 0x41 && code <= 0x5a ? 2 : 3;
    if (kind === 1) lower++;
    else if (kind === 2) upper++;
    if (kind !== previous) changes++;
    previous = kind;
  }
  return upper * 8 >= length && lower * 8 >= length && changes * 3 >= length;
}

/** Without the bytes of a character that was cut in two at the end. */
function upToCharacter(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    if (length > back) end = bytes.length - back;
    break;
  }
  return end === bytes.length ? bytes : bytes.subarray(0, end);
}

function fromBase32(run: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((run.length * 5) / 8));
  let bits = 0;
  let value = 0;
  let length = 0;
  for (const char of run) {
    const digit = BASE32.indexOf(char);
    if (digit < 0) break;
    value = ((value << 5) | digit) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[length++] = (value >> bits) & 0xff;
  }
  return bytes.subarray(0, length);
}
