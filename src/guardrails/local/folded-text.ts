import { replaceLookalikes } from './lookalikes.js';
import { clusterEnd, foldCluster, foldUnit, isDroppedFold, isSimpleFold, visibleLength } from './fold.js';

/** Folds one text in steps, and maps offsets of the folded text back to the original. */
export class FoldedText {
  readonly #source: string;
  /** The code units of `source`: read faster than the string. */
  readonly #codes: Uint16Array;
  #units: Uint16Array;
  #length = 0;
  #position = 0;
  /** Words whose look-alike letters were replaced; known once the text is. */
  lookalikes = 0;
  /** Segments: where each starts in the folded and the original text, and its original length (0 = one unit to one unit). */
  readonly #foldedAt: number[] = [];
  readonly #sourceAt: number[] = [];
  readonly #sourceLength: number[] = [];
  /** Original minus folded offset of the current one-to-one segment; NaN when there is none. */
  #shift = Number.NaN;

  constructor(source: string) {
    this.#source = source;
    this.#codes = new Uint16Array(source.length);
    Buffer.from(this.#codes.buffer).write(source, 'utf16le');
    this.#units = new Uint16Array(source.length + 64);
  }

  /** Folds about `maxUnits` further code units. True when the whole text is folded. */
  step(maxUnits: number): boolean {
    const text = this.#source;
    const limit = Math.min(text.length, this.#position + maxUnits);
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
    }
    this.#position = i;
    return i >= text.length;
  }

  /** The folded text. Call it once `step` has returned true. */
  text(): string {
    this.lookalikes = replaceLookalikes(this.#units, this.#length);
    const { buffer, byteOffset } = this.#units;
    return Buffer.from(buffer, byteOffset, this.#length * 2).toString('utf16le');
  }

  /** Original offset of a match's first code unit. */
  sourceStart(folded: number): number {
    const segment = this.#segmentOf(folded);
    const start = this.#sourceAt[segment] ?? 0;
    return this.#sourceLength[segment] === 0 ? start + folded - (this.#foldedAt[segment] ?? 0) : start;
  }

  /** Original end of a match that ends before `folded` (exclusive, > 0). */
  sourceEnd(folded: number): number {
    const segment = this.#segmentOf(folded - 1);
    const start = this.#sourceAt[segment] ?? 0;
    const length = this.#sourceLength[segment] ?? 0;
    return length === 0 ? start + folded - (this.#foldedAt[segment] ?? 0) : start + length;
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
      if (!isSimpleFold(ahead)) break;
      units[length++] = folded;
      folded = ahead;
    }
    this.#length = length;
    return i;
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
    this.#foldedAt.push(this.#length);
    this.#sourceAt.push(at);
    this.#sourceLength.push(sourceLength);
    this.#shift = sourceLength === 0 ? at - this.#length : Number.NaN;
  }

  #reserve(units: number): void {
    if (this.#length + units <= this.#units.length) return;
    const larger = new Uint16Array((this.#length + units) * 2);
    larger.set(this.#units);
    this.#units = larger;
  }

  /** Index of the last segment that starts at or before `folded`. */
  #segmentOf(folded: number): number {
    let low = 0;
    let high = this.#foldedAt.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#foldedAt[middle] ?? 0) <= folded) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** A short text folded at once. */
export function foldText(text: string): string {
  const folded = new FoldedText(text);
  while (!folded.step(text.length));
  return folded.text();
}
