import pino, { type DestinationStream, type Level, type Logger } from 'pino';
import { within } from './within.js';

/** Injection token of the gateway's pino logger (type `Logger` of pino). */
export const LOGGER = Symbol('gateway-logger');

export interface LogSettings {
  readonly level: Level | 'silent';
  /** A file descriptor (2 in both modes: on stdio, stdout belongs to JSON-RPC) or a stream that the caller owns. */
  readonly destination: 1 | 2 | DestinationStream;
}

/** The logger and the stream behind it; whoever creates it closes it last of all. */
export interface LogOutput {
  readonly logger: Logger;
  /** Puts one finished line (with its line feed) on the same stream, so that it cannot tear a log line. */
  readonly writeLine: (line: string) => void;
  /** Hands every line of the logger from now on to somebody else too. */
  readonly copyTo: (take: (line: string) => void) => void;
  /** Resolves when everything logged so far was handed to the system, at the latest after two seconds. Never rejects. */
  flush(): Promise<void>;
}

/** Names under which secrets travel in this gateway; the value is replaced at the top level and one level below. */
const SECRET_FIELDS = [
  'authorization',
  'apikey',
  'api_key',
  'admin_key',
  'gateway_key',
  'token',
  'password',
  'secret',
  'cookie',
];

const FLUSH_INTERVAL_MS = 100;
const FLUSH_DEADLINE_MS = 2_000;
const WRITE_BATCH_BYTES = 4_096;
/** A reader of stderr that stands still costs at most this much memory; what comes on top is dropped. */
const MAX_BACKLOG_BYTES = 8 * 1024 * 1024;

/**
 * The gateway's log: JSON lines, written in batches off the request path. Every line that operators may alert on carries a stable
 * `event` name in lower_snake_case; payloads, keys and matched text are never passed in, the redaction is the second net.
 */
export function createLogger(settings: LogSettings): LogOutput {
  const { stream, flush } = openStream(settings.destination);
  let copy: ((line: string) => void) | undefined;
  const written: DestinationStream = {
    write: (line) => {
      stream.write(line);
      copy?.(line);
    },
  };
  const logger = pino(
    {
      level: settings.level,
      // Process id and host name say nothing on one machine and are added by the log collector on many.
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: [
          ...SECRET_FIELDS,
          ...SECRET_FIELDS.map((name) => `*.${name}`),
          '*.headers.authorization',
          '*.headers.apikey',
        ],
        censor: '[redacted]',
      },
    },
    written,
  );
  return {
    copyTo: (take) => {
      copy = take;
    },
    logger,
    writeLine: (line) => {
      stream.write(line);
    },
    flush,
  };
}

function openStream(destination: LogSettings['destination']): {
  stream: DestinationStream;
  flush: () => Promise<void>;
} {
  if (typeof destination !== 'number') return { stream: destination, flush: () => Promise.resolve() };
  const stream = pino.destination({
    fd: destination,
    sync: false,
    minLength: WRITE_BATCH_BYTES,
    maxLength: MAX_BACKLOG_BYTES,
    periodicFlush: FLUSH_INTERVAL_MS,
  });
  const drained = (): Promise<void> =>
    new Promise((resolve) => {
      stream.flush(() => {
        resolve();
      });
    });
  return { stream, flush: () => within(FLUSH_DEADLINE_MS, drained()) };
}
