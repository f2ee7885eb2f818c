import type { ServerResponse } from 'node:http';
import type { EventSink } from '../sessions/stream-log.js';

const KEEP_ALIVE_MS = 15_000;
/** How long a client is asked to wait before it comes back for a stream that broke. */
const RETRY_MS = 1000;
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

/** One response that is a stream of events. */
export class SseConnection implements EventSink {
  private readonly keepAlive: NodeJS.Timeout;

  constructor(
    private readonly res: ServerResponse,
    headers: readonly string[],
  ) {
    res.writeHead(200, [...SSE_HEADERS, ...headers]);
    res.flushHeaders();
    this.keepAlive = setInterval(() => res.write(': keep-alive\n\n'), KEEP_ALIVE_MS).unref();
    res.once('close', () => {
      clearInterval(this.keepAlive);
    });
  }

  get takes(): boolean {
    return !this.res.writableNeedDrain;
  }

  /** An id to come back with before there is an event (2025-11-25, "Sending Messages to the Server"). */
  prime(id: string): void {
    this.res.write(`id: ${id}\nretry: ${String(RETRY_MS)}\ndata: \n\n`);
  }

  write(id: string, json: string): void {
    this.res.write(`event: message\nid: ${id}\ndata: ${json}\n\n`);
  }

  /** An event of a stream that nobody can come back for. */
  tell(json: string): void {
    this.res.write(`event: message\ndata: ${json}\n\n`);
  }

  end(): void {
    clearInterval(this.keepAlive);
    this.res.end();
    cutWhenStalled(this.res);
  }
}

/** Node takes the limit off again when the answer is out. */
export function cutWhenStalled(res: ServerResponse): void {
  if (res.writableLength > 0) res.setTimeout(STALL_MS, () => res.destroy());
}
