import type { Hit } from '../hit.js';
import { strongestApart } from './overlaps.js';

/** Hits of one text that wait to be put in order. */
const WAITING = 512;
/** A hit begins at most this far before the window that it is found in: labels are looked for behind values. */
const LOOK_BACK = 1_024;

/**
 * The hits of a text without overlaps, put in order while the text is read: a hostile text holds tens of thousands, and sorting all of
 * them at its end would hold the event loop.
 */
export class SettledHits {
  /** Found and not in order yet. */
  readonly waiting: Hit[] = [];
  readonly #settled: Hit[] = [];

  /** Puts in order what lies so far before `to`, the end of a window, that nothing will be found before it any more. */
  settle(to: number): void {
    if (this.waiting.length < WAITING) return;
    const sorted = strongestApart(this.waiting);
    const later = sorted.findIndex(({ end }) => end > to - LOOK_BACK);
    this.waiting.length = 0;
    const done = later < 0 ? sorted.length : later;
    for (let i = 0; i < sorted.length; i++) {
      const hit = sorted[i];
      if (hit !== undefined) (i < done ? this.#settled : this.waiting).push(hit);
    }
  }

  finish(): readonly Hit[] {
    if (this.#settled.length === 0) return strongestApart(this.waiting);
    const rest = strongestApart(this.waiting);
    const last = this.#settled.at(-1);
    // Something began further back than anything should: everything is put in order again.
    if (last !== undefined && (rest[0]?.start ?? Infinity) < last.end)
      return strongestApart([...this.#settled, ...rest]);
    for (const hit of rest) this.#settled.push(hit);
    return this.#settled;
  }
}
