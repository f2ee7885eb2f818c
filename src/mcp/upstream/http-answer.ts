import type { McpCall, Progress } from '../../contracts/mcp-call.js';
import { GatewayError } from '../../errors.js';
import { readProgress } from './envelope.js';
import type { HttpOutcome, StreamSink } from './http-exchange.js';
import { parseWire, parseWireText, protocolError, readMessage, type WireMessage } from './json-rpc-wire.js';
import { unavailable } from './pending-request.js';
import type { ServerRequest } from './upstream-inbox.js';
import type { UpstreamAnswer } from './upstream-session.js';

/** What an event stream brings beside the answer and its progress; the same for all calls of a session. */
export interface StreamEvents {
  readonly onToolsChanged: () => void;
  /** @param call on whose stream it came */
  readonly onRequest: (request: ServerRequest, call: McpCall | undefined) => void;
  readonly onNotice: (method: string, params: Readonly<Record<string, unknown>>, call: McpCall | undefined) => void;
}

/** Finds the answer to one request in its response, which is one JSON body or an event stream. */
export class AnswerReader implements StreamSink {
  readonly #server: string;
  readonly #id: number;
  readonly #events: StreamEvents;
  readonly #onProgress: ((progress: Progress) => void) | undefined;
  readonly #call: McpCall | undefined;
  #answer: UpstreamAnswer | undefined;
  #problem: GatewayError | undefined;
  #earlyEnd: GatewayError | undefined;
  #lastEventId: string | undefined;
  #retryMs: number | undefined;

  constructor(
    server: string,
    id: number,
    events: StreamEvents,
    onProgress: ((progress: Progress) => void) | undefined,
    call?: McpCall,
  ) {
    this.#server = server;
    this.#id = id;
    this.#events = events;
    this.#onProgress = onProgress;
    this.#call = call;
  }

  /** Where a stream that broke off goes on; undefined = the server keeps nothing of it. */
  get lastEventId(): string | undefined {
    return this.#lastEventId;
  }
  /** As the server asks; undefined = it does not. */
  get retryMs(): number | undefined {
    return this.#retryMs;
  }

  onRetry(ms: number): void {
    this.#retryMs = ms;
  }

