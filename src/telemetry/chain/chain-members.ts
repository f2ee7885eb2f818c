import { hash } from 'node:crypto';

/**
 * Last members of every audit line: which chain it belongs to, its place there, and the SHA-256 of the line before it, taken over
 * that line's bytes as they stand in the file, without the line feed. So `sha256sum` is all that is needed to check it.
 */
export interface ChainMembers {
  /** 16 hex digits. */
  readonly chain: string;
  /** 1, 2, 3, … */
  readonly seq: number;
  /** 64 hex digits; all zero in the first line. */
  readonly prev: string;
}

/** `prev` of the first line of a chain. */
export const NO_LINE = '0'.repeat(64);

/** No line is longer: names of callers are cut. What is longer was not written by a gateway. */
export const MAX_LINE_BYTES = 1024 * 1024;

/** Longest `,"chain":…}` there can be, with the largest safe integer. */
const MAX_PART_BYTES = 128;
/** Anchored at the end of the line: quotes inside of strings are escaped, so no name of a caller can look like this. */
const PART = /,"chain":"([0-9a-f]{16})","seq":([1-9]\d{0,15}),"prev":"([0-9a-f]{64})"\}$/;

/** Room for the part below and a line feed. */
export const CHAIN_PART_BYTES = MAX_PART_BYTES + 1;

/** What is put in place of the closing brace of a line. */
export function chainPart({ chain, seq, prev }: ChainMembers): string {
  return `,"chain":"${chain}","seq":${String(seq)},"prev":"${prev}"}`;
}

/** @param line without its line feed; null = it carries no place in a chain */
export function chainMembersOf(line: Buffer): ChainMembers | null {
  const found = PART.exec(line.toString('latin1', Math.max(0, line.length - MAX_PART_BYTES)));
  if (found === null) return null;
  const [, chain = '', seq, prev = ''] = found;
  const place = Number(seq);
  return Number.isSafeInteger(place) ? { chain, seq: place, prev } : null;
}

/** @param line without its line feed @returns 64 hex digits */
export function lineDigest(line: Buffer): string {
  return hash('sha256', line, 'hex');
}
