import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from '../support/gateway.js';
import { describeWithPostgres } from '../support/postgres.js';

const run = promisify(execFile);
/** A fiftieth of what `npm run soak` does. */
const KILLS = 40;
const MAX_MS = 180_000;

/** The last line of the endurance test, which passes or fails. */
async function crash(store: string): Promise<string> {
  const args = [join(ROOT, 'bench', 'crash.mjs'), '--kills', String(KILLS), '--store', store];
  const { stdout } = await run(process.execPath, args, { timeout: MAX_MS });
  return stdout;
}

describe('writers of the config file that are killed', () => {
  it(
    'lose nothing that was acknowledged, and leave a file that loads',
    async () => {
      expect(await crash('file')).toMatch(/^PASS {2}file: \d+ kill -9 .* 0 lost, \d+ reads, 0 faults$/m);
    },
    MAX_MS,
  );
});

describeWithPostgres('writers of the database that are killed', () => {
  it(
    'lose nothing that was acknowledged, and leave rows that belong together',
    async () => {
      expect(await crash('postgres')).toMatch(/^PASS {2}postgres: \d+ kill -9 .* 0 lost, \d+ reads, 0 faults$/m);
    },
    MAX_MS,
  );
});
