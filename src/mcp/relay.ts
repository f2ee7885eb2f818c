import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Era, Progress } from '../contracts/mcp-call.js';
import { GatewayError, toGatewayError } from '../errors.js';
import { LOGGER } from '../telemetry/logger.js';
import type { Caller } from '../oauth/inbound/api-key.authenticator.js';
import type { ClientMessage } from './client-message.js';
import { type ClientRequest, UpstreamRpcError } from './client-request.js';
import { inputRequired } from './login-elicitation.js';
import { refuseClosedMethod } from './methods/closed-methods.js';
import { MethodTable } from './methods/method-table.js';
import { META_CLIENT_CAPABILITIES } from './protocol.js';
import { type RpcResponse, failure, forEra } from './rpc-response.js';
import type { ClientStream, Notify } from '../contracts/client-end.js';
import { readCapabilities } from './reverse/client-capabilities.js';
import { configFor } from './reverse/declared-config.js';
import { ReverseNotices } from './reverse/reverse-notices.service.js';
import type { ClientSession } from './sessions/client-session.js';
import type { RequestId } from './sessions/in-flight.js';
import { RequestScope } from './sessions/request-scope.js';
import { SharedSessions } from './shared-sessions.service.js';

type RequestMessage = Extract<ClientMessage, { kind: 'request' }>;

/** Where a message came in. */
export interface Door {
  readonly caller: Caller;
  readonly era: Era;
  readonly session: ClientSession | null;
  /** Writes to the stream of this request, when the client takes one. */
  readonly notify: Notify | undefined;
  /** That stream, where it may end before the session does. */
  readonly stream?: ClientStream | undefined;
  /** For the audit line and for error envelopes. */
  readonly requestId: string;
}

/** Message in, message out: the same for both eras and every door. */
@Injectable()
export class Relay {
  constructor(
    private readonly table: MethodTable,
    private readonly notices: ReverseNotices,
    private readonly shared: SharedSessions,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Whether a method exists in an era; the 2026 era answers HTTP 404 to others. */
  knows(method: string, era: Era): boolean {
    return this.table.of(era).has(method);
  }

  /**
   * Serves one request. `scope` is the caller's to cancel (client gone, shutdown).
   * @returns the response; null when the client cancelled, which is answered with nothing (2025-11-25, "Cancellation")
   */
  async request(message: RequestMessage, door: Door, scope: RequestScope): Promise<RpcResponse | null> {
    const { id } = message;
    const inFlight = door.session?.inFlight;
    try {
      if (inFlight === undefined) this.shared.sessionless.add(scope, door.caller.principal);
      else inFlight.add(id, scope);
    } catch (cause) {
      return failure(id, toGatewayError(cause));
    }
    try {
      const method = this.table.of(door.era).get(message.method);
      if (method === undefined) throw new GatewayError('method_not_found', 'Method not found.');
      refuseClosedMethod(door.caller.config, message.method);
      const result = await method(this.clientRequest(message, door, scope));
      return { jsonrpc: '2.0', id, result: forEra(result, door.era) };
    } catch (cause) {
      return this.failureOf(id, cause, door);
    } finally {
      scope.end();
      if (inFlight === undefined) this.shared.sessionless.delete(scope);
      else inFlight.delete(id);
    }
  }

  /** Takes note of a notification; unknown ones are ignored, as JSON-RPC asks. */
  notification(message: Extract<ClientMessage, { kind: 'notification' }>, session: ClientSession | null): void {
    if (session === null) return;
    if (message.method === 'notifications/initialized') {
      session.initialized = true;
      this.shared.changed(session);
    }
    if (message.method !== 'notifications/cancelled') {
      this.notices.take(session, message.method, message.params);
      return;
    }
    const id = message.params.requestId;
    if (typeof id !== 'string' && typeof id !== 'number') return;
    const scope = session.inFlight.get(id);
    if (scope === undefined) this.shared.cancel(session, id);
    else scope.cancel('Cancelled by the client.');
  }

  /** Takes a client's answer to a request of a server; what nobody waits for is ignored. */
  response(message: Extract<ClientMessage, { kind: 'response' }>, session: ClientSession | null): void {
    if (session === null || session.asks?.answer(message.id, message.body) === true) return;
    this.shared.answer(session, message.id, message.body);
  }

  private clientRequest(message: RequestMessage, door: Door, scope: RequestScope): ClientRequest {
    const { session } = door;
    const { config } = door.caller;
    const declared = door.era === '2026' ? capabilitiesOf(message) : (session?.declared ?? 0);
    return {
      principal: door.caller.principal,
      config: declared === 0 || config === null ? config : configFor(config, declared),
      era: door.era,
      id: message.id,
      session,
      notify: door.notify,
      stream: door.stream,
      asks: session?.asks,
      method: message.method,
      params: message.params,
      scope,
      requestId: door.requestId,
      onProgress: progressTo(door.notify, message.params._meta),
    };
  }

  private failureOf(id: RequestId, cause: unknown, { era, requestId }: Door): RpcResponse | null {
    if (cause instanceof UpstreamRpcError) {
      const { rpcCode: code, message, data } = cause;
      return { jsonrpc: '2.0', id, error: data === undefined ? { code, message } : { code, message, data } };
    }
    const error = toGatewayError(cause);
    if (error.code === 'cancelled') return null;
    if (error.code === 'url_elicitation' && era === '2026') return { jsonrpc: '2.0', id, result: inputRequired(error) };
    if (error.code === 'internal' || error.code === 'unsealed')
      this.log.error({ event: 'request_failed', err: error.cause ?? error, request_id: requestId });
    return failure(id, error);
  }
}

/** Of the stateless era every request says what its client can do; none has to. Nobody is asked on a stream that listens. */
function capabilitiesOf({ method, params: { _meta: meta } }: RequestMessage): number {
  if (method === 'subscriptions/listen') return 0;
  return readCapabilities((meta as Readonly<Record<string, unknown>> | undefined)?.[META_CLIENT_CAPABILITIES]);
}

/** Progress under the client's own token; the upstream's hop has another. */
function progressTo(notify: Notify | undefined, meta: unknown): ((progress: Progress) => void) | undefined {
  const progressToken = (meta as { progressToken?: unknown } | undefined)?.progressToken;
  if (notify === undefined || (typeof progressToken !== 'string' && typeof progressToken !== 'number'))
    return undefined;
  return (progress) => {
    notify('notifications/progress', { progressToken, ...progress });
  };
}
