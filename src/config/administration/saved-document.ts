import { describeUnknownKey } from '../older-forms/refused-keys.js';
import { type NewestForm, toNewestForm } from '../older-forms/newest-form.js';
import { formatPath } from '../problem.js';
import { AdministrationError } from './administration-error.js';
import { isObject, type Json, objectOf, quoted, textOf } from './document.js';

/** What somebody kept of a gateway, in the newest form. */
export interface Saved {
  readonly json: Json;
  /** What was older, and what it became. Keys in clear are hashes now, and no note tells one. */
  readonly notes: readonly string[];
}

const SECTIONS = ['mcp_configs', 'projects', 'users', 'apikeys'] as const;

/**
 * The whole config in a backup of this gateway or of the reference (`{backup_version, timestamp, config}`), or in a config file of either
 * as it stands.
 * @throws AdministrationError `invalid`
 */
export function savedConfig(saved: Json): Saved {
  if (isObject(saved.gateways)) throw invalid(`gateways is ${describeUnknownKey('gateways', ['gateways'])}.`);
  if (isObject(saved.config)) return newest(saved.config);
  if (isWhole(saved)) return newest(saved);
  throw invalid(
    'This is no backup: it has no object "config", and it is no config file either. "system backup" makes one.',
  );
}

/**
 * One list of servers: an exported config, the JSON of one, or one of those in a whole config.
 * @param source name or id of the one that is meant in a whole config
 * @throws AdministrationError `invalid`, `not_found`
 */
export function savedMcpConfig(saved: Json, source?: string): Saved {
  const inner = isObject(saved.config) ? saved.config : saved;
  if (Array.isArray(inner.mcp_config)) {
    const { json, notes } = newest({ mcp_configs: { imported: inner } });
    return { json: objectOf(objectOf(json.mcp_configs).imported), notes };
  }
  if (!isWhole(inner)) {
    throw invalid('This is no exported config: it has no list "mcp_config". "config export" makes one.');
  }
  const { json, notes } = newest({ mcp_configs: inner.mcp_configs });
  return { json: chosen(objectOf(json.mcp_configs), source), notes };
}

function chosen(configs: Json, source: string | undefined): Json {
  const all = Object.entries(configs).flatMap(([id, json]) => (isObject(json) ? [{ id, json }] : []));
  const names = all.map(({ json }) => quoted(textOf(json.mcp_config_name))).join(', ');
  if (source === undefined) {
    const [only, ...others] = all;
    if (only !== undefined && others.length === 0) return only.json;
    throw invalid(
      `This is a whole config with ${String(all.length)} lists of servers (${names}): say which one is meant.`,
    );
  }
  const found = all.find(({ id, json }) => id === source || json.mcp_config_name === source);
  if (found !== undefined) return found.json;
  throw new AdministrationError('not_found', `There is no config ${quoted(source)} in it, but ${names}.`);
}

function isWhole(json: Json): boolean {
  return SECTIONS.some((section) => isObject(json[section]));
}

function newest(config: Json): Saved {
  const { json, rewrites, problems }: NewestForm = toNewestForm(config);
  const [problem] = problems;
  if (problem !== undefined) throw invalid(`${formatPath(problem.path.slice(0, 1), config)}: ${problem.message}.`);
  return {
    json: objectOf(json),
    // The paths of keys in clear hold the keys.
    notes: rewrites.map(
      ({ path, message }) => `${formatPath(path[0] === 'apikeys' ? ['apikeys'] : path, config)}: ${message}`,
    ),
  };
}

function invalid(message: string): AdministrationError {
  return new AdministrationError('invalid', message);
}
