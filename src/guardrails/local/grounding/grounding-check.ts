import { operationsOf } from './aggregate-words.js';
import { type AggregateOutcome, checkAggregate } from './aggregates.js';
import { checkBinding } from './binding.js';
import { checkComparison } from './comparison.js';
import type { Claim } from './claims.js';
import { checkContradiction } from './contradiction.js';
import { isBound } from './row-filter.js';
import { graver, type Problem } from './problem.js';
import { checkProseBinding, containment } from './prose-binding.js';
import { checkQuotes, checkValues } from './values.js';
import { readTokens, type Token } from './tokens.js';
import { contentKeys } from './prose.js';
import type { Source } from './source-records.js';

/** Result of one statement; `checked` false when it holds nothing that could be compared. */
export interface ClaimResult {
  readonly checked: boolean;
  readonly problem: Problem | null;
  /** Score when there is no problem: how far from the words of the source it is. */
  readonly doubt: number;
}

/** Compares one statement with the source. */
export function checkClaim(claim: Claim, source: Source, lower: string): ClaimResult {
  const tokens = readTokens(claim.text);
  if (tokens.length === 0) return { checked: false, problem: null, doubt: 0 };
  const values = tokens.filter((token) => !isBound(claim.text, token.start));
  const asked = claim.question === claim.text ? values.slice(-1) : values;
  const computed = checkAggregate(claim, asked, source);
  const share = containment(tokens, source);
  const doubt = 0.04 + 0.38 * (1 - share) + (computed?.outcome === 'open' ? 0.05 : 0);
  const compared = claim.question === '' ? checkComparison(claim.text, source) : null;
  if (compared !== null) return { checked: true, problem: compared, doubt };
  if (computed?.outcome === 'borne_out') {
    const others = asked.filter((token) => token !== computed.borneOut);
    return { checked: true, problem: checkValues(others, tokens, source, lower), doubt: Math.min(doubt, 0.15) };
  }
  const missing = graver(checkValues(asked, tokens, source, lower), checkQuotes(claim.text, lower));
  const problem = judge(missing, computed) ?? graver(missing, compare(claim, tokens, source, share));
  return { checked: true, problem, doubt };
}

/** What is clear without a look at how values are bound; null when nothing is. */
function judge(missing: Problem | null, computed: AggregateOutcome | null): Problem | null {
  if (computed?.outcome === 'refuted') return graver(missing, computed.problem);
  // A count that the words do not let us repeat is in the source as a number only by chance.
  const isOpenCount = computed?.outcome === 'open' && computed.isCount && missing?.rule === 'value.number';
  if (isOpenCount) return { rule: missing.rule, score: 0.42 };
  return missing !== null && missing.score >= 0.5 ? missing : null;
}

function compare(claim: Claim, tokens: readonly Token[], source: Source, share: number): Problem | null {
  if (claim.question === claim.text) return null;
  const bound = bind(claim, source);
  if (claim.question !== '') return bound;
  const strange =
    share < 0.34 && contentKeys(tokens).length > 3 ? { rule: 'words.strange', score: 0.62 - share * 0.3 } : null;
  return graver(graver(bound, checkContradiction(tokens, source)), strange);
}

/** With the subjects that the question names. */
function bind(claim: Claim, source: Source): Problem | null {
  if (operationsOf(`${claim.question} ${claim.text}`).length > 0) return null;
  const tokens = readTokens(`${claim.question} ${claim.text}`);
  if (source.records.length > 0) return checkBinding(tokens, source);
  return source.sentences.length > 0 && claim.question === '' ? checkProseBinding(tokens, source) : null;
}
