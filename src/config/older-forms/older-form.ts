import type { ConfigPath, RawProblem } from '../problem.js';

export type JsonObject = Record<string, unknown>;

/** What stood at `from` in the file stands at `to` in the newest form. */
export interface Move {
  readonly from: ConfigPath;
  readonly to: ConfigPath;
}

/** All places of one kind of older form. */
export interface Rewrite {
  /** The first place, as it stands in the file. */
  readonly path: ConfigPath;
  /** What was found and what it became; safe to show. */
  readonly message: string;
  /** The command that rewrites the file, so that the warning ends. */
  readonly remedy: 'config migrate' | 'config hash-keys';
}

/** Where older forms tell what they did. Paths of rewrites and problems are those of the file. */
export interface Findings {
  readonly moves: Move[];
  readonly rewrites: Rewrite[];
  readonly problems: RawProblem[];
}

/**
 * One older form of the file: rewrites every place of it in `config`, which belongs to the caller, and tells of it once.
 * What does not even have the shape of the older form stays for the schema to refuse.
 */
export type OlderForm = (config: JsonObject, findings: Findings) => void;

/** An older form that still works. */
export function rewrite(path: ConfigPath, became: string): Rewrite {
  return { path, message: `an older form, ${became}`, remedy: 'config migrate' };
}

/** The member as an object; null when it is absent or something else. */
export function objectIn(holder: JsonObject, name: string): JsonObject | null {
  const value = Object.hasOwn(holder, name) ? holder[name] : undefined;
  return isObject(value) ? value : null;
}

/** The member as an object, made when absent; null when something else stands there. */
export function madeIn(holder: JsonObject, name: string): JsonObject | null {
  if (!Object.hasOwn(holder, name)) holder[name] = {};
  return objectIn(holder, name);
}

/** Objects among the members of a member that is an object. */
export function* entriesIn(holder: JsonObject, name: string): Generator<readonly [string, JsonObject]> {
  for (const [key, value] of Object.entries(objectIn(holder, name) ?? {})) if (isObject(value)) yield [key, value];
}

/** Every server entry with its path. */
export function* serversIn(config: JsonObject): Generator<readonly [ConfigPath, JsonObject]> {
  for (const [id, entry] of entriesIn(config, 'mcp_configs')) {
    const list: unknown = entry.mcp_config;
    if (!Array.isArray(list)) continue;
    for (const [index, server] of (list as unknown[]).entries()) {
      if (isObject(server)) yield [['mcp_configs', id, 'mcp_config', index], server];
    }
  }
}

/** `1 place`, `3 places`. */
export function counted(amount: number, noun: string): string {
  return `${String(amount)} ${noun}${amount === 1 ? '' : 's'}`;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
