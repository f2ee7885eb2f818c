import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DemoRuns, type Outcome, scenesOf, type Scene } from '../support/demo.js';
import { eventually, ROOT } from '../support/gateway.js';

jest.setTimeout(60_000);

const IMAGES = join(ROOT, 'docs', 'images');
const MAX_MS = 20_000;
const MAX_LINES = 40;
const MAX_COLUMNS = 100;
const MAX_SVG_BYTES = 60 * 1024;

const load = (file: string): Promise<unknown> => import(pathToFileURL(join(ROOT, 'scripts', 'demo', file)).href);
const { PROTECTIONS } = (await load('config.mjs')) as { PROTECTIONS: ReadonlyMap<string, string> };
const { SCENES } = (await load('scenes.mjs')) as { SCENES: readonly { readonly name: string; title: string }[] };
const { castToSvg } = (await load('cast-to-svg.mjs')) as { castToSvg: (cast: string) => string };

let runs: DemoRuns;
beforeAll(() => {
  runs = new DemoRuns();
});
afterAll(() => {
  runs.remove();
});

const run = (...args: readonly string[]): Promise<Outcome> => runs.start(args).ended;

function expectNothingLeft(): void {
  expect(runs.filesLeft()).toEqual([]);
  expect(runs.processesLeft()).toEqual([]);
}

describe('npm run demo', () => {
  let outcome: Outcome;
  let scenes: ReadonlyMap<string, Scene['facts']>;
  let cast: string;
  let svg: string;

  beforeAll(async () => {
    outcome = await run('--json', '--record', join(runs.place, 'run.cast'));
    scenes = new Map(scenesOf(outcome).map(({ name, facts }) => [name, facts]));
    cast = readFileSync(join(runs.place, 'run.cast'), 'utf8');
    svg = readFileSync(join(runs.place, 'run.svg'), 'utf8');
  });

  it('is the build and this script', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(scripts.demo).toBe('npm run --silent build && node scripts/demo.mjs');
  });

  it('ends with 0 within 20 seconds, every scene as told, and leaves no process and no file', () => {
    expect(outcome).toMatchObject({ code: 0, stderr: expect.stringMatching(/^Recorded \S+ and \S+\n$/) as unknown });
    expect(outcome.ms).toBeLessThan(MAX_MS);
    expect(JSON.parse(outcome.stdout)).toMatchObject({ ok: true });
    expect(scenesOf(outcome).map(({ name, ok, reason }) => ({ name, ok, reason }))).toEqual(
      SCENES.map(({ name }) => ({ name, ok: true, reason: null })),
    );
    expectNothingLeft();
  });

  it('lists the tools of all four servers', () => {
    expect(Object.entries(scenes.get('servers')!.tools!).map(([name, { length }]) => [name, length > 0])).toEqual(
      ['echo', 'mail', 'wiki', 'words'].map((name) => [name, true]),
    );
  });

  it('calls echo', () => {
    const { call, answer, audit } = scenes.get('echo')!;
    expect(answer).toEqual({ text: call.arguments.message, is_error: false });
    expect(audit).toMatchObject({ server: 'echo', tool: 'echo', decision: 'allowed', reasons: [] });
  });

  it('shows a blocked call that the server never recorded', () => {
    const { answer, record, audit } = scenes.get('blocked_call')!;
    expect(answer).toEqual({ is_error: true, text: expect.stringContaining('The call was not made.') as unknown });
    expect(record).toMatchObject({ before: 0, calls: [] });
    const decided = { decision: 'blocked_input', reasons: ['keyword_detector'], upstream_ms: 0 };
    expect(audit).toMatchObject({ server: 'mail', tool: 'send', ...decided });
  });

  it('shows placeholders at the server and the original at the client', () => {
    const { call, answer, record, audit } = scenes.get('redacted_call')!;
    const { to, text } = call.arguments as { to: string; text: string };
    expect(answer).toEqual({ text: `Sent to ${to}: ${text}`, is_error: false });
    expect(record!.calls).toHaveLength(1);
    expect(record!.calls[0]!.arguments).toEqual({
      to: expect.stringMatching(/^<EMAIL_1_\w+>$/) as unknown,
      text: expect.stringMatching(/^Card <CREDIT_CARD_1_\w+>$/) as unknown,
    });
    expect(audit).toMatchObject({ server: 'mail', tool: 'send', decision: 'redacted', reasons: ['pii'] });
  });

  it('withholds an answer of a call that was made', () => {
    const { answer, record, audit } = scenes.get('blocked_answer')!;
    expect(record!.calls).toHaveLength(1);
    expect(answer).toEqual({ is_error: true, text: expect.stringContaining('its answer is withheld') as unknown });
    expect(audit).toMatchObject({ server: 'wiki', decision: 'blocked_output', reasons: ['keyword_detector'] });
  });

  it('refuses an open session whose key was disabled', () => {
    const { answer, audit } = scenes.get('disabled_key')!;
    expect(answer).toMatchObject({ error: { http_status: 401 } });
    expect(audit).toMatchObject({ decision: 'refused', reasons: ['disabled'], key: null });
  });

  it('withholds a poisoned tool, where definitions are checked', () => {
    const facts = scenes.get('poisoned_tool');
    expect(facts === undefined).toBe(!PROTECTIONS.has('definitions'));
    if (facts === undefined) return;
    expect(facts.list!.tools).toEqual(['words__add']);
    expect(facts.list!.blocked.map(({ name }) => name)).toEqual(['look_up']);
    expect(facts.answer).toMatchObject({ error: { code: -32602 } });
    expect(facts.record).toMatchObject({ before: 0, calls: [] });
    expect(facts.audit).toMatchObject({ decision: 'refused', reasons: ['unknown_tool'] });
  });

  it('records an asciicast of version 2 with every scene in it', () => {
    const [header, ...events] = cast
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(header).toMatchObject({ version: 2, width: MAX_COLUMNS });
    const output = events as [number, string, string][];
    expect(output.every(([, kind]) => kind === 'o')).toBe(true);
    const times = output.map(([seconds]) => seconds);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    const text = output.map(([, , shown]) => shown).join('');
    for (const { title } of SCENES) expect(text).toContain(title);
    expect(text.split('\r\n').length - 1).toBe((header as { height: number }).height);
  });

  it('draws the recording, with text escaped and nothing from elsewhere', () => {
    expectPicture(svg);
    for (const { title } of SCENES) expect(svg).toContain(title);
    expect(svg).toMatch(/&lt;EMAIL_1_\w+&gt;/);
    expect(svg).toBe(castToSvg(cast));
  });
});

