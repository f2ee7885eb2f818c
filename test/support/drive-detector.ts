import { existsSync, readFileSync } from 'node:fs';
import type { Channel } from '../../src/contracts/channel.js';
import type { Hit } from '../../src/guardrails/local/hit.js';
import type { TextContext, TextDetector } from '../../src/guardrails/local/text-detector.js';
import { MAX_WINDOW, openWindow } from '../../src/guardrails/local/text-window.js';
import { TextViews } from '../../src/guardrails/local/views/text-views.js';

/** A row of `test/corpus`, in the form of the development data. */
export interface CorpusRow {
  readonly id: string;
  readonly label: 0 | 1;
  readonly text: string;
  readonly channel: 'tool_args' | 'tool_result' | 'tool_description' | 'server_description' | 'model_answer';
  readonly technique: string;
  readonly config?: CorpusConfig;
}

/** What a row's detector is configured with. */
export interface CorpusConfig {
  readonly policy_text?: string;
  readonly system_prompt?: string;
  readonly canaries?: readonly string[];
  readonly protected?: string;
  readonly banned_keywords?: readonly string[];
  readonly banned_patterns?: readonly string[];
}

const CHANNELS: Readonly<Record<CorpusRow['channel'], Channel>> = {
  tool_args: 'argument',
  tool_result: 'result',
  model_answer: 'result',
  tool_description: 'tool_description',
  server_description: 'server_description',
};

/** The rows of a detector's corpus. */
export function corpusOf(name: string): CorpusRow[] {
  const file = new URL(`../corpus/${name}.jsonl`, import.meta.url);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as CorpusRow);
}

/** Hits of one detector on a text and all that is decoded from it, through the same views as in the gateway. */
export function hitsIn(detector: TextDetector, text: string, context: Partial<TextContext> = {}): Hit[] {
  const views = new TextViews(text, detector.readsDecoded);
  while (!views.step());
  return views.views.flatMap(({ view, isLatin1 }) => {
    const cursor = detector.open(view, { channel: 'argument', field: '', tool: '', ...context });
    if (cursor === null) return [];
    for (let from = 0; from < view.text.length; from += MAX_WINDOW) {
      cursor.scan(openWindow(view.text, from, Math.min(view.text.length, from + MAX_WINDOW), isLatin1));
    }
    return [...cursor.finish()];
  });
}

export interface CorpusScore {
  readonly recall: number;
  readonly falseAlarms: number;
  /** Ids of rows that came out wrong, with their technique. */
  readonly wrong: readonly string[];
}

/** Recall and false positive rate of a detector over its corpus. */
export function scoreCorpus(rows: readonly CorpusRow[], detectorOf: (row: CorpusRow) => TextDetector): CorpusScore {
  const fired = rows.map((row) => hitsIn(detectorOf(row), row.text, { channel: CHANNELS[row.channel] }).length > 0);
  const share = (label: 0 | 1): number => {
    const of = rows.map((row, index) => ({ row, index })).filter(({ row }) => row.label === label);
    return of.filter(({ index }) => fired[index]).length / Math.max(1, of.length);
  };
  const wrong = rows
    .filter((row, index) => fired[index] !== (row.label === 1))
    .map(({ id, technique }) => `${id} ${technique}`);
  return { recall: share(1), falseAlarms: share(0), wrong };
}
