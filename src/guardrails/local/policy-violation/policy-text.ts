/** Longest policy read, and most rules kept: a bound for the work per text. */
const MAX_POLICY_CHARS = 64_000;
const MAX_RULES = 200;

/** `1.`, `2)`, `(3)`, `a)`, `iv.`, `§ 4`, `-`, `*`, `•` at the start of a line, or numbers within a line after a sentence end. */
const LINE_MARKER =
  /^\s*(?:[-*•‣–—+]|\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-z]|[ivx]{1,4})[.):]|§\s*\d+|rule\s+\d+\s*[.:)-])\s+/i;
const INLINE_MARKER = /(?<=^|[.;:!?)\]]\s)\(?(?:\d{1,3}|[a-z])[.)]\s+(?=\S)/gi;
const SENTENCE_END = /(?<=[.!?;])\s+(?=["'“‘(\p{Lu}\p{N}`])/u;
/** What belongs to the rule before it. */
const CONTINUES = /^(?:except|unless|exceptions?:|this (?:includes|also)|for example|e\.g\.|such as|that includes)/i;
const ABBREVIATION = /\b(?:e\.g|i\.e|etc|vs|no|approx|incl|max|min|mr|mrs|ms|dr)\.$/i;
const HEADING = /^[^.!?]{0,80}:$/;
const FORBIDDING_HEADING = /\b(?:not|never|no|forbidden|prohibited|disallowed|banned|don'?ts)\b/i;

/** The rules of a policy in plain words: numbered, lettered, itemised, or one sentence each. */
export function splitPolicy(policyText: string): string[] {
  const rules: string[] = [];
  let lead = '';
  for (const line of policyText.slice(0, MAX_POLICY_CHARS).split(/\r?\n/)) {
    const text = line.replace(LINE_MARKER, '').trim();
    if (HEADING.test(text)) lead = FORBIDDING_HEADING.test(text) ? leadOf(text) : '';
    else if (text !== '') {
      if (!LINE_MARKER.test(line)) lead = '';
      for (const item of itemsOf(line)) add(rules, item, lead);
    }
  }
  return rules.slice(0, MAX_RULES);
}

function itemsOf(line: string): string[] {
  return line
    .replace(LINE_MARKER, '')
    .replace(INLINE_MARKER, '\n')
    .split('\n')
    .flatMap((item) => sentencesOf(item));
}

/** Sentences, abbreviations such as `e.g.` not ending one. */
export function sentencesOf(text: string): string[] {
  const sentences: string[] = [];
  for (const part of text.split(SENTENCE_END)) {
    const last = sentences.at(-1);
    if (last !== undefined && ABBREVIATION.test(last)) sentences[sentences.length - 1] = `${last} ${part}`;
    else sentences.push(part);
  }
  return sentences;
}

/** `The agent must not:` says what its items are about. */
function leadOf(heading: string): string {
  return /\b(?:must|may|shall|should|do|never|can)/i.test(heading) ? `${heading.slice(0, -1)} ` : 'Never: ';
}

function add(rules: string[], item: string, lead: string): void {
  const rule = item.replace(LINE_MARKER, '').trim();
  if (rule.length < 4 || HEADING.test(rule) || rule.startsWith('#')) return;
  const last = rules.at(-1);
  if (last !== undefined && CONTINUES.test(rule)) rules[rules.length - 1] = `${last} ${rule}`;
  else rules.push(lead + rule);
}
