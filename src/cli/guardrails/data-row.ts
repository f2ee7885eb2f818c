import type { Channel } from '../../contracts/channel.js';

/** Settings of a row for the detectors that need some. */
export interface RowConfig {
  readonly topics?: readonly string[];
  readonly banned_keywords?: readonly string[];
  readonly banned_patterns?: readonly string[];
  readonly policy_text?: string;
  readonly system_prompt?: string | readonly string[];
  readonly protected?: string | readonly string[];
}

/** One line of a data file: a text, where it comes from and, for an evaluation, what must be found in it. */
export interface DataRow {
  readonly id: string;
  readonly text: string;
  readonly channel: Channel;
  readonly category: string;
  /** 1 = the category's detector must fire; null = not known. */
  readonly label: 0 | 1 | null;
  readonly source: string;
  readonly technique: string;
  /** Detectors for which a benign row is no negative. */
  readonly notFor: readonly string[];
  /** An attack that is a plain request, with no marker. */
  readonly isWeak: boolean;
  /** A negative that looks like a positive. */
  readonly isHard: boolean;
  /** Values that redaction must remove. */
  readonly expected: readonly string[];
  readonly config: RowConfig;
  /** The call or document that the text answers; null = none. */
  readonly request: string | null;
}

const CHANNELS = new Map<string, Channel>([
  ['tool_args', 'argument'],
  ['argument', 'argument'],
  ['tool_result', 'result'],
  ['result', 'result'],
  ['model_answer', 'result'],
  ['tool_description', 'tool_description'],
  ['server_description', 'server_description'],
]);

type Raw = Readonly<Record<string, unknown>>;

/**
 * Reads one line of a data file.
 * @returns the row, or what is wrong with the line
 */
export function readRow(line: string): DataRow | string {
  const raw = readObject(line);
  if (typeof raw === 'string') return raw;
  const { id, text } = raw;
  if (typeof id !== 'string' || id === '') return 'has no "id"';
  if (typeof text !== 'string') return 'has no "text"';
  const channel = readChannel(raw.channel ?? 'tool_result');
  if (channel === undefined) return `has an unknown "channel"; use ${[...CHANNELS.keys()].join(', ')}`;
  const config = raw.config ?? {};
  const fault = configFault(config);
  if (fault !== null) return fault;
  return { ...labelsOf(raw), id, text, channel, config, request: readRequest(raw.request) };
}

function readObject(line: string): Raw | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'is not JSON';
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : 'is not a JSON object';
}

function readChannel(name: unknown): Channel | undefined {
  return typeof name === 'string' ? CHANNELS.get(name) : undefined;
}

function labelsOf(raw: Raw): Omit<DataRow, 'id' | 'text' | 'channel' | 'config' | 'request'> {
  return {
    category: textOf(raw.category),
    label: raw.label === 0 || raw.label === 1 ? raw.label : null,
    source: textOf(raw.source),
    technique: textOf(raw.technique ?? raw.subcategory),
    notFor: textsOf(raw.not_for),
    isWeak: raw.weak === true || raw.weak === 1,
    isHard: raw.hard === true,
    expected: textsOf(raw.expected),
  };
}

/** A request is mostly text; a call may stand there as an object. */
function readRequest(request: unknown): string | null {
  if (request === undefined || request === null) return null;
  return typeof request === 'string' ? request : JSON.stringify(request);
}

const LISTS = new Set(['topics', 'banned_keywords', 'banned_patterns']);

function configFault(value: object): string | null {
  if (typeof value !== 'object' || Array.isArray(value)) return 'has a "config" that is no object';
  for (const [name, setting] of Object.entries(value) as [string, unknown][]) {
    const isText = typeof setting === 'string' && !LISTS.has(name);
    const isList =
      Array.isArray(setting) && setting.every((item) => typeof item === 'string') && name !== 'policy_text';
    if (!isText && !isList) return `has a "config.${name}" of the wrong kind`;
  }
  return null;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
