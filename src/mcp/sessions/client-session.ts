import type { ChangedKind } from '../../contracts/changed-kind.js';
import type { ClientAsks, ClientLink, Notify } from '../../contracts/client-end.js';
import type { Principal } from '../../contracts/principal.js';
import { EventStore, KeyShare } from './event-store.js';
import { InFlight } from './in-flight.js';
import type { StreamLog } from './stream-log.js';

/** Logins that one client has not finished. */
const MAX_AWAITED_LOGINS = 32;

/** A live link from a client (2025 era). Bound to the principal that opened it: another key gets 404. */
export class ClientSession implements ClientLink {
  readonly inFlight = new InFlight();
  /** The standing stream to the client, if one is open or was: what it is told meanwhile, it gets when it comes back. */
  notify: Notify | undefined;
  initialized = false;
  /** Version of the tool list that the client has seen; null = it has not listed yet. */
  listedVersion: number | null = null;
  /** The lists that the client has seen since it was last told of a change; it has nothing else to list again. */
  readonly listedOffers = new Set<ChangedKind>();
  /** Hears of every change without listing in between (2026-07-28, subscriptions/listen). */
  hearsAll = false;
  /** Epoch milliseconds of the last message. */
  lastSeen = Date.now();
  /** Epoch milliseconds from when on other replicas are told again that it lives. */
  renewAt = 0;
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
  #events: EventStore | undefined;
  #standing: StreamLog | undefined;
  #isElsewhere = false;

  constructor(
    readonly id: string,
    /** As the last request with the longest life proved it: a client renews its access token while the session goes on. */
    public principal: Principal,
    readonly protocolVersion: string,
    /** Key of the view that its endpoint shows; undefined = everything. */
    readonly view?: string,
    private readonly share: KeyShare = new KeyShare(),
  ) {}

  /** What its streams said last, kept from its first stream on. */
  get events(): EventStore | undefined {
    return this.#events;
  }

  openEvents(): EventStore {
    return (this.#events ??= new EventStore(this.share));
  }

  /** Whether the client is there to hear what is told. */
  get isListened(): boolean {
    if (this.#standing !== undefined) return this.#standing.isRead;
    return this.notify !== undefined && !this.#isElsewhere;
  }

  /** Tells the client on this stream from now on. */
  listenTo(log: StreamLog): void {
    this.#standing = log;
    this.notify = (method, params, id) => {
      // A question cannot wait for a client to come back; its server is told at once.
      if (this.closed || (id !== undefined && !log.isRead)) return false;
      return log.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }), true);
    };
  }

  /** Another replica has the standing stream, unless this one has it; undefined = it lost it. */
  listensElsewhere(notify: Notify | undefined): void {
    if (this.isListened || (notify === undefined && !this.#isElsewhere)) return;
    this.#isElsewhere = notify !== undefined;
    this.#standing = undefined;
    this.notify = notify;
  }

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
    this.#events?.clear();
  }
}
