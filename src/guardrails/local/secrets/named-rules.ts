import type { Span } from '../pii/chars.js';
import { startsWord } from '../pii/labelled-value.js';
import type { SecretRule } from './format-rules.js';
import { NAMED_KEYS, type NamedKey } from './named-keys.js';
import { entropyOf, isPlaceholder, runEnd } from './secret-value.js';

/** What may stand between a provider's name and its key: the rest of the identifier, an assignment sign, quotes. */
const BEFORE_VALUE = /[\w.\- \t]{0,24}["'`\]]{0,2}[ \t]{0,4}(?::=|=>|={1,3}|:|,|>)[ \t]{0,4}["'`]{0,3}/y;
/** Facebook and the like write the pair of id and key without a sign. */
const SPACED = /[\w -]{0,14}["']?[:=]?[ \t]{1,3}["']?/y;

/** One rule for each provider whose keys look like any other random text. */
export const NAMED_RULES: readonly SecretRule[] = NAMED_KEYS.map(ruleOf);

function ruleOf([id, provider, words, source, minEntropy = 3]: NamedKey): SecretRule {
  const pattern = new RegExp(`${source}(?![\\w-])`, 'y');
  const lead = id === 'facebook.app-token' ? [SPACED, BEFORE_VALUE] : [BEFORE_VALUE];
  return {
    id: `secret.${id}`,
    entity: 'SECRET',
    summary: `${provider} key beside the provider's name`,
    remedy: 'Rotate the key at its provider, and hand it to the server by reference instead of in the text.',
    literals: words.split('|'),
    match(text: string, start: number, end: number): Span | null {
      if (!startsWord(text, start)) return null;
      for (const before of lead) {
        before.lastIndex = end;
        if (!before.test(text)) continue;
        const span = keyAt(pattern, text, before.lastIndex, minEntropy);
        if (span !== null) return span;
      }
      return null;
    },
  };
}

function keyAt(pattern: RegExp, text: string, start: number, minEntropy: number): Span | null {
  pattern.lastIndex = start;
  if (!pattern.test(text)) return null;
  const end = pattern.lastIndex;
  const value = text.slice(start, end);
  // All digits or all letters of one case: a number or a name.
  if (!/\d/.test(value) || isPlaceholder(value) || entropyOf(value) < minEntropy) return null;
  return runEnd(text, end) > end + 3 ? null : { start, end, score: 0.95 };
}
