import { LookalikeReplacement } from './lookalikes.js';
import { clusterEnd, foldCluster, foldUnit, isDroppedFold, isSimpleFold, visibleLength } from './fold.js';

/** What folding a cluster costs, in simple code units: hostile text is made of nothing else. */
const CLUSTER_COST = 32;

/** Fewer than a cluster takes. */
const MAX_DROPPED = 16;
/** Any unit that stands alone. */
const SIMPLE = 0x20;

/** Folds one text in steps, and maps offsets of the folded text back to the original. */
export class FoldedText {
  readonly #source: string;
  /** The code units of `source`: read faster than the string. */
  readonly #codes: Uint16Array;
  #units: Uint16Array;
  #length = 0;
  #position = 0;
  /** Words whose look-alike letters were replaced; known once the text is. */
  get lookalikes(): number {
    return this.#lookalikes.changed;
  }

  readonly #lookalikes = new LookalikeReplacement();
  readonly #segments = new Segments();
  /** Original minus folded offset of the current one-to-one segment; NaN when there is none. */
  #shift = Number.NaN;

  constructor(source: string) {
    this.#source = source;
    this.#codes = new Uint16Array(source.length);
    Buffer.from(this.#codes.buffer).write(source, 'utf16le');
    this.#units = new Uint16Array(source.length + 64);
  }

  /** Folds about `maxUnits` further code units, or clusters of the same cost. True when the whole text is folded. */
  step(maxUnits: number): boolean {
    const text = this.#source;
    if (this.#position >= text.length) return this.#lookalikes.step(this.#units, this.#length, maxUnits);
    let limit = Math.min(text.length, this.#position + maxUnits);
    let i = this.#position;
    while (i < limit) {
      i = this.#foldSimple(i, limit);
      if (i >= limit) break;
      if (isDroppedFold(foldUnit(this.#codes[i] ?? 0))) {
        i++;
        continue;
      }
      const end = clusterEnd(text, i);
      this.#pushCluster(text.slice(i, end), i);
      i = end;
      limit = Math.max(i, limit - CLUSTER_COST);
    }
    this.#position = i;
    return i >= text.length && this.#length <= maxUnits && this.#lookalikes.step(this.#units, this.#length, maxUnits);
  }

  /** The folded text. Call it once `step` has returned true. */
  text(): string {
    const { buffer, byteOffset } = this.#units;
    return Buffer.from(buffer, byteOffset, this.#length * 2).toString('utf16le');
  }

  /** Original offset of a match's first code unit. */
  sourceStart(folded: number): number {
    const { foldedAt, sourceAt, sourceLength } = this.#segments.at(folded);
    return sourceLength === 0 ? sourceAt + folded - foldedAt : sourceAt;
  }

  /** Original end of a match that ends before `folded` (exclusive, > 0). */
  sourceEnd(folded: number): number {
    const { foldedAt, sourceAt, sourceLength } = this.#segments.at(folded - 1);
    return sourceLength === 0 ? sourceAt + folded - foldedAt : sourceAt + sourceLength;
  }

  /** Folds characters that stand alone, one unit to one unit, from `start` on; returns where the first other one is. */
  #foldSimple(start: number, limit: number): number {
    const codes = this.#codes;
    const end = codes.length;
    let i = start;
    let folded = foldUnit(codes[i] ?? 0);
    if (!isSimpleFold(folded)) return i;
    this.#reserve(limit - start);
    if (i - this.#length !== this.#shift) this.#open(i, 0);
    const units = this.#units;
    let length = this.#length;
    // A unit is taken when the one behind it is simple as well, and so cannot join it.
    for (; i < limit; i++) {
      const ahead = i + 1 < end ? foldUnit(codes[i + 1] ?? 0) : folded;
      if (!isSimpleFold(ahead)) {
        const next = isDroppedFold(ahead) ? this.#afterDropped(i + 1) : 0;
        if (next === 0) break;
        units[length++] = folded;
        i = next - 1;
        if (next >= limit) continue;
        this.#length = length;
        this.#open(next, 0);
        folded = foldUnit(codes[next] ?? 0);
        continue;
      }
      units[length++] = folded;
      folded = ahead;
    }
    this.#length = length;
    return i;
  }

  /** Behind a few invisible characters, where what follows stands alone again; 0 = that needs a look at the cluster. */
  #afterDropped(start: number): number {
    const codes = this.#codes;
    let i = start;
    let folded = foldUnit(codes[i] ?? 0);
    while (isDroppedFold(folded) && i - start < MAX_DROPPED) {
      i++;
      folded = i < codes.length ? foldUnit(codes[i] ?? 0) : SIMPLE;
    }
    return isSimpleFold(folded) ? i : 0;
  }

  #pushCluster(cluster: string, at: number): void {
    const folded = foldCluster(cluster);
    if (folded === '') return;
    this.#reserve(folded.length);
    const visible = visibleLength(cluster);
    if (folded.length !== visible) this.#open(at, visible);
    else if (at - this.#length !== this.#shift) this.#open(at, 0);
    for (let i = 0; i < folded.length; i++) this.#units[this.#length++] = folded.charCodeAt(i);
  }

  #open(at: number, sourceLength: number): void {
    this.#segments.push(this.#length, at, sourceLength);
    this.#shift = sourceLength === 0 ? at - this.#length : Number.NaN;
  }

  #reserve(units: number): void {
    if (this.#length + units <= this.#units.length) return;
    const larger = new Uint16Array((this.#length + units) * 2);
    larger.set(this.#units);
    this.#units = larger;
  }
}

/** Where a segment starts in the folded and the original text, and its original length (0 = one unit to one unit). */
interface Segment {
  readonly foldedAt: number;
  readonly sourceAt: number;
  readonly sourceLength: number;
}

const BLOCK_BITS = 12;
const BLOCK = 1 << BLOCK_BITS;

/** Numbers of one segment. */
const PARTS = 3;
const EMPTY = new Uint32Array(0);

/**
 * Segments by position, in blocks: one array for half a million of them would take milliseconds each time it is made larger. From the
 * second on they are typed arrays: the collector would copy plain ones, which takes as long; for most texts a plain one is cheaper.
 */
class Segments {
  readonly #first: number[] = [];
  readonly #blocks: (number[] | Uint32Array)[] = [this.#first];
  #last = EMPTY;
  #count = 0;

  push(foldedAt: number, sourceAt: number, sourceLength: number): void {
    const count = this.#count++;
    if (count < BLOCK) {
      this.#first.push(foldedAt, sourceAt, sourceLength);
      return;
    }
    const slot = count & (BLOCK - 1);
    if (slot === 0) this.#blocks.push((this.#last = new Uint32Array(BLOCK * PARTS)));
    const at = slot * PARTS;
    this.#last[at] = foldedAt;
    this.#last[at + 1] = sourceAt;
    this.#last[at + 2] = sourceLength;
  }

  /** The last segment that starts at or before `folded`. */
  at(folded: number): Segment {
    let low = 0;
    let high = this.#count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#number(middle, 0) <= folded) low = middle;
      else high = middle - 1;
    }
    return {
      foldedAt: this.#number(low, 0),
      sourceAt: this.#number(low, 1),
      sourceLength: this.#number(low, 2),
    };
  }

  #number(segment: number, part: 0 | 1 | 2): number {
    return this.#blocks[segment >> BLOCK_BITS]?.[(segment & (BLOCK - 1)) * PARTS + part] ?? 0;
  }
}

/** A short text folded at once. */
export function foldText(text: string): string {
  const folded = new FoldedText(text);
  while (!folded.step(text.length));
  return folded.text();
}
