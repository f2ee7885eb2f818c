// Texts as sequences of tokens with hashed features, by the very code that the gateway runs (dist/, so build first).
import { featuresOf } from '../../dist/guardrails/local/classifier/feature-stream.js';
import { MAX_WINDOW, openWindow } from '../../dist/guardrails/local/text-window.js';

/** Tokens of one text kept for training. */
const MAX_TOKENS = 6000;

export function viewOf(text) {
  return { text, source: text, codings: [], invisible: 0, lookalikes: 0 };
}

/** Calls `use` with each window of a text. */
export function eachWindow(text, use) {
  const isLatin1 = !/[\u0100-\uffff]/.test(text);
  for (let from = 0; from < text.length; from += MAX_WINDOW) {
    use(openWindow(text, from, Math.min(text.length, from + MAX_WINDOW), isLatin1));
  }
}

/** `{ features, ends, tokens }`: hashes of all tokens, and where those of each token end. */
export function encode(text) {
  const stream = featuresOf(viewOf(text));
  const parts = [];
  let tokens = 0;
  let length = 0;
  eachWindow(text.slice(0, 64 * 1024), (window) => {
    const batch = stream.read(window);
    const take = Math.min(batch.tokens, MAX_TOKENS - tokens);
    if (take <= 0) return;
    const end = batch.ends[take - 1];
    parts.push({ features: batch.features.slice(0, end), ends: batch.ends.slice(0, take), at: length });
    tokens += take;
    length += end;
  });
  const features = new Uint32Array(length);
  const ends = new Uint32Array(tokens);
  let token = 0;
  for (const part of parts) {
    features.set(part.features, part.at);
    for (const end of part.ends) ends[token++] = end + part.at;
  }
  return { features, ends, tokens };
}

/**
 * Replaces hashes by dense ids (0 = rare, left out) over all examples. A feature counts when it stands in `minTexts` texts.
 * Returns the hash of each id.
 */
export function index(examples, minTexts) {
  const bits = 24;
  const size = 1 << bits;
  const keys = new Uint32Array(size);
  const counts = new Uint8Array(size);
  const last = new Int32Array(size).fill(-1);
  const find = (hash) => {
    let slot = Math.imul(hash, 0x9e3779b1) >>> (32 - bits);
    while (counts[slot] !== 0 && keys[slot] !== hash) slot = (slot + 1) & (size - 1);
    return slot;
  };
  let used = 0;
  examples.forEach((example, number) => {
    for (const hash of example.features) {
      const slot = find(hash);
      if (counts[slot] === 0) {
        if (used++ > size * 0.9) throw new Error('Too many features for the index.');
        keys[slot] = hash;
      }
      if (last[slot] === number || counts[slot] === 255) continue;
      last[slot] = number;
      counts[slot]++;
    }
  });
  const ids = new Int32Array(size);
  const hashes = [0];
  for (let slot = 0; slot < size; slot++) {
    if (counts[slot] >= minTexts) {
      ids[slot] = hashes.length;
      hashes.push(keys[slot]);
    }
  }
  for (const example of examples) example.ids = Int32Array.from(example.features, (hash) => ids[find(hash)]);
  return Uint32Array.from(hashes);
}
