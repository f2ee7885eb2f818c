/** Where the events of a stream go while a client reads it. */
export interface EventSink {
  /** False when the client does not keep up. */
  readonly takes: boolean;
  write(id: string, json: string): void;
  /** No more events will come. */
  end(): void;
}

/** What the streams of a session, and of all sessions of a key, may hold together. */
export interface EventRoom {
  /** Makes room by forgetting older events of the session; false = there is none to make. */
  reserve(bytes: number): boolean;
  release(bytes: number): void;
}

interface Kept {
  readonly seq: number;
  readonly json: string;
}

const MAX_EVENTS = 256;
const MAX_BYTES = 1024 * 1024;
/** Names and numbers beside the text. */
const EVENT_OVERHEAD = 64;

/**
 * The last events of one stream, for a client that lost its connection. What does not fit is forgotten, the oldest first: a client that
 * comes back late misses notifications, and the answer, which is the last event, stays for longest.
 */
export class StreamLog {
  /** Epoch milliseconds since when nothing is added; undefined = it goes on. */
  endedAt: number | undefined;
  private readonly kept: Kept[] = [];
  private bytes = 0;
  private seq = 0;
  /** The last event that went out on some connection. */
  private sent = 0;
  private sink: EventSink | undefined;

  constructor(
    readonly name: string,
    private readonly room: EventRoom,
  ) {}

  get isRead(): boolean {
    return this.sink !== undefined;
  }

  /** An id to come back with before the next event has come. @param after what the client has; undefined = all that was sent */
  idAfter(after: number | undefined): string {
    return this.idOf(after ?? this.sent);
  }

  /** @param mayDrop a client that does not read must not fill the memory: true for everything but the answer */
  send(json: string, mayDrop: boolean): boolean {
    const { sink } = this;
    if (mayDrop && sink?.takes === false) return false;
    const seq = ++this.seq;
    const isKept = this.keep(seq, json);
    if (sink === undefined) return isKept;
    this.sent = seq;
    sink.write(this.idOf(seq), json);
    return true;
  }

  /** @param after what the client has; undefined = what went out on a connection is not sent again */
  attach(sink: EventSink, after: number | undefined): void {
    const from = after ?? this.sent;
    this.sink?.end();
    this.sink = sink;
    for (const { seq, json } of this.kept) if (seq > from) sink.write(this.idOf(seq), json);
    this.sent = this.seq;
    if (this.endedAt !== undefined) this.close();
  }

  /** The connection is gone; one that came after it stays. */
  detach(sink: EventSink): void {
    if (this.sink === sink) this.sink = undefined;
  }

  /** Nothing more will be sent. */
  end(): void {
    this.endedAt ??= Date.now();
    this.close();
  }

  /** Forgets the oldest event; false when there is none. */
  forgetOldest(): boolean {
    const oldest = this.kept.shift();
    if (oldest === undefined) return false;
    const bytes = sizeOf(oldest.json);
    this.bytes -= bytes;
    this.room.release(bytes);
    return true;
  }

  forgetAll(): void {
    while (this.forgetOldest());
  }

  private keep(seq: number, json: string): boolean {
    const bytes = sizeOf(json);
    while ((this.kept.length >= MAX_EVENTS || this.bytes + bytes > MAX_BYTES) && this.forgetOldest());
    if (bytes > MAX_BYTES || !this.room.reserve(bytes)) return false;
    this.kept.push({ seq, json });
    this.bytes += bytes;
    return true;
  }

  private close(): void {
    const { sink } = this;
    this.sink = undefined;
    sink?.end();
  }

  private idOf(seq: number): string {
    return `${this.name}-${String(seq)}`;
  }
}

/** In memory: a string has two bytes per character at most. */
function sizeOf(json: string): number {
  return json.length * 2 + EVENT_OVERHEAD;
}
