import type { CancelSignal } from '../../contracts/cancel-signal.js';
import type { GatewayError } from '../../errors.js';
import type { ChildRegistry } from './child-registry.js';
import { DuplexSession, type DuplexLink } from './duplex-session.js';
import { initializeParams, UNSUPPORTED_VERSION_CODE, type ClientInfo } from './envelope.js';
import { readDiscover, readInitialize } from './handshake.js';
import { MAX_MESSAGE_BYTES, messageTooLarge, parseWire, protocolError, TooManyNodes } from './json-rpc-wire.js';
import { LineReader } from './line-reader.js';
import { unavailable } from './pending-request.js';
import { StdioChild, type ChildCommand } from './stdio-child.js';
import type { UpstreamLog } from './upstream-log.js';
import type { UpstreamSession } from './upstream-session.js';

const METHOD_NOT_FOUND = -32601;

export interface StdioSessionOptions {
  /** The server's name, for messages. */
  readonly server: string;
  readonly command: ChildCommand;
  readonly registry: ChildRegistry;
  readonly clientInfo: ClientInfo;
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly log: UpstreamLog;
  readonly maxMessageBytes?: number;
}

/**
 * Starts the child and shakes hands with it; the child is gone again when this throws.
 * @throws GatewayError upstream_unavailable, upstream_protocol; the signal's reason
 */
export async function openStdioSession(options: StdioSessionOptions, signal: CancelSignal): Promise<UpstreamSession> {
  const link = new StdioLink(options);
  const { session } = link;
  try {
    await shakeHands(options, session, signal);
    return session;
  } catch (error) {
    options.log.warn({ server: options.server, stderr: link.stderrTail }, 'upstream child failed to start');
    await session.close();
    throw error;
  }
}

/** The handshake comes first: a server of that era may hang or die on any other request (docs/adr/0003-stdio-era.md). */
async function shakeHands(options: StdioSessionOptions, session: DuplexSession, signal: CancelSignal): Promise<void> {
  const { server } = options;
  const { body } = await session.request('initialize', initializeParams(options), undefined, signal);
  const modernOnly =
    body.kind === 'error' && (body.error.code === METHOD_NOT_FOUND || body.error.code === UNSUPPORTED_VERSION_CODE);
  if (!modernOnly) {
    session.ready('2025', readInitialize(server, body));
    session.notify('notifications/initialized');
    return;
  }
  session.era = '2026';
  const discovered = await session.request('server/discover', undefined, undefined, signal);
  const hello = readDiscover(server, discovered.body);
  if (hello === null) throw protocolError(server, 'speaks no protocol version that the gateway knows');
  session.ready('2026', hello);
}

/** A child's pipes as a DuplexLink: one JSON-RPC message per line; lines that are no JSON are skipped and counted. */
class StdioLink implements DuplexLink {
  readonly session: DuplexSession;
  readonly #options: StdioSessionOptions;
  readonly #child: StdioChild;
  readonly #reader: LineReader;
  #skippedLines = 0;
  #closing = false;

  constructor(options: StdioSessionOptions) {
    this.#options = options;
    this.session = new DuplexSession(options.server, options, this);
    this.#reader = new LineReader(options.maxMessageBytes ?? MAX_MESSAGE_BYTES, this.#onLine, this.#onOverflow);
    try {
      this.#child = new StdioChild(options.command, options.registry, {
        onData: (chunk) => {
          this.#reader.push(chunk);
        },
        onExit: this.#onExit,
      });
    } catch (cause) {
      throw unavailable(options.server, 'could not be started: its command is not usable', cause, false);
    }
  }

  get alive(): boolean {
    return this.#child.alive;
  }

  get stderrTail(): string {
    return this.#child.stderrTail;
  }

  send(text: string): boolean {
    return this.#child.writeLine(text);
  }

  close(): Promise<void> {
    this.#closing = true;
    this.#reader.stop();
    return this.#child.close();
  }

  readonly #onLine = (line: Buffer): void => {
    let value: unknown;
    try {
      value = parseWire(this.#options.server, line);
    } catch (error) {
      this.#skippedLines++;
      if (error instanceof TooManyNodes) this.#giveUp(error);
      return;
    }
    this.session.receive(value, line.length);
  };

  /** Nothing tells whose answer the endless line is, and what follows it cannot be trusted: the child is ended. */
  readonly #onOverflow = (): void => {
    const { server, maxMessageBytes = MAX_MESSAGE_BYTES } = this.#options;
    this.#giveUp(messageTooLarge(server, maxMessageBytes));
  };

  #giveUp(error: GatewayError): void {
    this.session.end(error);
    void this.close();
  }

  readonly #onExit = (how: string): void => {
    const { server, log } = this.#options;
    this.session.end(unavailable(server, how));
    const counts = { server, how, skippedLines: this.#skippedLines, dropped: this.session.dropped };
    if (this.#closing) log.debug(counts, 'upstream child ended');
    else log.warn({ ...counts, stderr: this.#child.stderrTail }, 'upstream child stopped by itself');
  };
}
