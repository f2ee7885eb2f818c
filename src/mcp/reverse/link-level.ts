import type { SessionStore } from '../sessions/session-store.js';
import type { InboxLink } from '../upstream/upstream-inbox.js';
import type { UpstreamSession } from '../upstream/upstream-session.js';
import { mostVerbose } from './log-level.js';

/** A client that sets a level is not kept waiting for a server that is slow to take it. */
const SET_LEVEL_MS = 2_000;

/** What a link's server is to log: all that one of the clients behind it wants; each is then shown its own part. */
export function levelFor(
  { clientSessionId, tenants }: Pick<InboxLink, 'clientSessionId' | 'tenants'>,
  sessions: SessionStore,
): string | undefined {
  if (clientSessionId !== null) return sessions.local(clientSessionId)?.logLevel;
  const all = [...tenants].flatMap((tenant) => [...sessions.ofTenant(tenant)]);
  return mostVerbose(all.map(({ logLevel }) => logLevel));
}

/** Best effort: a server that does not take it logs as it likes, and its lines are filtered here. */
export async function sendLevel(session: UpstreamSession, level: string): Promise<void> {
  if (session.era === '2026' || session.capabilities.logging === undefined) return;
  await session
    .request('logging/setLevel', { level }, undefined, AbortSignal.timeout(SET_LEVEL_MS))
    .catch(() => undefined);
}
