import { open, type FileHandle } from 'node:fs/promises';
import { chainMembersOf, lineDigest, MAX_LINE_BYTES } from './chain-members.js';
import type { ChainHead } from './chain-sealer.js';
import { errorCode } from '../error-code.js';

const BLOCK_BYTES = 256 * 1024;
/** What was written after the state of a chain was kept is one batch; other writers' lines may stand behind it. */
const MAX_LOOK_BYTES = 64 * 1024 * 1024;
const LINE_FEED = 0x0a;

/**
 * The last line of a chain in a file, looked for from its end.
 * @param after the place that is known; null is returned when no later line is found
 */
export async function lastLineOf(path: string, chain: string, after: number): Promise<ChainHead | null> {
  const file = await openIfThere(path);
  if (file === null) return null;
  try {
    return await findFromEnd(file, chain, after);
  } finally {
    await file.close();
  }
}

async function findFromEnd(file: FileHandle, chain: string, after: number): Promise<ChainHead | null> {
  const { size } = await file.stat();
  const least = Math.max(0, size - MAX_LOOK_BYTES);
  let rest: Buffer = Buffer.alloc(0);
  for (let end = size; end > least;) {
    const from = Math.max(least, end - BLOCK_BYTES);
    const block = Buffer.concat([await bytesOf(file, from, end), rest]);
    const lines = linesFromEnd(block, from === 0);
    for (const line of lines.whole) {
      const members = chainMembersOf(line);
      if (members?.chain !== chain) continue;
      return members.seq > after ? { chain, seq: members.seq, digest: lineDigest(line) } : null;
    }
    rest = lines.beginning.length > MAX_LINE_BYTES ? Buffer.alloc(0) : lines.beginning;
    end = from;
  }
  return null;
}

/** Lines that end in the block, the last first. What precedes the first line feed may go on in the block before. */
function linesFromEnd(block: Buffer, isFirst: boolean): { readonly whole: Buffer[]; readonly beginning: Buffer } {
  const whole: Buffer[] = [];
  let end = block.lastIndexOf(LINE_FEED);
  if (end < 0) return { whole, beginning: Buffer.from(block) };
  for (;;) {
    const before = end === 0 ? -1 : block.lastIndexOf(LINE_FEED, end - 1);
    if (before < 0) break;
    whole.push(block.subarray(before + 1, end));
    end = before;
  }
  if (isFirst) whole.push(block.subarray(0, end));
  return { whole, beginning: Buffer.from(block.subarray(0, end + 1)) };
}

/** A line that was not written to its end. */
export interface TornEnd {
  readonly bytes: number;
  /** SHA-256 of what there is of it. */
  readonly digest: string;
}

/** What stands behind the last line feed of an open file; null = nothing. */
export async function tornEnd(file: FileHandle, size: number): Promise<TornEnd | null> {
  if (size === 0 || (await bytesOf(file, size - 1, size))[0] === LINE_FEED) return null;
  const end = await bytesOf(file, Math.max(0, size - MAX_LINE_BYTES), size);
  const torn = end.subarray(end.lastIndexOf(LINE_FEED) + 1);
  return { bytes: torn.length, digest: lineDigest(torn) };
}

async function bytesOf(file: FileHandle, from: number, end: number): Promise<Buffer> {
  const bytes = Buffer.alloc(end - from);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
  return bytes.subarray(0, bytesRead);
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
