import { CallSignal } from '../../contracts/cancel-signal.js';
import { GatewayError } from '../../errors.js';
import type { UpstreamSession } from './upstream-session.js';

/**
 * Whether the session answers anything within `ms` milliseconds: a ping, or in the stateless era, which has none, `server/discover`.
 * A refusal is an answer; a link that breaks meanwhile is its session's affair and no silence. Never rejects.
 */
export async function givesSignOfLife(session: UpstreamSession, ms: number): Promise<boolean> {
  const signal = new CallSignal();
  const timer = setTimeout(() => {
    signal.abort(new GatewayError('upstream_timeout', 'The server gave no sign of life in time.'));
  }, ms);
  try {
    await session.request(session.era === '2026' ? 'server/discover' : 'ping', undefined, undefined, signal);
    return true;
  } catch {
    return !signal.aborted;
  } finally {
    clearTimeout(timer);
  }
}
