// Finds the attack within a benign carrier: the part whose words do not stand in that order in any benign text. Trained on as a whole,
// such a row would teach that its carrier is an attack.
const hashOf = (words, at) => {
  let hash = 0;
  for (let i = at; i < at + 3; i++)
    for (let k = 0; k < words[i].length; k++) hash = (Math.imul(hash, 31) + words[i].charCodeAt(k)) | 0;
  return hash;
};
const MAX_GAP = 3;

/** Triples of words of benign texts. */
export function triplesOf(texts) {
  const triples = new Set();
  for (const text of texts) {
    const words = text.split(/\s+/);
    for (let i = 0; i + 3 <= words.length; i++) triples.add(hashOf(words, i));
  }
  return triples;
}

/** The attack in `text`; the whole text when no part of it is known. */
export function attackIn(text, triples) {
  const words = text.split(/\s+/);
  const known = new Uint8Array(words.length);
  for (let i = 0; i + 3 <= words.length; i++) if (triples.has(hashOf(words, i))) known.fill(1, i, i + 3);
  let best = { from: 0, to: words.length, count: 0 };
  let run = null;
  for (let i = 0; i < words.length; i++) {
    if (known[i] === 1) continue;
    run =
      run !== null && i - run.to <= MAX_GAP
        ? { ...run, to: i + 1, count: run.count + 1 }
        : { from: i, to: i + 1, count: 1 };
    if (run.count > best.count) best = run;
  }
  return words.slice(best.from, best.to).join(' ');
}
