import type {
  McpConfig,
  ServerConnection,
  ServerEntry,
  ServerTimeouts,
  ToolPolicies,
} from '../contracts/server-entry.js';
import { isAllowedUpstream } from './allowed-host.js';
import { hashConnection, resolveConnection } from './connection.js';
import type { DraftConfig } from './draft.js';
import { resolveDiscovery } from './oauth-discovery.js';
import { resolveOAuth } from './oauth-resolution.js';
import { serverLimits } from './limit-resolution.js';
import {
  type PolicyTable,
  resolveDefinitionPolicy,
  resolveInputPolicy,
  resolveOutputPolicy,
} from './policy-resolution.js';
import type { ConfigPath, RawProblem } from './problem.js';
import { resolveOverrides } from './tool-override.js';
import { resolvePinning } from './schema-pinning.js';
import type { DefaultLimitsSection } from './schema-limits.js';
import type { ServerSection } from './schema-server.js';
import type { SecretSources } from './secret-reference.js';
import { resolveVirtualServers } from './virtual-servers.js';

/** What resolving a server needs besides the server. */
export interface ServerScope {
  /** undefined = `plugins` does not fit the schema, so policies cannot be judged. */
  readonly policies: PolicyTable | undefined;
  /** Calls of the operator's read-only tools may start before their verdict. */
  readonly startsEarly: boolean;
  /** Hosts that servers made over the API may be reached at wherever they are. */
  readonly allowedUpstreamHosts: readonly string[];
  /** Servers of the file without `oauth_config` may say themselves where tokens for them are got. */
  readonly discoversOAuth: boolean;
  /** For servers and tools that say nothing of their own. */
  readonly limits?: DefaultLimitsSection | undefined;
  readonly sources: SecretSources;
  readonly problems: RawProblem[];
  readonly warnings: RawProblem[];
}

/** One entry of `mcp_configs` with its servers; those with problems are missing from it. */
export function resolveMcpConfig(draft: DraftConfig, scope: ServerScope): McpConfig {
  const servers = new Map<string, ServerEntry>();
  const disabled = new Map<string, string>();
  const names = new Map<string, number>();
  for (const { index, server } of draft.servers) {
    const path: ConfigPath = ['mcp_configs', draft.id, 'mcp_config', index];
    const first = names.get(server.server_name);
    if (first !== undefined) {
      const message = `the same name as mcp_config[${String(first)}]; server names are unique within a config`;
      scope.problems.push({ path: [...path, 'server_name'], message });
    } else names.set(server.server_name, index);
    const entry = resolveServer(server, path, scope);
    if (server.disabled) disabled.set(server.server_name, server.disabled_reason ?? '');
    else if (entry !== null) servers.set(entry.name, entry);
  }
  const { id, name, exposure, virtualServers } = draft;
  const known = new Set(names.keys());
  const virtual = resolveVirtualServers(virtualServers, known, ['mcp_configs', id, 'virtual_servers'], scope.warnings);
  return Object.freeze({ id, name, exposure, servers, ...(disabled.size > 0 && { disabled }), ...virtual });
}

