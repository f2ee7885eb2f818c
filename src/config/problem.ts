import { GatewayError } from '../errors.js';
import { HASHED_KEY } from './key-hash.js';

/** Where a problem stands in the config file, as JSON member names and array indexes. */
export type ConfigPath = readonly (string | number)[];

/** One fault of the config file. `path` reads like `projects.<id>.users[0]`; the message never holds a value that could be secret. */
export interface ConfigProblem {
  readonly path: string;
  readonly message: string;
}

/** A fault before its path is written out. */
export interface RawProblem {
  readonly path: ConfigPath;
  readonly message: string;
}

/** The config file cannot be used. `message` lists every problem, one a line; nothing of the file was applied. */
export class ConfigError extends GatewayError {
  readonly problems: readonly ConfigProblem[];

  constructor(file: string, problems: readonly ConfigProblem[]) {
    const lines = problems.map((problem) => `  ${describeProblem(problem)}`);
    const count = problems.length === 1 ? '1 problem' : `${String(problems.length)} problems`;
    super('config_invalid', [`The config file ${file} has ${count}:`, ...lines].join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** A problem as one line of text. */
export function describeProblem(problem: ConfigProblem): string {
  return problem.path === '' ? problem.message : `${problem.path}: ${problem.message}`;
}

/** Sections whose members are named by keys, which may stand there in clear. `gateways` is that of the oldest files. */
export const NAMED_BY_KEYS: ReadonlySet<string> = new Set(['apikeys', 'gateways']);

const PLAIN_SEGMENT = /^[A-Za-z0-9_:$-]{1,128}$/;

/**
 * A path as text. A name in a section that is named by keys may be somebody's key in clear unless it is a hash, so only its position is shown.
 * @param raw the parsed file, to find that position
 */
export function formatPath(path: ConfigPath, raw: unknown): string {
  let text = '';
  path.forEach((segment, index) => {
    if (typeof segment === 'number') text += `[${String(segment)}]`;
    else if (index === 1 && NAMED_BY_KEYS.has(text) && !HASHED_KEY.test(segment)) {
      text += `.<entry ${String(positionOf(text, segment, raw))}>`;
    } else if (PLAIN_SEGMENT.test(segment)) text += text === '' ? segment : `.${segment}`;
    else text += `[${JSON.stringify(segment.slice(0, 128))}]`;
  });
  return text;
}

function positionOf(section: string, key: string, raw: unknown): number {
  const held: unknown = typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>)[section] : null;
  return typeof held === 'object' && held !== null ? Object.keys(held).indexOf(key) + 1 : 0;
}
