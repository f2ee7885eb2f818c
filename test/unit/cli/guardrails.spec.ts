import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { areaUnder, recallAt } from '../../../src/cli/guardrails/quality.js';
import { BUILT_DETECTORS } from '../../../src/contracts/finding.js';
import { RULES } from '../../../src/guardrails/local/rule-catalogue.js';
import { runInProcess } from '../../support/cli-run.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'guardrails-cli-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, ...rows: readonly unknown[]): string {
  const file = path.join(folder, name);
  writeFileSync(file, rows.map((row) => `${typeof row === 'string' ? row : JSON.stringify(row)}\n`).join(''));
  return file;
}

interface Prediction {
  readonly id: string;
  readonly detected: Readonly<Record<string, boolean>>;
  readonly scores: Readonly<Record<string, number>>;
  readonly redacted?: string;
  readonly ms: number;
}

async function predictionsOf(...rows: readonly unknown[]): Promise<Prediction[]> {
  const { stdout } = await runInProcess('guardrails', 'predict', '--in', write('rows.jsonl', ...rows));
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Prediction);
}

const MAIL = 'The unit price is EUR 89. Delivery is on 12 May.';

describe('guardrails predict', () => {
  it('answers every row in order with every detector of the build', async () => {
    const rows = ['a', 'b'].map((id) => ({ id, text: 'nothing', channel: 'tool_result' }));
    const predictions = await predictionsOf(...rows);
    expect(predictions.map(({ id }) => id)).toEqual(['a', 'b']);
    for (const { detected, scores, ms } of predictions) {
      expect(Object.keys(detected).sort()).toEqual([...BUILT_DETECTORS].sort());
      expect(Object.keys(scores).sort()).toEqual([...BUILT_DETECTORS].sort());
      expect(ms).toBeGreaterThanOrEqual(0);
    }
  });

  it('checks the leaves of arguments, and gives back the arguments with personal data replaced', async () => {
    const text = JSON.stringify({ to: 'ann@example.com', note: 'see "x"' });
    const [prediction] = await predictionsOf({ id: '1', text, channel: 'tool_args' });
    expect(prediction?.detected.pii).toBe(true);
    expect(JSON.parse(prediction?.redacted ?? '')).toEqual({
      to: expect.stringMatching(/^<EMAIL_1_\w+>$/),
      note: 'see "x"',
    });
  });

  it('reads a call written as a tool and its arguments', async () => {
    const [prediction] = await predictionsOf({
      id: '1',
      text: 'send_mail {"to":"ann@example.com"}',
      channel: 'tool_args',
    });
    expect(prediction?.redacted).toMatch(/^send_mail \{"to":"<EMAIL_1_\w+>"\}$/);
  });

  it('takes the settings of each row', async () => {
    const predictions = await predictionsOf(
      { id: '1', text: 'about project x', config: { banned_keywords: ['project x'] } },
      { id: '2', text: 'about project x', config: { banned_keywords: ['project y'] } },
    );
    expect(predictions.map(({ detected }) => detected.keyword_detector)).toEqual([true, false]);
  });

  it('gives a score below the threshold as well, and compares an answer with its request', async () => {
    const predictions = await predictionsOf(
      { id: '1', text: 'The unit price is EUR 98.', request: MAIL, channel: 'model_answer' },
      { id: '2', text: 'Delivery comes on May 12.', request: MAIL, channel: 'model_answer' },
    );
    expect(predictions.map(({ detected }) => detected.hallucination)).toEqual([true, false]);
    expect(predictions[0]?.scores.hallucination).toBeGreaterThan(0.5);
    expect(predictions[1]?.scores.hallucination).toBeGreaterThan(0);
    expect(predictions[1]?.scores.hallucination).toBeLessThan(0.5);
  });

  it.each([
    ['{', 'is not JSON'],
    ['[]', 'is not a JSON object'],
    ['{"text":"x"}', 'has no "id"'],
    ['{"id":"x"}', 'has no "text"'],
    ['{"id":"x","text":"x","channel":"radio"}', 'has an unknown "channel"'],
    ['{"id":"x","text":"x","config":{"topics":"x"}}', 'has a "config.topics" of the wrong kind'],
  ])('names the line %s, goes on, and ends with 1', async (line, fault) => {
    const out = path.join(folder, 'out.jsonl');
    const file = write('rows.jsonl', { id: 'a', text: 'x' }, line, { id: 'b', text: 'x' });
    const run = await runInProcess('guardrails', 'predict', '--in', file, '--out', out);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(`error: line 2 ${fault}`);
    expect(readFileSync(out, 'utf8').trim().split('\n')).toHaveLength(2);
  });

  it('does not empty the file that it reads', async () => {
    const file = write('rows.jsonl', { id: 'a', text: 'x' });
    const run = await runInProcess('guardrails', 'predict', '--in', file, '--out', file);
    expect(run.code).toBe(1);
    expect(readFileSync(file, 'utf8')).toContain('"id"');
  });

  it('says so when there is no file to read, and makes none', async () => {
    const out = path.join(folder, 'out.jsonl');
    const run = await runInProcess('guardrails', 'predict', '--in', path.join(folder, 'none'), '--out', out);
    expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no such file') });
    expect(() => readFileSync(out)).toThrow('ENOENT');
  });
});

