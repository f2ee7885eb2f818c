import { CallSignal, type CancelSignal } from '../../contracts/cancel-signal.js';
import type { UpstreamBody } from '../../contracts/mcp-reply.js';
import { GatewayError } from '../../errors.js';
import { isObject } from './json-rpc-wire.js';
import type { UpstreamAnswer } from './upstream-session.js';
import { waitWithSignal } from './wait-with-signal.js';

type Params = Readonly<Record<string, unknown>>;

/**
 * Sends one subscriptions/listen; settles when its stream has ended.
 * @param acknowledged told what the server serves of the filter
 */
export type SendListen = (
  params: Params,
  acknowledged: (served: Params) => void,
  signal: CancelSignal,
) => Promise<UpstreamAnswer>;

interface Stream {
  readonly end: CallSignal;
  /** Monotonic milliseconds. */
  readonly since: number;
  uris: ReadonlySet<unknown>;
  isOver: boolean;
}

/** The request, and the first message of its stream (2026-07-28, "Subscriptions"). */
export const LISTEN = 'subscriptions/listen';
export const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged';
/** What a stream may bring (2026-07-28, "Subscriptions"). */
export const ANNOUNCED: ReadonlySet<string> = new Set([
  'notifications/tools/list_changed',
  'notifications/prompts/list_changed',
  'notifications/resources/list_changed',
  'notifications/resources/updated',
]);

const SUBSCRIBE = 'resources/subscribe';
const UNSUBSCRIBE = 'resources/unsubscribe';
const ACK_MS = 10_000;
const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 30_000;
const DONE: UpstreamBody = { kind: 'result', result: {} };
const LISTS = [
  ['tools', 'toolsListChanged'],
  ['prompts', 'promptsListChanged'],
  ['resources', 'resourcesListChanged'],
] as const;

/**
 * Listens to a server of the stateless era for as long as the link is open (2026-07-28, "Subscriptions"): to the lists that it says it
 * announces, and to the resources that the sessions behind the link subscribed to. What a request listens to is fixed when it is sent, so
 * a change opens another stream, and then ends the one before: nothing is missed between them.
 */
export class ServerListen {
  readonly #send: SendListen;
  readonly #missed: () => void;
  readonly #lists: Params;
  readonly #servesUris: boolean;
  /** Subscriptions that the server has taken. */
  readonly #wanted = new Set<string>();
  /** How many requests for each URI are under way: one that is given up takes nothing from the others. */
  readonly #asked = new Map<string, number>();
  #stream: Stream | undefined;
  #opening: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #waitMs = FIRST_WAIT_MS;
  #wasOpen = false;
  /** A stream has ended, and there is no other yet. */
  #isGap = false;
  #closed = false;

