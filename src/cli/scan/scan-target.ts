import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'jsonc-parser';
import { locateConfig } from '../../config/locate.js';
import { GatewayError } from '../../errors.js';
import { isRecord } from '../clients/recognise-entry.js';
import { type ClientEntry, clientEntries } from './client-entries.js';

export interface ScanWords {
  readonly config?: string;
  readonly mcpConfig?: string;
  readonly command?: string;
  readonly arg?: readonly string[];
  readonly url?: string;
  readonly header?: readonly (readonly [string, string])[];
}

/** What is to be scanned: a gateway config that can be opened, and which servers of it. */
export interface ScanTarget {
  readonly configPath: string;
  /** null = all. */
  readonly server: string | null;
  readonly mcpConfig: string | null;
  /** Entries of a client's file that no gateway could use, and why. */
  readonly unusable: readonly { readonly server: string; readonly error: string }[];
  /** For SARIF: the file that the user named. */
  readonly shownAs: string;
  /** Removes what was made for the scan. */
  readonly close: () => Promise<void>;
}

/**
 * @param word a file, `-` for standard input, the name of a server in the gateway's config, or nothing
 * @throws GatewayError `config_invalid`
 */
export async function scanTarget(
  word: string | undefined,
  words: ScanWords,
  stdin: () => Promise<string>,
): Promise<ScanTarget> {
  if (words.command !== undefined || words.url !== undefined) return ofEntries([adHoc(words)], [], 'command line');
  if (word === '-') return ofText(await stdin(), 'standard input', null);
  if (word !== undefined && isFile(word)) return ofText(await readText(word), word, word);
  const configPath = locateConfig(words.config).path;
  return {
    configPath,
    server: word ?? null,
    mcpConfig: words.mcpConfig ?? null,
    unusable: [],
    shownAs: configPath,
    close: noop,
  };
}

function isFile(word: string): boolean {
  return /[\\/]|\.jsonc?$/.test(word) || existsSync(word);
}

async function ofText(text: string, shownAs: string, path: string | null): Promise<ScanTarget> {
  const json: unknown = parse(text, [], { allowTrailingComma: true, allowEmptyContent: true });
  if (!isRecord(json)) throw new GatewayError('config_invalid', `${shownAs} holds no JSON object.`);
  if ('mcp_configs' in json) {
    if (path !== null) return { configPath: path, server: null, mcpConfig: null, unusable: [], shownAs, close: noop };
    return ofGatewayConfig(json, shownAs);
  }
  const { entries, unusable } = clientEntries(json);
  if (entries.length + unusable.length === 0) {
    const known = 'mcp_configs (the gateway), mcpServers (Claude, Cursor) or servers (VS Code)';
    throw new GatewayError('config_invalid', `${shownAs} holds no servers; looked for ${known}.`);
  }
  return ofEntries(entries, unusable, shownAs);
}

function adHoc({ command, arg, url, header }: ScanWords): ClientEntry {
  const name = 'ad-hoc';
  if (url !== undefined) return { name, config: { url, headers: Object.fromEntries(header ?? []) } };
  return { name, config: { command: command ?? '', args: [...(arg ?? [])] } };
}

/** The config in a folder that only this user can read, and that is gone after the scan. */
async function ofGatewayConfig(json: object, shownAs: string): Promise<ScanTarget> {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-scan-'));
  const configPath = join(folder, 'config.json');
  await writeFile(configPath, JSON.stringify(json), { mode: 0o600 });
  const close = (): Promise<void> => rm(folder, { recursive: true, force: true });
  return { configPath, server: null, mcpConfig: null, unusable: [], shownAs, close };
}

async function ofEntries(
  entries: readonly ClientEntry[],
  unusable: ScanTarget['unusable'],
  shownAs: string,
): Promise<ScanTarget> {
  const servers = entries.map(({ name, config }) => ({
    server_name: name,
    config: sheltered(config),
    definition_pinning: false,
  }));
  const json = { mcp_configs: { scan: { mcp_config_name: 'scan', mcp_config: servers } } };
  return { ...(await ofGatewayConfig(json, shownAs)), unusable };
}

let sheltering = 0;

/**
 * Values of the entry stay in the memory of this process: the file for the gateway refers to them. Environment variables of this
 * process are not passed on to servers (child-env.ts).
 */
function sheltered(value: unknown): unknown {
  if (typeof value === 'string') return value.includes('${env:') ? value : shelter(value);
  if (Array.isArray(value)) return value.map(sheltered);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, key === 'transport' ? item : sheltered(item)]),
  );
}

function shelter(value: string): string {
  const name = `SECURE_MCP_SCAN_${String(++sheltering)}`;
  process.env[name] = value;
  return `\${env:${name}}`;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new GatewayError('config_invalid', `${path} cannot be read.`, { cause });
  }
}

const noop = (): Promise<void> => Promise.resolve();
