import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import type { McpConfig } from '../contracts/server-entry.js';
import { resolveAdminKeys } from './admin-key-resolution.js';
import { isEmptyDocument, isObject } from './administration/document.js';
import { faultOfAllowedCommand, parseAllowedCommand } from './administration/commands/allowed-command.js';
import { readExternalCache } from './cache-settings.js';
import { parseConfigText } from './config-text.js';
import { Directory } from './directory.js';
import { type Draft, readDraft } from './draft.js';
import { resolveHooks } from './hook-resolution.js';
import { resolveInboundOAuth } from './inbound-oauth.js';
import { type KeyResolver, keyResolver, noteUnknownServers, resolveKeys } from './key-resolution.js';
import { type NewestForm, toNewestForm } from './older-forms/newest-form.js';
import type { Rewrite } from './older-forms/older-form.js';
import { type PolicyTable, readPolicies } from './policy-resolution.js';
import { type ConfigProblem, formatPath, type RawProblem } from './problem.js';
import { forbiddenNames, schemaProblems } from './schema-problems.js';
import type { SecretSources } from './secret-reference.js';
import { resolveMcpConfig, type ServerScope } from './server-resolution.js';
import { readSettings } from './settings.js';
import type { ConfigSnapshot } from './snapshot.js';

/** What became of a file's bytes. `files` are the secret files it refers to, in both cases. */
export type LoadResult =
  | LoadedConfig
  | { readonly ok: false; readonly problems: readonly ConfigProblem[]; readonly files: ReadonlySet<string> };

/** A config that loads. */
export interface LoadedConfig {
  readonly ok: true;
  readonly snapshot: ConfigSnapshot;
  readonly files: ReadonlySet<string>;
  /** For keys that are not in the snapshot. */
  readonly resolveKey: KeyResolver;
}

/** Where the bytes come from and what surrounds them. */
export interface LoadContext {
  /** Absolute path of the config file. */
  readonly path: string;
  readonly environment: SecretSources['environment'];
  /** Warnings of the caller about the file itself. */
  readonly warnings: readonly ConfigProblem[];
  /** The config is read without its keys, so that nothing is wrong with there being none. */
  readonly keysElsewhere?: boolean;
}

/** Bytes of a config file -> a snapshot, or every problem at once. Reads nothing but the secret files that the config names. */
export function loadConfig(bytes: Buffer, context: LoadContext): LoadResult {
  const parsed = parseConfigText(bytes);
  if ('fault' in parsed) return { ok: false, problems: [{ path: '', message: parsed.fault }], files: new Set() };
  return loadDocument(parsed.value, revisionOf(bytes), context);
}

/** The name of a state of a config file: the first 16 hex digits of the SHA-256 of its bytes. */
export function revisionOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}

/** A parsed config -> a snapshot, or every problem at once. @param revision of the state that it is */
export function loadDocument(file: unknown, revision: string, context: LoadContext): LoadResult {
  const files = new Set<string>();
  const forbidden = forbiddenNames(file);
  if (forbidden.length > 0) {
    const problems = forbidden.map(({ path, message }) => ({ path: formatPath(path, file), message }));
    return { ok: false, problems, files };
  }
  const newest = toNewestForm(file);
  const problems = schemaProblems(newest.json);
  const warnings: RawProblem[] = [];
  const draft = readDraft(newest.json);
  const sources = { environment: context.environment, configDir: dirname(context.path), files };
  const policies = draft.plugins === null ? undefined : readPolicies(draft.plugins, { sources, problems, warnings });
  const configs = new Map<string, McpConfig>();
  const scope = { ...commonOfServers(draft), policies, sources, problems, warnings };
  for (const config of draft.configs) {
    configs.set(config.id, resolveMcpConfig(config, scope));
  }
  noteAsync(draft, warnings);
  noteAllowedCommands(draft, warnings);
  checkHooks(draft, policies, problems, warnings);
  checkProjects(draft, problems, warnings);
  noteUnknownServers(draft, warnings);
  const adminKeys = resolveAdminKeys(draft, problems);
  const resolve = keyResolver(draft, configs);
  const keys = resolveKeys(draft, resolve, warnings);
  const directory = new Directory(draft, configs);
  const inboundOAuth = resolveInboundOAuth(draft, directory, warnings);
  if (context.keysElsewhere === true) noteEmpty(newest.json, warnings);
  else if (inboundOAuth === null) noteNoKeys(keys.size, warnings);

  const { common, plugins } = draft;
  const externalCache = common === null ? null : readExternalCache(common, { sources, problems, warnings });
  const written = writerOf(newest, file);
  if (problems.length + newest.problems.length > 0 || common === null || plugins === null) {
    return { ok: false, problems: written(newest.problems, problems), files };
  }
  const snapshot: ConfigSnapshot = Object.freeze({
    revision,
    loadedAt: new Date().toISOString(),
    warnings: Object.freeze([...context.warnings, ...written(newest.rewrites.map(asWarning), warnings)]),
    settings: readSettings(common, plugins, sources.configDir, externalCache),
    keys,
    configs,
    directory,
    inboundOAuth,
    adminKeys,
  });
  return { ok: true, snapshot, files, resolveKey: resolve };
}

