import type { ServerResponse } from 'node:http';
import type { ClientStream, Notify } from '../../contracts/client-end.js';
import type { Accepted } from './media-type.js';

const KEEP_ALIVE_MS = 15_000;
/** Above this a body is encoded first: header and small body go out in one write as one string. */
const ONE_WRITE_CHARS = 16_384;

/** A client that takes nothing of its answer for this long (at most twice this) has lost interest, and the answer may be megabytes. */
const STALL_MS = 30_000;

/** Header fields of every SSE answer. Proxies must neither store nor buffer it (2026-07-28, "Streams"). */
const SSE_HEADERS = [
  'content-type',
  'text/event-stream',
  'cache-control',
  'no-cache, no-transform',
  'x-accel-buffering',
  'no',
];

/**
 * The answer to one POST: JSON, unless something has to be told before the result is there and the client takes a stream; the first
 * notification decides. Also the standing GET stream, which only ever notifies.
 */
export class HttpReply implements ClientStream {
  private streaming = false;
  private keepAlive: NodeJS.Timeout | undefined;
  private done = false;

  /** @param headers extra header fields, as a flat list */
  constructor(
    private readonly res: ServerResponse,
    private readonly accepted: Accepted,
    private readonly headers: readonly string[],
  ) {}

  /** False when the client takes no stream or is gone. */
  readonly notify: Notify = (method, params, id) => {
    if (this.done || !this.accepted.sse || this.res.destroyed) return false;
    this.startStream();
    // A client that does not read must not fill the memory: notifications are dropped, the result is not.
    if (this.res.writableNeedDrain) return false;
    this.res.write(event(JSON.stringify({ jsonrpc: '2.0', id, method, params })));
    return true;
  };

  onGone(listener: () => void): () => void {
    this.res.once('close', listener);
    return () => this.res.off('close', listener);
  }

  startStream(): void {
    if (this.streaming || this.res.headersSent) return;
    this.streaming = true;
    this.res.writeHead(200, [...SSE_HEADERS, ...this.headers]);
    this.res.flushHeaders();
    this.keepAlive = setInterval(() => this.res.write(': keep-alive\n\n'), KEEP_ALIVE_MS).unref();
    this.res.once('close', () => {
      this.close();
    });
  }

  /**
   * Sends the response (JSON text) and ends.
   * @param more header fields of this status; a stream that has begun has had its status
   */
  finish(status: number, body: string, more: readonly string[] = []): void {
    if (this.done) return;
    this.done = true;
    clearInterval(this.keepAlive);
    if (this.streaming || (!this.accepted.json && status === 200)) {
      this.startStream();
      clearInterval(this.keepAlive);
      this.res.end(event(body));
      cutWhenStalled(this.res);
      return;
    }
    writeJson(this.res, status, body, more.length === 0 ? this.headers : [...this.headers, ...more]);
  }

  /** Ends without a response (202, or a cancelled request). */
  close(): void {
    if (this.done) return;
    this.done = true;
    clearInterval(this.keepAlive);
    if (!this.streaming) this.res.writeHead(202, [...this.headers]);
    this.res.end();
  }
}

/** One JSON answer with its length. */
function writeJson(res: ServerResponse, status: number, body: string, headers: readonly string[]): void {
  const data = body.length > ONE_WRITE_CHARS ? Buffer.from(body) : body;
  const length = typeof data === 'string' ? Buffer.byteLength(data) : data.length;
  res.writeHead(status, ['content-type', 'application/json', 'content-length', String(length), ...headers]);
  res.end(data);
  if (typeof data !== 'string') cutWhenStalled(res);
}

/** Node takes the limit off again when the answer is out. */
function cutWhenStalled(res: ServerResponse): void {
  if (res.writableLength > 0) res.setTimeout(STALL_MS, () => res.destroy());
}

function event(json: string): string {
  return `event: message\ndata: ${json}\n\n`;
}
