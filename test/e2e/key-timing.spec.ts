import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, it, jest } from '@jest/globals';
import { ROOT } from '../support/gateway.js';

jest.setTimeout(120_000);

/** A fiftieth of those of `npm run soak`. */
const SAMPLES = 2000;
/** Six hundredths of what a refusal takes. */
const PLANTED_NS = 1500;

const measure = (...more: string[]): Promise<{ code: unknown; stdout: string }> =>
  new Promise((resolve) => {
    const args = [join(ROOT, 'bench', 'key-timing.mjs'), '--samples', String(SAMPLES), ...more];
    execFile(process.execPath, args, (error, stdout) => {
      resolve({ code: error === null ? 0 : error.code, stdout });
    });
  });

it('the time of a refusal does not tell whether a key is unknown, nearly right, disabled or expired', async () => {
  const { code, stdout } = await measure();
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/passed\n$/) });
  expect(stdout.match(/^unknown \/ /gm)).toHaveLength(4);
});

it('the measurement would find a difference of little more than a microsecond', async () => {
  const { code, stdout } = await measure('--planted', String(PLANTED_NS));
  expect(code).toBe(1);
  expect(stdout).toContain('FAILED');
});
