import { AdministrationError } from './administration-error.js';
import { serversOf } from './configs.js';
import { type Entity, entityOf, isObject, type Json, now, objectOf, quoted, textOf } from './document.js';
import { switchState, type SwitchState } from './switch-state.js';
import { checkName } from './names.js';

/** One line of the list of servers. `env` and headers are left out: they hold secrets. */
export interface ServerSummary extends SwitchState {
  readonly server_name: string;
  readonly description: string;
  readonly command: string | null;
  readonly args: readonly string[];
  readonly url: string | null;
  readonly tools: number;
  readonly input_guardrails_enabled: boolean;
  readonly output_guardrails_enabled: boolean;
  /** With the reasons. */
  readonly disabled_tools: Json;
}

/** Members of a server entry that can be set one by one. `undefined` leaves a member as it is. */
export interface ServerFields {
  readonly command?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly tools?: Json;
  readonly description?: string;
  readonly input_guardrails_policy?: Json;
  readonly output_guardrails_policy?: Json;
}

export type PolicyDirection = 'input_guardrails_policy' | 'output_guardrails_policy';

const CONNECTION = ['command', 'args', 'env', 'url', 'headers'] as const;
const OF_PROCESS = ['command', 'args', 'env'];
const OF_ADDRESS = ['url', 'headers', 'transport'];
const ENTRY = ['tools', 'description', 'input_guardrails_policy', 'output_guardrails_policy'] as const;

export function listServers(document: Json, config: string): ServerSummary[] {
  return serversOf(entityOf(document, 'config', config)).map(summaryOf);
}

/** The entry as it is stored. */
export function getServer(document: Json, config: string, name: string): Json {
  return serverOf(entityOf(document, 'config', config), name);
}

/** @throws AdministrationError `conflict` when the name is taken, `invalid` */
export function addServer(document: Json, config: string, name: string, fields: ServerFields): void {
  const entity = entityOf(document, 'config', config);
  const taken = serversOf(entity).find((server) => isSame(textOf(server.server_name), name));
  if (taken !== undefined) {
    throw new AdministrationError(
      'conflict',
      `Config ${quoted(entity.name)} has a server ${quoted(textOf(taken.server_name))} already.`,
    );
  }
  const entry: Json = { server_name: checkName(name, 'server name'), config: {}, tools: {}, created_at: now() };
  setFields(entry, fields);
  entity.json.mcp_config = [...listOf(entity), entry];
  entity.json.updated_at = now();
}

/** @throws AdministrationError `not_found`, `invalid` */
export function updateServer(document: Json, config: string, name: string, fields: ServerFields): void {
  const entity = entityOf(document, 'config', config);
  const entry = serverOf(entity, name);
  setFields(entry, fields);
  entry.updated_at = now();
  entity.json.updated_at = now();
}

export function removeServer(document: Json, config: string, name: string): void {
  const entity = entityOf(document, 'config', config);
  const entry = serverOf(entity, name);
  entity.json.mcp_config = listOf(entity).filter((server) => server !== entry);
  entity.json.updated_at = now();
}

/** @returns how many there were */
export function removeAllServers(document: Json, config: string): number {
  const entity = entityOf(document, 'config', config);
  const count = serversOf(entity).length;
  entity.json.mcp_config = [];
  entity.json.updated_at = now();
  return count;
}

/** Sets members of a policy; those not named stay. In the reference a set policy loses what was not named, and then fails every call. */
export function setPolicy(
  document: Json,
  config: string,
  name: string,
  policies: Partial<Record<PolicyDirection, Json>>,
): void {
  const entity = entityOf(document, 'config', config);
  const entry = serverOf(entity, name);
  for (const [direction, policy] of Object.entries(policies))
    entry[direction] = { ...objectOf(entry[direction]), ...policy };
  entry.updated_at = now();
  entity.json.updated_at = now();
}

function setFields(entry: Json, fields: ServerFields): void {
  // A server is a process or an address: what belongs to the other kind goes.
  const gone = new Set([
    ...(fields.url === undefined ? [] : OF_PROCESS),
    ...(fields.command === undefined ? [] : OF_ADDRESS),
  ]);
  const kept = Object.entries(objectOf(entry.config)).filter(([name]) => !gone.has(name));
  const given = CONNECTION.filter((name) => fields[name] !== undefined).map((name) => [name, fields[name]]);
  entry.config = Object.fromEntries([...kept, ...given]);
  for (const name of ENTRY) if (fields[name] !== undefined) entry[name] = fields[name];
}

/** @throws AdministrationError `not_found` */
export function serverOf(config: Entity, name: string): Json {
  const found = serversOf(config).find((server) => server.server_name === name);
  if (found !== undefined) return found;
  throw new AdministrationError(
    'not_found',
    `Config ${quoted(config.name)} has no server ${quoted(name)}. "config list-servers" names those there are.`,
  );
}

function listOf({ json }: Entity): unknown[] {
  return Array.isArray(json.mcp_config) ? json.mcp_config : [];
}

/** Clients and people mix up names that differ in case only. */
function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function summaryOf(server: Json): ServerSummary {
  const { command, args, url } = objectOf(server.config);
  return {
    server_name: textOf(server.server_name),
    description: textOf(server.description),
    command: typeof command === 'string' ? command : null,
    args: Array.isArray(args) ? args.filter((arg): arg is string => typeof arg === 'string') : [],
    url: typeof url === 'string' ? url : null,
    tools: Object.keys(objectOf(server.tools)).length,
    input_guardrails_enabled: isEnabled(server.input_guardrails_policy),
    output_guardrails_enabled: isEnabled(server.output_guardrails_policy),
    ...switchState(server),
    disabled_tools: objectOf(server.disabled_tools),
  };
}

function isEnabled(policy: unknown): boolean {
  return isObject(policy) && policy.enabled === true;
}
