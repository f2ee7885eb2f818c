import type { Coding } from '../text-detector.js';
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
  /** Every run that may be in this coding, bounded or consuming what it reads. */
  readonly pattern: RegExp;
  /** How many code units make how many bytes. */
  readonly ratio: number;
  readonly decode: (run: string) => Uint8Array;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const CODINGS: readonly PieceCoding[] = [
  {
    coding: 'base64',
    pattern: /[A-Za-z0-9+/_-]{16,}(?:\r?\n[A-Za-z0-9+/]{4,})*={0,2}/g,
    ratio: 4 / 3,
    // Buffer reads both alphabets, and skips line ends.
    decode: (run) => Buffer.from(run, 'base64'),
  },
  {
    coding: 'hex',
    pattern: /(?:[0-9a-fA-F]{2}){10,}|[0-9a-fA-F]{2}(?:[ :,-][0-9a-fA-F]{2}){9,}/g,
    ratio: 2,
    decode: (run) => Buffer.from(run.replace(/[ :,-]/g, ''), 'hex'),
  },
  { coding: 'base32', pattern: /[A-Z2-7]{24,}={0,6}/g, ratio: 8 / 5, decode: fromBase32 },
  {
    coding: 'binary',
    pattern: /[01]{8}(?:[ ,]?[01]{8}){7,}/g,
    ratio: 8,
    decode: (run) => Uint8Array.from(run.replace(/[ ,]/g, '').match(/[01]{8}/g) ?? [], (byte) => parseInt(byte, 2)),
  },
  {
    coding: 'decimal',
    pattern: /\b\d{2,3}(?:[ ,;]{1,2}\d{2,3}){11,}\b/g,
    ratio: 3,
    decode: (run) => Uint8Array.from(run.match(/\d{2,3}/g) ?? [], Number),
  },
];

/** Texts in base64, base32, hexadecimal, binary and decimal bytes. One coding at a time, so that a caller can pause in between. */
export function* findPieces(source: string, budget: DecodeBudget): Generator<readonly Piece[], void> {
  for (const coding of CODINGS) yield piecesOf(source, coding, budget);
}

function piecesOf(source: string, { coding, pattern, ratio, decode }: PieceCoding, budget: DecodeBudget): Piece[] {
  const pieces: Piece[] = [];
  for (const match of source.matchAll(pattern)) {
    const [run] = match;
    if (coding === 'base64' && !mayBeBase64(run)) continue;
    const probe = decode(run.slice(0, Math.floor(PROBE_BYTES * ratio)));
    if (textOf(upToCharacter(probe)) === undefined) continue;
    const units = budget.take(run.length);
    if (units === 0) break;
    const text = textOf(upToCharacter(units === run.length ? decode(run) : decode(run.slice(0, units - (units % 8)))));
    if (text !== undefined) pieces.push({ coding, start: match.index, end: match.index + run.length, text });
  }
  return pieces;
}

/** Words, paths and identifiers are made of the same letters. Text in base64 has both cases, or digits. */
function mayBeBase64(run: string): boolean {
  if (run.length < 64 && /^[a-z_/-]+$|^[A-Z_/-]+$|^[0-9-]+$/.test(run)) return false;
  return /[A-Z]/.test(run) && /[a-z]/.test(run);
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
