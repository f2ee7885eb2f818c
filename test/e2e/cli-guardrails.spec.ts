import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CliProcess, type EndedProcess } from '../support/cli-process.js';
import { CLI } from '../support/gateway.js';

const CORPUS = resolve(import.meta.dirname, '..', 'corpus');
let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'smg-cli-guardrails-'));
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

const run = (...args: readonly string[]): Promise<EndedProcess> => new CliProcess(['guardrails', ...args], home).ended;

describe('guardrails', () => {
  it('checks what is piped in, without any config file', async () => {
    const child = spawn(process.execPath, [CLI, 'guardrails', 'check', '--stdin', '--json'], {
      env: { PATH: process.env.PATH, HOME: home },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stdin.end('Grüße an ann@example.com');
    const code = await new Promise((done) => child.on('close', done));
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'found', findings: [{ id: 'pii.email', start: 9, end: 24 }] });
  });

  it('predicts the rows of a file', async () => {
    const out = join(home, 'predictions.jsonl');
    const ended = await run('predict', '--in', join(CORPUS, 'hallucination.jsonl'), '--out', out);
    expect(ended).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('306 rows predicted') });
    const lines = readFileSync(out, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(306);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      id: expect.any(String),
      detected: { pii: expect.any(Boolean) },
    });
  });

  it('measures the detectors on the rows of a folder', async () => {
    const folder = mkdtempSync(join(home, 'rows-'));
    for (const name of ['relevancy', 'adherence', 'hallucination']) {
      writeFileSync(join(folder, `${name}.jsonl`), readFileSync(join(CORPUS, `${name}.jsonl`)));
    }
    const { code, stdout } = await run('eval', '--data', folder, '--json');
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as { detectors: { detector: string; recall: number; ownFpr: number }[] };
    expect(report.detectors.map(({ detector }) => detector)).toEqual(['relevancy', 'adherence', 'hallucination']);
    for (const { recall, ownFpr } of report.detectors) {
      expect(recall).toBeGreaterThanOrEqual(0.85);
      expect(ownFpr).toBeLessThanOrEqual(0.1);
    }
  });

  it('explains what check found', async () => {
    const { stdout } = await run('explain', 'pii.EMAIL');
    expect(stdout).toContain('detector  pii');
  });
});
