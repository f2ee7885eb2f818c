import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { featuresOf } from '../../../../src/guardrails/local/classifier/feature-stream.js';
import { loadWeightTable } from '../../../../src/guardrails/local/classifier/weight-table.js';
import { openWindow } from '../../../../src/guardrails/local/text-window.js';
import { toneOf } from '../../../../src/guardrails/local/tone/tone-features.js';
import { TextViews } from '../../../../src/guardrails/local/views/text-views.js';

interface Entry {
  readonly name: string;
  readonly sha256: string;
}

interface Training {
  readingHashes: (code: object) => object;
  sourcesOf: (recipe: string, readings: object) => readonly Entry[];
}

const script = (name: string): Promise<unknown> => import(pathToFileURL(path.resolve('scripts/train', name)).href);
const training = {
  ...((await script('reading.mjs')) as object),
  ...((await script('sources.mjs')) as object),
} as Training;
const report = JSON.parse(readFileSync('scripts/train/report.json', 'utf8')) as {
  tables: Record<string, { recipe: string; data: readonly Entry[] }>;
};
const readings = training.readingHashes({ TextViews, featuresOf, toneOf, openWindow });
const STALE =
  'The table is stale: run npm run build && npm run train -- --data DIR, and commit tables and report. Changed since:';

describe.each(Object.entries(report.tables))('the table %s', (name, { recipe, data }) => {
  it('was trained by the code, the generators and the way of reading texts of this commit', () => {
    const committed = new Map(data.map((entry) => [entry.name, entry.sha256]));
    const changed = training.sourcesOf(recipe, readings).filter((entry) => committed.get(entry.name) !== entry.sha256);
    expect([STALE, ...changed.map((entry) => entry.name)]).toEqual([STALE]);
  });

  it('holds the hash of the data that the report names', () => {
    const hash = createHash('sha256').update(JSON.stringify(data)).digest('hex');
    expect(loadWeightTable(name).dataHash).toBe(hash);
  });
});

describe('the hash of the way of reading', () => {
  it('changes when a view says something else', () => {
    class Shouting extends TextViews {
      constructor(source: string, decodes: boolean) {
        super(source.toUpperCase(), decodes);
      }
    }
    const others = training.readingHashes({ TextViews: Shouting, featuresOf, toneOf, openWindow });
    expect(others).not.toEqual(readings);
  });
});
