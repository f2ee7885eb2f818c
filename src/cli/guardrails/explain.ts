import type { RuleInfo } from '../../guardrails/local/rule-info.js';
import { RULES, rulesOf } from '../../guardrails/local/rule-catalogue.js';
import { type CliIo, EXIT } from '../cli-io.js';
import { plainText } from '../plain-text.js';

export interface ExplainOptions {
  readonly json?: boolean;
}

/** Of an id that is not known, how many that look like it are named. */
const MAX_MEANT = 3;

/** `guardrails explain`: one rule, or a list of all of them. */
export function explain(id: string | undefined, options: ExplainOptions, io: CliIo): number {
  if (id === undefined) return listAll(options, io);
  const rules = rulesOf(idAsWritten(id));
  const [rule] = rules;
  if (rule === undefined) {
    const meant = closest(id);
    const all = 'all are listed by: secure-mcp-gateway guardrails explain';
    const hint = meant.length === 0 ? all : `did you mean ${meant.join(', ')}?`;
    io.stderr(`error: there is no finding ${plainText(JSON.stringify(id))}; ${hint}\n`);
    return EXIT.failure;
  }
  if (options.json === true) io.stdout(`${JSON.stringify(rules.map(described))}\n`);
  else {
    io.stdout(`${rule.id}\n\n  detector  ${detectorOf(rule.id)}\n`);
    for (const { category, summary } of rules) io.stdout(`  ${category}: ${summary}\n`);
    io.stdout(`  remedy    ${rule.remedy}\n`);
  }
  return EXIT.ok;
}

/** The id in the letter case that it has; the same word when there is none. `pii.EMAIL` and `pii.email` are two. */
function idAsWritten(id: string): string {
  if (rulesOf(id).length > 0) return id;
  const typed = id.toLowerCase();
  if (rulesOf(typed).length > 0) return typed;
  return [...RULES.keys()].find((known) => known.toLowerCase() === typed) ?? id;
}

function listAll(options: ExplainOptions, io: CliIo): number {
  const rules = [...RULES.values()].flat().sort((a, b) => (a.id < b.id ? -1 : 1));
  if (options.json === true) io.stdout(`${JSON.stringify(rules.map(described))}\n`);
  else {
    const width = Math.max(...rules.map(({ id }) => id.length));
    for (const { id, summary } of rules) io.stdout(`${id.padEnd(width)}  ${summary}\n`);
  }
  return EXIT.ok;
}

function described(rule: RuleInfo): object {
  return { ...rule, detector: detectorOf(rule.id) };
}

/** Ids of the injection rules begin with `injection`, those of secrets with `secret`; others with their detector's name. */
function detectorOf(id: string): string {
  const [first = ''] = id.split('.');
  return SHORT_NAMES.get(first) ?? first;
}

const SHORT_NAMES = new Map([
  ['injection', 'injection_attack'],
  ['secret', 'pii'],
  ['keyword', 'keyword_detector'],
  ['topic', 'topic_detector'],
  ['policy', 'policy_violation'],
  ['sponge', 'sponge_attack'],
  ['sysprompt', 'system_prompt_protection'],
  ['copyright', 'copyright_protection'],
]);

/** Ids that hold what was typed, else those a few letters away. */
function closest(id: string): readonly string[] {
  const typed = id.toLowerCase().slice(0, 100);
  const known = [...RULES.keys()];
  const near = known
    .map((each) => ({ each, away: distance(typed, each.toLowerCase()) }))
    .filter(({ each, away }) => away <= Math.max(2, Math.floor(each.length / 4)))
    .sort((a, b) => a.away - b.away);
  const holding = known.filter((each) => typed.length > 2 && each.toLowerCase().includes(typed));
  return [...new Set([...near.map(({ each }) => each), ...holding])].slice(0, MAX_MEANT);
}

/** Levenshtein's, with two rows. */
function distance(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      row.push(Math.min((before[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (before[j - 1] ?? 0) + same));
    }
    before = row;
  }
  return before[b.length] ?? 0;
}
