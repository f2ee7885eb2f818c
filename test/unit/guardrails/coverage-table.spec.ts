import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from '../../support/gateway.js';
import { COVERED, coverageTable, methodsOfCode } from '../../support/guardrail-coverage.js';

const FILE = join(ROOT, 'docs', 'guardrail-coverage.md');
const GENERATED = /(?<=<!-- coverage -->\n\n)[^]*(?=\n<!-- \/coverage -->)/;

describe('docs/guardrail-coverage.md', () => {
  it('has a row for every method of the code, and for no other', () => {
    expect([...COVERED].sort()).toEqual([...methodsOfCode()].sort());
  });

  it('reads the methods out of the code', () => {
    for (const method of ['ping', 'tools/call', 'elicitation/create', 'notifications/progress']) {
      expect(methodsOfCode()).toContain(method);
    }
  });

  it('is what the tests know of them; UPDATE_DOCS=1 brings it up to date', () => {
    const table = coverageTable();
    const text = readFileSync(FILE, 'utf8');
    if (process.env.UPDATE_DOCS === '1') {
      writeFileSync(
        FILE,
        text.replace(GENERATED, () => table),
      );
    }
    expect(GENERATED.exec(readFileSync(FILE, 'utf8'))?.[0]).toBe(table);
  });
});
