import { mix } from '../classifier/feature-batch.js';
import { hashesOfWords } from '../word-hashes.js';
import { COMMON_TERMS } from './common-terms.js';
import type { ResolvedTopic } from './topic-resolution.js';

const SALT = 0x5bd1e995;
/** Words of the longest term. */
export const MAX_TERM_WORDS = 4;

/** Hash of several words in a row. */
export const followedBy = (before: number, word: number): number => mix(before, word, SALT) | 0;

/**
 * Terms of all topics of a policy by the hash of their words. A slot holds the hash, and an index into lists of (topic, worth); the
 * beginnings of terms of several words have slots too, so that the search knows when to look further.
 */
export class TopicTerms {
  readonly #hashes: Int32Array;
  readonly #values: Int32Array;
  readonly #mask: number;
  /** `[topic, worth, topic, worth, …]` */
  readonly worths: readonly (readonly number[])[];

  constructor(topics: readonly ResolvedTopic[]) {
    const found = collect(topics);
    let size = 64;
    while (size < found.size * 2) size *= 2;
    this.#mask = size - 1;
    this.#hashes = new Int32Array(size);
    this.#values = new Int32Array(size);
    const worths: number[][] = [[]];
    for (const [hash, list] of found) {
      let slot = (hash ^ (hash >>> 15)) & this.#mask;
      while (this.#values[slot] !== 0) slot = (slot + 1) & this.#mask;
      this.#hashes[slot] = hash;
      this.#values[slot] = worths.length;
      worths.push(list);
    }
    this.worths = worths;
  }

  /** Index into {@link worths}, 0 = no term and no beginning of one. */
  find(hash: number): number {
    let slot = (hash ^ (hash >>> 15)) & this.#mask;
    for (;;) {
      const value = this.#values[slot] ?? 0;
      if (value === 0 || this.#hashes[slot] === hash) return value;
      slot = (slot + 1) & this.#mask;
    }
  }
}

function collect(topics: readonly ResolvedTopic[]): ReadonlyMap<number, number[]> {
  const parts = new Set<string>();
  for (const { terms } of topics) for (const term of terms.keys()) for (const word of term.split(' ')) parts.add(word);
  const hashes = hashesOfWords([...parts]);
  const found = new Map<number, number[]>();
  topics.forEach(({ terms }, topic) => {
    for (const [term, worth] of terms) {
      // A single letter or a number is no token: `vitamin d` is found as `vitamin`.
      const known = term.split(' ').flatMap((word) => hashes.get(word) ?? []);
      const first = known[0];
      if (first === undefined || known.length > MAX_TERM_WORDS) continue;
      let hash = first;
      for (const word of known.slice(1)) {
        if (!found.has(hash)) found.set(hash, []);
        hash = followedBy(hash, word);
      }
      const list = found.get(hash) ?? [];
      const isCommon = known.length === 1 && COMMON_TERMS.has(term);
      list.push(topic, isCommon ? Math.min(worth, 0.5) : worth);
      found.set(hash, list);
    }
  });
  return found;
}
