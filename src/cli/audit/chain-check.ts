import { chainMembersOf, lineDigest } from '../../telemetry/chain/chain-members.js';
import { type Checkpoint, readCheckpoint } from '../../telemetry/chain/checkpoint.js';
import type { ChainHead } from '../../telemetry/chain/chain-sealer.js';
import { FaultList, type LinePlace } from './chain-fault.js';
import { ChainProgress } from './chain-progress.js';

/** More writers than any folder has: somebody makes up chains. */
const MAX_CHAINS = 100_000;
const MAX_FRAGMENTS = 10_000;
const MAX_KEYS = 1_000;

export interface CheckSettings {
  /** Ids of keys known beforehand; empty = the first key that is met is believed. */
  readonly trustedKeys: readonly string[];
  /** Heads that were seen before and must still be there. */
  readonly expectedHeads: readonly ChainHead[];
  /** The beginning of chains may be missing. */
  readonly isPartial: boolean;
}

interface KeyUse {
  readonly chain: string;
  readonly seq: number;
  readonly place: LinePlace;
}

/** Checks the lines of any number of chains in one pass; memory depends on chains and faults, not on lines. */
export class ChainCheck {
  readonly faults = new FaultList();
  readonly chains = new Map<string, ChainProgress>();
  /** Lines from before the log was chained. */
  unprotected = 0;
  lines = 0;
  /** Old files that the gateway removed, as it says. */
  removedFiles = 0;
  readonly #settings: CheckSettings;
  readonly #fragments = new Map<string, LinePlace>();
  readonly #named = new Set<string>();
  readonly #keys = new Map<string, KeyUse>();
  /** Keys by the key that vouches for them. */
  readonly #vouched = new Map<string, string[]>();
  readonly #met = new Set<ChainHead>();
  #firstKey: string | null = null;
  /** Digest of the last piece without a line feed. */
  #torn: string | null = null;

  constructor(settings: CheckSettings) {
    this.#settings = settings;
  }

  /** @param line without its line feed */
  take(line: Buffer, place: LinePlace): void {
    // A line feed before a line that another process left without its end; it says nothing.
    if (line.length === 0) return;
    this.lines++;
    const members = chainMembersOf(line);
    if (members === null) {
      this.#takeFragment(line, place);
      return;
    }
    const chain = this.#chain(members.chain);
    const digest = lineDigest(line);
    chain?.take(members, digest, place);
    this.#compareHeads({ ...members, digest }, place);
    const checkpoint = readCheckpoint(line);
    if (checkpoint !== null) this.#takeCheckpoint(checkpoint, members.chain, members.seq, place);
    else if (isNote(line)) this.#takeNote(line);
  }

  /** What stands behind the last line feed of a file. */
  takeTorn(bytes: Buffer, place: LinePlace): void {
    this.lines++;
    if (this.#fragments.size < MAX_FRAGMENTS) this.#fragments.set(lineDigest(bytes), place);
    else this.faults.add('foreign', null, null, place, 'this is no line of an audit log');
    this.#torn = lineDigest(bytes);
  }

  /** To be called behind the last line of the last file. @returns ids of the keys that are believed */
  end(): ReadonlySet<string> {
    this.#endFragments();
    for (const [id, chain] of this.chains) {
      chain.end();
      this.#requireBeginning(id, chain);
      if (chain.signed === null) {
        this.faults.add(
          'unsigned',
          id,
          chain.firstSeq,
          null,
          'no checkpoint signs this chain: anybody can have written it',
        );
      }
    }
    this.#requireHeads();
    const trusted = this.#trusted();
    for (const [key, { chain, seq, place }] of this.#keys) {
      if (trusted.has(key)) continue;
      this.faults.add(
        'wrong_key',
        chain,
        seq,
        place,
        `the checkpoint is signed by ${key}, a key that nobody vouches for`,
      );
    }
    return trusted;
  }

  #chain(id: string): ChainProgress | undefined {
    let chain = this.chains.get(id);
    if (chain === undefined && this.chains.size < MAX_CHAINS) {
      chain = new ChainProgress(id, this.faults);
      this.chains.set(id, chain);
    }
    return chain;
  }

  #takeFragment(line: Buffer, place: LinePlace): void {
    if (this.chains.size === 0 && parseObject(line) !== null) this.unprotected++;
    else if (this.#fragments.size < MAX_FRAGMENTS) this.#fragments.set(lineDigest(line), place);
    else this.faults.add('foreign', null, null, place, 'this is no line of an audit log');
  }

  #endFragments(): void {
    for (const [digest, place] of this.#fragments) {
      if (this.#named.has(digest)) continue;
      if (digest === this.#torn) this.faults.add('torn', null, null, place, 'the last line has no end');
      else this.faults.add('foreign', null, null, place, 'this is no line of a chain');
    }
  }

  #takeNote(line: Buffer): void {
    const note = parseObject(line);
    // The line was changed; its digest tells.
    if (note === null) return;
    if (note.event === 'audit_torn' && this.#named.size < MAX_FRAGMENTS) this.#named.add(String(note.sha256));
    if (note.event === 'audit_file_removed') this.removedFiles++;
  }

  #takeCheckpoint(checkpoint: Checkpoint, chain: string, seq: number, place: LinePlace): void {
    const { key, next, isSigned, time } = checkpoint;
    if (!isSigned) {
      this.faults.add('forged_checkpoint', chain, seq, place, 'the signature does not fit the checkpoint');
      return;
    }
    this.#firstKey ??= key;
    if (!this.#keys.has(key) && this.#keys.size < MAX_KEYS) this.#keys.set(key, { chain, seq, place });
    if (next !== null && this.#vouched.size < MAX_KEYS) {
      this.#vouched.set(key, [...(this.#vouched.get(key) ?? []), next]);
    }
    const progress = this.chains.get(chain);
    if (progress !== undefined) progress.signed = { seq, time };
  }

  #trusted(): ReadonlySet<string> {
    const known = this.#settings.trustedKeys;
    const trusted = new Set(known.length > 0 || this.#firstKey === null ? known : [this.#firstKey]);
    for (const key of trusted) for (const next of this.#vouched.get(key) ?? []) trusted.add(next);
    return trusted;
  }

  #requireBeginning(id: string, { firstSeq }: ChainProgress): void {
    if (firstSeq === 1 || this.#settings.isPartial || this.removedFiles > 0) return;
    this.faults.add('missing', id, 1, null, `the chain begins at ${String(firstSeq)}: what is before is not here`);
  }

  #compareHeads(line: ChainHead, place: LinePlace): void {
    for (const expected of this.#settings.expectedHeads) {
      if (expected.chain !== line.chain || expected.seq !== line.seq || this.#met.has(expected)) continue;
      this.#met.add(expected);
      if (expected.digest === line.digest) continue;
      this.faults.add('changed', line.chain, line.seq, place, 'the line is not the one of the expected head');
    }
  }

  #requireHeads(): void {
    for (const expected of this.#settings.expectedHeads) {
      const { chain, seq } = expected;
      const isElsewhere = !this.chains.has(chain) && (this.#settings.isPartial || this.removedFiles > 0);
      if (this.#met.has(expected) || isElsewhere) continue;
      this.faults.add('cut', chain, seq, null, `the chain went on to ${String(seq)}, and that line is not here`);
    }
  }
}

const NOTE = Buffer.from('"event":"audit_');
const NOTE_AT = 64;

function isNote(line: Buffer): boolean {
  return line.subarray(0, NOTE_AT).includes(NOTE);
}

function parseObject(line: Buffer): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
}
