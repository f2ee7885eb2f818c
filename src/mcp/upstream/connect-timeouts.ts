import type { ServerEntry } from '../../contracts/server-entry.js';

/** Asked for each attempt, because the config may have changed. Milliseconds. */
export interface ConnectTimeouts {
  /** TCP and TLS of one connection. */
  readonly connectionMs: () => number;
  /** Opening a session: start of the process or connection, and the handshake. */
  readonly sessionMs: (server: ServerEntry) => number;
}
