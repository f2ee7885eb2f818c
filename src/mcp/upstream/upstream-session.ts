import type { CancelSignal } from '../../contracts/cancel-signal.js';
import type { Era, McpCall, Progress } from '../../contracts/mcp-call.js';
import type { UpstreamBody } from '../../contracts/mcp-reply.js';
import type { UpstreamInbox } from './upstream-inbox.js';

/** One answer of an upstream and its size on the wire in bytes. */
export interface UpstreamAnswer {
  readonly body: UpstreamBody;
  readonly bytes: number;
}

/** A live, initialised link to one upstream server, used by many calls at once; the pool owns and closes it. */
export interface UpstreamSession {
  readonly era: Era;
  readonly protocolVersion: string;
  readonly serverInfo: Readonly<Record<string, unknown>>;
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly instructions: string | undefined;
  /** False once the link is gone; the pool then makes a new one for the next call. */
  readonly alive: boolean;
  /** Requests under way. */
  readonly inFlight: number;

  /**
   * Sends one request under a fresh id and waits for its answer. `params` may carry `_meta`; progress tokens are the session's own.
   * When `signal` aborts, the upstream is told (notifications/cancelled, or the stream is closed) and the signal's reason is thrown.
   * @param call what the server sends meanwhile can belong to; undefined = a request of the gateway's own
   * @throws GatewayError upstream_unavailable (link lost or refused), upstream_timeout, upstream_protocol, cancelled
   */
  request(
    method: string,
    params: Readonly<Record<string, unknown>> | undefined,
    onProgress: ((progress: Progress) => void) | undefined,
    signal: CancelSignal,
    call?: McpCall,
  ): Promise<UpstreamAnswer>;

  /** Best effort: a notification that cannot be sent is lost. */
  notify(method: string, params?: Readonly<Record<string, unknown>>): void;

  /** Takes what the server sends unasked; without one its requests are refused. */
  inbox: UpstreamInbox | undefined;

  /** Called at most once per event; used by the catalog to drop what it knows. */
  onToolsChanged: (() => void) | undefined;

  /** Ends the link and everything it owns (sockets, process group). Idempotent. */
  close(): Promise<void>;
}
