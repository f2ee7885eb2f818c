import type { IncomingMessage } from 'node:http';

/** Where a request came from, as the operating system tells it; undefined when the client is gone already. */
export function clientAddress(request: Pick<IncomingMessage, 'socket'>): string | undefined {
  return request.socket.remoteAddress;
}
