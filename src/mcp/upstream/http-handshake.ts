import type { CancelSignal } from '../../contracts/cancel-signal.js';
import type { Era } from '../../contracts/mcp-call.js';
import { GatewayError } from '../../errors.js';
import { initializeParams, MODERN_VERSION, modernParams, type ClientInfo, type ServerHello } from './envelope.js';
import { readDiscover, readInitialize } from './handshake.js';
import { AnswerReader, expectSuccess, type StreamEvents } from './http-answer.js';
import type { HttpEndpoint } from './http-endpoint.js';
import type { HttpOutcome } from './http-exchange.js';
import { modernHeaders, POST_HEADERS, readSessionId, type FlatHeaders } from './http-headers.js';
import { protocolError } from './json-rpc-wire.js';
import type { UpstreamAnswer } from './upstream-session.js';

/** Who talks to whom, fixed for a session's life. */
export interface HttpPeer {
  readonly server: string;
  readonly endpoint: HttpEndpoint;
  readonly clientInfo: ClientInfo;
  /** What is declared in the name of the client. */
  readonly capabilities: Readonly<Record<string, unknown>>;
  /** The headers of the server's config. */
  readonly headers: FlatHeaders;
}

/** What a handshake agreed on. Replaced as a whole when the server has forgotten the session. */
export interface HttpAgreement {
  readonly era: Era;
  readonly hello: ServerHello;
  /** Null in the stateless era, and for a server of the handshake era that keeps no sessions. */
  readonly sessionId: string | null;
  /** Of every further POST: made once, because they are sent with every call. */
  readonly headers: FlatHeaders;
  /** Of a GET; null in the stateless era. */
  readonly streamHeaders: FlatHeaders | null;
}

const NO_EVENTS: StreamEvents = {
  onToolsChanged: () => undefined,
  onRequest: () => undefined,
  onNotice: () => undefined,
};

/** The id of handshake requests; the sessions count from 1. */
const HANDSHAKE_ID = 0;

/**
 * Finds out the era: `server/discover` first, `initialize` when the server does not know that. 401, 403, 408, 429, 5xx, a redirect
 * and a lost connection say nothing about the era and are thrown.
 * @throws GatewayError upstream_unavailable, upstream_protocol; the signal's reason
 */
export async function probeEra(peer: HttpPeer, signal: CancelSignal): Promise<HttpAgreement> {
  const answer = await discover(peer, signal);
  const hello = answer === null ? null : readDiscover(peer.server, answer.body);
  return hello === null ? initialize(peer, signal) : modernAgreement(peer, hello);
}

/** Null = the server does not know the method. */
async function discover(peer: HttpPeer, signal: CancelSignal): Promise<UpstreamAnswer | null> {
  const headers = modernHeaders(modernBase(peer), 'server/discover', undefined);
  const reader = new AnswerReader(peer.server, HANDSHAKE_ID, NO_EVENTS, undefined);
  try {
    return reader.read(await post(peer, headers, 'server/discover', modernParams(undefined, peer), reader, signal));
  } catch (error) {
    if (!(error instanceof GatewayError) || signal.aborted) throw error;
    const status = error.data?.status;
    const refused = typeof status === 'number' && status >= 400 && status < 500 && !SAYS_NOTHING.has(status);
    // An answer that is no JSON-RPC, or none at all, is how some old servers meet what they do not know.
    if (refused || error.code === 'upstream_protocol') return null;
    throw error;
  }
}

const SAYS_NOTHING: ReadonlySet<number> = new Set([401, 403, 408, 429]);

function modernBase(peer: HttpPeer): FlatHeaders {
  return [...peer.headers, ...POST_HEADERS, 'mcp-protocol-version', MODERN_VERSION];
}

function modernAgreement(peer: HttpPeer, hello: ServerHello): HttpAgreement {
  return { era: '2026', hello, sessionId: null, headers: modernBase(peer), streamHeaders: null };
}

/**
 * Opens a session of the handshake era.
 * @throws GatewayError upstream_unavailable (`data.status` = the HTTP status, when there was one), upstream_protocol; the signal's reason
 */
export async function initialize(peer: HttpPeer, signal: CancelSignal): Promise<HttpAgreement> {
  const { server } = peer;
  const reader = new AnswerReader(server, HANDSHAKE_ID, NO_EVENTS, undefined);
  const base = [...peer.headers, ...POST_HEADERS];
  const outcome = await post(peer, base, 'initialize', initializeParams(peer), reader, signal);
  const hello = readInitialize(server, reader.read(outcome).body);
  const sessionId = readSessionId(outcome.headers['mcp-session-id']);
  if (sessionId === undefined) throw protocolError(server, 'sent a session id that is not allowed');
  const session = sessionId === null ? [] : ['mcp-session-id', sessionId];
  const agreed = ['mcp-protocol-version', hello.protocolVersion, ...session];
  const headers = [...base, ...agreed];
  const body = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' });
  expectSuccess(server, await peer.endpoint.send({ method: 'POST', headers, body, signal }));
  const streamHeaders = [...peer.headers, 'accept', 'text/event-stream', ...agreed];
  return { era: '2025', hello, sessionId, headers, streamHeaders };
}

function post(
  peer: HttpPeer,
  headers: FlatHeaders,
  method: string,
  params: Readonly<Record<string, unknown>>,
  sink: AnswerReader,
  signal: CancelSignal,
): Promise<HttpOutcome> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: HANDSHAKE_ID, method, params });
  return peer.endpoint.send({ method: 'POST', headers, body, sink, signal });
}
