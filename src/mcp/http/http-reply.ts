import type { ServerResponse } from 'node:http';
import type { ClientStream, Notify } from '../../contracts/client-end.js';
import type { ClientSession } from '../sessions/client-session.js';
import type { StreamLog } from '../sessions/stream-log.js';
import type { Accepted } from './media-type.js';
import { cutWhenStalled, SseConnection } from './sse-connection.js';

/** Above this a body is encoded first: header and small body go out in one write as one string. */
const ONE_WRITE_CHARS = 16_384;

/** The first revision whose clients take an event without data for what it is (2025-11-25, changelog). */
const PRIMED_SINCE = '2025-11-25';

/**
 * The answer to one POST: JSON, unless something has to be told before the result is there and the client takes a stream; the first
 * notification decides. A stream of a session goes on when its connection breaks: the client comes back for the rest.
 */
export class HttpReply implements ClientStream {
  private connection: SseConnection | undefined;
  /** Only of a stream of a session. */
  private log: StreamLog | undefined;
  private done = false;

  /**
   * @param headers extra header fields, as a flat list
   * @param session null = nobody can come back for the rest
   */
  constructor(
    private readonly res: ServerResponse,
    private readonly accepted: Accepted,
    private readonly headers: readonly string[],
    private readonly session: ClientSession | null = null,
  ) {}

  /** False when the client takes no stream or is gone. A question for a client that is gone is not kept: its server is told at once. */
  readonly notify: Notify = (method, params, id) => {
    if (this.done || !this.accepted.sse) return false;
    const { log } = this;
    if (log === undefined ? this.res.destroyed : id !== undefined && !log.isRead) return false;
    const connection = this.startStream();
    // A client that does not read must not fill the memory: notifications are dropped, the result is not.
    if (this.log === undefined && !connection.takes) return false;
    const json = JSON.stringify({ jsonrpc: '2.0', id, method, params });
    if (this.log !== undefined) return this.log.send(json, true);
    connection.tell(json);
    return true;
  };

  onGone(listener: () => void): () => void {
    this.res.once('close', listener);
    return () => this.res.off('close', listener);
  }

  /**
   * Sends the response (JSON text) and ends.
   * @param more header fields of this status; a stream that has begun has had its status
   */
  finish(status: number, body: string, more: readonly string[] = []): void {
    if (this.done) return;
    this.done = true;
    const { json, prefersSse } = this.accepted;
    if (this.connection === undefined && ((json && !prefersSse) || status !== 200)) {
      writeJson(this.res, status, body, more.length === 0 ? this.headers : [...this.headers, ...more]);
      return;
    }
    const connection = this.startStream();
    if (this.log === undefined) {
      connection.tell(body);
      connection.end();
      return;
    }
    this.log.send(body, false);
    this.log.end();
  }

  /** Ends without a response (202, or a cancelled request). */
  close(): void {
    if (this.done) return;
    this.done = true;
    if (this.log !== undefined) this.log.end();
    else if (this.connection !== undefined) this.connection.end();
    else {
      this.res.writeHead(202, [...this.headers]);
      this.res.end();
    }
  }

  private startStream(): SseConnection {
    if (this.connection !== undefined) return this.connection;
    const connection = (this.connection = new SseConnection(this.res, this.headers));
    const { session } = this;
    if (session !== null) {
      const log = (this.log = session.openEvents().open());
      attach(this.res, connection, log, session);
    } else {
      this.res.once('close', () => {
        this.done = true;
      });
    }
    return connection;
  }
}

/**
 * Lets a connection follow a stream for as long as it holds.
 * @param after what the client has of it already
 */
export function attach(
  res: ServerResponse,
  connection: SseConnection,
  log: StreamLog,
  session: ClientSession,
  after?: number,
): void {
  if (session.protocolVersion >= PRIMED_SINCE) connection.prime(log.idAfter(after));
  res.once('close', () => {
    log.detach(connection);
  });
  log.attach(connection, after);
}

/** One JSON answer with its length. */
function writeJson(res: ServerResponse, status: number, body: string, headers: readonly string[]): void {
  const data = body.length > ONE_WRITE_CHARS ? Buffer.from(body) : body;
  const length = typeof data === 'string' ? Buffer.byteLength(data) : data.length;
  res.writeHead(status, ['content-type', 'application/json', 'content-length', String(length), ...headers]);
  res.end(data);
  if (typeof data !== 'string') cutWhenStalled(res);
}
