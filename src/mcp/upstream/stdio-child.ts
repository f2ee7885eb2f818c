import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { ChildRegistry } from './child-registry.js';
import { HAS_GROUPS, signalGroup } from './process-group.js';
import { Redaction } from './redaction.js';
import { RingBuffer } from './ring-buffer.js';

/** After stdin was closed; a server that follows the specification exits by itself. */
const STDIN_GRACE_MS = 500;
/** From the start of closing to SIGKILL. */
const TERM_GRACE_MS = 2_000;
/** For the kernel to report a killed child. */
const KILL_GRACE_MS = 1_000;
/** After the child's exit, for what it still wrote; a grandchild may hold its stdout open for ever. */
const DRAIN_MS = 200;
const STDERR_TAIL_BYTES = 8 * 1024;
/** A cut may take bytes of a torn character with it. */
const TORN_BYTES = 4;
/** Bytes waiting for a child that does not read. */
const MAX_UNREAD_BYTES = 16 * 1024 * 1024;

export interface ChildCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the child (see childEnvironment). */
  readonly env: Readonly<Record<string, string>>;
  /** Values that must not get into the log when the child writes them to stderr. */
  readonly secrets?: readonly string[];
}

/** What a session wants to hear of its child. `onExit` comes once and last; its text completes the sentence `Server "x" …`. */
export interface ChildEvents {
  readonly onData: (chunk: Buffer) => void;
  readonly onExit: (how: string) => void;
}

/**
 * One child process in its own process group, from spawn to the end of the last member of the group. Its stderr is always read,
 * because a child blocks once that pipe is full.
 */
export class StdioChild {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #registry: ChildRegistry;
  readonly #events: ChildEvents;
  readonly #secrets: readonly string[];
  readonly #stderr = new RingBuffer(STDERR_TAIL_BYTES);
  readonly #exited: Promise<void>;
  #queue = '';
  #flushPlanned = false;
  #gone = false;
  #closing: Promise<void> | undefined;

  constructor(command: ChildCommand, registry: ChildRegistry, events: ChildEvents) {
    this.#registry = registry;
    this.#events = events;
    this.#secrets = command.secrets ?? [];
    this.#child = spawn(command.command, command.args, {
      env: command.env,
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: HAS_GROUPS,
      windowsHide: true,
    });
    const { pid } = this.#child;
    if (pid !== undefined) registry.add(pid);
    this.#exited = this.#watch();
  }

  /** False once the child is gone or could not be started. */
  get alive(): boolean {
    return !this.#gone;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The end of what the child wrote to stderr, for the log only. */
  get stderrTail(): string {
    const text = this.#stderr.text();
    return new Redaction(this.#secrets).apply(text, Buffer.byteLength(text) >= STDERR_TAIL_BYTES - TORN_BYTES);
  }

  /**
   * Sends one line. Lines of one turn of the event loop go out in one write. False = the child has not read what it was sent
   * before, and the line was not taken.
   */
  writeLine(text: string): boolean {
    const { stdin } = this.#child;
    if (this.#gone || !stdin.writable) return false;
    if (this.#queue.length + stdin.writableLength + text.length > MAX_UNREAD_BYTES) return false;
    this.#queue += text;
    this.#queue += '\n';
    if (!this.#flushPlanned) {
      this.#flushPlanned = true;
      setImmediate(this.#flush);
    }
    return true;
  }

  readonly #flush = (): void => {
    this.#flushPlanned = false;
    const text = this.#queue;
    this.#queue = '';
    if (text !== '' && this.#child.stdin.writable) this.#child.stdin.write(text);
  };

  /** Ends the child politely, then by force, with everything in its group; done within 3.5 s. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    const { pid } = this.#child;
    if (!this.#gone && pid !== undefined) {
      this.#flush();
      this.#child.stdin.end();
      if (!(await this.#exitsWithin(STDIN_GRACE_MS))) {
        signalGroup(pid, 'SIGTERM');
        if (!(await this.#exitsWithin(TERM_GRACE_MS - STDIN_GRACE_MS))) {
          signalGroup(pid, 'SIGKILL');
          await this.#exitsWithin(KILL_GRACE_MS);
        }
      }
    }
    this.#child.stdout.destroy();
    this.#child.stderr.destroy();
  }

  async #exitsWithin(ms: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(resolve, ms, false);
    });
    const done = await Promise.race([this.#exited.then(() => true), late]);
    clearTimeout(timer);
    return done;
  }

  /** Resolves when the child is gone. */
  #watch(): Promise<void> {
    const child = this.#child;
    child.stdout.on('data', this.#events.onData);
    child.stderr.on('data', (chunk: Buffer) => {
      this.#stderr.write(chunk);
    });
    // EPIPE and the like: the exit that follows says more.
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => undefined);
    return new Promise((resolve) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        if (child.pid !== undefined) return;
        this.#gone = true;
        this.#events.onExit(`could not be started (${error.code ?? error.name})`);
        resolve();
      });
      child.once('exit', (code, signal) => {
        this.#gone = true;
        this.#reap();
        this.#drain(signal === null ? `exit code ${String(code)}` : `signal ${signal}`);
        resolve();
      });
    });
  }

  /** What the child started does not outlive it. */
  #reap(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    signalGroup(pid, 'SIGKILL');
    this.#registry.remove(pid);
  }

  /** The child's last answers may still be in the pipe: its end is reported after them. */
  #drain(how: string): void {
    const { stdout } = this.#child;
    const done = (): void => {
      clearTimeout(timer);
      stdout.off('end', done);
      this.#events.onExit(`stopped with ${how}`);
    };
    const timer = setTimeout(done, DRAIN_MS);
    if (stdout.readableEnded || stdout.destroyed) done();
    else stdout.once('end', done);
  }
}
