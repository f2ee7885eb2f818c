import type { Principal } from '../../contracts/principal.js';
import { InFlight } from './in-flight.js';

/** Writes one JSON-RPC notification to the client; returns false when nothing listens. */
export type Notify = (method: string, params?: Readonly<Record<string, unknown>>) => boolean;

/** A live link from a client (2025 era). Bound to the principal that opened it: another key gets 404. */
export class ClientSession {
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

  constructor(
    readonly id: string,
    /** As the last request with the longest life proved it: a client renews its access token while the session goes on. */
    public principal: Principal,
    readonly protocolVersion: string,
  ) {}

  /** Cancels what is under way and closes the stream. Idempotent. */
  close(reason: string): void {
    if (this.closed) return;
    this.closed = true;
    this.inFlight.endAll(reason);
    this.closeStream?.();
  }
}