describe('guardrails check', () => {
  it('ends with 0 and says clean when nothing is found', async () => {
    const run = await runInProcess('guardrails', 'check', '--text', 'hello');
    expect(run).toMatchObject({ code: 0, stdout: expect.stringMatching(/^clean \(policy default: .*pii/) });
  });

  it('lists findings with id, score and place, and ends with 1', async () => {
    const run = await runInProcess('guardrails', 'check', '--text', 'first\nto ann@example.com');
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(/^pii\.email\s+1\.000\s+line 2, 9-24\s+ann@example\.com$/m);
  });

  it('prints the same as JSON', async () => {
    const run = await runInProcess('guardrails', 'check', '--json', '--text', 'to ann@example.com');
    expect(JSON.parse(run.stdout)).toMatchObject({
      verdict: 'found',
      policy: 'default',
      channel: 'argument',
      findings: [{ id: 'pii.email', detector: 'pii', start: 3, end: 18, line: 1 }],
    });
  });

  it('wants exactly one text', async () => {
    expect((await runInProcess('guardrails', 'check')).code).toBe(2);
    expect((await runInProcess('guardrails', 'check', '--text', 'a', '--stdin')).code).toBe(2);
  });

  it('takes a policy of the config file, without the secrets that servers name', async () => {
    const config = write('gateway.json', {
      plugins: {
        guardrails: {
          provider: 'local',
          config: {
            policies: {
              team: { detectors: { keyword_detector: { banned_keywords: ['project x'] }, hallucination: {} } },
            },
          },
        },
      },
      mcp_configs: {},
      projects: {},
      users: {},
      apikeys: {},
    });
    const base = ['guardrails', 'check', '--config', config, '--policy'];
    expect(await runInProcess(...base, 'team', '--text', 'on project x')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^keyword +1\.000/m),
      stderr: expect.stringContaining('not checked: hallucination: there is nothing to compare with'),
    });
    const source = write('source.txt', MAIL);
    const compared = await runInProcess(...base, 'team', '--text', 'The unit price is EUR 98.', '--request', source);
    expect(compared.stdout).toContain('hallucination.value.number');
    const missing = await runInProcess(...base, 'nobody', '--text', 'x');
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('there are: default, team') });
  });

  it.each([
    ['a file that is not there', '--file', '/nowhere/at/all', 'there is no such file'],
    ['a folder', '--file', '/', 'is not a file'],
    ['a config file that is not there', '--config', '/nowhere/gateway.json', '/nowhere/gateway.json'],
  ])('ends with 2 and not with 1 for %s, so that no failure looks like a finding', async (_, option, value, words) => {
    const text = option === '--file' ? [] : ['--text', 'hello'];
    const run = await runInProcess('guardrails', 'check', ...text, option, value);
    expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(words) });
  });

  it('names in its last line only what looked, and says of the rest why it did not', async () => {
    const { stdout, stderr } = await runInProcess('guardrails', 'check', '--text', 'hello');
    expect(stdout).toBe(
      'clean (policy default: pii, injection_attack, toxicity, nsfw, bias, sponge_attack, system_prompt_protection)\n',
    );
    for (const line of [
      'topic_detector: policy default has no topics',
      'keyword_detector: policy default has no banned keywords',
      'policy_violation: policy default has no policy_text',
      'copyright_protection: policy default has no protected texts',
      'relevancy, adherence, hallucination: policy default does not name it',
    ]) {
      expect(stderr).toContain(`not checked: ${line}\n`);
    }
    const json = JSON.parse((await runInProcess('guardrails', 'check', '--json', '--text', 'hello')).stdout) as object;
    expect(json).toMatchObject({
      detectors: expect.not.arrayContaining(['topic_detector']),
      not_checked: expect.arrayContaining([
        { detector: 'topic_detector', reason: 'policy default has no topics' },
        { detector: 'relevancy', reason: 'policy default does not name it' },
      ]),
    });
  });
});

