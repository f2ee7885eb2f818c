import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Channel } from '../../src/contracts/channel.js';
import type { Hit } from '../../src/guardrails/local/hit.js';
import type { TextDetector } from '../../src/guardrails/local/text-detector.js';
import { MAX_WINDOW, openWindow } from '../../src/guardrails/local/text-window.js';

/** A row of test/corpus. */
export interface CorpusRow {
  readonly id: string;
  readonly label: 0 | 1;
  readonly text: string;
  readonly technique?: string;
  readonly config?: { readonly topics?: readonly string[] };
}

/** The rows of `test/corpus/<name>.jsonl`. */
export function corpus(name: string): readonly CorpusRow[] {
  const lines = readFileSync(path.resolve('test/corpus', `${name}.jsonl`), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as CorpusRow);
}

/** What a detector finds in one text, read in windows of `size`. */
export function detect(
  detector: TextDetector,
  text: string,
  channel: Channel = 'result',
  size = MAX_WINDOW,
): readonly Hit[] {
  const view = { text, source: text, codings: [], invisible: 0, lookalikes: 0 };
  const cursor = detector.open(view, { channel, field: '', tool: '' });
  if (cursor === null) return [];
  const isLatin1 = !/[\u0100-\uffff]/.test(text);
  for (let from = 0; from < text.length; from += size) {
    cursor.scan(openWindow(text, from, Math.min(text.length, from + size), isLatin1));
  }
  return cursor.finish();
}

/** Milliseconds of CPU that `run` takes per 100 KB of `length`. */
export function cpuMsPer100Kb(length: number, run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / (length / 100_000);
}
