import { InvalidArgumentError } from 'commander';
import type { ChainHead } from '../../telemetry/chain/chain-sealer.js';

const HEAD = /^([0-9a-f]{16}):([1-9]\d{0,15}):([0-9a-f]{64})$/;
const AGO = /^(\d{1,6})([smhd])$/;
const UNIT_MS = new Map([
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** One more head, as `audit verify` prints it. */
export function collectHead(text: string, before: readonly ChainHead[]): readonly ChainHead[] {
  const found = HEAD.exec(text);
  if (found === null) throw new InvalidArgumentError('A head is CHAIN:NUMBER:DIGEST, as "audit verify" prints it.');
  const [, chain = '', seq, digest = ''] = found;
  return [...before, { chain, seq: Number(seq), digest }];
}

/** A date, a time or how long ago; as ISO 8601 in UTC with milliseconds, like those in the log. */
export function parseTime(text: string): string {
  const ago = AGO.exec(text);
  const unit = UNIT_MS.get(ago?.[2] ?? '');
  if (ago !== null && unit !== undefined) return new Date(Date.now() - Number(ago[1]) * unit).toISOString();
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? new Date(text) : new Date(Number.NaN);
  if (Number.isNaN(at.getTime()))
    throw new InvalidArgumentError('Give 2026-11-23, 2026-11-23T10:00:00Z, or 15m, 2h, 7d.');
  return at.toISOString();
}

/** A whole number of at least 1. */
export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Give a whole number from 1 on.');
  return Number(text);
}
