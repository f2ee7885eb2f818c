import http from 'node:http';
import { credential } from './raw-http.js';

type Json = Record<string, unknown>;

/** What to ask for; Host and the length of the body are added. */
interface StreamRequest {
  readonly method?: string;
  /** Flat list of names and values. */
  readonly headers: readonly string[];
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** A standing GET stream of a session, or the open response to a POST. */
export class EventStream {
  private text = '';
  private over = false;
  /** Resolves when the response has ended, whoever ended it. */
  readonly closed: Promise<void>;

  private constructor(
    private readonly request: http.ClientRequest,
    readonly response: http.IncomingMessage,
  ) {
    response.setEncoding('utf8').on('data', (part: string) => (this.text += part));
    this.closed = new Promise((resolve) => {
      response.once('close', () => {
        this.over = true;
        resolve();
      });
    });
    // Being cut off is one of the things that tests wait for.
    response.on('error', () => undefined);
  }

  /** Resolves with the response's head, whatever its status; `signal` hangs up at any time. */
  static open(url: string, { method = 'GET', headers, body, signal }: StreamRequest): Promise<EventStream> {
    const { hostname, port, pathname, host } = new URL(url);
    const all = ['Host', host, ...headers];
    if (body !== undefined) all.push('Content-Length', String(Buffer.byteLength(body)));
    return new Promise((resolve, reject) => {
      const options = { hostname, port, path: pathname, method, agent: false, signal, headers: all as never };
      const request = http.request(options, (response) => {
        request.off('error', reject).on('error', () => undefined);
        resolve(new EventStream(request, response));
      });
      request.once('error', reject);
      request.end(body);
    });
  }

  get status(): number {
    return this.response.statusCode ?? 0;
  }

  get isClosed(): boolean {
    return this.over;
  }

  /** The messages that came so far. */
  get events(): Json[] {
    const data = this.text.split('\n\n').map((block) => /^data: (.+)$/m.exec(block)?.[1]);
    return data.filter((each) => each !== undefined).map((each) => JSON.parse(each) as Json);
  }

  /** The ids of the events that came so far, priming ones included. */
  get ids(): string[] {
    return [...this.text.matchAll(/^id: (.+)$/gm)].map(([, id = '']) => id);
  }

  /** Hangs up. */
  close(): void {
    this.request.destroy();
  }
}

/** The standing stream of a 2025-era session, or with an event id the rest of one that broke. */
export function openStream(url: string, key: string, sessionId: string, lastEventId?: string): Promise<EventStream> {
  const more = lastEventId === undefined ? [] : ['Last-Event-ID', lastEventId];
  return EventStream.open(url, {
    headers: [...credential(key), 'Mcp-Session-Id', sessionId, 'Accept', 'text/event-stream', ...more],
  });
}

/** A request of a session whose answer may be a stream. */
export function postStream(url: string, key: string, sessionId: string, message: object): Promise<EventStream> {
  return EventStream.open(url, {
    method: 'POST',
    headers: [
      ...credential(key),
      ...['Mcp-Session-Id', sessionId, 'Content-Type', 'application/json'],
      ...['Accept', 'application/json, text/event-stream'],
    ],
    body: JSON.stringify(message),
  });
}

/** A subscriptions/listen of revision 2026-07-28. */
export function listenModern(
  url: string,
  key: string,
  notifications: unknown,
  id: string | number = 1,
): Promise<EventStream> {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const method = 'subscriptions/listen';
  return EventStream.open(url, {
    method: 'POST',
    headers: [
      ...credential(key),
      ...['Content-Type', 'application/json', 'Accept', 'application/json, text/event-stream'],
      ...['MCP-Protocol-Version', '2026-07-28', 'Mcp-Method', method],
    ],
    body: JSON.stringify({ jsonrpc: '2.0', id, method, params: { notifications, _meta: meta } }),
  });
}
