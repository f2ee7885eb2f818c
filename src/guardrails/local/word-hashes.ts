import { featuresOf } from './classifier/feature-stream.js';
import { MAX_WINDOW, openWindow } from './text-window.js';

/** The hash of each word, made by the tokeniser itself so that both always agree. What it does not read as one token is left out. */
export function hashesOfWords(words: readonly string[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const place = new Map<number, string>();
  let text = '';
  const flush = () => {
    const view = { text, source: text, codings: [], invisible: 0, lookalikes: 0 };
    const batch = featuresOf(view).read(openWindow(text, 0, text.length, false));
    for (let i = 0; i < batch.tokens; i++) {
      const start = batch.starts[i] ?? 0;
      const word = place.get(start);
      if (word?.length === (batch.stops[i] ?? 0) - start) found.set(word, batch.words[i] ?? 0);
    }
    text = '';
    place.clear();
  };
  for (const word of words) {
    if (text.length + word.length + 2 > MAX_WINDOW) flush();
    place.set(text.length, word);
    text += `${word}, `;
  }
  flush();
  return found;
}
