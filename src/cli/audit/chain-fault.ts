/** Where a line stands. */
export interface LinePlace {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** What can be wrong with a chain, in words for programs. */
export type FaultKind =
  | 'changed'
  | 'missing'
  | 'moved'
  | 'repeated'
  | 'foreign'
  | 'torn'
  | 'cut'
  | 'forged_checkpoint'
  | 'wrong_key'
  | 'unsigned'
  | 'stale';

/** One thing that is wrong. */
export interface ChainFault {
  readonly kind: FaultKind;
  readonly chain: string | null;
  /** Place in the chain; of several, the first. */
  readonly seq: number | null;
  /** null = it is about no line that there is. */
  readonly place: LinePlace | null;
  readonly message: string;
}

/** More are counted, not kept. */
const MAX_KEPT = 1_000;

/** Faults as they are found. */
export class FaultList {
  readonly kept: ChainFault[] = [];
  count = 0;

  add(kind: FaultKind, chain: string | null, seq: number | null, place: LinePlace | null, message: string): void {
    this.count++;
    if (this.kept.length < MAX_KEPT) this.kept.push({ kind, chain, seq, place, message });
  }
}