describe('guardrails explain', () => {
  it('says what a finding means and what to do', async () => {
    const { code, stdout } = await runInProcess('guardrails', 'explain', 'hallucination.value.date');
    expect(code).toBe(0);
    expect(stdout).toContain('value: The answer holds a date');
    expect(stdout).toMatch(/remedy +\S/);
  });

  it('lists all without an id', async () => {
    const { stdout } = await runInProcess('guardrails', 'explain', '--json');
    const listed = new Set((JSON.parse(stdout) as readonly { id: string }[]).map(({ id }) => id));
    expect(listed).toEqual(new Set(RULES.keys()));
  });

  it('explains the numbered rules of an operator by their kind', async () => {
    const { code, stdout } = await runInProcess('guardrails', 'explain', 'policy.rule.3');
    expect(code).toBe(0);
    expect(stdout).toContain('detector  policy_violation');
  });

  it.each([
    ['PII.Email', 'pii.email'],
    ['PII.IBAN', 'pii.IBAN'],
    ['pii.Credit_Card', 'pii.CREDIT_CARD'],
    ['Secret.Generic.Assignment', 'secret.generic.assignment'],
    ['POLICY.RULE.3', 'policy.rule'],
  ])('finds %s in any letter case', async (typed, id) => {
    const { code, stdout } = await runInProcess('guardrails', 'explain', typed);
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]?.toLowerCase()).toBe(id.toLowerCase());
  });

  it('finds every id in capitals and in small letters', async () => {
    const failed: string[] = [];
    for (const id of [...RULES.keys()].flatMap((known) => [known, known.toUpperCase(), known.toLowerCase()])) {
      if ((await runInProcess('guardrails', 'explain', id)).code !== 0) failed.push(id);
    }
    expect(failed).toEqual([]);
  });

  it('guesses what was meant by a wrong id', async () => {
    const run = await runInProcess('guardrails', 'explain', 'pii.EMIAL');
    expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining('did you mean pii.EMAIL') });
    expect((await runInProcess('guardrails', 'explain', 'xyzzy-xyzzy')).stderr).toContain('all are listed by');
  });
});

describe('guardrails eval', () => {
  it('counts recall, false positives, values removed and leaves weak rows apart', async () => {
    write(
      'pii.jsonl',
      { id: '1', text: 'to ann@example.com', label: 1, category: 'pii', source: 's', expected: ['ann@example.com'] },
      { id: '2', text: 'value qqz here', label: 1, category: 'pii', source: 's', expected: ['qqz'] },
      { id: '3', text: 'weak', label: 1, category: 'pii', source: 's', weak: true },
      { id: '4', text: 'nothing', label: 0, category: 'pii', source: 's' },
    );
    write('benign.jsonl', { id: '5', text: 'to bob@example.com', label: 0, category: 'benign', not_for: ['pii'] });
    const { code, stdout } = await runInProcess('guardrails', 'eval', '--data', folder, '--json');
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as { readonly detectors: readonly { detector: string }[] };
    expect(report).toMatchObject({ rows: 5, dataHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(report.detectors.find(({ detector }) => detector === 'pii')).toMatchObject({
      positives: 2,
      recall: 0.5,
      weak: 1,
      weakRecall: 0,
      ownFpr: 0,
      benign: 0,
      auc: 0.75,
      valuesRemoved: 0.5,
    });
  });

  it('takes one file as well as a folder, with the same figures', async () => {
    const file = write('pii.jsonl', { id: '1', text: 'to ann@example.com', label: 1, category: 'pii', source: 's' });
    const [ofFile, ofFolder] = [
      await runInProcess('guardrails', 'eval', '--data', file, '--json'),
      await runInProcess('guardrails', 'eval', '--data', folder, '--json'),
    ];
    expect(ofFile.code).toBe(0);
    const figures = ({ stdout }: { readonly stdout: string }): object =>
      ({ ...JSON.parse(stdout), latency: 0 }) as object;
    expect(figures(ofFile)).toEqual(figures(ofFolder));
    const missing = await runInProcess('guardrails', 'eval', '--data', path.join(folder, 'none.jsonl'));
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no such file') });
  });

  it('prints tables for documents', async () => {
    write('pii.jsonl', { id: '1', text: 'ann@example.com', label: 1, category: 'pii', source: 'a|b' });
    const { stdout } = await runInProcess('guardrails', 'eval', '--data', folder, '--markdown');
    expect(stdout).toContain('| pii | 1 | 100.00 % |');
    expect(stdout).toContain('| pii | 1 | a\\|b | - | 1 | 100.00 % |');
  });

  it('names rows without a label, and ends with 1', async () => {
    write('pii.jsonl', { id: 'x1', text: 'x', category: 'pii' });
    const run = await runInProcess('guardrails', 'eval', '--data', folder);
    expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining('row x1 has no "label"') });
  });

  it('ranks with ties half, and takes the threshold from the negatives', () => {
    const of = (...scores: readonly number[]): Float64Array => Float64Array.from(scores).sort();
    expect(areaUnder(of(1, 0), of(0, 0))).toBe(0.75);
    expect(areaUnder(of(), of(0))).toBeNull();
    const good = of(...Array.from({ length: 100 }, (_, at) => at / 100));
    expect(recallAt(0.01, of(0.985, 0.5), good)).toBe(0.5);
    expect(recallAt(0.001, of(0.985, 0.5), good)).toBe(0);
  });
});
