import type { CallEntry, Facts, Statement } from './call-facts.js';
import { aboutThings, sharesAct, type RuleCheck } from './rule-check.js';
import type { RuleWords } from './rule-words.js';
import { WordGate } from './word-gate.js';

/** Half of the words of a noun phrase: `customer account` is met by a customer as by an account. */
const ENOUGH = 0.5;
const REVEALING = ['reveal', 'share'];
const SAYS = /\b(?:contain|include|mention|discuss|state|say|name)\w*/i;
const NARRATED = /^(?:how|what|why|when|where|who|which|is|are|can|could|do|does|did|should|would)\b.*\?$/i;

/** `never delete a customer record`: the act, or one like it, done to the thing, or one like it. */
export function actCheck(rule: RuleWords, hasForm = false): RuleCheck | null {
  if (rule.polarity !== 'forbid' || (rule.acts.size === 0 && rule.things.length === 0)) return null;
  const reveals = REVEALING.some((act) => rule.acts.has(act));
  const acts = reveals && !SAYS.test(rule.text) ? new Set([...rule.acts, 'read', 'export']) : rule.acts;
  const wide = { ...rule, acts };
  const gate = new WordGate(wide, acts.size > 0 && !(reveals && rule.things.length > 0));
  const test = (facts: Facts): number => {
    if (facts.deed !== null && gate.mayConcern(facts.deed.text.toLowerCase()) && isDone(wide, facts.deed)) return 1;
    // What has a form is looked for by its form: a reset password is none that is told.
    if (hasForm && reveals) return 0;
    if ((facts.isCall && !reveals) || !facts.said.some((text) => gate.mayConcern(text.toLowerCase()))) return 0;
    const isBroken = facts.statements.some(
      (statement) => gate.mayConcern(statement.lower) && isSaid(wide, statement, reveals, facts.isCall),
    );
    return isBroken ? 0.9 : 0;
  };
  return { category: 'act', test };
}

function isDone(rule: RuleWords, deed: Statement): boolean {
  if (rule.acts.size > 0 && !sharesAct(rule, deed)) return false;
  return namesOne(rule, deed) && aboutThings(rule, deed) >= ENOUGH;
}

function namesOne({ named }: RuleWords, { text }: Statement): boolean {
  const lower = text.toLowerCase();
  return named.length === 0 || named.some((name) => lower.includes(name));
}

function isSaid(rule: RuleWords, statement: Statement, reveals: boolean, isCall: boolean): boolean {
  if (statement.declines || NARRATED.test(statement.text)) return false;
  const share = aboutThings(rule, statement);
  // Saying it is the act: the thing alone has to be named in full.
  if (reveals && rule.things.length > 0) return share >= (sharesAct(rule, statement) ? ENOUGH : 1);
  if (isCall) return false;
  if (rule.acts.size === 0) return share >= 1;
  return sharesAct(rule, statement) && share >= ENOUGH;
}

const WRITES = [
  'delete',
  'write',
  'modify',
  'create',
  'send',
  'pay',
  'refund',
  'buy',
  'deploy',
  'push',
  'install',
  'book',
  'grant',
  'disable',
  'restart',
  'cancel',
  'merge',
  'scale',
  'upload',
];
const READ_ONLY =
  /\bread[- ]only\b|\bonly\b[^.]{0,30}\b(?:read|select|query|queries|view|list|get)\b|\bno (?:writes?|modifications?|changes?|write (?:access|operations?))\b/i;

