import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { MAX_LINE_BYTES } from '../../telemetry/chain/chain-members.js';

const BLOCK_BYTES = 1024 * 1024;
const LINE_FEED = 0x0a;

/** Told of what stands in a file. Lines come without their line feed, and their bytes are valid during the call only. */
export interface LineReader {
  line(bytes: Buffer, number: number): void;
  /** What stands behind the last line feed. */
  torn(bytes: Buffer, number: number): void;
  /** Between blocks; reading waits for it. */
  pause?(): Promise<void>;
}

/**
 * Reads a file line by line, in bounded memory. Lines longer than any that a gateway writes come in pieces.
 * @param path `-` = standard input; a name that ends in `.gz` is unpacked
 * @throws what the system says
 */
export async function readLines(path: string, reader: LineReader): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  let number = 0;
  for await (const chunk of openStream(path)) {
    const bytes = chunk as Buffer;
    let from = 0;
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, from)) {
      const part = bytes.subarray(from, end);
      reader.line(rest.length === 0 ? part : Buffer.concat([rest, part]), ++number);
      if (rest.length > 0) rest = Buffer.alloc(0);
      from = end + 1;
    }
    rest = rest.length === 0 ? Buffer.from(bytes.subarray(from)) : Buffer.concat([rest, bytes.subarray(from)]);
    if (rest.length > MAX_LINE_BYTES) {
      reader.line(rest, ++number);
      rest = Buffer.alloc(0);
    }
    await reader.pause?.();
  }
  if (rest.length > 0) reader.torn(rest, number + 1);
}

function openStream(path: string): Readable {
  if (path === '-') return process.stdin;
  const file = createReadStream(path, { highWaterMark: BLOCK_BYTES });
  if (!path.endsWith('.gz')) return file;
  const unpacked = createGunzip({ chunkSize: BLOCK_BYTES });
  file.on('error', (error) => unpacked.destroy(error));
  return file.pipe(unpacked);
}
