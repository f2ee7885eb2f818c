import { stemsOfAct, stemsOfThing } from './lexicon.js';
import type { RuleWords } from './rule-words.js';
import { literalsOf } from './stem.js';

/** Tells of a text, lower case, whether it can name a thing and an act of a rule: one look for literals each, before it is taken apart. */
export class WordGate {
  readonly #things: RegExp | null;
  readonly #acts: RegExp | null;

  /** @param needsAct whether a statement without an act of the rule is none about it */
  constructor({ things, acts }: Pick<RuleWords, 'things' | 'acts'>, needsAct: boolean) {
    this.#things = anyOf(things.flat().flatMap(stemsOfThing));
    this.#acts = needsAct ? anyOf([...acts].flatMap(stemsOfAct)) : null;
  }

  /** False when the text is about something else for certain. */
  mayConcern(lower: string): boolean {
    return (this.#acts?.test(lower) ?? true) && (this.#things?.test(lower) ?? true);
  }
}

/** Literals that begin with another one of them are left out. */
function anyOf(stems: readonly string[]): RegExp | null {
  if (stems.length === 0) return null;
  const literals = [...new Set(stems.flatMap(literalsOf))].filter((literal) => literal !== '');
  const shortest = literals.filter(
    (literal) => !literals.some((other) => other !== literal && literal.includes(other)),
  );
  return new RegExp(shortest.map((literal) => literal.replace(/[^\p{L}\p{N}]/gu, '\\$&')).join('|'));
}
