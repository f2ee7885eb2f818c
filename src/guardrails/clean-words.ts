import type { CheckContext } from './check-context.js';

/** Where a word stands. */
export interface WordPlace {
  readonly field: string;
  readonly context: CheckContext;
  /** Whether it is also read as a part of its call: fewer detectors look at it alone then. */
  readonly isPart: boolean;
}

/** Enough for the names of tools, the types of content and the constants of schemas; a hostile variety is not kept. */
const MAX_WORDS = 4_096;
const MAX_CHARS = 24;

/**
 * Words in which the detectors of a policy found nothing: `text`, `echo`, `object`. They stand in every call, and what detectors say of a
 * word depends on nothing but the word and its place. Small ASCII letters and `_` alone: no sentence, number, address or key is kept.
 */
export class CleanWords {
  readonly #known = new Set<string>();

  has(text: string, place: WordPlace): boolean {
    return isWord(text) && this.#known.has(keyOf(text, place));
  }

  add(text: string, place: WordPlace): void {
    if (this.#known.size < MAX_WORDS && place.field.length <= MAX_CHARS && isWord(text)) {
      this.#known.add(keyOf(text, place));
    }
  }
}

function keyOf(text: string, { field, context: { channel, tool }, isPart }: WordPlace): string {
  return `${text} ${isPart ? 'part' : 'alone'} ${channel} ${tool} ${field}`;
}

function isWord(text: string): boolean {
  if (text.length > MAX_CHARS) return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if ((code < 0x61 || code > 0x7a) && code !== UNDERSCORE) return false;
  }
  return true;
}

const UNDERSCORE = 0x5f;
