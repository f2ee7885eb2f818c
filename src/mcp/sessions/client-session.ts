import type { ClientAsks, ClientLink, Notify } from '../../contracts/client-end.js';
import type { Principal } from '../../contracts/principal.js';
import { InFlight } from './in-flight.js';

/** Logins that one client has not finished. */
const MAX_AWAITED_LOGINS = 32;

/** A live link from a client (2025 era). Bound to the principal that opened it: another key gets 404. */
export class ClientSession implements ClientLink {
  readonly inFlight = new InFlight();
  /** The standing stream to the client, if one is open. */
  notify: Notify | undefined;
  /** Closes that stream. */
  closeStream: (() => void) | undefined;
  initialized = false;
  /** Version of the tool list that the client has seen; null = it has not listed yet. */
  listedVersion: number | null = null;
  /** Epoch milliseconds of the last message. */
  lastSeen = Date.now();
  closed = false;
  /** Whether the client shows links to its user (2025-11-25, "URL Mode"). */
  elicitsUrls = false;
  /** What the client declared that servers may ask it for, as bits; 0 = nothing. */
  declared = 0;
  /** What it was asked and has not answered; undefined = it declared nothing. */
  asks: ClientAsks | undefined;
  /** As of its last `logging/setLevel`. */
  logLevel: string | undefined;
  readonly #awaitedLogins = new Set<string>();

  constructor(
    readonly id: string,
    /** As the last request with the longest life proved it: a client renews its access token while the session goes on. */
    public principal: Principal,
    readonly protocolVersion: string,
    /** The one server that its endpoint shows; undefined = all of the project's. */
    readonly view?: string,
  ) {}

  /** The client was told of a login and hears of its end. */
  awaitLogin(elicitationId: string): void {
    const [oldest] = this.#awaitedLogins;
    if (this.#awaitedLogins.size >= MAX_AWAITED_LOGINS && oldest !== undefined) this.#awaitedLogins.delete(oldest);
    this.#awaitedLogins.add(elicitationId);
  }

  /** Tells the client that was told of the login, and no other ("Completion Notifications for URL Mode Elicitation"). */
  loginEnded(elicitationId: string): void {
    if (this.#awaitedLogins.delete(elicitationId))
      this.notify?.('notifications/elicitation/complete', { elicitationId });
  }

  /** Cancels what is under way and closes the stream. Idempotent. */
  close(reason: string): void {
    if (this.closed) return;
    this.closed = true;
    this.inFlight.endAll(reason);
    this.asks?.close();
    this.closeStream?.();
  }
}
