import { FormattedPlaceholders } from './formatted-placeholders.js';
import { sendsItself } from './self-sending-url.js';
import {
  cutTag,
  formattedPlaceholder,
  missingPart,
  type PlaceholderFormat,
  placeholderPattern,
  placeholderText,
  randomTag,
  writtenLike,
} from './placeholder.js';
import type { Hit } from './local/hit.js';

/**
 * What one request had redacted: `<EMAIL_1_k7f3a2wq>` for a value, and back. The tag is 40 random bits of this request, so that a
 * placeholder can neither be guessed nor taken for text that only looks like one. Dropped with the request, never shared, never stored.
 */
export class RedactionVault {
  readonly #tag = randomTag();
  readonly #counters = new Map<string, number>();
  readonly #placeholders = new Map<string, string>();
  /** Value by `EMAIL_1`. */
  readonly #values = new Map<string, string>();
  readonly #formatted = new FormattedPlaceholders();
  #pattern: RegExp | undefined;
  /** The least of the tag that is restored, in any case. */
  #sign: RegExp | undefined;

  /** The text with each hit replaced. Hits must not overlap and must be in order. The same value always gets the same placeholder. */
  redact(text: string, hits: readonly Hit[]): string {
    let redacted = '';
    let from = 0;
    for (const hit of hits) {
      redacted += text.slice(from, hit.start) + this.#placeholderOf(hit.category, text.slice(hit.start, hit.end));
      from = hit.end;
    }
    return redacted + text.slice(from);
  }

  /** A placeholder for a whole value that must keep its format. Falls back to the ordinary one when there are too many of them. */
  replaceWhole(value: string, category: string, format: PlaceholderFormat): string {
    if (format === 'text' || !this.#formatted.hasRoomFor(format)) return this.#placeholderOf(category, value);
    const key = `${format} ${category} ${value}`;
    const known = this.#placeholders.get(key);
    if (known !== undefined) return known;
    const name = this.#nextName(category);
    let placeholder = formattedPlaceholder(format, name, this.#tag);
    while (!this.#formatted.add(format, placeholder, value))
      placeholder = formattedPlaceholder(format, name, this.#tag);
    this.#placeholders.set(key, placeholder);
    return placeholder;
  }

  /**
   * The text with this vault's placeholders replaced by their values, in one pass: a value that looks like a placeholder is not replaced
   * again. It does not matter what became of letter case and brackets; where they were encoded, the value is encoded likewise. A
   * placeholder that was cut off at the end is restored while half of its tag is left. Inside of addresses that a client fetches on its
   * own (images), placeholders stay: restored there, the value would leave without anybody's doing. Others' placeholders stay as they are.
   */
  restore(text: string): string {
    return this.restoreCut(text).text;
  }

  /** As `restore`; `missing` is what is cut off at the very end of the text, to be taken away where the text goes on elsewhere. */
  restoreCut(text: string): { readonly text: string; readonly missing: string } {
    let missing = '';
    let restored = text;
    this.#sign ??= new RegExp(cutTag(this.#tag), 'i');
    if (this.#values.size > 0 && this.#sign.test(text)) {
      this.#pattern ??= placeholderPattern(this.#tag, [...this.#counters.keys()]);
      restored = text.replace(
        this.#pattern,
        (
          found: string,
          open: string | undefined,
          name: string,
          close: string | undefined,
          cut: string | undefined,
          at: number,
        ) => {
          const value = this.#values.get(name.toUpperCase());
          if (value === undefined || sendsItself(text, at)) return found;
          if (cut !== undefined && at + found.length === text.length) missing = missingPart(this.#tag, cut);
          return writtenLike(open ?? '', close ?? '', value);
        },
      );
    }
    return { text: this.#formatted.restore(restored), missing };
  }

  /** The value of a number that stands for one; undefined when it does not. */
  valueOfNumber(text: string): string | undefined {
    return this.#formatted.valueOfNumber(text);
  }

  #placeholderOf(category: string, value: string): string {
    const key = `${category} ${value}`;
    const known = this.#placeholders.get(key);
    if (known !== undefined) return known;
    const name = this.#nextName(category);
    const placeholder = placeholderText(name, this.#tag);
    this.#values.set(name, value);
    this.#placeholders.set(key, placeholder);
    return placeholder;
  }

  #nextName(category: string): string {
    const counter = (this.#counters.get(category) ?? 0) + 1;
    if (counter === 1) this.#pattern = undefined;
    this.#counters.set(category, counter);
    return `${category}_${String(counter)}`;
  }
}
