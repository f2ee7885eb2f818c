import type { TextContext } from '../text-detector.js';
import type { TextWindow } from '../text-window.js';
import { BLOCK, type FeatureBatch } from '../classifier/feature-batch.js';
import { conceptBits } from '../classifier/concepts.js';
import { type GateState, LiteralGates } from '../literal-gates.js';
import { PAYLOAD_RULES } from './payload-rules.js';
import { PROMPT_LITERALS } from './prompt-literals.js';
import { PROMPT_RULES } from './prompt-rules.js';
import type { PayloadRule, PromptRule } from './rule.js';

/** What a match says. */
export interface RuleMatch {
  readonly rule: PromptRule | PayloadRule;
  readonly start: number;
  readonly end: number;
}

/** Rules look this far back, so that a match is not cut in two. */
const OVERLAP = 256;
/** A longer argument is a document, and what looks like a payload in it is content. */
const MAX_PAYLOAD = 2_000;
/** Longest text without a field, which may be prose with code in it. */
const MAX_BARE_PAYLOAD = 300;
/** Fields that hold code, whatever stands in them. */
const CODE_FIELDS =
  /^(?:code|script|source(?:_?code)?|command|cmd|shell|snippet|patch|diff|regex|pattern|program|new_?str|old_?str|file_?text|statement|stdin|css|svg|formula|function)$/i;
const MARKUP_FIELDS = /^(?:html|contents?|body|markdown|template|expression|xml)$/i;
const PROSE_FIELDS =
  /^(?:text|message|description|notes?|prompt|instructions?|summary|comments?|review|title|question)$/i;
const STATEMENT = /^\s{0,10}(?:select|insert|update|delete|with|create|alter|explain|show|drop|merge)\b/i;
/** Some character that every payload has. */
const PAYLOAD_CHARACTER = /['"<>;|&`$(){}\\%/*#@=:[\]]|\.\.|\b(?:or|and|union|select|order|sleep|rO0AB)\b/i;

const gates = new LiteralGates([...PROMPT_LITERALS.values()]);
const literalIds = [...PROMPT_LITERALS.keys()];

/** `gate`: the bit of the rule's literals; 0 = it has none, and is always open. */
const prompts = PROMPT_RULES.map((rule) => {
  const at = literalIds.indexOf(rule.id);
  return { rule, needs: conceptBits(rule.needs), gate: at < 0 ? 0 : 1 << at };
});

/** What a scan of one text remembers from window to window. */
export interface PromptState extends GateState {
  /** Bits of the literals in the window before: a match may begin there. */
  before: number;
}

/**
 * Every prompt rule that matches in a window. A rule is tried only where one of its literals stands, and the concepts it needs stand
 * within neighbouring blocks; one that needs none on the whole window.
 */
export function matchPrompts(window: TextWindow, batch: FeatureBatch, state: PromptState): readonly RuleMatch[] {
  const matches: RuleMatch[] = [];
  const here = gates.scan(window, state);
  const open = here | state.before;
  state.before = here;
  const whole = { from: Math.max(0, window.from - OVERLAP), to: window.to };
  for (const entry of prompts) {
    const isOpen = entry.gate === 0 || (open & entry.gate) !== 0;
    if (entry.needs !== 0) tryBlocks(entry, window, batch.blocks, { isOpen, matches });
    else if (isOpen) tryRule(entry.rule, window.text, whole, matches);
  }
  return matches;
}

/**
 * Neighbouring blocks are read as one part: the parts around each of them overlap. Of a closed rule the last blocks are read, where its
 * literal may stand in the next window.
 */
function tryBlocks(
  { rule, needs }: (typeof prompts)[number],
  { text, from, to }: TextWindow,
  blocks: Int32Array,
  { isOpen, matches }: { readonly isOpen: boolean; readonly matches: RuleMatch[] },
): void {
  if (!isOpen && to === text.length) return;
  const count = Math.ceil((to - from) / BLOCK);
  for (let block = isOpen ? 0 : Math.max(0, count - 2); block < count; block++) {
    if (!holdsAll(blocks, block, needs)) continue;
    const first = block;
    while (block + 1 < count && holdsAll(blocks, block + 1, needs)) block++;
    const start = Math.max(0, from + first * BLOCK - OVERLAP);
    if (tryRule(rule, text, { from: start, to: from + (block + 2) * BLOCK }, matches)) return;
  }
}

/** Whether every concept stands in a block or the next one, and one of them in the first. */
function holdsAll(blocks: Int32Array, block: number, needs: number): boolean {
  const here = blocks[block] ?? 0;
  return (here & needs) !== 0 && ((here | (blocks[block + 1] ?? 0)) & needs) === needs;
}

function tryRule(rule: PromptRule, text: string, part: { from: number; to: number }, matches: RuleMatch[]): boolean {
  const found = rule.pattern.exec(text.slice(part.from, part.to));
  if (found === null) return false;
  const start = part.from + found.index;
  matches.push({ rule, start, end: start + found[0].length });
  return true;
}

/** Every payload rule that matches a string argument. */
export function matchPayloads(text: string, context: TextContext): readonly RuleMatch[] {
  const reaches = reachesOf(text, context);
  if (reaches.length === 0 || !PAYLOAD_CHARACTER.test(text)) return [];
  const matches: RuleMatch[] = [];
  for (const rule of PAYLOAD_RULES) {
    if (!reaches.includes(rule.reach)) continue;
    const found = rule.pattern.exec(text);
    if (found !== null) matches.push({ rule, start: found.index, end: found.index + found[0].length });
  }
  return matches;
}

/** Which rules hold in a field. */
function reachesOf(text: string, { channel, field }: TextContext): readonly PayloadRule['reach'][] {
  if (channel !== 'argument' || text.length > MAX_PAYLOAD || CODE_FIELDS.test(field)) return [];
  if (field === '' && text.length > MAX_BARE_PAYLOAD) return [];
  if (MARKUP_FIELDS.test(field)) return ['markup'];
  if (PROSE_FIELDS.test(field)) return ['prose', 'markup'];
  if (STATEMENT.test(text) && /^(?:query|sql)$/i.test(field)) return [];
  return ['values', 'prose', 'markup'];
}