function resolveServer(section: ServerSection, path: ConfigPath, scope: ServerScope): ServerEntry | null {
  const resolved = resolveConnection(section.config, [...path, 'config'], scope.sources, scope.problems);
  const connection = section.managed_by === 'api' ? publicOnly(resolved, scope.allowedUpstreamHosts) : resolved;
  const inputPolicy = policyOf(section, 'input_guardrails_policy', resolveInputPolicy, path, scope);
  const outputPolicy = policyOf(section, 'output_guardrails_policy', resolveOutputPolicy, path, scope);
  const definitionPolicy = policyOf(section, 'tool_guardrails_policy', resolveDefinitionPolicy, path, scope);
  if (section.enable_server_info_validation && section.tool_guardrails_policy?.enabled !== true) {
    const message = 'checks with the detectors of tool_guardrails_policy; enable that policy too, or set this to false';
    scope.problems.push({ path: [...path, 'enable_server_info_validation'], message });
  }
  const toolPolicies = toolPoliciesOf(section, path, scope);
  if (connection === null) return null;
  const tokens = tokensOf(section, connection, path, scope);
  if (tokens === null) return null;
  const tools = Object.entries(section.tools);
  noteUncallable(section, path, scope.warnings);
  noteWaiting(section, { inputPolicy, toolPolicies }, path, scope);
  const timeouts = timeoutsOf(section);
  const limits = serverLimits([String(path[1]), section.server_name], section, scope.limits);
  return Object.freeze({
    name: section.server_name,
    description: section.description,
    connection,
    ...tokens,
    affinity: section.affinity,
    allowedTools: tools.length === 0 ? null : new Map(tools),
    ...resolveOverrides(section.tool_overrides, Object.keys(section.tools), path, scope),
    inputPolicy,
    outputPolicy,
    ...(toolPolicies.length === 0 ? {} : { toolPolicies }),
    definitionPolicy,
    checksServerInfo: section.enable_server_info_validation,
    pinning: resolvePinning(section.definition_pinning),
    ...disabledToolsOf(section),
    ...promptsAndResourcesOf(section),
    ...clientRequestsOf(section, path, scope.problems),
    ...earlyToolsOf(section, scope),
    ...(timeouts === undefined ? {} : { timeouts }),
    ...(limits === undefined ? {} : { limits }),
  });
}

/** How tokens for a server are got; null after a problem. */
function tokensOf(
  section: ServerSection,
  connection: ServerConnection,
  path: ConfigPath,
  scope: ServerScope,
): Pick<ServerEntry, 'oauth' | 'discovery' | 'configHash'> | null {
  const isOwn = (url: URL): boolean =>
    section.managed_by !== 'api' || isAllowedUpstream(url, scope.allowedUpstreamHosts);
  const target = { connection, affinity: section.affinity, isOwn };
  const around = { path: [...path, 'oauth_config'], ...scope };
  const isFound = scope.discoversOAuth && section.managed_by !== 'api';
  const discovery = resolveDiscovery(section.oauth_config, target, isFound, around);
  if (discovery === null) return null;
  if (discovery !== undefined) {
    return { discovery, configHash: hashConnection(connection, discovery.isDeclared ? discovery : undefined) };
  }
  const oauth = resolveOAuth(section.oauth_config, target, around);
  if (oauth === null) return null;
  return { ...(oauth === undefined ? {} : { oauth }), configHash: hashConnection(connection, oauth) };
}

/** The connection of a server that was made over the API: judged again whenever it is connected to, unless the operator named its host. */
function publicOnly(connection: ServerConnection | null, allowed: readonly string[]): ServerConnection | null {
  if (connection?.kind !== 'http' || isAllowedUpstream(new URL(connection.url), allowed)) return connection;
  return Object.freeze({ ...connection, publicOnly: true });
}

function promptsAndResourcesOf({
  prompts_and_resources: open,
}: ServerSection): Pick<ServerEntry, 'promptsAndResources'> {
  return open === undefined ? {} : { promptsAndResources: open };
}

function disabledToolsOf({ disabled_tools: tools }: ServerSection): Pick<ServerEntry, 'disabledTools'> {
  return tools === undefined ? {} : { disabledTools: new Map(Object.entries(tools)) };
}

/** Absent when nothing may be asked, so that a call asks one question only. */
function clientRequestsOf(
  { client_requests: section, affinity }: ServerSection,
  path: ConfigPath,
  problems: RawProblem[],
): Pick<ServerEntry, 'clientRequests'> {
  if (section === undefined || !(section.sampling || section.elicitation || section.roots)) return {};
  if (affinity === 'shared') {
    const message = 'affinity "shared" has one link for everybody, so the server could not be told whom it asks';
    problems.push({ path: [...path, 'client_requests'], message });
  }
  const { sampling, elicitation, roots, timeout } = section;
  return { clientRequests: Object.freeze({ sampling, elicitation, roots, timeoutMs: timeout * SECOND }) };
}

