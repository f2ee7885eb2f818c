import { readFile } from 'node:fs/promises';
import { describeReadError } from '../../config/config-file.js';
import { parseConfigText } from '../../config/config-text.js';
import { GatewayError } from '../../errors.js';

type Json = Record<string, unknown>;

/** One entry of `mcp_configs` as it stands in the file, checked for nothing but its shape. */
export interface FileConfig {
  readonly id: string;
  readonly name: string;
  /** The entry itself: what is changed in it is changed in the file's JSON. */
  readonly json: Json;
  /** Objects of `mcp_config`, in the order of the file. */
  readonly servers: readonly FileServer[];
}

/** One server of a config. */
export interface FileServer {
  readonly name: string;
  /** Its place in `mcp_config`. */
  readonly index: number;
  readonly json: Json;
}

/**
 * The file's JSON; whether it would load is not judged.
 * @throws GatewayError `config_invalid` when it cannot be read, or is no JSON object
 */
export async function readFileJson(path: string): Promise<Json> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new GatewayError('config_invalid', `${path}: ${describeReadError(cause)}`, { cause });
  }
  const parsed = parseConfigText(bytes);
  if ('fault' in parsed) throw new GatewayError('config_invalid', `${path}: ${parsed.fault}`);
  if (isObject(parsed.value)) return parsed.value;
  throw new GatewayError('config_invalid', `${path}: must hold one JSON object`);
}

/** The configs of a file; entries that are no objects are left out. */
export function configsOf(file: Json): FileConfig[] {
  const configs = isObject(file.mcp_configs) ? Object.entries(file.mcp_configs) : [];
  return configs.flatMap(([id, json]) => {
    if (!isObject(json)) return [];
    const name = typeof json.mcp_config_name === 'string' ? json.mcp_config_name : '';
    return [{ id, name, json, servers: serversOf(json) }];
  });
}

function serversOf(config: Json): FileServer[] {
  const list: unknown[] = Array.isArray(config.mcp_config) ? config.mcp_config : [];
  return list.flatMap((json, index) => {
    if (!isObject(json) || typeof json.server_name !== 'string') return [];
    return [{ name: json.server_name, index, json }];
  });
}

/** What `--mcp-config` chooses from. */
interface Named {
  readonly id: string;
  readonly name: string;
}

/**
 * The one of that name or id; without either, the only one.
 * @throws GatewayError `config_invalid`, naming the choices
 */
export function chooseConfig<T extends Named>(configs: readonly T[], wanted: string | undefined): T {
  const fitting = wanted === undefined ? configs : configs.filter(({ id, name }) => id === wanted || name === wanted);
  const [only, second] = fitting;
  if (only !== undefined && second === undefined) return only;
  if (configs.length === 0) {
    throw new GatewayError('config_invalid', 'The config file has no mcp_configs. Make one with generate-config.');
  }
  const which =
    wanted === undefined ? 'Say which config' : `${found(fitting)} called ${JSON.stringify(wanted)}; say which`;
  throw new GatewayError('config_invalid', `${which}, by name or id: ${choices(configs)}`);
}

/**
 * The config that has the server; `wanted` decides when several have one of that name.
 * @throws GatewayError `config_invalid`, naming the choices
 */
export function configWithServer<T extends Named>(
  configs: readonly T[],
  has: (config: T) => boolean,
  server: string,
  wanted: string | undefined,
): T {
  const pool = wanted === undefined ? configs : [chooseConfig(configs, wanted)];
  const fitting = pool.filter(has);
  const [only, second] = fitting;
  if (only !== undefined && second === undefined) return only;
  const quoted = JSON.stringify(server);
  if (only === undefined) {
    const place = wanted === undefined ? '' : ` in config ${JSON.stringify(wanted)}`;
    throw new GatewayError(
      'unknown_server',
      `There is no server ${quoted}${place}. "server list" names those there are.`,
    );
  }
  throw new GatewayError('config_invalid', `Several configs have a server ${quoted}. Say which: ${choices(fitting)}`);
}

function found(fitting: readonly Named[]): string {
  return fitting.length === 0 ? 'No config is' : 'Several configs are';
}

function choices(configs: readonly Named[]): string {
  return configs
    .map(({ id, name }) => `--mcp-config ${id}${name === '' || name === id ? '' : ` (${name})`}`)
    .join(', ');
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
