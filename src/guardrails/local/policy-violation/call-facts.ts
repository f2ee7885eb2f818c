import { actsOf, thingKeys } from './lexicon.js';
import { stem, stemsOf, wordsOf } from './stem.js';
import { sentencesOf } from './policy-text.js';

/** One member of the arguments, at any depth. */
export interface CallEntry {
  readonly key: string;
  readonly keyStems: readonly string[];
  readonly value: string | number | boolean | null;
  /** Set for an array: how many elements it has. */
  readonly length?: number;
}

/** A sentence, or a text taken as one. */
export interface Statement {
  readonly text: string;
  readonly lower: string;
  readonly acts: ReadonlySet<string>;
  readonly things: ReadonlySet<string>;
  /** It says that something is not done, or sends the reader elsewhere. */
  readonly declines: boolean;
}

/** What the checks of rules look at: a call taken apart, or prose. */
export interface Facts {
  readonly isCall: boolean;
  /** False for a single argument: what is missing from it may stand in another one. */
  readonly isWhole: boolean;
  readonly tool: string;
  readonly entries: readonly CallEntry[];
  /** String values of a call, else the text. */
  readonly strings: readonly string[];
  /** What the call does and to what, as one statement; null for prose. */
  readonly deed: Statement | null;
  /** What `statements` are read from. */
  readonly said: readonly string[];
  /** The sentences of the prose, and of long values of a call: taken apart when a check asks for them. */
  readonly statements: readonly Statement[];
}

const CALL = /^\s*([A-Za-z_][\w.\-/:]{1,80})\s*\(?\s*(\{[^]*\})\s*\)?\s*;?\s*$/;
const MAX_ENTRIES = 2_000;
const MAX_DEPTH = 16;
const MAX_STATEMENTS = 400;
/** A value that says what is done, and so belongs to the deed, whatever its length. */
const COMMAND_KEY =
  /^(?:sql|query|command|cmd|script|code|statement|action|operation|op|method|event|function|shell|bash|args?|argv|type|mode|verb)$/i;
const SHORT_VALUE = 60;
const DECLINES =
  /\b(?:not|never|cannot|can['’]?t|won['’]?t|unable|sorry|declin\w*|refus\w*|didn['’]?t|don['’]?t|isn['’]?t|no longer|against (?:our |the |company )?policy|forbidden|prohibited|without)\b|\b(?:please |you (?:should|may|can) |I(?:['’]d| would) (?:suggest|recommend|advise) (?:you )?)(?:to )?(?:ask|contact|consult|see|speak (?:to|with)|talk to|reach out to|check with|refer to)\b/i;

/** Takes a text apart. `tool` and `field`: where it stands when it is a single argument of a call. */
export function factsOf(text: string, tool: string, field: string): Facts {
  const call = text.length <= 65_536 ? callOf(text, tool) : null;
  if (call !== null) return callFacts(call.tool, call.args, true);
  if (tool !== '') return callFacts(tool, field === '' ? text : { [field]: text }, false);
  return new ReadFacts({ isCall: false, isWhole: true, tool: '', entries: [], strings: [text], deed: null }, [text]);
}

