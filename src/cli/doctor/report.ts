import { type CliIo, EXIT } from '../cli-io.js';
import { plainLine } from '../plain-text.js';
import { type Progress, showProgress } from '../progress.js';
import { type Check, overall } from './check.js';

const STATUS_CHARS = 4;
const NAME_CHARS = 12;

/** Collects the checks: people see each as soon as it is there, machines one JSON document at the end. */
export class Report {
  readonly #checks: Check[] = [];
  readonly #json: boolean;
  readonly #io: CliIo;
  #progress: Progress;

  constructor(json: boolean, io: CliIo) {
    this.#json = json;
    this.#io = io;
    this.#progress = showProgress(io, () => 'looking around');
  }

  /** What is going on from now on, for whoever waits. Each of these tells of itself once it takes longer than a second. */
  doing(describe: () => string): void {
    this.#progress.stop();
    this.#progress = showProgress(this.#io, describe);
  }

  add(check: Check): void {
    this.#checks.push(check);
    if (this.#json) return;
    this.#progress.write(() => {
      this.#io.stdout(linesOf(check));
    });
  }

  /** Ends the progress; whatever happened. Idempotent. */
  end(): void {
    this.#progress.stop();
  }

  /** The last words. @returns the exit code: 0 when nothing failed */
  finish(): number {
    this.end();
    const status = overall(this.#checks);
    if (this.#json) {
      const checks = this.#checks.map(({ name, status: one, detail, remedy }) => ({
        name,
        status: one,
        detail,
        remedy,
      }));
      this.#io.stdout(`${JSON.stringify({ status, checks }, null, 2)}\n`);
    } else this.#io.stderr(`${this.#count('ok')} ok, ${this.#count('warn')} warn, ${this.#count('fail')} fail\n`);
    return status === 'fail' ? EXIT.failure : EXIT.ok;
  }

  #count(wanted: Check['status']): string {
    return String(this.#checks.filter(({ status }) => status === wanted).length);
  }
}

function linesOf({ name, status, detail, remedy }: Check): string {
  const head = `${status.padEnd(STATUS_CHARS)}  ${plainLine(name).padEnd(NAME_CHARS)}  ${plainLine(detail)}\n`;
  return remedy === null ? head : `${head}      ${plainLine(remedy)}\n`;
}
