import type { CliIo } from '../cli-io.js';
import type { Progress } from '../progress.js';
import { type DataRow, readRow } from './data-row.js';
import { readLines } from './read-lines.js';

/** Bad lines named one by one. */
const MAX_NAMED = 20;

/** Reads rows, and names the lines that are none on stderr. */
export class RowReader {
  /** Lines that were no rows. */
  bad = 0;
  readonly #io: CliIo;
  readonly #progress: Progress;

  constructor(io: CliIo, progress: Progress) {
    this.#io = io;
    this.#progress = progress;
  }

  /**
   * The rows of a file, one at a time; empty lines are nothing.
   * @param where put before the number of a bad line
   * @param onLine gets every line as it stands; the empty string for one that is too long
   */
  async *rows(file: string, where: string, onLine: (line: string) => void = () => undefined): AsyncGenerator<DataRow> {
    for await (const { number, text } of readLines(file)) {
      onLine(text ?? '');
      if (text?.trim() === '') continue;
      const row = text === null ? 'is too long' : readRow(text);
      if (typeof row === 'string') this.refuse(`${where}line ${String(number)} ${row}`);
      else yield row;
    }
  }

  refuse(fault: string): void {
    this.bad++;
    if (this.bad > MAX_NAMED) return;
    this.#progress.write(() => {
      this.#io.stderr(`error: ${fault}\n`);
    });
  }
}
