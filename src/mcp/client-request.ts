import type { Era, Progress } from '../contracts/mcp-call.js';
import type { Principal } from '../contracts/principal.js';
import type { McpConfig } from '../contracts/server-entry.js';
import type { EncodedResult, MethodResult } from './rpc-response.js';
import type { ClientAsks, ClientEnd, ClientStream, Notify } from '../contracts/client-end.js';
import type { ClientSession } from './sessions/client-session.js';
import type { RequestId } from './sessions/in-flight.js';
import type { RequestScope } from './sessions/request-scope.js';

/** A parsed request of a recognised caller. */
export interface ClientRequest extends ClientEnd {
  readonly principal: Principal;
  /** null = the caller's project has no MCP config. */
  readonly config: McpConfig | null;
  readonly era: Era;
  /** null in the 2026 era and before initialize. */
  readonly session: ClientSession | null;
  /** The client's own. */
  readonly id: RequestId;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly scope: RequestScope;
  /** Unique per request, in the audit line and in error envelopes. */
  readonly requestId: string;
  /** Shows progress of this request to the client; undefined when it did not ask for any. */
  readonly onProgress: ((progress: Progress) => void) | undefined;
  /** Writes to the stream of this request, when the client takes one. */
  readonly notify: Notify | undefined;
  readonly stream: ClientStream | undefined;
  readonly asks: ClientAsks | undefined;
}

/** Serves one MCP method. @throws GatewayError, or UpstreamRpcError to pass an upstream's own error on */
export type Method = (request: ClientRequest) => MethodAnswer | Promise<MethodAnswer>;

type MethodAnswer = MethodResult | EncodedResult;

/** An upstream's own JSON-RPC error, after the output guardrail: passed on as it is. */
export class UpstreamRpcError extends Error {
  constructor(
    readonly rpcCode: number,
    message: string,
    readonly data: unknown,
  ) {
    super(message);
    this.name = 'UpstreamRpcError';
  }
}
