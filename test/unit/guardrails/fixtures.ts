import { type DetectorName, type PiiEntity } from '../../../src/contracts/finding.js';
import type { GuardrailPolicy } from '../../../src/contracts/server-entry.js';
import type { CheckContext } from '../../../src/guardrails/check-context.js';
import { CompiledPolicy } from '../../../src/guardrails/policy-compiler.js';

/** A call of a tool, and its answer. */
export const CALL: CheckContext = { channel: 'argument', server: 'files', tool: 'write' };
export const ANSWER: CheckContext = { channel: 'result', server: 'files', tool: 'write' };

export interface PolicyOptions {
  readonly keywords?: readonly string[];
  readonly entities?: readonly PiiEntity[];
  readonly block?: readonly DetectorName[];
  readonly redactPii?: boolean;
}

export function policyOf({ keywords, entities, block = [], redactPii = false }: PolicyOptions): GuardrailPolicy {
  return {
    policyName: 'team',
    detectors: {
      ...(keywords === undefined ? {} : { keyword_detector: { bannedKeywords: keywords } }),
      ...(entities === undefined ? {} : { pii: { entities } }),
    },
    block: new Set(block),
    redactPii,
  };
}

/** What a keyword list finds, as the matched pieces of the text. */
export function keywordsIn(keywords: readonly string[], text: string): string[] {
  const policy = new CompiledPolicy(policyOf({ keywords }));
  return policy.inspectText(text).map(({ start, end }) => text.slice(start, end));
}

/** Entities that are found by format and checksum alone. */
export const FORMATS: readonly PiiEntity[] = ['EMAIL', 'CREDIT_CARD', 'IBAN', 'SSN', 'PHONE'];

/** What the PII detector finds, as `ENTITY text`. */
export function piiIn(text: string, field = '', entities: readonly PiiEntity[] = FORMATS): string[] {
  const policy = new CompiledPolicy(policyOf({ entities }));
  return policy.inspectText(text, field).map(({ category, start, end }) => `${category} ${text.slice(start, end)}`);
}

/** A seeded generator of numbers in [0, 1), so that a failure can be repeated. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function pick<T>(random: () => number, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)]!;
}

/** Shortest of some runs in milliseconds of CPU: the clock on the wall also measures what else the machine does. */
export function shortestMs(runs: number, work: () => void): number {
  let shortest = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    shortest = Math.min(shortest, (user + system) / 1000);
  }
  return shortest;
}

/** The same, of as many runs as it takes to come below a limit, and six at most: what others do on the machine makes a run dearer, never cheaper. */
export function shortestMsBelow(limit: number, work: () => void): number {
  let shortest = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 6 && shortest >= limit; run++) shortest = Math.min(shortest, shortestMs(1, work));
  return shortest;
}
