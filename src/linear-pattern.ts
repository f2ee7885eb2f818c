import { createRequire } from 'node:module';
import type * as Re2 from 're2js';

const require = createRequire(import.meta.url);

/** Bounds of one pattern: its text, and the program it becomes (`(a{1000}){1000}` is short text). */
const MAX_PATTERN_CHARS = 1_000;
const MAX_PROGRAM = 20_000;

/** Finds the first match from `from` on; null when there is none. */
export type LinearPattern = (text: string, from: number) => { readonly start: number; readonly end: number } | null;

/**
 * An operator's regular expression on RE2, which takes time linear in the text: no look-around, no back-references. Letter case makes no
 * difference unless the pattern says `(?-i)`. Loaded on first use: most configurations have none.
 */
export function compileLinear(pattern: string): { readonly find: LinearPattern } | { readonly problem: string } {
  if (pattern.length > MAX_PATTERN_CHARS) return { problem: `is longer than ${String(MAX_PATTERN_CHARS)} characters` };
  const { RE2JS } = require('re2js') as typeof Re2;
  let compiled: Re2.RE2JS;
  try {
    compiled = RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
  } catch (error) {
    return {
      problem: error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : 'does not compile',
    };
  }
  if (compiled.programSize() > MAX_PROGRAM) return { problem: 'repeats too much' };
  if (compiled.matcher('').find()) return { problem: 'matches the empty text, and so everything' };
  const find: LinearPattern = (text, from) => {
    const matcher = compiled.matcher(text);
    return matcher.find(from) ? { start: matcher.start(), end: matcher.end() } : null;
  };
  return { find };
}
