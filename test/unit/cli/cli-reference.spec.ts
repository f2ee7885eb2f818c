import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { cliReference } from '../../support/cli-reference.js';

const FILE = resolve(import.meta.dirname, '..', '..', '..', 'docs', 'cli.md');
const GENERATED = /(?<=<!-- commands -->\n\n)[^]*(?=\n<!-- \/commands -->)/;
/** `UPDATE_DOCS=1 npm run test:unit -- test/unit/cli/cli-reference` writes the text anew. */
const UPDATE = process.env.UPDATE_DOCS === '1';

describe('docs/cli.md', () => {
  it('has what --help says of every command; UPDATE_DOCS=1 brings it up to date', () => {
    const reference = cliReference();
    if (UPDATE)
      writeFileSync(
        FILE,
        readFileSync(FILE, 'utf8').replace(GENERATED, () => reference),
      );
    expect(GENERATED.exec(readFileSync(FILE, 'utf8'))?.[0]).toBe(reference);
  });

  it('is checked against real help: the commands and their options are in it', () => {
    const reference = cliReference();
    for (const command of ['start', 'config validate', 'server add', 'server test', 'doctor', 'completion']) {
      expect(reference).toContain(`### secure-mcp-gateway ${command}\n`);
    }
    expect(reference).toContain('--transport <kind>');
    expect(reference).toContain('Exit codes: 0 done');
    expect(reference).not.toContain('server-names');
  });
});
