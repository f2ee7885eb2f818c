import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '../../..');
const PAGE = readFileSync(join(ROOT, 'docs/security-model.md'), 'utf8');

interface Invariant {
  readonly name: string;
  /** Paths from the root. */
  readonly sources: readonly string[];
  readonly tests: readonly string[];
}

const linksIn = (cell: string): string[] =>
  [...cell.matchAll(/\]\(\.\.\/([^)#\s]+)\)/g)].map(([, target = '']) => target);

/** The rows of the table below "Invariants". */
function invariantsOf(page: string): Invariant[] {
  const section = /^## Invariants\n([^]*?)^## /m.exec(page)?.[1] ?? '';
  const [, , ...rows] = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.map((row) => {
    const [, name = '', , sources = '', tests = ''] = row.split(/(?<!\\)\|/);
    return { name: name.trim().replaceAll('*', ''), sources: linksIn(sources), tests: linksIn(tests) };
  });
}

/** What is wrong with a row, in words. */
function faultsOf({ name, sources, tests }: Invariant): string[] {
  const missing = [...sources, ...tests].filter((file) => !existsSync(join(ROOT, file)));
  const strange = [
    ...sources.filter((file) => !/^src\/.+\.ts$/.test(file)),
    ...tests.filter((file) => !/^test\/.+\.spec\.ts$/.test(file)),
  ];
  return [
    ...(sources.length === 0 ? [`${name}: no source`] : []),
    ...(tests.length === 0 ? [`${name}: no test`] : []),
    ...missing.map((file) => `${name}: ${file} does not exist`),
    ...strange.map((file) => `${name}: ${file} stands in the wrong column`),
  ];
}

describe('docs/security-model.md', () => {
  const invariants = invariantsOf(PAGE);

  it('has a row for every invariant, each name once', () => {
    expect(invariants.length).toBeGreaterThanOrEqual(20);
    expect(new Set(invariants.map(({ name }) => name)).size).toBe(invariants.length);
  });

  it.each(invariants.map((each) => [each.name, each] as const))('%s: has its sources and its tests', (_name, each) => {
    expect(faultsOf(each)).toEqual([]);
  });

  it('is really looked at: a row without a test, with a file that is not there, or with columns exchanged is found', () => {
    const row = '| **a** | how | [x](../src/errors.ts) | [y](../test/unit/glob.spec.ts) |';
    const faults = (text: string): string[] =>
      invariantsOf(`## Invariants\n\n| a | b | c | d |\n| - | - | - | - |\n${text}\n\n## Next\n`).flatMap(faultsOf);
    expect(faults(row)).toEqual([]);
    expect(faults('| **a** | how | [x](../src/errors.ts) | |')).toEqual(['a: no test']);
    expect(faults(row.replace('errors', 'missing'))).toEqual(['a: src/missing.ts does not exist']);
    expect(faults('| **a** | how | [y](../test/unit/glob.spec.ts) | [x](../src/errors.ts) |')).toHaveLength(2);
  });
});
