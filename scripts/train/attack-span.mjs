// Finds the attack within a benign carrier: the longest part whose words do not stand in that order in any benign row. Trained on as a
// whole, such a row would teach that its carrier is an attack; scored by a model that knows the carrier, it would look too easy.
const MAX_GAP = 3;
/** Triples of words that a benign row must share with an attack to be its carrier. */
const MIN_SHARED = 5;
/** Benign rows that one triple is looked up in. */
const MAX_PLACES = 8;
/** A larger part of the row is no find: something else in it is the carrier. */
const MAX_SHARE = 0.8;

const wordsOf = (text) =>
  Array.from(text.matchAll(/[\p{L}\p{N}]+/gu), ({ 0: word, index }) => ({ word: word.toLowerCase(), index }));
const tripleAt = (words, i) => `${words[i].word} ${words[i + 1].word} ${words[i + 2].word}`;

/** Benign rows, to find carriers in. */
export class Carriers {
  #places = new Map();

  constructor(rows) {
    for (const row of rows.filter(({ label }) => label === 0)) {
      const words = wordsOf(row.text);
      for (let i = 0; i + 3 <= words.length; i++) this.#add(tripleAt(words, i), row);
    }
  }

  #add(triple, row) {
    const places = this.#places.get(triple);
    if (places === undefined) this.#places.set(triple, [row]);
    else if (places.length < MAX_PLACES && places.at(-1) !== row) places.push(row);
  }

  /** `{ carrier, attack }` of a row: the benign row and the part of the text that is not its; null when it stands in none. */
  find({ text }) {
    const words = wordsOf(text);
    const shared = new Map();
    const known = new Uint8Array(words.length);
    for (let i = 0; i + 3 <= words.length; i++) {
      const places = this.#places.get(tripleAt(words, i)) ?? [];
      if (places.length > 0) known.fill(1, i, i + 3);
      for (const row of places) shared.set(row, (shared.get(row) ?? 0) + 1);
    }
    const [carrier, count] = [...shared].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [null, 0]);
    if (count < MIN_SHARED) return null;
    const { from, to } = longestUnknown(known);
    if (to - from >= MAX_SHARE * words.length) return { carrier, attack: null };
    const end = words[to - 1];
    return { carrier, attack: text.slice(words[from].index, end.index + end.word.length) };
  }
}

/** Most unknown words in a row, single known triples in between allowed. */
function longestUnknown(known) {
  let best = { from: 0, to: known.length, count: 0 };
  let run = null;
  for (let i = 0; i < known.length; i++) {
    if (known[i] === 1) continue;
    const goesOn = run !== null && i - run.to <= MAX_GAP;
    run = goesOn ? { ...run, to: i + 1, count: run.count + 1 } : { from: i, to: i + 1, count: 1 };
    if (run.count > best.count) best = run;
  }
  return best;
}
