import type { CancelSignal } from '../../contracts/cancel-signal.js';
import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { GatewayError } from '../../errors.js';
import { ByteCollector } from './byte-collector.js';
import type { FlatHeaders } from './http-headers.js';
import { messageTooLarge } from './json-rpc-wire.js';
import { abortError, unavailable } from './pending-request.js';
import type { SlotTable } from './slot-table.js';
import { SseReader } from './sse-reader.js';

/** A finished HTTP answer. `body` is null when the answer came over an event stream, or when there was none. */
export interface HttpOutcome {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer | null;
}

/** One HTTP request to the endpoint. */
export interface HttpRequest {
  readonly method: 'POST' | 'GET' | 'DELETE';
  readonly headers: FlatHeaders;
  readonly body: string | null;
  /** Without it an event stream is collected like any other body. */
  readonly sink?: StreamSink | undefined;
  readonly signal?: CancelSignal | undefined;
  /** Path and query; default: the endpoint's own. */
  readonly path?: string | undefined;
  /** It may stay open for as long as the session: it must not take a connection that calls need. */
  readonly isStanding?: true;
}

/** Who reads an event stream. */
export interface StreamSink {
  /** One event's data, its name and its id. True = this was the last thing wanted; the exchange then resolves. */
  onEvent(data: string, event: string | undefined, id: string | undefined): boolean;
  /** How long to wait before the stream is opened again, in milliseconds, when the server says so. */
  onRetry?(ms: number): void;
  /** The error for a stream that ends before `onEvent` returned true. */
  onEarlyEnd(): GatewayError;
}

/** What all exchanges of one endpoint have in common. */
export interface ExchangeContext {
  /** For messages. */
  readonly server: string;
  /** Of a JSON body, and of one event. */
  readonly maxMessageBytes: number;
  /** The exchanges that are not settled. */
  readonly open: SlotTable<HttpExchange>;
}

/** @param authorization what the request was sent with; undefined = nothing */
export type Refused = (
  request: HttpRequest,
  authorization: string | undefined,
  outcome: HttpOutcome,
) => Promise<HttpOutcome>;

const UNAUTHORIZED = 401;
const FORBIDDEN = 403;
const ONCE = { once: true } as const;
/** How long a server may keep an event stream open after its answer before the connection is cut. */
const LINGER_MS = 1_000;
/** Bodies of refusals are read this far, to look for a JSON-RPC error in them. */
const MAX_REFUSAL_BYTES = 256 * 1024;

/** One HTTP request under way, as an undici handler: collects a body, or feeds a stream to its sink, and settles once. */
export class HttpExchange implements Dispatcher.DispatchHandler {
  readonly #context: ExchangeContext;
  /** Key in the context's table. */
  readonly #slot: number;
  readonly #request: HttpRequest;
  readonly #authorization: string | undefined;
  readonly #refused: Refused | undefined;
  readonly #sink: StreamSink | undefined;
  readonly #signal: CancelSignal | undefined;
  readonly #resolve: (outcome: HttpOutcome) => void;
  readonly #reject: (error: GatewayError) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  readonly #body = new ByteCollector();
  #maxBytes: number;
  #stream: SseReader | undefined;
  #linger: NodeJS.Timeout | undefined;
  #settled = false;
  #cut: GatewayError | undefined;

  /** @param refused a refusal is left to it; absent = a refusal is the outcome */
  constructor(
    context: ExchangeContext,
    request: HttpRequest,
    authorization: string | undefined,
    refused: Refused | undefined,
    resolve: (outcome: HttpOutcome) => void,
    reject: (error: GatewayError) => void,
  ) {
    const { sink, signal } = request;
    this.#context = context;
    this.#maxBytes = context.maxMessageBytes;
    this.#request = request;
    this.#authorization = authorization;
    this.#refused = refused;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#sink = sink;
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort, ONCE);
    this.#slot = context.open.reserve();
    context.open.set(this.#slot, this);
  }

  /** Fails the request with this error and cuts its connection. */
  abort(error: GatewayError): void {
    this.#fail(error);
    this.#cut ??= error;
    // Still in undici's queue when there is no controller: onRequestStart cuts it then.
    this.#controller?.abort(error);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#cut !== undefined) controller.abort(this.#cut);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    if (status < 300 && this.#sink !== undefined && isEventStream(headers)) {
      this.#openStream(this.#sink);
      return;
    }
    if (status >= 300) this.#maxBytes = MAX_REFUSAL_BYTES;
    if (Number(headers['content-length'] ?? 0) > this.#maxBytes) this.#tooLarge();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#stream !== undefined) {
      const problem = this.#stream.push(chunk);
      if (problem !== undefined) this.abort(problem);
      return;
    }
    if (this.#body.bytes + chunk.length > this.#maxBytes) this.#tooLarge();
    else this.#body.push(chunk);
  }

  onResponseEnd(): void {
    clearTimeout(this.#linger);
    if (this.#settled) return;
    if (this.#stream !== undefined && this.#sink !== undefined) this.#fail(this.#sink.onEarlyEnd());
    else this.#succeed(this.#body.join());
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    clearTimeout(this.#linger);
    if (this.#settled) return;
    this.#fail(error instanceof GatewayError ? error : linkError(this.#context.server, error, this.#status));
  }

  readonly #onAbort = (): void => {
    if (this.#signal !== undefined) this.abort(abortError(this.#signal));
  };

  #openStream(sink: StreamSink): void {
    const { server, maxMessageBytes } = this.#context;
    const onRetry = (ms: number): void => sink.onRetry?.(ms);
    this.#stream = new SseReader(server, { maxBytes: maxMessageBytes, onRetry }, ({ data, event, id }) => {
      if (this.#settled || !sink.onEvent(data, event, id)) return;
      this.#succeed(null);
      this.#linger = setTimeout(() => {
        this.#controller?.abort(new Error('the answer was complete'));
      }, LINGER_MS).unref();
    });
  }

  #tooLarge(): void {
    const { server, maxMessageBytes } = this.#context;
    if (this.#status < 300) this.abort(messageTooLarge(server, maxMessageBytes));
    else {
      // A refusal is known by its status; nobody needs its long page.
      this.#succeed(null);
      this.#controller?.abort(new Error('the refusal was too long'));
    }
  }

  #succeed(body: Buffer | null): void {
    if (this.#settled) return;
    this.#settle();
    const outcome = { status: this.#status, headers: this.#headers, body };
    const refused = this.#status === UNAUTHORIZED || this.#status === FORBIDDEN ? this.#refused : undefined;
    if (refused === undefined) this.#resolve(outcome);
    else refused(this.#request, this.#authorization, outcome).then(this.#resolve, this.#reject);
  }

  #fail(error: GatewayError): void {
    if (this.#settled) return;
    this.#settle();
    this.#reject(error);
  }

  #settle(): void {
    this.#settled = true;
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#context.open.delete(this.#slot);
  }
}

/** True for `text/event-stream`, with or without parameters. */
function isEventStream(headers: IncomingHttpHeaders): boolean {
  return headers['content-type']?.startsWith('text/event-stream') === true;
}

/** The failure of a connection in words; a connection that was never made leaves the call without effect. */
function linkError(server: string, error: Error, status: number): GatewayError {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  if (status !== 0) return unavailable(server, `broke off its answer (${code})`, error);
  if (code === 'UND_ERR_SOCKET' || code === 'ECONNRESET') {
    return unavailable(server, `closed the connection before it answered (${code})`, error);
  }
  return unavailable(server, `cannot be reached (${code}); check that it runs and that its URL is right`, error);
}
