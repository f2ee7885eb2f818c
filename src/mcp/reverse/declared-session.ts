import { elicitsUrls } from '../login-elicitation.js';
import type { ClientSession } from '../sessions/client-session.js';
import { readCapabilities } from './client-capabilities.js';
import { PendingAsks } from './pending-asks.js';

/** Keeps what the client declared in `initialize`. */
export function openedFor(session: ClientSession, capabilities: unknown): void {
  session.elicitsUrls = elicitsUrls(capabilities);
  session.declared = readCapabilities(capabilities);
  if (session.declared !== 0) session.asks = new PendingAsks();
}
