import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rm, stat, utimes, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { NO_LINE } from './chain-members.js';
import type { ChainHead } from './chain-sealer.js';
import { ownIdentity, type ProcessIdentity, stateOf } from './process-identity.js';
import { errorCode } from '../error-code.js';

/** A holder in another container or host that has not shown itself for so long is gone. */
const ABANDONED_MS = 60_000;
/** One more than there can be writers of one file. */
const MAX_SLOTS = 1_000;
/** Records are padded, so that a shorter one covers the one before. */
const RECORD_BYTES = 1_024;

const recordSchema = z.object({
  chain: z.string().regex(/^[0-9a-f]{16}$/),
  seq: z.int().nonnegative(),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  /** Of the last checkpoint. */
  signed_seq: z.int().nonnegative(),
  signed_at: z.number(),
  /** null = it was closed in order. */
  holder: z.object({ realm: z.string(), pid: z.int(), started: z.string() }).nullable(),
});
type ClaimRecord = z.output<typeof recordSchema>;

/** Where a chain stands, and up to where it is signed. */
export interface ChainState extends ChainHead {
  readonly signedSeq: number;
  /** Milliseconds since the epoch. */
  readonly signedAtMs: number;
}

/**
 * The right to go on with a chain. Each writer of a file has its own: two processes that went on with one chain would both write the same
 * place of it. A slot is a row of files `<slot>.<generation>.json`; whoever makes the next generation (link fails when there is one)
 * holds the slot, so that of several that find a dead holder one wins and no lock has to be taken away from anybody.
 */
export class ChainClaim {
  readonly #folder: string;
  readonly #slot: number;
  readonly #generation: number;
  readonly #file: FileHandle;
  readonly #holder: ProcessIdentity;

  private constructor(
    place: { readonly folder: string; readonly slot: number; readonly generation: number },
    file: FileHandle,
    holder: ProcessIdentity,
    /** As the writer before left it. */
    readonly state: ChainState,
    /** False when the writer before ended without closing: what it had in memory is lost. */
    readonly wasClosed: boolean,
  ) {
    this.#folder = place.folder;
    this.#slot = place.slot;
    this.#generation = place.generation;
    this.#file = file;
    this.#holder = holder;
  }

