import { locateConfig } from '../../config/locate.js';
import { type CliIo, EXIT } from '../cli-io.js';
import { plainLine } from '../plain-text.js';
import { chooseConfig, configsOf, type FileConfig, type FileServer, readFileJson } from './config-servers.js';

export interface ListServersOptions {
  readonly config?: string;
  readonly mcpConfig?: string;
  readonly json?: boolean;
}

type Json = Record<string, unknown>;

/** A server as it is listed: nothing that could be a secret, so no arguments, no values and no query of a URL. */
interface ListedServer {
  readonly name: string;
  readonly mcp_config: { readonly id: string; readonly name: string };
  readonly kind: 'stdio' | 'http';
  /** Command, or URL without its query. */
  readonly target: string;
  readonly description: string;
  /** Names on the allow-list; null = every tool. */
  readonly tools: readonly string[] | null;
  /** Names of the policies in force; null = off. */
  readonly input_policy: string | null;
  readonly output_policy: string | null;
}

/** `server list`: the servers as they stand in the file, also when the file would not load. */
export async function listServers(options: ListServersOptions, io: CliIo): Promise<number> {
  const { path } = locateConfig(options.config);
  const all = configsOf(await readFileJson(path));
  const configs = options.mcpConfig === undefined ? all : [chooseConfig(all, options.mcpConfig)];
  const servers = configs.flatMap((config) => config.servers.map((server) => listed(config, server)));
  if (options.json === true) {
    io.stdout(`${JSON.stringify({ path, servers })}\n`);
    return EXIT.ok;
  }
  if (servers.length === 0) io.stderr(`${path} has no servers. Add one: secure-mcp-gateway server add --help\n`);
  else io.stdout(table(servers));
  return EXIT.ok;
}

/**
 * Only the names, one a line, for the completion of shells: answers fast, and with nothing when there is no usable file. Names with
 * control characters, which no config that loads has, are left out.
 */
export async function listServerNames(options: { readonly config?: string }, io: CliIo): Promise<number> {
  try {
    const configs = configsOf(await readFileJson(locateConfig(options.config).path));
    const names = new Set(configs.flatMap(({ servers }) => servers.map(({ name }) => name)));
    for (const name of names) if (name === plainLine(name)) io.stdout(`${name}\n`);
  } catch {
    return EXIT.failure;
  }
  return EXIT.ok;
}

function listed(config: FileConfig, { name, json }: FileServer): ListedServer {
  const connection = (json.config ?? {}) as Json;
  const tools = Object.keys(json.tools ?? {});
  return {
    name,
    mcp_config: { id: config.id, name: config.name },
    kind: connection.url === undefined ? 'stdio' : 'http',
    target: typeof connection.url === 'string' ? withoutQuery(connection.url) : text(connection.command),
    description: text(json.description),
    tools: tools.length === 0 ? null : tools,
    input_policy: policyName(json.input_guardrails_policy),
    output_policy: policyName(json.output_guardrails_policy),
  };
}

function withoutQuery(url: string): string {
  if (URL.canParse(url)) {
    const { origin, pathname } = new URL(url);
    return `${origin}${pathname}`;
  }
  // What is no URL may be one once its references are resolved, or hold anything.
  return url.includes('${') ? url.replace(/[?#].*$/s, '').replace(/\/\/[^/]*@/, '//') : '(not a URL)';
}

function policyName(policy: unknown): string | null {
  const { enabled, policy_name } = (policy ?? {}) as Json;
  return enabled === true ? text(policy_name) : null;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function table(servers: readonly ListedServer[]): string {
  const rows = [
    ['NAME', 'CONFIG', 'KIND', 'TARGET', 'TOOLS', 'INPUT', 'OUTPUT'],
    ...servers.map((server) => [
      plainLine(server.name),
      plainLine(server.mcp_config.name),
      server.kind,
      plainLine(server.target),
      server.tools === null ? 'all' : String(server.tools.length),
      plainLine(server.input_policy ?? 'off'),
      plainLine(server.output_policy ?? 'off'),
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}
