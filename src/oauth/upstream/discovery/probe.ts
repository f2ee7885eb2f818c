import type { ServerConnection } from '../../../contracts/server-entry.js';
import type { Outside } from './outside.js';

const PING = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'ping' });

/**
 * The challenge of a server that nothing has been sent to yet: servers that demand tokens look for one before they read a message.
 * @returns WWW-Authenticate of HTTP 401; undefined = there was none, or no answer that could be read
 */
export async function askForChallenge(
  out: Outside,
  { url, headers }: Extract<ServerConnection, { kind: 'http' }>,
): Promise<string | undefined> {
  try {
    const response = await out.ask(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
        body: PING,
      },
      null,
    );
    return response.status === 401 ? (response.headers.get('www-authenticate') ?? undefined) : undefined;
  } catch {
    // Whether the server is there is told by the request for its metadata.
    return undefined;
  }
}
