import { sendsItself } from './self-sending-url.js';

/** Each is looked for as it is, so that there may not be many. Numbers are found by their form. */
const MAX_LITERAL = 64;
const NUMBER = /8\d{14}/g;
const PATTERN_CHARACTERS = /[\\^$.*+?()[\]{}|]/g;

/** Placeholders without a tag of the vault in brackets, in the format that a schema asks for, and their values. */
export class FormattedPlaceholders {
  /** By placeholder in lower case. */
  readonly #literals = new Map<string, string>();
  readonly #numbers = new Map<string, string>();

  /** False when an ordinary placeholder has to do. Numbers always fit: who sends one expects one back. */
  hasRoomFor(format: string): boolean {
    return format === 'number' || this.#literals.size < MAX_LITERAL;
  }

  /** Keeps a new one. False when it could be taken for another one, or for a part of it: draw again. */
  add(format: string, placeholder: string, value: string): boolean {
    const literal = placeholder.toLowerCase();
    if (format === 'number') {
      if (this.#numbers.has(literal)) return false;
      this.#numbers.set(literal, value);
      return true;
    }
    // A date has 336,000 values of it, so that sixty of them meet in every two hundredth call.
    for (const known of this.#literals.keys()) if (known === literal || isPartOfOther(known, literal)) return false;
    this.#literals.set(literal, value);
    return true;
  }

  /** The value of a number that stands for one; undefined when it does not. */
  valueOfNumber(text: string): string | undefined {
    return this.#numbers.get(text);
  }

  /** Replaces them all, in any letter case, but for those in addresses that a client fetches by itself. */
  restore(text: string): string {
    const restored = this.#literals.size === 0 ? text : this.#restoreLiterals(text);
    if (this.#numbers.size === 0) return restored;
    return restored.replace(NUMBER, (found, at: number) => {
      const value = this.#numbers.get(found);
      return value === undefined || sendsItself(restored, at) ? found : value;
    });
  }

  #restoreLiterals(text: string): string {
    const lower = text.toLowerCase();
    const present = [...this.#literals.keys()].filter((placeholder) => lower.includes(placeholder));
    if (present.length === 0) return text;
    // The longest first: `address-1-...` also ends `ip-address-1-...`. In one pass, so that no value is read again.
    present.sort((a, b) => b.length - a.length);
    const pattern = present.map((placeholder) => placeholder.replace(PATTERN_CHARACTERS, '\\$&')).join('|');
    return text.replace(new RegExp(pattern, 'gi'), (found, at: number) => {
      const value = this.#literals.get(found.toLowerCase());
      return value === undefined || sendsItself(text, at) ? found : value;
    });
  }
}

/** True for `2001-02-03` in `2001-02-03T00:00:00Z`, or `240.1.2.3` in `240.1.2.34`; where names differ, the longest-first rule is enough. */
function isPartOfOther(known: string, literal: string): boolean {
  return known.startsWith(literal) || literal.startsWith(known);
}
