import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import { type CliIo, EXIT } from '../cli-io.js';
import { showProgress } from '../progress.js';
import { withFile } from './file-fault.js';
import { predictRow } from './predict-row.js';
import { RowReader } from './read-rows.js';
import { PolicyShelf } from './row-policies.js';

export interface PredictOptions {
  readonly in: string;
  /** Absent = stdout. */
  readonly out?: string;
}

/** `guardrails predict`: one prediction a row, in the order of the rows, as they are read. */
export async function predict(options: PredictOptions, io: CliIo): Promise<number> {
  if (options.out !== undefined && resolve(options.out) === resolve(options.in)) {
    io.stderr('error: --out is the file of the rows; it would be emptied before it is read\n');
    return EXIT.failure;
  }
  // Before the file to write is made.
  await withFile(options.in, () => access(options.in));
  const sink = options.out === undefined ? toStdout(io) : toFile(options.out);
  const shelf = new PolicyShelf();
  let rows = 0;
  const progress = showProgress(io, () => `${String(rows)} rows predicted`);
  const reader = new RowReader(io, progress);
  try {
    for await (const row of reader.rows(options.in, '')) {
      await sink.write(`${JSON.stringify(predictRow(row, shelf))}\n`);
      rows++;
    }
  } finally {
    progress.stop();
    await sink.close();
  }
  io.stderr(`${String(rows)} rows predicted, ${String(reader.bad)} lines passed over\n`);
  return reader.bad === 0 ? EXIT.ok : EXIT.failure;
}

interface Sink {
  write(line: string): Promise<void> | void;
  close(): Promise<void>;
}

function toStdout(io: CliIo): Sink {
  return { write: io.stdout, close: () => Promise.resolve() };
}

/** Waits for the disk, so that what is not written yet does not gather in memory. */
function toFile(path: string): Sink {
  const stream = createWriteStream(path, { encoding: 'utf8' });
  const done = finished(stream);
  done.catch(() => undefined);
  return {
    write: async (line) => {
      if (!stream.write(line)) await withFile(path, () => Promise.race([once(stream, 'drain'), done]));
    },
    close: async () => {
      stream.end();
      await withFile(path, () => done);
    },
  };
}
