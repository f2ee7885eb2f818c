import type { AccessList } from './access.js';
import type { ClientRequestPolicy, DeclaredCapabilities } from './client-requests.js';
import type { DefinitionPinning } from './definition-pinning.js';
import type { DetectorOptions } from './detector-options.js';
import type { DetectorName } from './finding.js';
import type { ServerLimits } from './limits.js';
import type { RemoteCheck } from './remote-check.js';
import type { ScanBudget } from './scan-budget.js';
import type { OAuthDiscovery, UpstreamOAuth } from './upstream-oauth.js';

/** How the gateway reaches a server. `canary` exists only inside the start-up self-test and cannot be written in a config. */
export type ServerConnection =
  | {
      readonly kind: 'stdio';
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      /** What of the arguments must not get into a log; absent = nothing. */
      readonly secretArgs?: readonly string[];
    }
  | {
      readonly kind: 'http';
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      /** `auto` = streamable HTTP, else HTTP+SSE when the server answers initialize with 404 or 405 (spec 2025-11-25, backwards compatibility). */
      readonly transport: 'streamable-http' | 'sse' | 'auto';
      /** The server was made over the API, at a host that the operator has not named: whatever its name leads to must be public. */
      readonly publicOnly?: true;
    }
  | { readonly kind: 'canary' };

/** A guardrail policy as resolved for one direction of one server. Absent (null) = that direction is not checked. */
export interface GuardrailPolicy {
  readonly policyName: string;
  /** Detectors the named policy configures, with their options. */
  readonly detectors: Readonly<Partial<DetectorOptions>>;
  /** Detectors whose findings block; the others only report. */
  readonly block: ReadonlySet<DetectorName>;
  /** Redact before the call, restore in its answer; pii does not block then (behaviour.md §2). */
  readonly redactPii: boolean;
  /** Remote providers that are asked after the local detectors, in order, while nothing blocks; absent = none. */
  readonly remote?: readonly RemoteCheck[];
  /** Absent = the default. */
  readonly budget?: ScanBudget;
  /** Arguments that keep their value although PII is redacted. */
  readonly keep?: readonly KeptPath[];
}

/** A place in the arguments of some tools. */
export interface KeptPath {
  /** Glob over the server's own names of tools. */
  readonly tool: string;
  /** Member names from the arguments down; `*` is any one. */
  readonly members: readonly string[];
}

/** Policies of some tools of a server, in the place of the server's. */
export interface ToolPolicies {
  /** Globs over the server's own names of tools. */
  readonly tools: readonly string[];
  /** undefined = the server's; null = not checked. */
  readonly inputPolicy: GuardrailPolicy | null | undefined;
  readonly outputPolicy: GuardrailPolicy | null | undefined;
}

/** `principal`: one upstream session per API key's user + project. `session`: one per client session. `shared`: the operator says the server is stateless. */
export type Affinity = 'principal' | 'session' | 'shared';

/** Limits of one server that stand in the place of the gateway's own, in milliseconds; undefined = the gateway's. */
export interface ServerTimeouts {
  readonly toolExecutionMs: number | undefined;
  /** Of a call that shows progress. */
  readonly maxTotalMs: number | undefined;
  readonly discoveryMs: number | undefined;
  readonly guardrailMs: number | undefined;
  /** By the server's own name of the tool; goes before `toolExecutionMs`. */
  readonly tools: ReadonlyMap<string, number>;
}

/** What the operator says of a tool in the place of its server. */
export interface ToolOverride {
  /** What clients call it. Everything else in the gateway goes by the server's own name. */
  readonly name?: string;
  readonly title?: string;
  readonly description?: string;
}

