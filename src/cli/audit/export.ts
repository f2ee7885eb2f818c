import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { type CliIo, EXIT } from '../cli-io.js';
import { auditFiles } from './audit-place.js';
import { CSV_HEADER, csvRow } from './csv.js';
import { readLines } from './read-lines.js';
import { lineFilter, type RecordFilter } from './record-filter.js';

export interface ExportOptions extends RecordFilter {
  readonly config?: string;
  readonly format: 'jsonl' | 'csv';
  readonly out?: string;
  readonly from: 'file' | 'postgres';
}

/** Rows that wait for a slow reader. */
const BATCH_CHARS = 256 * 1024;

/** `audit export`: records that fit, the oldest first. JSON lines are the bytes of the log, so that an export of everything can be verified. */
export async function exportAudit(files: readonly string[], options: ExportOptions, io: CliIo): Promise<number> {
  let torn = 0;
  let count = 0;
  const filter = lineFilter(options, () => torn++);
  const out = new RowWriter(options.out);
  if (options.format === 'csv') out.add(CSV_HEADER);
  const take = (line: Buffer): void => {
    const record = filter(line);
    if (record === null) return;
    count++;
    out.add(options.format === 'csv' ? csvRow(record) : `${line.toString('utf8')}\n`);
  };
  if (options.from === 'postgres') await readPostgres(take, () => out.drain());
  else {
    for (const path of await auditFiles(files, options.config)) {
      await readLines(path, { line: take, torn: () => torn++, pause: () => out.drain() });
    }
  }
  await out.end();
  io.stderr(`${String(count)} record(s) exported\n`);
  if (torn > 0) io.stderr(`warning: ${String(torn)} line(s) could not be read; "audit verify" says which\n`);
  return EXIT.ok;
}

async function readPostgres(take: (line: Buffer) => void, drain: () => Promise<void>): Promise<void> {
  const { readStoredLines } = await import('./stored-lines.js');
  await readStoredLines(take, drain);
}

/** Writes to a file of mode 0600, or to stdout, no faster than it is read. */
class RowWriter {
  readonly #stream: Writable;
  readonly #isFile: boolean;
  #text = '';

  constructor(path: string | undefined) {
    this.#isFile = path !== undefined;
    this.#stream = path === undefined ? process.stdout : createWriteStream(path, { mode: 0o600 });
  }

  add(row: string): void {
    this.#text += row;
  }

  async drain(): Promise<void> {
    if (this.#text.length < BATCH_CHARS) return;
    await this.#write();
  }

  async end(): Promise<void> {
    await this.#write();
    if (!this.#isFile) return;
    this.#stream.end();
    await once(this.#stream, 'finish');
  }

  async #write(): Promise<void> {
    const text = this.#text;
    this.#text = '';
    if (text !== '' && !this.#stream.write(text)) await once(this.#stream, 'drain');
  }
}
