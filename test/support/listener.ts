import { type EventStream, openStream } from './event-stream.js';
import type { TestGateway } from './gateway.js';
import { RawSession } from './raw-http.js';

type Json = Record<string, unknown>;

const UPDATED = 'notifications/resources/updated';

/** A client of the 2025 era with its standing stream, at the endpoint of one server. */
export class Listener {
  private constructor(
    readonly session: RawSession,
    readonly stream: EventStream,
  ) {}

  static async open(gateway: TestGateway, server: string, user = 0): Promise<Listener> {
    const session = await RawSession.open(`${gateway.origin}/mcp/servers/${server}`, gateway.key(0, user));
    return new Listener(session, await openStream(session.url, session.key, session.sessionId));
  }

  subscribe(uri: string): Promise<Json> {
    return this.session.request('resources/subscribe', { uri });
  }

  unsubscribe(uri: string): Promise<Json> {
    return this.session.request('resources/unsubscribe', { uri });
  }

  /** Params of what it was told by this method. */
  told(method = UPDATED): Json[] {
    return this.stream.events.filter((event) => event.method === method).map(({ params }) => params as Json);
  }

  /** Resources whose updates it was told of. */
  uris(): string[] {
    return this.told().map(({ uri }) => String(uri));
  }

  async close(): Promise<void> {
    this.stream.close();
    await this.session.end();
  }
}