/** Absent unless the gateway's switch is on, so that a call asks one question only. */
function earlyToolsOf(
  { read_only_tools: tools = [] }: ServerSection,
  scope: ServerScope,
): Pick<ServerEntry, 'earlyTools'> {
  return scope.startsEarly && tools.length > 0 ? { earlyTools: Object.freeze([...tools]) } : {};
}

/** Tools that are called read-only: their calls do not wait for a verdict, or wait all the same. */
function noteWaiting(
  section: ServerSection,
  policies: Pick<ServerEntry, 'inputPolicy' | 'toolPolicies'>,
  path: ConfigPath,
  scope: ServerScope,
): void {
  if ((section.read_only_tools ?? []).length === 0) return;
  const note = (message: string): void => {
    scope.warnings.push({ path: [...path, 'read_only_tools'], message });
  };
  if (!scope.startsEarly) {
    note('has no effect: enkrypt_async_input_guardrails_enabled is off, so that every call waits for its verdict');
    return;
  }
  const inputs = [policies.inputPolicy, ...(policies.toolPolicies ?? []).map(({ inputPolicy }) => inputPolicy)];
  const checked = inputs.filter((policy) => policy != null);
  if (checked.length > 0 && checked.every(({ redactPii }) => redactPii)) {
    note('has no effect: the input policy redacts, which has to be done before the call');
  } else if (checked.length > 0) {
    note('calls of these tools reach the server before their verdict; only the answer waits for it');
  }
}

const SECOND = 1000;

/** undefined = the server has no limits of its own. */
function timeoutsOf({ timeout_settings: own, tool_timeouts: tools }: ServerSection): ServerTimeouts | undefined {
  if (own === undefined && tools === undefined) return undefined;
  const milliseconds = (limit: number | undefined): number | undefined =>
    limit === undefined ? undefined : limit * SECOND;
  return Object.freeze({
    toolExecutionMs: milliseconds(own?.tool_execution_timeout),
    maxTotalMs: milliseconds(own?.max_total_timeout),
    discoveryMs: milliseconds(own?.discovery_timeout),
    guardrailMs: milliseconds(own?.guardrail_timeout),
    tools: new Map(Object.entries(tools ?? {}).map(([tool, limit]) => [tool, limit * SECOND])),
  });
}

/** A limit for a tool that the allow-list leaves out is most likely a misspelt name. */
function noteUncallable(section: ServerSection, path: ConfigPath, warnings: RawProblem[]): void {
  if (Object.keys(section.tools).length === 0) return;
  for (const tool of Object.keys(section.tool_timeouts ?? {})) {
    if (Object.hasOwn(section.tools, tool)) continue;
    warnings.push({ path: [...path, 'tool_timeouts', tool], message: 'has no effect: tools does not list this tool' });
  }
}

/** Policies of single tools, in the order in which they are tried. */
function toolPoliciesOf(section: ServerSection, path: ConfigPath, scope: ServerScope): readonly ToolPolicies[] {
  const { policies: table, problems, warnings } = scope;
  if (table === undefined) return [];
  return (section.tool_policies ?? []).map((own, index) => {
    const { input_guardrails_policy: input, output_guardrails_policy: output } = own;
    const at = (direction: string) => ({
      path: [...path, 'tool_policies', index, direction],
      table,
      problems,
      warnings,
    });
    return Object.freeze({
      tools: Object.freeze([...own.tools]),
      inputPolicy: input && resolveInputPolicy(input, at('input_guardrails_policy')),
      outputPolicy: output && resolveOutputPolicy(output, at('output_guardrails_policy')),
    });
  });
}

type Direction = 'input_guardrails_policy' | 'output_guardrails_policy' | 'tool_guardrails_policy';

function policyOf<D extends Direction, P>(
  section: ServerSection,
  direction: D,
  resolve: (policy: ServerSection[D], scope: Parameters<typeof resolveInputPolicy>[1]) => P | null,
  path: ConfigPath,
  scope: ServerScope,
): P | null {
  if (scope.policies === undefined) return null;
  const { policies: table, problems, warnings } = scope;
  return resolve(section[direction], { path: [...path, direction], table, problems, warnings });
}
