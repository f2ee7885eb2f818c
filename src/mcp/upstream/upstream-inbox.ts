import type { McpCall } from '../../contracts/mcp-call.js';
import type { UpstreamBody } from '../../contracts/mcp-reply.js';
import type { ServerEntry } from '../../contracts/server-entry.js';
import type { UpstreamSession } from './upstream-session.js';

type Params = Readonly<Record<string, unknown>>;

/** A request that a server sends. */
export interface ServerRequest {
  /** Of the server's hop. */
  readonly id: number | string;
  readonly method: string;
  readonly params: Params | undefined;
}

/**
 * Where what a server sends unasked goes to. `calls` are those that it can belong to: over HTTP the one whose stream it came on, on a
 * child's pipes all that are under way.
 */
export interface UpstreamInbox {
  /** The answer for the server. Never rejects. */
  ask(request: ServerRequest, calls: readonly McpCall[]): Promise<UpstreamBody>;
  notice(method: string, params: Params, calls: readonly McpCall[]): void;
  /** Somebody is to hear what comes: the link is not idle, although no call uses it. */
  readonly isWanted: boolean;
  /** The server had forgotten the session, and there is a new one. */
  reopened(): void;
}

/** One open link, as what arrives on it is seen. */
export interface InboxLink {
  readonly server: ServerEntry;
  /** null = it is not one client session's own. */
  readonly clientSessionId: string | null;
  /** Whose calls use it. */
  readonly tenants: ReadonlySet<string>;
  readonly session: UpstreamSession;
}

/** Makes the inbox of each link that is opened. */
export interface InboxSource {
  open(link: InboxLink): UpstreamInbox;
}
