import { randomBytes } from 'node:crypto';
import type { Hit } from './local/hit.js';

/** How a placeholder may come back: as sent, percent-encoded, or as HTML and JSON writers escape angle brackets. */
const FORMS: readonly { readonly open: string; readonly close: string }[] = [
  { open: '<', close: '>' },
  { open: '%3c', close: '%3e' },
  { open: '&lt;', close: '&gt;' },
  { open: '\\u003c', close: '\\u003e' },
];
const PERCENT = '%3c';
/** encodeURIComponent throws on these. With the `u` flag, halves of a pair do not match. */
const LONE_SURROGATE = /[\ud800-\udfff]/gu;
const PATTERN_CHARACTERS = /[\\^$.*+?()[\]{}|]/g;
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * What one request had redacted: `<EMAIL_1_k7f3a2wq>` for a value, and back. The tag is 40 random bits of this request, so that a
 * placeholder can neither be guessed nor taken for text that only looks like one. Dropped with the request, never shared.
 */
export class RedactionVault {
  readonly #tag = randomTag();
  readonly #counters = new Map<string, number>();
  readonly #placeholders = new Map<string, string>();
  /** Value by `EMAIL_1`. */
  readonly #values = new Map<string, string>();
  #pattern: RegExp | undefined;

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

  /**
   * The text with this vault's placeholders replaced by their values, whatever their letter case, in one pass: a value that looks like
   * a placeholder is not replaced again. In a percent-encoded placeholder the value is percent-encoded too. Others stay as they are.
   */
  restore(text: string): string {
    if (this.#values.size === 0) return text;
    this.#pattern ??= patternOf(this.#tag);
    return text.replace(this.#pattern, (found: string, open: string, name: string, close: string) => {
      const form = open.toLowerCase();
      const isClosed = FORMS.some((known) => known.open === form && known.close === close.toLowerCase());
      const value = this.#values.get(name.toUpperCase());
      if (value === undefined || !isClosed) return found;
      return form === PERCENT ? encodeURIComponent(value.replace(LONE_SURROGATE, '\ufffd')) : value;
    });
  }

  #placeholderOf(category: string, value: string): string {
    const key = `${category} ${value}`;
    const known = this.#placeholders.get(key);
    if (known !== undefined) return known;
    const counter = (this.#counters.get(category) ?? 0) + 1;
    this.#counters.set(category, counter);
    const name = `${category}_${String(counter)}`;
    const placeholder = `<${name}_${this.#tag}>`;
    this.#values.set(name, value);
    this.#placeholders.set(key, placeholder);
    return placeholder;
  }
}

/** Providers have kinds of their own: any word is one. */
function patternOf(tag: string): RegExp {
  const opens = FORMS.map(({ open }) => escaped(open)).join('|');
  const closes = FORMS.map(({ close }) => escaped(close)).join('|');
  return new RegExp(`(${opens})([a-z][a-z0-9_]{0,47}?_\\d{1,9})_${tag}(${closes})`, 'gi');
}

function escaped(text: string): string {
  return text.replace(PATTERN_CHARACTERS, '\\$&');
}

function randomTag(): string {
  return Array.from(randomBytes(8), (byte) => ALPHABET[byte & 31] ?? '').join('');
}