  /**
   * Takes the first chain that nobody holds, or begins one.
   * @throws what the system says, such as EACCES when the folder cannot be written
   */
  static async take(folder: string): Promise<ChainClaim> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const holder = await ownIdentity();
    for (let slot = 0; slot < MAX_SLOTS; slot++) {
      const claim = await takeSlot(folder, slot, holder);
      if (claim === null) continue;
      const { generation, record, file } = claim;
      const state = stateOfRecord(record);
      return new ChainClaim({ folder, slot, generation }, file, holder, state, record.holder === null);
    }
    throw new Error('There is no room for another writer of this audit log.');
  }

  /** False when another process took the chain over, because this one seemed gone. */
  async isHeld(): Promise<boolean> {
    const next = join(this.#folder, nameOf(this.#slot, this.#generation + 1));
    return (await stat(next).catch(() => null)) === null;
  }

  /** Keeps where the chain stands; also shows that its holder lives. */
  async save(state: ChainState): Promise<void> {
    await this.#write(state, this.#holder);
  }

  /** Shows that the holder lives. */
  async touch(): Promise<void> {
    const now = new Date();
    await utimes(join(this.#folder, nameOf(this.#slot, this.#generation)), now, now).catch(() => undefined);
  }

  /** Leaves the chain to the next writer. */
  async release(state: ChainState): Promise<void> {
    try {
      await this.#write(state, null);
    } finally {
      await this.#file.close();
    }
  }

  /** Gives up the file without a word: the chain belongs to somebody else by now. */
  async abandon(): Promise<void> {
    await this.#file.close().catch(() => undefined);
  }

  async #write(state: ChainState, holder: ProcessIdentity | null): Promise<void> {
    await this.#file.write(recordBytes(state, holder), 0, RECORD_BYTES, 0);
  }
}

/** Heads of all chains of a folder, as their writers kept them last. Empty when there is no such folder. */
export async function keptHeads(folder: string): Promise<ChainHead[]> {
  const names = (await readdir(folder).catch((): string[] => [])).filter((name) => /^\d+\.\d+\.json$/.test(name));
  const records = await Promise.all(names.map((name) => readRecord(join(folder, name))));
  return records.flatMap((record) => (record === null || record.seq === 0 ? [] : [stateOfRecord(record)]));
}

interface TakenSlot {
  readonly generation: number;
  /** As the holder before left it. */
  readonly record: ClaimRecord;
  readonly file: FileHandle;
}

/** null = somebody holds it, or was faster. */
async function takeSlot(folder: string, slot: number, self: ProcessIdentity): Promise<TakenSlot | null> {
  const generations = await generationsOf(folder, slot);
  const last = generations.at(-1) ?? 0;
  let record: ClaimRecord = newChain();
  if (last > 0) {
    const known = await readRecord(join(folder, nameOf(slot, last)));
    if (known !== null && (await isHeldBy(known, join(folder, nameOf(slot, last)), folder))) return null;
    record = known ?? record;
  }
  const path = join(folder, nameOf(slot, last + 1));
  if (!(await place(path, recordBytes(stateOfRecord(record), self)))) return null;
  const file = await open(path, 'r+');
  await Promise.all(generations.map((old) => rm(join(folder, nameOf(slot, old)), { force: true })));
  return { generation: last + 1, record, file };
}

async function isHeldBy({ holder }: ClaimRecord, path: string, folder: string): Promise<boolean> {
  if (holder === null) return false;
  const state = await stateOf(holder);
  if (state !== 'unknown') return state === 'runs';
  const [seen, now] = await Promise.all([stat(path).catch(() => null), clockOf(folder)]);
  return seen !== null && now - seen.mtimeMs < ABANDONED_MS;
}

/** The time of the file system, which is another host's when the folder is shared. */
async function clockOf(folder: string): Promise<number> {
  const probe = join(folder, `.clock-${randomBytes(6).toString('hex')}`);
  await writeFile(probe, '', { mode: 0o600 });
  try {
    return (await stat(probe)).mtimeMs;
  } finally {
    await rm(probe, { force: true });
  }
}

/** Makes the file with all of its content, or not at all. @returns false when there is one */
async function place(path: string, bytes: Buffer): Promise<boolean> {
  const staged = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(staged, bytes, { mode: 0o600, flag: 'wx' });
  try {
    await link(staged, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(staged, { force: true });
  }
}

/** In rising order. */
async function generationsOf(folder: string, slot: number): Promise<number[]> {
  const names = await readdir(folder);
  const pattern = new RegExp(`^${String(slot)}\\.([1-9]\\d{0,14})\\.json$`);
  return names
    .map((name) => Number(pattern.exec(name)?.[1] ?? 0))
    .filter((generation) => generation > 0)
    .sort((a, b) => a - b);
}

/** null = it cannot be understood: a torn write at the loss of power. The slot then begins a new chain. */
async function readRecord(path: string): Promise<ClaimRecord | null> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}

function newChain(): ClaimRecord {
  const chain = randomBytes(8).toString('hex');
  return { chain, seq: 0, digest: NO_LINE, signed_seq: 0, signed_at: 0, holder: null };
}

function stateOfRecord({ chain, seq, digest, signed_seq, signed_at }: ClaimRecord): ChainState {
  return { chain, seq, digest, signedSeq: signed_seq, signedAtMs: signed_at };
}

function recordBytes(state: ChainState, holder: ProcessIdentity | null): Buffer {
  const { chain, seq, digest, signedSeq, signedAtMs } = state;
  const record: ClaimRecord = { chain, seq, digest, signed_seq: signedSeq, signed_at: signedAtMs, holder };
  return Buffer.from(`${JSON.stringify(record).padEnd(RECORD_BYTES - 1)}\n`, 'utf8');
}

function nameOf(slot: number, generation: number): string {
  return `${String(slot)}.${String(generation)}.json`;
}