/** A small SVG with a title and a description that loads nothing and runs nothing. */
function expectPicture(svg: string): void {
  expect(Buffer.byteLength(svg)).toBeLessThanOrEqual(MAX_SVG_BYTES);
  expect(svg).toMatch(/<title id="\w+">[^<]+<\/title>\s*<desc id="\w+">[^<]+<\/desc>/);
  expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(
    /https?:|url\((?!#)|<script|<image|href|@import/,
  );
}

describe('the table of the demo', () => {
  it('is short, plain where there is no terminal, and shows every scene', async () => {
    const { code, stdout, stderr } = await run();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(MAX_LINES);
    expect(lines.filter(({ length }) => length > MAX_COLUMNS)).toEqual([]);
    expect(stdout).not.toMatch(/(?!\n)\p{Cc}/u);
    for (const { title } of SCENES) expect(stdout).toContain(`${title}  ok`);
    expect(lines.filter((line) => /^ +audit /.test(line))).toHaveLength(SCENES.length - 1);
    expect(lines.at(-1)).toContain(`${String(SCENES.length)} of ${String(SCENES.length)} scenes went as told`);
    expectNothingLeft();
  });
});

describe('a demo with one part spoilt', () => {
  const FAILING = new Map([
    ['server', 'echo'],
    ['input', 'blocked_call'],
    ['redaction', 'redacted_call'],
    ['output', 'blocked_answer'],
    ['definitions', 'poisoned_tool'],
    ['key', 'disabled_key'],
  ]);

  it.each([...PROTECTIONS.keys()])('fails, names the scene, and records nothing: --break %s', async (part) => {
    const outcome = await run('--json', '--break', part, '--record', join(runs.place, 'broken.cast'));
    expect(outcome.code).toBe(1);
    const scene = scenesOf(outcome).find(({ name }) => name === FAILING.get(part))!;
    expect(scene).toMatchObject({ ok: false, reason: expect.stringMatching(/^expected /) as unknown });
    expect(outcome.stderr).toContain(`"${scene.title}" failed: ${scene.reason!}`);
    expect(readdirSync(runs.place).filter((name) => name.startsWith('broken'))).toEqual([]);
    expectNothingLeft();
  });
});

describe('a demo that is interrupted', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s ends with %i and leaves no process and no file', async (signal, code) => {
    const { child, ended } = runs.start([]);
    await eventually(
      () => runs.processesLeft(),
      // The demo, the gateway and four servers.
      ({ length }) => length >= 6,
      MAX_MS,
    );
    child.kill(signal);
    expect((await ended).code).toBe(code);
    expectNothingLeft();
  });
});

describe('wrong usage of the demo', () => {
  it.each([
    [['--break', 'everything'], /--break takes one of: server, input/],
    [['--record', 'run.txt'], /ends in \.cast/],
    [['--record', 'no-such-folder/run.cast'], /there is no folder/],
    [['--colour'], /--colour/],
  ])('%j ends with 2 and says why', async (args, why) => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(why);
    expectNothingLeft();
  });
});

describe('the pictures of the documents', () => {
  it('are small, described, and load nothing', () => {
    for (const name of ['demo.svg', 'overview.svg']) expectPicture(readFileSync(join(IMAGES, name), 'utf8'));
  });

  it('of the demo shows every scene that there is', () => {
    const svg = readFileSync(join(IMAGES, 'demo.svg'), 'utf8');
    for (const { title } of SCENES) expect(svg).toContain(title);
  });

  it('keep hostile text of a recording as text', () => {
    const hostile = 'a</text><script>alert("1")</script>&\u0000\u0007b';
    const cast = [{ version: 2, width: 80, height: 1, title: '</title><script>' }, [0, 'o', `${hostile}\r\n`]];
    const svg = castToSvg(cast.map((line) => JSON.stringify(line)).join('\n'));
    expect(svg).not.toContain('<script');
    expect(svg).toContain('a&lt;/text&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;b');
    // XML 1.0 has no such characters, escaped or not.
    expect(svg).not.toMatch(/(?!\n)\p{Cc}/u);
  });
});