function callOf(text: string, tool: string): { readonly tool: string; readonly args: unknown } | null {
  const named = CALL.exec(text);
  if (named !== null) return parsed(named[2] ?? '', named[1] ?? '');
  if (!/^\s*\{/.test(text)) return null;
  const whole = parsed(text, tool);
  if (whole === null || tool !== '') return whole;
  return wrappedCall(whole.args);
}

/** `{"tool": …, "arguments": {…}}` in one of its spellings, or bare arguments. */
function wrappedCall(args: unknown): { readonly tool: string; readonly args: unknown } {
  const members = new Map(Object.entries(args as Record<string, unknown>));
  const first = (keys: readonly string[]): unknown =>
    keys.map((key) => members.get(key)).find((value) => value !== undefined);
  const name = first(['tool', 'name', 'tool_name', 'function']);
  const inner = first(['arguments', 'args', 'params', 'parameters', 'input']);
  return typeof name === 'string' && inner !== undefined ? { tool: name, args: inner } : { tool: '', args };
}

function parsed(json: string, tool: string): { readonly tool: string; readonly args: unknown } | null {
  try {
    return { tool, args: JSON.parse(json) as unknown };
  } catch {
    return null;
  }
}

function callFacts(tool: string, args: unknown, isWhole: boolean): Facts {
  const entries: CallEntry[] = [];
  collect(args, '', 0, entries);
  const strings = entries.flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
  const deed = entries.flatMap(({ key, value }) => [key, ...deedValue(key, value)]);
  return new ReadFacts(
    { isCall: true, isWhole, tool, entries, strings, deed: new Deed([tool, ...deed].join(' '), tool, entries) },
    strings.filter((value) => value.length > 12 && value.includes(' ')),
  );
}

function collect(value: unknown, key: string, depth: number, entries: CallEntry[]): void {
  if (depth > MAX_DEPTH || entries.length >= MAX_ENTRIES) return;
  if (Array.isArray(value)) {
    entries.push({ key, keyStems: keyStems(key), value: null, length: value.length });
    for (const element of value) collect(element, key, depth + 1, entries);
  } else if (typeof value === 'object' && value !== null) {
    if (key !== '') entries.push({ key, keyStems: keyStems(key), value: null });
    for (const [name, member] of Object.entries(value)) collect(member, name, depth + 1, entries);
  } else if (isPlainValue(value)) {
    entries.push({ key, keyStems: keyStems(key), value });
  }
}

function isPlainValue(value: unknown): value is CallEntry['value'] {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function keyStems(key: string): readonly string[] {
  return stemsOf(key);
}

function deedValue(key: string, value: CallEntry['value']): string[] {
  if (typeof value !== 'string') return [];
  return value.length <= SHORT_VALUE || COMMAND_KEY.test(key) ? [value.slice(0, 2_000)] : [];
}

/** Acts of the tool's name and of values that are commands: a mail about deleting deletes nothing. */
function doneActs(tool: string, entries: readonly CallEntry[]): Set<string> {
  const acts = new Set<string>();
  const commands = entries.flatMap(({ key, value }) =>
    typeof value === 'string' && COMMAND_KEY.test(key) ? [value] : [],
  );
  for (const stemmed of stemsOf(tool)) for (const act of actsOf(stemmed)) acts.add(act);
  for (const word of commands.flatMap((text) => wordsOf(text.slice(0, 2_000)))) {
    for (const act of actsOf(stem(word))) acts.add(act);
  }
  return acts;
}

class ReadFacts implements Facts {
  readonly isCall: boolean;
  readonly isWhole: boolean;
  readonly tool: string;
  readonly entries: readonly CallEntry[];
  readonly strings: readonly string[];
  readonly deed: Statement | null;
  readonly said: readonly string[];
  #statements: readonly Statement[] | null = null;

  constructor(facts: Omit<Facts, 'said' | 'statements'>, said: readonly string[]) {
    this.isCall = facts.isCall;
    this.isWhole = facts.isWhole;
    this.tool = facts.tool;
    this.entries = facts.entries;
    this.strings = facts.strings;
    this.deed = facts.deed;
    this.said = said;
  }

  get statements(): readonly Statement[] {
    return (this.#statements ??= this.said.flatMap((text) => statementsOf(text)));
  }
}

function statementsOf(text: string): Statement[] {
  return sentencesOf(text.slice(0, 65_536).replace(/\n+/g, '. '))
    .slice(0, MAX_STATEMENTS)
    .map((sentence) => new Said(sentence));
}

/** Takes itself apart when a check asks: most sentences hold no word of any rule. */
class Said implements Statement {
  readonly text: string;
  #lower: string | null = null;
  #acts: ReadonlySet<string> | null = null;
  #things: ReadonlySet<string> | null = null;
  #declines: boolean | null = null;

  constructor(text: string) {
    this.text = text;
  }

  get lower(): string {
    return (this.#lower ??= this.text.toLowerCase());
  }

  get acts(): ReadonlySet<string> {
    return (this.#acts ??= this.readActs());
  }

  get things(): ReadonlySet<string> {
    return (this.#things ??= new Set(wordsOf(this.text).flatMap((word) => thingKeys(stem(word)))));
  }

  get declines(): boolean {
    return (this.#declines ??= this.readDeclines());
  }

  protected readActs(): ReadonlySet<string> {
    return new Set(wordsOf(this.text).flatMap((word) => actsOf(stem(word))));
  }

  protected readDeclines(): boolean {
    return DECLINES.test(this.text);
  }
}

class Deed extends Said {
  readonly #tool: string;
  readonly #entries: readonly CallEntry[];

  constructor(text: string, tool: string, entries: readonly CallEntry[]) {
    super(text);
    this.#tool = tool;
    this.#entries = entries;
  }

  protected override readActs(): ReadonlySet<string> {
    return doneActs(this.#tool, this.#entries);
  }

  protected override readDeclines(): boolean {
    return false;
  }
}
