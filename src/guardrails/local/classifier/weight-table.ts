import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { FEATURE_VERSION } from './feature-batch.js';

/**
 * A table file, little-endian: `SMGT`, u16 format, u16 feature version, u8 slot bits, u8 calibration points, u16 zero, f32 bias,
 * f32 weight per step, 32 bytes SHA-256 of the training data, points × (f32 log-odds, f32 probability), u16 fingerprint per slot,
 * i8 weight per slot, 32 bytes SHA-256 of all bytes before.
 */
const MAGIC = 'SMGT';
const FORMAT = 1;
const FIXED = 20;
const HASH = 32;
const MAX_SLOT_BITS = 18;

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest();

type Point = WeightTableContent['calibration'][number];
/** Without a calibration nothing is known. */
const EVEN: Point = [0, 0.5];
/** Log-odds over which the distance to 0 or 1 falls to a third, beyond what was measured. */
const TAIL = 4;

/** What a table file holds. */
export interface WeightTableContent {
  readonly slotBits: number;
  readonly bias: number;
  readonly step: number;
  /** SHA-256 of the data that the weights were trained on. */
  readonly dataHash: Buffer;
  /** Log-odds and the probability they stand for, both rising. */
  readonly calibration: readonly (readonly [number, number])[];
  readonly fingerprints: Uint16Array;
  readonly weights: Int8Array;
}

/**
 * Weights of hashed features. A slot is taken only by the feature whose fingerprint it holds, so that a feature never seen in
 * training weighs nothing instead of what it collides with.
 */
export class WeightTable {
  readonly #fingerprints: Uint16Array;
  readonly #weights: Int8Array;
  readonly #shift: number;
  readonly #calibration: WeightTableContent['calibration'];
  readonly #ends: readonly [Point, Point];
  readonly bias: number;
  readonly step: number;
  readonly dataHash: string;

  constructor(content: WeightTableContent) {
    this.#fingerprints = content.fingerprints;
    this.#weights = content.weights;
    this.#shift = 32 - content.slotBits;
    this.#calibration = content.calibration;
    const [first = EVEN, ...rest] = content.calibration;
    this.#ends = [first, rest.at(-1) ?? first];
    this.bias = content.bias;
    this.step = content.step;
    this.dataHash = content.dataHash.toString('hex');
  }

  /** Sum of the weights of `features[from, to)`, in steps. */
  sum(features: Uint32Array, from: number, to: number): number {
    const fingerprints = this.#fingerprints;
    const weights = this.#weights;
    const shift = this.#shift;
    let total = 0;
    for (let i = from; i < to; i++) {
      const feature = features[i] ?? 0;
      const slot = feature >>> shift;
      const fingerprint = feature & 0xffff || 1;
      if (fingerprints[slot] === fingerprint) total += weights[slot] ?? 0;
      else if (fingerprints[slot ^ 1] === fingerprint) total += weights[slot ^ 1] ?? 0;
    }
    return total;
  }

  /**
   * The probability that log-odds stand for, as measured on rows that were not trained on. Beyond what was measured it goes on towards
   * 0 and 1, so that a more certain text always has the higher score.
   */
  probability(logOdds: number): number {
    const points = this.#calibration;
    const [first, last] = this.#ends;
    if (logOdds <= first[0]) return first[1] * Math.exp((logOdds - first[0]) / TAIL);
    if (logOdds >= last[0]) return 1 - (1 - last[1]) * Math.exp((last[0] - logOdds) / TAIL);
    let [x0, y0] = first;
    for (let point = 1; point < points.length; point++) {
      const [x, y] = points[point] ?? first;
      if (logOdds < x) return y0 + ((y - y0) * (logOdds - x0)) / (x - x0);
      x0 = x;
      y0 = y;
    }
    return y0;
  }
}

/**
 * Reads a table file of this folder's `tables/`.
 * @throws Error when it is missing, damaged or made for other features: a gateway must not start with a detector that sees nothing.
 */
export function loadWeightTable(name: string): WeightTable {
  const file = new URL(`./tables/${name}.bin`, import.meta.url);
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new Error(`The classifier table ${name}.bin cannot be read. Reinstall the gateway, or run npm run build.`, {
      cause,
    });
  }
  return new WeightTable(decodeWeightTable(bytes, name));
}

/** @throws Error as {@link loadWeightTable} does */
export function decodeWeightTable(bytes: Buffer, name: string): WeightTableContent {
  const damaged = () => new Error(`The classifier table ${name}.bin is damaged. Reinstall the gateway.`);
  if (bytes.length < FIXED + 2 * HASH || bytes.toString('latin1', 0, 4) !== MAGIC) throw damaged();
  const end = bytes.length - HASH;
  if (!sha256(bytes.subarray(0, end)).equals(bytes.subarray(end))) throw damaged();
  if (bytes.readUInt16LE(4) !== FORMAT || bytes.readUInt16LE(6) !== FEATURE_VERSION) {
    throw new Error(`The classifier table ${name}.bin was made by another version of the gateway. Run npm run train.`);
  }
  const slotBits = bytes.readUInt8(8);
  const points = bytes.readUInt8(9);
  const start = FIXED + HASH + points * 8;
  const slots = 2 ** slotBits;
  if (slotBits > MAX_SLOT_BITS || end - start !== slots * 3) throw damaged();
  // Copied, because the bytes of a file need not start where a 16-bit array may.
  const body = new Uint8Array(bytes.subarray(start, end)).buffer;
  return {
    slotBits,
    bias: bytes.readFloatLE(12),
    step: bytes.readFloatLE(16),
    dataHash: bytes.subarray(FIXED, FIXED + HASH),
    calibration: Array.from({ length: points }, (_, point) => {
      const at = FIXED + HASH + point * 8;
      return [bytes.readFloatLE(at), bytes.readFloatLE(at + 4)] as const;
    }),
    fingerprints: new Uint16Array(body, 0, slots),
    weights: new Int8Array(body, slots * 2, slots),
  };
}

/** The bytes of a table file. */
export function encodeWeightTable(content: WeightTableContent): Buffer {
  const head = Buffer.alloc(FIXED);
  head.write(MAGIC, 'latin1');
  head.writeUInt16LE(FORMAT, 4);
  head.writeUInt16LE(FEATURE_VERSION, 6);
  head.writeUInt8(content.slotBits, 8);
  head.writeUInt8(content.calibration.length, 9);
  head.writeFloatLE(content.bias, 12);
  head.writeFloatLE(content.step, 16);
  const points = Buffer.alloc(content.calibration.length * 8);
  content.calibration.forEach(([logOdds, probability], point) => {
    points.writeFloatLE(logOdds, point * 8);
    points.writeFloatLE(probability, point * 8 + 4);
  });
  const { fingerprints, weights } = content;
  const body = [head, content.dataHash, points, bytesOf(fingerprints), bytesOf(weights)];
  const bytes = Buffer.concat(body);
  return Buffer.concat([bytes, sha256(bytes)]);
}

function bytesOf(array: Uint16Array | Int8Array): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}
