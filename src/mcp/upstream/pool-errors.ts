import type { ServerEntry } from '../../contracts/server-entry.js';
import { GatewayError } from '../../errors.js';
import { unavailable } from './pending-request.js';
import type { UpstreamCredential } from './upstream-credential.js';

/** For who waits for a link that is not wanted any more. */
export function droppedError(server: ServerEntry): GatewayError {
  return unavailable(server.name, 'was disconnected: its session is not wanted any more');
}

/** For who waits for a link to a server that does not answer. */
export function handshakeTimeout(server: ServerEntry, cause: unknown): GatewayError {
  const text = `Server "${server.name}" did not finish the handshake in time.`;
  return new GatewayError('upstream_timeout', text, { cause, retryable: true });
}

/** That there is no token says nothing against the server; that it takes none of them does. */
export function isAboutToken(error: unknown, credential: UpstreamCredential | undefined): boolean {
  if (!(error instanceof GatewayError)) return false;
  return error.code === 'login_required' || (error.code === 'upstream_token' && credential === undefined);
}