/** One server of a project's MCP config, validated, with secrets resolved. Immutable; a reload makes new objects. */
export interface ServerEntry {
  readonly name: string;
  readonly description: string;
  readonly connection: ServerConnection;
  /** How tokens for it are got; absent = it needs none. */
  readonly oauth?: UpstreamOAuth;
  /** How tokens for it are got is found out from the server itself; absent = they are not, or `oauth` says it. */
  readonly discovery?: OAuthDiscovery;
  /** SHA-256 (hex) of the connection and `oauth` with resolved secrets: a changed config gets a new upstream session. */
  readonly configHash: string;
  readonly affinity: Affinity;
  /** null = every tool the server offers; else tool name -> description (allow-list). */
  readonly allowedTools: ReadonlyMap<string, string> | null;
  /** By the server's own name of the tool; absent = tools are shown as the server wrote them. */
  readonly toolOverrides?: ReadonlyMap<string, ToolOverride>;
  /** Names that overrides gave -> the server's own; absent = none. */
  readonly renamedTools?: ReadonlyMap<string, string>;
  /** Whether its prompts and resources are open; absent = if every tool is. */
  readonly promptsAndResources?: boolean;
  /** Globs over tools that an administrator switched off, with the reasons; absent = none. */
  readonly disabledTools?: ReadonlyMap<string, string>;
  /** What the caller's project, user and key let through of it, all of them; absent = everything. */
  readonly access?: readonly AccessList[];
  readonly inputPolicy: GuardrailPolicy | null;
  readonly outputPolicy: GuardrailPolicy | null;
  /** The first that covers a tool stands in the place of the two above; absent = none. */
  readonly toolPolicies?: readonly ToolPolicies[];
  /** What a tool's definition must pass to be shown and callable; null = definitions are not checked. */
  readonly definitionPolicy: GuardrailPolicy | null;
  /** Whether the server's own name, description and instructions must pass `definitionPolicy` too, or none of its tools is shown. */
  readonly checksServerInfo: boolean;
  /** null = definitions may change as the server likes. */
  readonly pinning: DefinitionPinning | null;
  /**
   * Globs over the tools that the operator, not the server, calls read-only: their calls may start before the verdict is in.
   * Absent = none, or asynchronous input guardrails are off.
   */
  readonly earlyTools?: readonly string[];
  /** Absent = the gateway's limits. */
  readonly timeouts?: ServerTimeouts;
  /** What it may ask the client for; absent = nothing. */
  readonly clientRequests?: ClientRequestPolicy;
  /** What it is told that the client can do; absent = nothing. Never in a config: on the entries that one kind of client sees. */
  readonly declared?: DeclaredCapabilities;
  /** Absent = it may be called as often as anybody likes. */
  readonly limits?: ServerLimits;
}

/** `meta` = the seven enkrypt_* tools; `direct` = every tool as `server__tool`; `both`. */
type Exposure = 'meta' | 'direct' | 'both';

/** What a virtual server shows of one server, as globs over the server's own names and URIs; null = everything of the kind. */
export interface ServerPart {
  readonly tools: readonly string[] | null;
  readonly prompts: readonly string[] | null;
  /** Over what is listed: URIs of resources, and templates as they are written. */
  readonly resources: readonly string[] | null;
}

/** A named selection of what servers offer, with an endpoint of its own. */
export interface VirtualServer {
  /** What clients are told it is for; absent = nothing. */
  readonly description?: string;
  /** By server name. */
  readonly parts: ReadonlyMap<string, ServerPart>;
}

/** The part of a config that one endpoint shows. */
export interface ConfigView {
  /** Sessions of one view are not found at another. No two views of a config have the same. */
  readonly key: string;
  /** null = one server, with its own names for everything. */
  readonly virtual: VirtualServer | null;
  /** Everything that the caller reaches. */
  readonly whole: McpConfig;
}

/** What one project may reach. */
export interface McpConfig {
  readonly id: string;
  readonly name: string;
  readonly exposure: Exposure;
  readonly servers: ReadonlyMap<string, ServerEntry>;
  /** Names of servers that an administrator switched off, with the reasons: they are not among `servers`. Absent = none. */
  readonly disabled?: ReadonlyMap<string, string>;
  /** By name; absent = none. */
  readonly virtualServers?: ReadonlyMap<string, VirtualServer>;
  /** Set on what an endpoint shows that is not of everything. */
  readonly view?: ConfigView;
  /** Globs over the methods that may be used, one list for each level that has some; absent = all. */
  readonly methods?: readonly (readonly string[])[];
}
