import type { CancelSignal } from './cancel-signal.js';
import type { Principal } from './principal.js';
import type { UpstreamBody } from './upstream-body.js';

/**
 * Writes one JSON-RPC message to the client: a notification, or with `id` a request. Returns false when nothing listens, or when the
 * client does not read.
 */
export type Notify = (method: string, params?: Readonly<Record<string, unknown>>, id?: number) => boolean;

/** The stream of one request to its client. */
export interface ClientStream {
  readonly notify: Notify;
  /** Calls back when nothing more can be written; the function that it returns takes that back. */
  onGone(listener: () => void): () => void;
}

/** One question to a client. */
export interface ClientAsk {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>> | undefined;
  /** Where it is written. */
  readonly notify: Notify;
  readonly timeoutMs: number;
  /** The client shows how far it is. */
  readonly onProgress: ((params: Readonly<Record<string, unknown>>) => void) | undefined;
}

/** Questions that one client session has not answered; another session's answer is no answer here. */
export interface ClientAsks {
  /**
   * The client's answer. When the signal aborts, the client is told.
   * @throws GatewayError when it does not come
   */
  ask(ask: ClientAsk, signal: CancelSignal): Promise<UpstreamBody>;
  /** False = nobody waits for it. */
  answer(id: string | number, body: UpstreamBody): boolean;
  progress(token: unknown, params: Readonly<Record<string, unknown>>): void;
  /** Nothing more is answered. */
  close(): void;
}

/** A client session as a call sees it. */
export interface ClientLink {
  readonly id: string;
  readonly principal: Principal;
  /** The standing stream, if one is open. */
  readonly notify: Notify | undefined;
  /** undefined = the client declared nothing. */
  readonly asks: ClientAsks | undefined;
  /** The least of the severities that it wants to hear of (RFC 5424 names); undefined = it did not say. */
  readonly logLevel: string | undefined;
}

/** Who waits for a call, and on which stream. */
export interface ClientEnd {
  readonly principal: Principal;
  readonly requestId: string;
  readonly session: ClientLink | null;
  readonly notify: Notify | undefined;
  readonly stream: ClientStream | undefined;
  /** undefined = the client declared nothing. */
  readonly asks: ClientAsks | undefined;
  /** As the client sent them. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Its time stands still while the client is asked. */
  readonly scope: { hold(): void; release(): void };
}
