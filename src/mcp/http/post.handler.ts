import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { GatewayError } from '../../errors.js';
import type { Caller } from '../../oauth/inbound/api-key.authenticator.js';
import { InsufficientScopeError } from '../../oauth/inbound/token-refusal.js';
import { parseStrictJson, refuseInexactNumbers } from '../../strict-json.js';
import { arrivalOf } from '../../telemetry/arrival.js';
import { type ClientMessage, envelopeVersion, readClientMessage } from '../client-message.js';
import { surfaceOf } from '../error-map.js';
import { BATCH_VERSIONS, LEGACY_VERSIONS, MODERN_VERSIONS } from '../protocol.js';
import { ALWAYS_OPEN } from '../methods/closed-methods.js';
import { type Door, Relay } from '../relay.js';
import { RequestIds } from '../request-ids.js';
import { type RpcResponse, agreedVersion, encodeResponse, failure, retryAfterOf } from '../rpc-response.js';
import { openedFor } from '../reverse/declared-session.js';
import { RequestScope } from '../sessions/request-scope.js';
import { SharedSessions } from '../shared-sessions.service.js';
import type { ClientSession } from '../sessions/client-session.js';
import { SessionStore } from '../sessions/session-store.js';
import { readBody } from './body.js';
import { HttpReply } from './http-reply.js';
import { type Accepted, acceptedBy, mediaTypeOf } from './media-type.js';
import { checkModernHeaders } from './modern-headers.js';

/** As in the SDK. */
const MAX_BATCH = 100;
const MISSING_CAPABILITY = surfaceOf('missing_capability').rpc;
const NO_HEADERS: readonly string[] = [];

type RequestMessage = Extract<ClientMessage, { kind: 'request' }>;

/** One POST: content type, body, strict parse, era, session, relay, answer. */
@Injectable()
export class PostHandler {
  private readonly requestIds = new RequestIds();

  constructor(
    private readonly relay: Relay,
    private readonly sessions: SessionStore,
    private readonly shared: SharedSessions,
  ) {}

  /**
   * @param identify asked once the body is there: the key may have been revoked, or its servers changed, while it was on its way
   * @throws GatewayError for everything that goes wrong before dispatch; the caller answers it with its HTTP status
   */
  async handle(req: IncomingMessage, res: ServerResponse, identify: () => Caller | Promise<Caller>): Promise<void> {
    const { headers } = req;
    arrivalOf(req);
    if (mediaTypeOf(headers['content-type'] ?? '') !== 'application/json') {
      throw new GatewayError('unsupported_media_type', 'Send the body as application/json.');
    }
    const accepted = acceptedBy(headers.accept);
    if (!accepted.json && !accepted.sse) {
      throw new GatewayError('not_acceptable', 'Accept application/json or text/event-stream.');
    }
    const bytes = await readBody(req);
    const found = identify();
    const caller = found instanceof Promise ? await found : found;
    // The listeners below would wait for a close that has been already.
    if (res.destroyed) throw new GatewayError('cancelled', 'The client went away.');
    const body = parseStrictJson(bytes);
    refuseInexactNumbers(bytes);
    // Returned and not awaited from here on: the bytes and the parsed body need not live as long as the call.
    if (Array.isArray(body)) return this.batch(req, res, caller, { accepted, items: body });
    const message = readClientMessage(body);
    if (isModern(message, headers)) {
      return this.modern(req, res, caller, { accepted, message });
    }
    return this.legacy(req, res, caller, { accepted, message });
  }