/** `read-only access`: anything that writes breaks it. */
export function readOnlyCheck(rule: RuleWords): RuleCheck | null {
  if (!READ_ONLY.test(rule.text) || /["'`/]/.test(rule.text)) return null;
  const test = ({ deed, statements }: Facts): number => {
    if (deed !== null) return WRITES.some((act) => deed.acts.has(act)) && !isReading(deed) ? 1 : 0;
    return statements.some(({ text }) =>
      /^\s*(?:insert\s+into|update\s+\w+\s+set|delete\s+from|drop|alter|truncate|create|grant)\b/i.test(text),
    )
      ? 1
      : 0;
  };
  return { category: 'act', test };
}

/** `list_orders`, `get_settings`: the first word of the name says what it does. */
export function isReading(deed: Statement): boolean {
  return (
    /^\W*(?:get|list|read|show|search|find|view|fetch|describe|query|lookup|count|select|check)(?:_|-|[A-Z]|\b)/i.test(
      deed.text,
    ) && !/\b(?:insert|update|delete|drop|alter|truncate)\b/i.test(deed.text)
  );
}

const APPROVAL =
  /\b(?:approv\w*|confirm\w*|consent\w*|authori[sz]ation|authori[sz]ed|permission|sign[- ]?off|ticket(?: number| id)?|verif\w+|second person|four[- ]eyes)\b/i;
const APPROVAL_GIVEN = /approv|confirm|consent|authori|sign_?off|ticket|verif/i;
const NEEDS = /\b(?:without|unless|need\w*|requir\w*|only (?:with|after)|must (?:be|have)|until|prior|before)\b/i;

/** `refunds need approval`: the act without a member that says it was given. `limit` is a further condition, such as an amount. */
export function approvalCheck(rule: RuleWords, limit: RuleCheck | null): RuleCheck | null {
  if (!APPROVAL.test(rule.text) || !NEEDS.test(rule.text) || (rule.acts.size === 0 && rule.things.length === 0))
    return null;
  const test = (facts: Facts): number => {
    if (
      !facts.isWhole ||
      facts.deed === null ||
      facts.entries.some(({ key, value }) => APPROVAL_GIVEN.test(key) && isGiven(value))
    )
      return 0;
    if (limit !== null) return limit.test(facts);
    return (rule.acts.size === 0 || sharesAct(rule, facts.deed)) &&
      aboutThings(rule, facts.deed) >= ENOUGH &&
      !isReading(facts.deed)
      ? 1
      : 0;
  };
  return { category: 'approval', test };
}

function isGiven(value: CallEntry['value']): boolean {
  return (
    value !== false &&
    value !== null &&
    value !== '' &&
    !/^(?:false|no|none|pending|denied|rejected)$/i.test(String(value))
  );
}

const TOOLS = /\btools?\b/i;
const TOOL_NAME = /\b[a-z][a-z0-9]*(?:[_.][a-z0-9]+)+\b|(?<=[`'"])[\w.-]+(?=[`'"])/gi;

/** `never use the tool run_shell`, `only the tools a_b and c_d`. */
export function toolCheck(rule: RuleWords): RuleCheck | null {
  const names = Array.from(rule.text.matchAll(TOOL_NAME), (match) => match[0].toLowerCase()).filter(
    (name) => name.includes('_') || TOOLS.test(rule.text),
  );
  if (names.length === 0 || /@|\//.test(rule.text)) return null;
  const isOnly = /\bonly\b|\bother than\b|\bexcept\b/i.test(rule.text) && TOOLS.test(rule.text);
  const test = ({ tool }: Facts): number => (tool !== '' && names.includes(tool.toLowerCase()) !== isOnly ? 1 : 0);
  return { category: 'tool', test };
}

const COMMANDS = new Set(
  'sudo rm curl wget chmod chown dd mkfs ssh scp nc netcat kill reboot shutdown eval su crontab iptables docker kubectl systemctl mkfs'.split(
    ' ',
  ),
);

/** Commands named by the rule, looked for as words of the call's commands. */
export function commandCheck(rule: RuleWords): RuleCheck | null {
  const names = Array.from(rule.text.matchAll(/[a-z]+(?: -[a-z]+)?/gi), (match) => match[0]).filter(
    (name) => COMMANDS.has(name.split(' ')[0] ?? '') && !/\b(?:kill|shutdown|reboot) the\b/.test(rule.text),
  );
  if (names.length === 0 || rule.polarity !== 'forbid') return null;
  const pattern = new RegExp(
    `(?:^|[\\s;&|($\`/])(?:${[...new Set(names.map((name) => name.split(' ')[0]))].join('|')})(?=\\s|$|;)`,
    'm',
  );
  const test = (facts: Facts): number =>
    facts.strings.some((text) => pattern.test(text.slice(0, 65_536)) && !DECLINED.test(text)) ? 1 : 0;
  return { category: 'command', test };
}

const DECLINED = /\b(?:do not|don't|never|cannot|can't)\b/i;
