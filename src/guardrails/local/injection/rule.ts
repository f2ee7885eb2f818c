import type { RuleInfo } from '../rule-info.js';

/** A form of words; `needs` names concepts of the classifier's lexicon. */
export interface PromptRule {
  readonly id: string;
  readonly category: string;
  /** Log-odds that a match adds. */
  readonly weight: number;
  readonly needs: readonly string[];
  readonly pattern: RegExp;
  readonly summary: string;
}

/** @param id without the prefix that all share; `source` is read with the flags `iu` */
export function promptRule(
  id: string,
  category: string,
  weight: number,
  needs: readonly string[],
  source: string,
  summary: string,
): PromptRule {
  return { id: `injection.${id}`, category, weight, needs, pattern: new RegExp(source, 'iu'), summary };
}

/** A payload for the interpreter behind a tool. */
export interface PayloadRule {
  readonly id: string;
  readonly category: string;
  readonly weight: number;
  /** In which fields it holds: those with a value, those with prose too, or those with markup too. */
  readonly reach: 'values' | 'prose' | 'markup';
  readonly pattern: RegExp;
  readonly summary: string;
}

const REMEDIES = new Map([
  ['prompt', 'Look where the text comes from. Do not hand it to a model, or mark it clearly as data.'],
  [
    'payload',
    'Check who sent the argument. The tool must treat it as data: bind parameters, use no shell, resolve paths.',
  ],
]);

export function explain(rule: PromptRule | PayloadRule): RuleInfo {
  const { id, category, summary } = rule;
  return { id, category, summary, remedy: REMEDIES.get('needs' in rule ? 'prompt' : 'payload') ?? '' };
}