  onEvent(data: string, event: string | undefined, id: string | undefined): boolean {
    if (id !== undefined && isEventId(id)) this.#lastEventId = id;
    // A priming event has an id and no data (2025-11-25); events of other names are not messages.
    if (data === '' || (event !== undefined && event !== 'message')) return false;
    try {
      const message = readMessage(parseWireText(this.#server, data));
      return message !== null && this.#take(message, Buffer.byteLength(data));
    } catch (error) {
      this.#problem = error instanceof GatewayError ? error : undefined;
      return true;
    }
  }

  /** Whether the server ended the stream in good order before the answer. */
  isEarlyEnd(error: unknown): boolean {
    return error !== undefined && error === this.#earlyEnd;
  }

  onEarlyEnd(): GatewayError {
    return (this.#earlyEnd = protocolError(this.#server, 'ended its event stream without an answer'));
  }

  /** @throws GatewayError upstream_protocol, upstream_unavailable (with `data.status`) */
  read(outcome: HttpOutcome): UpstreamAnswer {
    const { status, body } = outcome;
    if (this.#problem !== undefined) throw this.#problem;
    if (this.#answer !== undefined) return this.#answer;
    if (status < 300) {
      if (body === null) throw protocolError(this.#server, `answered HTTP ${String(status)} without a body`);
      if (!isJson(outcome))
        throw protocolError(this.#server, 'answered with a content type other than JSON or an event stream');
      return this.#readBody(body);
    }
    return readRefusal(this.#server, this.#id, outcome);
  }

  #readBody(body: Buffer): UpstreamAnswer {
    const message = readMessage(parseWire(this.#server, body));
    if (message?.kind === 'answer' && message.id === this.#id) return { body: message.body, bytes: body.length };
    if (message?.kind === 'malformed') throw protocolError(this.#server, message.problem);
    throw protocolError(this.#server, 'answered with something other than the response to this request');
  }

  /** True when this message ends the wait. */
  #take(message: WireMessage, bytes: number): boolean {
    switch (message.kind) {
      case 'answer':
        if (message.id !== this.#id) return false;
        this.#answer = { body: message.body, bytes };
        return true;
      case 'malformed':
        if (message.id !== this.#id) return false;
        this.#problem = protocolError(this.#server, message.problem);
        return true;
      case 'request':
        takeUnasked(message, this.#events, this.#call);
        return false;
      case 'notification':
        if (message.method === 'notifications/progress') this.#progressed(message.params);
        else takeUnasked(message, this.#events, this.#call);
        return false;
    }
  }

  #progressed(params: Readonly<Record<string, unknown>>): void {
    if (params.progressToken !== this.#id) return;
    const progress = readProgress(params);
    if (progress !== null) this.#onProgress?.(progress);
  }
}

/** What a server sends of its own accord, on whichever stream. */
export function takeUnasked(
  message: Extract<WireMessage, { kind: 'request' | 'notification' }>,
  events: StreamEvents,
  call: McpCall | undefined,
): void {
  const { method, params } = message;
  if (message.kind === 'notification') {
    if (method === 'notifications/tools/list_changed') events.onToolsChanged();
    else events.onNotice(method, message.params, call);
    return;
  }
  const { id } = message;
  if (typeof id === 'number' || typeof id === 'string') events.onRequest({ id, method, params }, call);
}

/** It is sent back in a header, so it must be what one can carry. */
const EVENT_ID = /^[\x21-\x7e](?:[\x20-\x7e]{0,1022}[\x21-\x7e])?$/;

export function isEventId(id: string): boolean {
  return EVENT_ID.test(id);
}

/** Statuses that are about the caller or the moment, never about the message: they do not carry a server's answer. */
const NO_ANSWER: ReadonlySet<number> = new Set([401, 403, 408, 429]);

/** A status of 300 or more: a JSON-RPC error in the body of a 4xx is the server's own answer, everything else is a failure. */
function readRefusal(server: string, id: number, outcome: HttpOutcome): UpstreamAnswer {
  const { status, body } = outcome;
  if (status >= 400 && status < 500 && !NO_ANSWER.has(status) && body !== null && isJson(outcome)) {
    const message = tryRead(server, body);
    // The id is null when the server could not or did not read it.
    if (message?.kind === 'answer' && message.body.kind === 'error' && (message.id === id || message.id === null)) {
      return { body: message.body, bytes: body.length };
    }
  }
  throw statusError(server, status);
}

/** A refusal by status as an error; `data.status` is the HTTP status. */
export function statusError(server: string, status: number): GatewayError {
  const data = { status };
  if (status < 400) {
    const text = `Server "${server}" redirects (HTTP ${String(status)}), which is not followed; configure the final URL.`;
    return new GatewayError('upstream_unavailable', text, { data });
  }
  if (status === 401 || status === 403) {
    const text = `Server "${server}" refused the gateway's credentials (HTTP ${String(status)}); check the headers in its config.`;
    return new GatewayError('upstream_unavailable', text, { data });
  }
  const retryable = status >= 500 || status === 408 || status === 429;
  return new GatewayError('upstream_unavailable', `Server "${server}" answered HTTP ${String(status)}.`, {
    data,
    retryable,
  });
}

function tryRead(server: string, body: Buffer): WireMessage | null {
  try {
    return readMessage(parseWire(server, body));
  } catch {
    return null;
  }
}

function isJson(outcome: HttpOutcome): boolean {
  return outcome.headers['content-type']?.startsWith('application/json') === true;
}

/** @throws GatewayError `upstream_unavailable` unless the status is a success. */
export function expectSuccess(server: string, outcome: HttpOutcome): void {
  if (outcome.status >= 300) throw unavailable(server, `answered HTTP ${String(outcome.status)}`);
}
