import type { AnchoredRule } from '../pii/anchors.js';
import type { Span } from '../pii/chars.js';
import { KEY_FORMATS, type KeyFormat } from './key-formats.js';
import { continuesWord, entropyOf, isMasked } from './secret-value.js';

const REMEDY = 'Rotate the key at its provider, and hand it to the server by reference instead of in the text.';

/** A rule for keys that their own format gives away. */
export interface SecretRule extends AnchoredRule {
  readonly entity: 'SECRET';
  readonly summary: string;
  readonly remedy: string;
}

/** One rule for each published key format. */
export const FORMAT_RULES: readonly SecretRule[] = KEY_FORMATS.map(ruleOf);

function ruleOf([id, provider, literals, source, minEntropy = 0]: KeyFormat): SecretRule {
  const pattern = new RegExp(source, 'y');
  return {
    id: `secret.${id}`,
    entity: 'SECRET',
    summary: provider,
    remedy: REMEDY,
    literals: literals.split('|'),
    match(text: string, start: number): Span | null {
      if (continuesWord(text, start)) return null;
      pattern.lastIndex = start;
      if (!pattern.test(text)) return null;
      const end = pattern.lastIndex;
      const value = text.slice(start, end);
      if (isMasked(value) || (minEntropy > 0 && entropyOf(value) < minEntropy)) return null;
      return { start, end, score: 1 };
    },
  };
}
