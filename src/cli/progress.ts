import type { CliIo } from './cli-io.js';

/** Work that is done sooner shows nothing. */
const QUIET_MS = 1_000;
const REDRAW_MS = 200;
/** Between two lines where lines stay: a log, a pipe. */
const LINE_EVERY_MS = 5_000;
const CLEAR_LINE = '\r\u001b[K';
const FALLBACK_COLUMNS = 80;

/** What long work shows of itself on stderr. */
export interface Progress {
  /** Lets the command write: on a terminal the progress line makes room and comes back after. */
  write(write: () => void): void;
  /** Ends it and leaves no trace on a terminal. Idempotent. */
  stop(): void;
}

/** Where the lines go, when it is not the stderr of this process. */
export interface ProgressTerminal {
  readonly isTty: boolean;
  readonly columns: number;
}

/**
 * Tells on stderr what goes on once it takes longer than a second: one line that is updated on a terminal, a line every five
 * seconds elsewhere.
 * @param describe asked for every line, without a full stop
 */
export function showProgress(io: CliIo, describe: () => string, terminal: ProgressTerminal = ownTerminal()): Progress {
  const started = performance.now();
  let shown = false;
  let timer: NodeJS.Timeout | undefined = setTimeout(draw, QUIET_MS).unref();

  function draw(): void {
    const seconds = Math.round((performance.now() - started) / 1_000);
    const line = `${describe()} (${String(seconds)} s)`;
    if (terminal.isTty) io.stderr(CLEAR_LINE + line.slice(0, terminal.columns - 1));
    else io.stderr(`${line}\n`);
    shown = true;
    timer = setTimeout(draw, terminal.isTty ? REDRAW_MS : LINE_EVERY_MS).unref();
  }

  function clear(): void {
    if (shown && terminal.isTty) io.stderr(CLEAR_LINE);
    shown = false;
  }

  return {
    write: (write) => {
      clear();
      write();
    },
    stop: () => {
      if (timer === undefined) return;
      clearTimeout(timer);
      timer = undefined;
      clear();
    },
  };
}

function ownTerminal(): ProgressTerminal {
  const { isTTY, columns } = process.stderr;
  // Some terminals say 0 when they do not know.
  return { isTty: isTTY, columns: columns > 0 ? columns : FALLBACK_COLUMNS };
}
