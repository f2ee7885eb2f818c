import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TextDetector } from '../../../src/guardrails/local/text-detector.js';
import { type CorpusRow, scoreCorpus } from '../../support/drive-detector.js';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const EDITED = [
  'src/contracts/finding.ts',
  'src/contracts/detector-options.ts',
  'src/config/schema-detectors.ts',
  'src/guardrails/local/detectors.ts',
];

describe('npm run new:detector', () => {
  const root = mkdtempSync(join(tmpdir(), 'new-detector-'));
  const run = (...args: string[]): { readonly code: number | null; readonly out: string } => {
    const script = join(repository, 'scripts/new-detector.mjs');
    const done = spawnSync(process.execPath, [script, ...args], { cwd: root, encoding: 'utf8' });
    return { code: done.status, out: done.stdout + done.stderr };
  };
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  const DETECTOR = 'src/guardrails/local/spam-link/spam-link-detector.ts';

  beforeAll(() => {
    for (const path of EDITED) cpSync(join(repository, path), join(root, path));
  });

  afterAll(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it('tells how it is used', () => {
    const { code, out } = run('--help');
    expect(code).toBe(0);
    expect(out).toContain('snake_case');
  });

  it.each([[[]], [['Spam-Link']]])('refuses %j, writing nothing', (args) => {
    expect(run(...args).code).toBe(2);
  });

  it('makes the detector, its corpus, its spec and its row', () => {
    expect(run('spam_link')).toMatchObject({ code: 0 });
    expect(read('src/guardrails/local/detectors.ts')).toContain(
      'spam_link: (options) => new SpamLinkDetector(options),',
    );
    expect(read('src/contracts/finding.ts').match(/'spam_link'/g)).toHaveLength(2);
    expect(read('src/contracts/detector-options.ts')).toContain('readonly spam_link: ScoredOptions;');
    expect(read('src/config/schema-detectors.ts').match(/spam_link/g)).toHaveLength(3);
    expect(read('test/unit/guardrails/spam-link.spec.ts')).toContain("corpusOf('spam_link')");
  });

  it('does not write over a detector', () => {
    const { code, out } = run('spam_link');
    expect(code).toBe(2);
    expect(out).toContain('there already');
  });

  it('makes a detector that finds nothing until its rule is written, and its corpus then', async () => {
    const rows = read('test/corpus/spam_link.jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as CorpusRow);
    const load = async (path: string): Promise<TextDetector> => {
      const module = (await import(join(root, path))) as { readonly SpamLinkDetector: new () => TextDetector };
      return new module.SpamLinkDetector();
    };
    const fresh = await load(DETECTOR);
    expect(scoreCorpus(rows, () => fresh)).toMatchObject({ recall: 0, falseAlarms: 0 });
    const written = DETECTOR.replace('-detector.ts', '-written.ts');
    writeFileSync(join(root, written), read(DETECTOR).replaceAll('replace-me', 'must be found'));
    const ready = await load(written);
    expect(scoreCorpus(rows, () => ready)).toMatchObject({ recall: 1, falseAlarms: 0, wrong: [] });
  });
});