/** What servers are resolved with of the settings of the whole gateway. */
function commonOfServers({
  common,
}: Draft): Pick<ServerScope, 'startsEarly' | 'allowedUpstreamHosts' | 'discoversOAuth' | 'limits'> {
  return {
    discoversOAuth: common?.oauth_discovery ?? true,
    startsEarly: common?.enkrypt_async_input_guardrails_enabled === true,
    allowedUpstreamHosts: common?.admin_api.allowed_upstream_hosts ?? [],
    limits: common?.limits,
  };
}

function noteNoKeys(count: number, warnings: RawProblem[]): void {
  if (count === 0) warnings.push({ path: ['apikeys'], message: 'there is no key, so nobody can connect' });
}

/** A database is made empty, and a gateway on it starts: it serves as soon as there is something. */
function noteEmpty(json: unknown, warnings: RawProblem[]): void {
  if (!isObject(json) || !isEmptyDocument(json)) return;
  const message =
    'the database is empty, so nobody can connect; to copy a config file into it: secure-mcp-gateway config migrate --from file --to postgres; ' +
    'to make a new config in it: secure-mcp-gateway system reset --confirm';
  warnings.push({ path: [], message });
}

/** Switches of asynchronous guardrails that change nothing. */
function noteAsync({ common, configs }: Draft, warnings: RawProblem[]): void {
  const note = (key: string, message: string): void => {
    warnings.push({ path: ['common_mcp_gateway_config', key], message });
  };
  if (common?.enkrypt_async_output_guardrails_enabled === true) {
    note('enkrypt_async_output_guardrails_enabled', 'has no effect: a result is always withheld until it is checked');
  }
  if (common?.enkrypt_async_input_guardrails_enabled !== true) return;
  const servers = configs.flatMap((config) => config.servers);
  if (servers.some(({ server }) => (server.read_only_tools ?? []).length > 0)) return;
  const message = 'has no effect: no server has read_only_tools, and calls of other tools wait for their verdict';
  note('enkrypt_async_input_guardrails_enabled', message);
}

/** Entries that look like a permission and are none. */
function noteAllowedCommands({ common }: Draft, warnings: RawProblem[]): void {
  (common?.admin_api.allowed_commands ?? []).forEach((entry, index) => {
    const message = faultOfAllowedCommand(parseAllowedCommand(entry));
    if (message === null) return;
    warnings.push({ path: ['common_mcp_gateway_config', 'admin_api', 'allowed_commands', index], message });
  });
}

function checkHooks(
  { hooks }: Draft,
  policies: PolicyTable | undefined,
  problems: RawProblem[],
  warnings: RawProblem[],
): void {
  if (hooks !== null && policies !== undefined) resolveHooks(hooks, policies, problems, warnings);
}

function checkProjects(draft: Draft, problems: RawProblem[], warnings: RawProblem[]): void {
  for (const [id, project] of draft.projects) {
    if (project.mcp_config_id !== null && !draft.ids.configs.has(project.mcp_config_id)) {
      problems.push({ path: ['projects', id, 'mcp_config_id'], message: 'no such entry in mcp_configs' });
    }
    project.users.forEach((user, index) => {
      if (draft.ids.users.has(user)) return;
      warnings.push({ path: ['projects', id, 'users', index], message: 'no such entry in users' });
    });
  }
}

function asWarning({ path, message, remedy }: Rewrite): RawProblem {
  return { path, message: `${message}; to rewrite the file: secure-mcp-gateway ${remedy}` };
}

/** Writes out the findings of the older forms, whose paths are those of the file, and the findings in the newest form made of it. */
function writerOf({ pathInFile }: NewestForm, file: unknown) {
  return (inFile: readonly RawProblem[], inNewest: readonly RawProblem[]): ConfigProblem[] =>
    [...inFile, ...inNewest.map(({ path, message }) => ({ path: pathInFile(path), message }))].map(
      ({ path, message }) => Object.freeze({ path: formatPath(path, file), message }),
    );
}