  private async modern(
    req: IncomingMessage,
    res: ServerResponse,
    caller: Caller,
    { accepted, message }: { accepted: Accepted; message: ClientMessage },
  ): Promise<void> {
    const reply = new HttpReply(res, accepted, NO_HEADERS);
    if (message.kind !== 'request') {
      checkModernHeaders(req.headers, message);
      reply.close();
      return;
    }
    try {
      checkModernHeaders(req.headers, message);
    } catch (cause) {
      // The id is known by now, so the error has to carry it (JSON-RPC 2.0 §5).
      if (!(cause instanceof GatewayError)) throw cause;
      reply.finish(surfaceOf(cause.code).http, encodeResponse(failure(message.id, cause)));
      return;
    }
    if (!this.relay.knows(message.method, '2026')) {
      reply.finish(404, encodeResponse(failure(message.id, new GatewayError('method_not_found', 'Method not found.'))));
      return;
    }
    for (const method of methodsOf(message)) refuseForScopes(caller, method);
    const scope = new RequestScope(arrivalOf(req));
    // There is no other way to cancel in this era: the client closes the response.
    res.once('close', () => {
      if (!res.writableFinished) scope.cancel('The client closed the response.');
    });
    const door: Door = {
      caller,
      era: '2026',
      session: null,
      notify: reply.notify,
      stream: reply,
      requestId: this.requestIds.next(),
    };
    const response = await this.relay.request(message, door, scope);
    if (lacksCapability(response)) reply.finish(400, encodeResponse(response));
    else respond(reply, response);
  }

  private async legacy(
    req: IncomingMessage,
    res: ServerResponse,
    caller: Caller,
    { accepted, message }: { accepted: Accepted; message: ClientMessage },
  ): Promise<void> {
    checkLegacyVersion(req.headers['mcp-protocol-version']);
    if (message.kind === 'request' && message.method === 'initialize') {
      await this.initialize(res, caller, accepted, message);
      return;
    }
    const found = this.shared.find(sessionIdOf(req), caller.principal, caller.config?.view?.key);
    const session = found instanceof Promise ? await found : found;
    if (message.kind === 'request') refuseForScopes(caller, message.method);
    const reply = new HttpReply(res, accepted, NO_HEADERS, session);
    if (message.kind === 'request') {
      const door = this.doorOf(caller, session, reply);
      respond(reply, await this.relay.request(message, door, new RequestScope(arrivalOf(req))));
      return;
    }
    if (message.kind === 'notification') this.relay.notification(message, session);
    else this.relay.response(message, session);
    reply.close();
  }

  private async initialize(
    res: ServerResponse,
    caller: Caller,
    accepted: Accepted,
    message: RequestMessage,
  ): Promise<void> {
    const door: Door = { caller, era: '2025', session: null, notify: undefined, requestId: this.requestIds.next() };
    const response = await this.relay.request(message, door, new RequestScope());
    let headers = NO_HEADERS;
    const version = agreedVersion(response);
    if (version !== undefined) {
      const session = this.sessions.open(caller.principal, version, caller.config?.view?.key);
      openedFor(session, message.params.capabilities);
      await this.shared.save(session);
      headers = ['mcp-session-id', session.id];
    }
    respond(new HttpReply(res, accepted, headers), response);
  }

  private doorOf(caller: Caller, session: ClientSession, reply: HttpReply): Door {
    const requestId = this.requestIds.next();
    return { caller, era: '2025', session, notify: reply.notify, stream: reply, requestId };
  }

  /** Arrays of messages: only revisions up to 2025-03-26 have them. */
  private async batch(
    req: IncomingMessage,
    res: ServerResponse,
    caller: Caller,
    { accepted, items }: { accepted: Accepted; items: readonly unknown[] },
  ): Promise<void> {
    const session = await this.shared.find(sessionIdOf(req), caller.principal, caller.config?.view?.key);
    if (!BATCH_VERSIONS.includes(session.protocolVersion) || items.length === 0 || items.length > MAX_BATCH) {
      const limits = `Batches exist in 2025-03-26 and older only, with 1 to ${String(MAX_BATCH)} messages.`;
      throw new GatewayError('invalid_request', limits);
    }
    const messages = items.map(readClientMessage);
    if (messages.some((message) => message.kind === 'request' && message.method === 'initialize')) {
      throw new GatewayError('invalid_request', 'initialize cannot be part of a batch.');
    }
    const reply = new HttpReply(res, accepted, NO_HEADERS, session);
    const responses = await Promise.all(
      messages.map(async (message) => {
        if (message.kind === 'notification') this.relay.notification(message, session);
        if (message.kind === 'response') this.relay.response(message, session);
        if (message.kind !== 'request') return null;
        const door = this.doorOf(caller, session, reply);
        return this.relay.request(message, door, new RequestScope(arrivalOf(req)));
      }),
    );
    const answered = responses.filter((response) => response !== null);
    if (answered.length === 0) reply.close();
    else answer(reply, answered, `[${answered.map(encodeResponse).join(',')}]`);
  }
}

