import type { Progress } from '../../contracts/mcp-call.js';
import type { ServerEntry } from '../../contracts/server-entry.js';
import { isObject } from './json-rpc-wire.js';

/** The protocol revision of the stateless era that this gateway speaks to upstreams. */
export const MODERN_VERSION = '2026-07-28';
/** Offered in `initialize`. */
export const LATEST_SESSION_VERSION = '2025-11-25';
/** Versions of the handshake era that a server may answer `initialize` with. */
export const SESSION_VERSIONS: ReadonlySet<string> = new Set([
  LATEST_SESSION_VERSION,
  '2025-06-18',
  '2025-03-26',
  '2024-11-05',
  '2024-10-07',
]);

/** JSON-RPC codes that only servers of the stateless era use (2026-07-28): header mismatch, missing capability, unsupported version. */
export const UNSUPPORTED_VERSION_CODE = -32022;
const MODERN_CODES: ReadonlySet<number> = new Set([-32020, -32021, UNSUPPORTED_VERSION_CODE]);

/** True for an error code that proves a server of the stateless era. */
export function isModernCode(code: number): boolean {
  return MODERN_CODES.has(code);
}

/** Name and version the gateway introduces itself with to upstreams. */
export interface ClientInfo {
  readonly name: string;
  readonly version: string;
}

/** As whom the gateway speaks to one server. */
export interface Introduction {
  readonly clientInfo: ClientInfo;
  /** What is declared in the name of the client: it can be asked for that and for nothing else (architecture D6). */
  readonly capabilities: Readonly<Record<string, unknown>>;
}

/** What is declared to a server: nothing, unless its entry is that of a client that can be asked. */
export function declaredTo({ declared }: ServerEntry): Introduction['capabilities'] {
  return declared?.wire ?? NO_CAPABILITIES;
}

/** What a server said about itself in `initialize` or `server/discover`. */
export interface ServerHello {
  readonly protocolVersion: string;
  readonly serverInfo: Readonly<Record<string, unknown>>;
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly instructions: string | undefined;
}

/** Params of `initialize`. */
export function initializeParams({ clientInfo, capabilities }: Introduction): Readonly<Record<string, unknown>> {
  return { protocolVersion: LATEST_SESSION_VERSION, capabilities, clientInfo };
}

/** The result of `initialize` or `server/discover` as a ServerHello; fields of a wrong type count as absent. */
export function readHello(result: Readonly<Record<string, unknown>>, protocolVersion: string): ServerHello {
  const meta = isObject(result._meta) ? result._meta : {};
  const named = result.serverInfo ?? meta[SERVER_KEY];
  return {
    protocolVersion,
    serverInfo: isObject(named) ? named : {},
    capabilities: isObject(result.capabilities) ? result.capabilities : {},
    instructions: typeof result.instructions === 'string' ? result.instructions : undefined,
  };
}

const VERSION_KEY = 'io.modelcontextprotocol/protocolVersion';
const CLIENT_KEY = 'io.modelcontextprotocol/clientInfo';
const CAPABILITIES_KEY = 'io.modelcontextprotocol/clientCapabilities';
const SERVER_KEY = 'io.modelcontextprotocol/serverInfo';
/** Of a `_meta`: what concerns only the hop it was sent on. */
const HOP_KEYS = ['progressToken', VERSION_KEY, CLIENT_KEY, CAPABILITIES_KEY] as const;
const NO_CAPABILITIES: Readonly<Record<string, unknown>> = Object.freeze({});

type Params = Readonly<Record<string, unknown>>;

/**
 * Params for a server of the handshake era: the session's own progress token or none, and no envelope of the stateless era, by
 * which a server that knows both would take the message for a stateless one.
 */
export function sessionParams(params: Params | undefined, progressToken: number | undefined): Params | undefined {
  const meta = params?._meta;
  if (meta === undefined) return progressToken === undefined ? params : { ...params, _meta: { progressToken } };
  const kept = ownMeta(meta);
  if (progressToken !== undefined) kept.progressToken = progressToken;
  return { ...params, _meta: kept };
}

/** Params for a server of the stateless era: every request carries who asks and in which revision (2026-07-28, base protocol). */
export function modernParams(params: Params | undefined, as: Introduction, progressToken?: number): Params {
  const meta = params?._meta === undefined ? {} : ownMeta(params._meta);
  meta[VERSION_KEY] = MODERN_VERSION;
  meta[CLIENT_KEY] = as.clientInfo;
  meta[CAPABILITIES_KEY] = as.capabilities;
  if (progressToken !== undefined) meta.progressToken = progressToken;
  return { ...params, _meta: meta };
}

/** The `_meta` of a client without what belongs to the client's own hop. */
function ownMeta(meta: unknown): Record<string, unknown> {
  const kept: Record<string, unknown> = isObject(meta) ? { ...meta } : {};
  for (const key of HOP_KEYS) Reflect.deleteProperty(kept, key);
  return kept;
}

/** Params of notifications/progress as a Progress; null when they are not well-formed. */
export function readProgress(params: Params): Progress | null {
  const { progress, total, message } = params;
  if (typeof progress !== 'number') return null;
  return {
    progress,
    ...(typeof total === 'number' ? { total } : {}),
    ...(typeof message === 'string' ? { message } : {}),
  };
}