  /** @param missed told after a time without a stream: whatever the server announced then is not known */
  constructor(capabilities: Params, send: SendListen, missed: () => void) {
    this.#send = send;
    this.#missed = missed;
    const offered = LISTS.map(([kind, flag]) => [flag, flagOf(capabilities[kind], 'listChanged')] as const);
    this.#lists = Object.fromEntries(offered.filter(([, isAnnounced]) => isAnnounced));
    this.#servesUris = flagOf(capabilities.resources, 'subscribe');
    if (this.#isWanted()) this.#again();
  }

  /** Whether a request of a session is answered here, because servers of this era do not know it. */
  static answers(method: string): boolean {
    return method === SUBSCRIBE || method === UNSUBSCRIBE;
  }

  /**
   * The answer to resources/subscribe and resources/unsubscribe, as a server of the handshake era would give it.
   * @throws GatewayError upstream_unavailable, upstream_timeout, upstream_token; the signal's reason
   */
  async answer(method: string, params: Params | undefined, signal: CancelSignal): Promise<UpstreamAnswer> {
    const uri = String(params?.uri);
    const body = await (method === SUBSCRIBE ? this.#subscribe(uri, signal) : this.#unsubscribe(uri, signal));
    return { body, bytes: 0 };
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#stream?.end.abort(closed());
    this.#stream = undefined;
  }

  async #subscribe(uri: string, signal: CancelSignal): Promise<UpstreamBody> {
    if (!this.#servesUris) return refusal(-32601, 'The server does not announce updates of its resources.');
    // What the stream has, but nobody wants any more, is not in the next.
    if (this.#wanted.has(uri) && this.#stream?.uris.has(uri) === true) return DONE;
    this.#ask(uri, 1);
    try {
      await waitWithSignal(this.#renew(), signal);
      if (this.#stream?.uris.has(uri) === true) {
        this.#wanted.add(uri);
        return DONE;
      }
    } finally {
      this.#ask(uri, -1);
    }
    this.#wanted.delete(uri);
    return refusal(-32602, 'The server does not announce updates of this resource.');
  }

  #ask(uri: string, change: 1 | -1): void {
    const count = (this.#asked.get(uri) ?? 0) + change;
    if (count === 0) this.#asked.delete(uri);
    else this.#asked.set(uri, count);
  }

  /** The stream without it may not be had: then what it brings is for nobody. */
  async #unsubscribe(uri: string, signal: CancelSignal): Promise<UpstreamBody> {
    if (this.#wanted.delete(uri)) await waitWithSignal(this.#renew(), signal).catch(() => undefined);
    return DONE;
  }

  /** Opens a stream for what is wanted now. Changes while one is being opened are in the next, all in one. */
  #renew(): Promise<void> {
    this.#next ??= this.#opening
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return (this.#opening = this.#open());
      });
    return this.#next;
  }

  async #open(): Promise<void> {
    if (this.#closed) throw closed();
    const uris = [...new Set([...this.#wanted, ...this.#asked.keys()])];
    const notifications = { ...this.#lists, ...(uris.length > 0 && { resourceSubscriptions: uris }) };
    const before = this.#stream;
    try {
      this.#stream = Object.keys(notifications).length === 0 ? undefined : await this.#opened(notifications);
    } catch (error) {
      if (this.#stream === undefined) this.#failed(error);
      throw error;
    }
    clearTimeout(this.#timer);
    before?.end.abort(closed());
    this.#told();
    if (this.#stream?.isOver === true) this.#ended(this.#stream);
  }

  /** There is no stream. A server that has never served it, and says so, is not asked again. */
  #failed(error: unknown): void {
    const isForNow = this.#wasOpen || (error instanceof GatewayError && error.retryable);
    if (isForNow && this.#isWanted()) this.#later();
  }

  /** Whoever opened the stream after a gap: what was announced meanwhile is not known. */
  #told(): void {
    if (!this.#isGap) return;
    this.#isGap = false;
    this.#missed();
  }

  /** Whether there is anything to listen to when no request is under way. */
  #isWanted(): boolean {
    return this.#wanted.size > 0 || Object.keys(this.#lists).length > 0;
  }

  /** Undefined = the server serves nothing of it. */
  async #opened(notifications: Params): Promise<Stream | undefined> {
    const end = new CallSignal();
    const stream: Stream = { end, since: performance.now(), uris: new Set(), isOver: false };
    const timer = setTimeout(() => {
      end.abort(new GatewayError('upstream_timeout', `The server did not acknowledge ${LISTEN} in time.`));
    }, ACK_MS);
    try {
      const served = await new Promise<Params>((resolve, reject) => {
        this.#send({ notifications }, resolve, end).then(
          (answer) => {
            reject(refusedBy(answer));
            this.#ended(stream);
          },
          (error: unknown) => {
            reject(error instanceof Error ? error : closed());
            this.#ended(stream);
          },
        );
      });
      if (this.#closed) throw closed();
      const { resourceSubscriptions: uris } = served;
      if (Array.isArray(uris)) stream.uris = new Set<unknown>(uris);
      if (stream.uris.size === 0 && !LISTS.some(([, flag]) => served[flag] === true)) {
        end.abort(closed());
        return undefined;
      }
      this.#wasOpen = true;
      return stream;
    } catch (error) {
      end.abort(closed());
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Nothing is done when another stream has taken its place. */
  #ended(stream: Stream): void {
    stream.isOver = true;
    if (this.#stream !== stream || this.#closed) return;
    if (performance.now() - stream.since > MAX_WAIT_MS) this.#waitMs = FIRST_WAIT_MS;
    this.#stream = undefined;
    this.#isGap = true;
    this.#later();
  }

  #later(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#again();
    }, this.#waitMs).unref();
    this.#waitMs = Math.min(this.#waitMs * 2, MAX_WAIT_MS);
  }

  #again(): void {
    this.#renew().catch(() => undefined);
  }
}

function flagOf(offered: unknown, flag: string): boolean {
  return isObject(offered) && offered[flag] === true;
}

function refusal(code: number, message: string): UpstreamBody {
  return { kind: 'error', error: { code, message } };
}

/** The stream ended before it was acknowledged. */
function refusedBy({ body }: UpstreamAnswer): GatewayError {
  const isUnknown = body.kind === 'error' && (body.error.code === -32601 || body.error.code === -32602);
  const why = body.kind === 'error' ? ` (error ${String(body.error.code)})` : '';
  return new GatewayError('upstream_unavailable', `The server did not take ${LISTEN}${why}.`, {
    retryable: !isUnknown,
  });
}

function closed(): GatewayError {
  return new GatewayError('upstream_unavailable', 'The link to the server was closed.', { retryable: true });
}