/** By its envelope, or by its header: a request that lacks the envelope is told so, with its id (2026-07-28, "Request metadata"). */
function isModern(message: ClientMessage, headers: IncomingHttpHeaders): boolean {
  if (message.kind === 'response') return false;
  if (envelopeVersion(message.params) !== undefined) return true;
  const version = headers['mcp-protocol-version'];
  const isClaimed = typeof version === 'string' && MODERN_VERSIONS.includes(version);
  return isClaimed && message.kind === 'request' && message.method !== 'initialize';
}

/** @throws GatewayError session_required */
export function sessionIdOf(req: IncomingMessage): string {
  const id = req.headers['mcp-session-id'];
  if (typeof id === 'string' && id !== '') return id;
  throw new GatewayError('session_required', 'The header Mcp-Session-Id is missing. Start a session with initialize.');
}

/** @throws GatewayError header_mismatch for a 2026 header on a 2025 body, unsupported_protocol_version */
export function checkLegacyVersion(version: string | string[] | undefined): void {
  if (version === undefined || (typeof version === 'string' && LEGACY_VERSIONS.includes(version))) return;
  if (typeof version === 'string' && MODERN_VERSIONS.includes(version)) {
    throw new GatewayError('header_mismatch', 'MCP-Protocol-Version names a revision that the body does not use.');
  }
  throw new GatewayError('unsupported_protocol_version', 'This protocol version is not supported.', {
    data: { supported: [...MODERN_VERSIONS, ...LEGACY_VERSIONS], requested: version },
  });
}

/**
 * A client that could get more scopes hears of it by the status (MCP 2025-11-25, "Scope Challenge Handling").
 * @throws InsufficientScopeError
 */
function refuseForScopes(caller: Caller, method: string): void {
  if (caller.scopesFor === undefined || ALWAYS_OPEN.has(method)) return;
  const scopes = caller.scopesFor(method);
  if (scopes !== null) throw new InsufficientScopeError(scopes);
}

/** A stream that listens to resources does what resources/subscribe does. */
function methodsOf({ method, params: { notifications } }: RequestMessage): readonly string[] {
  if (method !== 'subscriptions/listen') return [method];
  const asked = (notifications as { resourceSubscriptions?: unknown } | null | undefined)?.resourceSubscriptions;
  return asked === undefined ? [method] : [method, 'resources/subscribe'];
}

/** HTTP 400 (2026-07-28, error -32021), whoever found out: the server or the gateway. */
function lacksCapability(response: RpcResponse | null): response is RpcResponse {
  return response !== null && 'error' in response && response.error.code === MISSING_CAPABILITY;
}

function respond(reply: HttpReply, response: RpcResponse | null): void {
  if (response === null) reply.close();
  else answer(reply, [response], encodeResponse(response));
}

/** 200, unless all that was asked for was refused for a limit (RFC 6585 §4). */
function answer(reply: HttpReply, responses: readonly RpcResponse[], body: string): void {
  const seconds = retryAfterOf(responses);
  if (seconds === undefined) reply.finish(200, body);
  else reply.finish(429, body, ['retry-after', String(seconds)]);
}
