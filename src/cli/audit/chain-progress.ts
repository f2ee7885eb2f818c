import type { ChainMembers } from '../../telemetry/chain/chain-members.js';
import { NO_LINE } from '../../telemetry/chain/chain-members.js';
import type { FaultList, LinePlace } from './chain-fault.js';

/** Gaps remembered of one chain; a file that has more is hopeless anyway. */
const MAX_GAPS = 1_000;
/** Digest of a line whose true text is not known. */
const UNKNOWN = '';

interface Seen {
  readonly seq: number;
  readonly digest: string;
  readonly place: LinePlace;
}

interface Gap {
  readonly from: number;
  readonly to: number;
  /** Of the line behind the gap. */
  readonly place: LinePlace;
}

/** Follows one chain from line to line. */
export class ChainProgress {
  readonly #chain: string;
  readonly #faults: FaultList;
  #last: Seen | null = null;
  /** A line that does not fit the one before: which of the two was changed, the line behind tells. */
  #suspect: { readonly before: Seen; readonly line: Seen } | null = null;
  #gaps: Gap[] = [];
  lines = 0;
  firstSeq = 0;
  /** Of the last checkpoint whose signature fits. */
  signed: { readonly seq: number; readonly time: string } | null = null;

  constructor(chain: string, faults: FaultList) {
    this.#chain = chain;
    this.#faults = faults;
  }

  get head(): { readonly seq: number; readonly digest: string } {
    return { seq: this.#last?.seq ?? 0, digest: this.#last?.digest ?? NO_LINE };
  }

  /** @param digest of the line itself */
  take({ seq, prev }: ChainMembers, digest: string, place: LinePlace): void {
    this.lines++;
    const line = { seq, digest, place };
    const last = this.#last;
    if (last === null) {
      this.#begin(line, prev);
    } else if (seq !== last.seq + 1 && prev === last.digest) {
      this.#renumbered(last, line);
    } else if (seq <= last.seq) {
      this.#late(line);
    } else {
      this.#follow(last, line, prev);
    }
  }

  /** To be called behind the last line. */
  end(): void {
    this.#blame(null);
    for (const { from, to, place } of this.#gaps) {
      const which = from === to ? `line ${String(from)} is` : `lines ${String(from)} to ${String(to)} are`;
      this.#faults.add('missing', this.#chain, from, place, `${which} missing before this one`);
    }
  }

  #begin(line: Seen, prev: string): void {
    this.firstSeq = line.seq;
    this.#last = line;
    if (line.seq === 1 && prev !== NO_LINE) {
      this.#faults.add('changed', this.#chain, 1, line.place, 'the first line refers to a line before it');
    }
  }

  #follow(last: Seen, line: Seen, prev: string): void {
    if (line.seq !== last.seq + 1) {
      this.#blame(null);
      if (this.#gaps.length < MAX_GAPS) this.#gaps.push({ from: last.seq + 1, to: line.seq - 1, place: line.place });
    } else if (this.#suspect !== null) {
      this.#blame(prev);
    } else if (prev !== last.digest && last.digest !== UNKNOWN) {
      this.#suspect = { before: last, line };
    }
    this.#last = line;
  }

  /** Names the changed line of a pair, now that the line behind it is known. @param prev what that line says of it; null = there is none */
  #blame(prev: string | null): void {
    if (this.#suspect === null) return;
    const { before, line } = this.#suspect;
    this.#suspect = null;
    if (prev === line.digest) {
      this.#faults.add('changed', this.#chain, before.seq, before.place, 'the line was changed');
    } else if (prev === null) {
      const message = 'the line was changed, or the reference to it in the line behind it';
      this.#faults.add('changed', this.#chain, before.seq, before.place, message);
    } else {
      this.#faults.add(
        'changed',
        this.#chain,
        line.seq,
        line.place,
        'the line was changed, and perhaps the one before it',
      );
    }
  }

  /** The line refers to the one before it and says another place than the next. */
  #renumbered(last: Seen, line: Seen): void {
    const seq = last.seq + 1;
    this.#blame(null);
    this.#faults.add(
      'changed',
      this.#chain,
      seq,
      line.place,
      `the line was changed: it says that it is ${String(line.seq)}`,
    );
    this.#last = { ...line, seq, digest: UNKNOWN };
  }

  #late(line: Seen): void {
    const gap = this.#gaps.find(({ from, to }) => line.seq >= from && line.seq <= to);
    if (gap === undefined) {
      this.#faults.add('repeated', this.#chain, line.seq, line.place, 'there is a line with this place already');
      return;
    }
    this.#faults.add('moved', this.#chain, line.seq, line.place, 'the line stands behind lines that follow it');
    const rest = [
      { ...gap, to: line.seq - 1 },
      { ...gap, from: line.seq + 1 },
    ].filter(({ from, to }) => from <= to);
    this.#gaps = [...this.#gaps.filter((other) => other !== gap), ...rest];
  }
}
