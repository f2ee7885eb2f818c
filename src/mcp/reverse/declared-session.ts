import { elicitsUrls } from '../login-elicitation.js';
import type { ClientSession } from '../sessions/client-session.js';
import type { SessionRecord } from '../sessions/session-record.js';
import { readCapabilities } from './client-capabilities.js';
import { PendingAsks } from './pending-asks.js';

/** Keeps what the client declared in `initialize`. */
export function openedFor(session: ClientSession, capabilities: unknown): void {
  session.elicitsUrls = elicitsUrls(capabilities);
  session.declared = readCapabilities(capabilities);
  if (session.declared !== 0) session.asks = new PendingAsks();
}

/** The same for a session that another replica opened. */
export function restoredFor(session: ClientSession, { elicitsUrls: links, declared, ...record }: SessionRecord): void {
  session.elicitsUrls = links;
  session.declared = declared;
  session.initialized = record.initialized;
  session.logLevel = record.logLevel ?? undefined;
  // It may have listed there: better told of a change too often than not at all.
  session.listedVersion = -1;
  session.listedOffers.add('prompts').add('resources');
  if (declared !== 0) session.asks = new PendingAsks();
}
