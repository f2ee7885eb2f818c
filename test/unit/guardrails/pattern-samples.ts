import { pick } from './fixtures.js';

/**
 * A random text that a simple pattern matches: literals, escapes, classes, groups, alternatives and bounded repeats. Look-aheads are passed
 * over, so that the sample may have to be drawn again.
 */
export function sampleOf(pattern: string, random: () => number): string {
  return new Sampler(pattern, random).alternatives();
}

class Sampler {
  readonly #pattern: string;
  readonly #random: () => number;
  #at = 0;

  constructor(pattern: string, random: () => number) {
    this.#pattern = pattern;
    this.#random = random;
  }

  alternatives(): string {
    const options: string[] = [];
    do options.push(this.#sequence());
    while (this.#take('|'));
    return pick(this.#random, options);
  }

  #sequence(): string {
    let text = '';
    while (this.#at < this.#pattern.length && !'|)'.includes(this.#pattern.charAt(this.#at))) text += this.#repeated();
    return text;
  }

  #repeated(): string {
    const from = this.#at;
    let piece = this.#atom();
    const to = this.#at;
    const [low, high] = this.#quantifier();
    const after = this.#at;
    const count = low + Math.floor(this.#random() * (Math.min(high, low + 8) - low + 1));
    let text = '';
    for (let i = 0; i < count; i++) {
      text += piece;
      this.#at = from;
      piece = this.#atom();
      this.#at = to;
    }
    this.#at = after;
    return text;
  }

  #atom(): string {
    if (this.#take('(?=') || this.#take('(?!')) {
      this.alternatives();
      this.#at++;
      return '';
    }
    if (this.#take('(?:')) {
      const text = this.alternatives();
      this.#at++;
      return text;
    }
    if (this.#take('[')) return pick(this.#random, this.#classChars());
    if (this.#take('\\')) return pick(this.#random, escaped(this.#next()));
    return this.#next();
  }

  #classChars(): string[] {
    const chars: string[] = [];
    while (!this.#take(']')) {
      const char = this.#next();
      if (char === '\\') chars.push(...escaped(this.#next()));
      else if (this.#pattern.charAt(this.#at) === '-' && this.#pattern.charAt(this.#at + 1) !== ']') {
        this.#at++;
        const last = this.#next();
        for (let code = char.charCodeAt(0); code <= last.charCodeAt(0); code++) chars.push(String.fromCharCode(code));
      } else chars.push(char);
    }
    return chars;
  }

  #quantifier(): readonly [number, number] {
    if (this.#take('?')) return [0, 1];
    if (!this.#take('{')) return [1, 1];
    const end = this.#pattern.indexOf('}', this.#at);
    const [low = '1', high = low] = this.#pattern.slice(this.#at, end).split(',');
    this.#at = end + 1;
    return [Number(low), Number(high)];
  }

  #take(literal: string): boolean {
    if (!this.#pattern.startsWith(literal, this.#at)) return false;
    this.#at += literal.length;
    return true;
  }

  #next(): string {
    return this.#pattern.charAt(this.#at++);
  }
}

const DIGITS = '0123456789';

function escaped(char: string): string[] {
  if (char === 'd') return Array.from(DIGITS);
  if (char === 'w') return Array.from(`abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ${DIGITS}_`);
  return [char];
}
