import { describe, expect, it } from '@jest/globals';
import type { UpstreamBody } from '../../../src/contracts/mcp-reply.js';
import { type InputDecision, GuardrailEngine, type OutputDecision } from '../../../src/guardrails/engine.js';
import { FORMATS, ANSWER, CALL, pick, policyOf, randomOf, type PolicyOptions } from './fixtures.js';

const engine = new GuardrailEngine();
const BOTH: PolicyOptions = { keywords: ['project x'], entities: FORMATS };
const BOTH_HITS = { text: 'project x of joe@example.com' };

function input(options: PolicyOptions, value: Record<string, unknown>): InputDecision {
  const decision = engine.inspectInput(policyOf(options), value, CALL);
  if (decision instanceof Promise) throw new Error('expected a synchronous decision');
  return decision;
}

function output(
  options: PolicyOptions | null,
  result: Record<string, unknown>,
  from: InputDecision | null = null,
): OutputDecision {
  const body: UpstreamBody = { kind: 'result', result };
  const decision = engine.inspectOutput(options === null ? null : policyOf(options), body, from?.vault ?? null, ANSWER);
  if (decision instanceof Promise) throw new Error('expected a synchronous decision');
  return decision;
}

describe('what a policy makes of hits', () => {
  it.each<[string, PolicyOptions, string, string[]]>([
    [
      'blocks with every blocking detector that triggered',
      { ...BOTH, block: ['keyword_detector', 'pii'] },
      'block',
      ['keyword_detector', 'pii'],
    ],
    ['names only blocking detectors', { ...BOTH, block: ['keyword_detector'] }, 'block', ['keyword_detector']],
    [
      'names only triggered detectors',
      { keywords: ['other'], entities: FORMATS, block: ['keyword_detector', 'pii'] },
      'block',
      ['pii'],
    ],
    ['only reports what is not in the block list', { ...BOTH }, 'pass', []],
    ['redacts instead of blocking', { ...BOTH, block: ['pii'], redactPii: true }, 'redact', []],
    ['redacts what does not block', { ...BOTH, redactPii: true }, 'redact', []],
    [
      'blocks rather than redacts',
      { ...BOTH, block: ['keyword_detector', 'pii'], redactPii: true },
      'block',
      ['keyword_detector'],
    ],
    ['redacts nothing without the detector', { keywords: ['project x'], redactPii: true }, 'pass', []],
  ])('%s', (_, options, kind, detectors) => {
    const { verdict, value, vault } = input(options, BOTH_HITS);
    expect(verdict.kind).toBe(kind);
    expect(verdict.kind === 'block' ? verdict.detectors : []).toEqual(detectors);
    expect(verdict.findings.length).toBeGreaterThan(0);
    expect(vault === null).toBe(kind !== 'redact');
    expect(value === BOTH_HITS).toBe(kind !== 'redact');
  });

  it('reports where, never what', () => {
    const { verdict } = input(BOTH, { list: [{ 'a/b': 'see project x' }], 'mail joe@example.com': 'c@d.io' });
    expect(verdict.findings).toEqual([
      {
        detector: 'pii',
        category: 'EMAIL',
        rule: 'pii.email',
        score: 1,
        path: '/mail ***************',
        start: 0,
        end: 6,
      },
      {
        detector: 'keyword_detector',
        category: 'keyword',
        rule: 'keyword',
        score: 1,
        path: '/list/0/a~1b',
        start: 4,
        end: 13,
      },
      {
        detector: 'pii',
        category: 'EMAIL',
        rule: 'pii.email',
        score: 1,
        path: '/mail ***************',
        start: 5,
        end: 20,
      },
    ]);
    expect(JSON.stringify(verdict)).not.toContain('example.com');
  });

  it('gives a receipt of what it saw and passed over', () => {
    const data = Buffer.from([0xff, 0xd8]).toString('base64');
    const { verdict } = output(BOTH, { content: [{ type: 'image', mimeType: 'image/jpeg', data }] });
    expect(verdict.receipt).toEqual({
      detectors: ['keyword_detector', 'pii'],
      chars: 'contenttypemimeTypedata'.length + 'imageimage/jpeg'.length,
      skipped: [{ path: '/content/0/data', reason: 'media' }],
      notChecked: [],
      truncated: false,
      decodedViews: 0,
    });
  });

  it('reports at most a hundred findings but redacts them all', () => {
    const text = Array.from({ length: 300 }, (_, i) => `user${String(i)}@example.com`).join(' ');
    const { verdict, value, vault } = input({ ...BOTH, redactPii: true }, { text });
    expect(verdict.findings).toHaveLength(100);
    expect(verdict).toMatchObject({ kind: 'redact', redactions: 300 });
    expect(JSON.stringify(value)).not.toContain('@');
    expect(vault?.restore(String(value.text))).toBe(text);
  });

  it('blocks on a detector whose findings come after the hundredth', () => {
    const value = { a: 'joe@example.com '.repeat(200), b: 'project x' };
    expect(input({ ...BOTH, block: ['keyword_detector'] }, value).verdict).toMatchObject({
      kind: 'block',
      detectors: ['keyword_detector'],
    });
  });

  it('refuses arguments that are nested too deeply', () => {
    let value: Record<string, unknown> = {};
    for (let depth = 0; depth < 64; depth++) value = { value };
    expect(() => input(BOTH, value)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
    expect(() => output(BOTH, value)).toThrow(expect.objectContaining({ code: 'upstream_protocol' }));
  });
});

describe('where text is looked for', () => {
  it.each<[string, Record<string, unknown>]>([
    [
      'a text block',
      {
        content: [
          { type: 'text', text: 'fine' },
          { type: 'text', text: 'project x' },
        ],
      },
    ],
    ['an embedded resource', { content: [{ type: 'resource', resource: { uri: 'a:b', text: 'project x' } }] }],
    [
      'a resource that is encoded text',
      { content: [{ type: 'resource', resource: { uri: 'a:b', blob: Buffer.from('project x').toString('base64') } }] },
    ],
    ['a resource link', { content: [{ type: 'resource_link', uri: 'a:b', name: 'n', description: 'Project X' }] }],
    ['structured content', { structuredContent: { deep: [[{ er: 'PROJECT X' }]] } }],
    ['a member name', { structuredContent: { 'project x': 1 } }],
    ['_meta', { _meta: { note: 'project x' } }],
    ['the data of something that is no image', { content: [{ type: 'text', data: 'project x' }] }],
    ['an upstream error result', { isError: true, content: [{ type: 'text', text: 'project x' }] }],
  ])('finds it in %s', (_, result) => {
    expect(output({ ...BOTH, block: ['keyword_detector'] }, result).verdict.kind).toBe('block');
  });

  it('finds it in the message and the data of an error', () => {
    const policy = policyOf({ ...BOTH, block: ['keyword_detector'] });
    for (const error of [
      { code: 1, message: 'project x' },
      { code: 1, message: '', data: { why: ['project x'] } },
    ]) {
      expect(engine.inspectOutput(policy, { kind: 'error', error }, null, ANSWER)).toMatchObject({
        verdict: { kind: 'block' },
      });
    }
  });

  it('finds a card number written as a number, and redacts it', () => {
    const { verdict, value, vault } = input({ ...BOTH, redactPii: true }, { card: 4_111_111_111_111_111 });
    expect(verdict.kind).toBe('redact');
    expect(vault?.restore(String(value.card))).toBe('4111111111111111');
  });

  it('decides on progress messages', () => {
    const policy = policyOf({ ...BOTH, block: ['keyword_detector'] });
    expect(engine.inspectProgressMessage(policy, 'half of project x', ANSWER)).toBe(false);
    expect(engine.inspectProgressMessage(policy, 'joe@example.com', ANSWER)).toBe(true);
    expect(engine.inspectProgressMessage(null, 'project x', ANSWER)).toBe(true);
    expect(engine.inspectProgressMessage(policy, 'a'.repeat(100_000), ANSWER)).toBe(false);
  });
});

describe('redact before the call, restore in the answer', () => {
  const redacting = { entities: FORMATS, redactPii: true } as const;

  it('leaves no personal data in the arguments and shares what has none', () => {
    const value = {
      to: 'joe@example.com',
      rest: { a: ['b'] },
      'ann@example.com': [{ iban: 'DE89370400440532013000' }],
    };
    const decision = input(redacting, value);
    expect(JSON.stringify(decision.value)).not.toMatch(/@|DE89/);
    expect(decision.value.rest).toBe(value.rest);
    expect(decision.verdict).toMatchObject({ kind: 'redact', redactions: 3 });
    expect(output(null, decision.value, decision).body).toEqual({ kind: 'result', result: value });
  });

  it('redacts inside encoded text and restores it there', () => {
    const value = { uri: 'a:b', blob: Buffer.from('to joe@example.com').toString('base64') };
    const decision = input(redacting, value);
    expect(Buffer.from(String(decision.value.blob), 'base64').toString()).toMatch(/^to <EMAIL_1_/);
    expect(output(null, decision.value, decision).body).toEqual({ kind: 'result', result: value });
  });

  it('checks the answer before it restores', () => {
    const decision = input(redacting, { text: 'joe@example.com' });
    const answer = output({ ...redacting, redactPii: false, block: ['pii'] }, decision.value, decision);
    expect(answer.verdict.kind).toBe('pass');
    expect(answer.body).toEqual({ kind: 'result', result: { text: 'joe@example.com' } });
  });

  it('does not restore into an answer that is blocked', () => {
    const decision = input(redacting, { text: 'joe@example.com' });
    const answer = output({ ...BOTH, block: ['pii'] }, { a: decision.value.text, b: 'new@example.com' }, decision);
    expect(answer.verdict.kind).toBe('block');
    expect(JSON.stringify(answer.body)).not.toContain('joe@example.com');
  });

  it('restores in error messages', () => {
    const decision = input(redacting, { text: 'joe@example.com' });
    const error = { code: -32_000, message: `no user ${String(decision.value.text)}`, data: [decision.value.text] };
    expect(engine.inspectOutput(null, { kind: 'error', error }, decision.vault, ANSWER)).toMatchObject({
      body: { kind: 'error', error: { code: -32_000, message: 'no user joe@example.com', data: ['joe@example.com'] } },
    });
  });

  it('gives the same body back when there is nothing to restore', () => {
    const decision = input(redacting, { text: 'joe@example.com' });
    const result = { content: [{ type: 'text', text: '<EMAIL_1_look4lik>' }] };
    expect(output(null, result, decision).body).toEqual({ kind: 'result', result });
  });

  it('gives random payloads back unchanged, and never the values of another request', () => {
    const random = randomOf(99);
    let previous: InputDecision | null = null;
    for (let round = 0; round < 300; round++) {
      const value = { root: randomJson(random, 4) };
      const decision = input(redacting, value);
      expect(JSON.stringify(decision.value)).not.toMatch(/joe@example\.com|4111 1111 1111 1111|ann@/);
      const { body } = output(null, JSON.parse(JSON.stringify(decision.value)) as Record<string, unknown>, decision);
      expect(JSON.stringify(body)).toBe(JSON.stringify({ kind: 'result', result: value }));
      if (previous !== null) {
        expect(output(null, decision.value, previous).body).toEqual({ kind: 'result', result: decision.value });
      }
      previous = decision;
    }
  });
});

const PIECES = [
  'joe@example.com',
  '4111 1111 1111 1111',
  'ann@x.io',
  '+4915112345678',
  '<EMAIL_1_x>',
  '$&',
  '\u{1f600}',
  '\u65e5\u672c',
  'caf\u00e9',
  '\u200b',
  '__proto__',
  '',
  '%3C',
  '"',
  '\\',
];

function randomText(random: () => number): string {
  return Array.from({ length: Math.floor(random() * 4) }, () => pick(random, PIECES)).join(
    pick(random, [' ', ', ', '\n']),
  );
}

function randomJson(random: () => number, depth: number): unknown {
  const kind = depth === 0 ? 0 : Math.floor(random() * 4);
  if (kind === 2) return Array.from({ length: 3 }, () => randomJson(random, depth - 1));
  if (kind < 2) return pick(random, [randomText(random), randomText(random), 7, null, true]);
  const entries = Array.from({ length: 3 }, () => [randomText(random), randomJson(random, depth - 1)] as const);
  return Object.fromEntries(entries);
}

describe('large payloads', () => {
  const text = 'The quick brown fox 0123456789 jumps over the lazy dog. '.repeat(20_000);
  const blocking = { ...BOTH, block: ['keyword_detector'] } as const;

  it('are decided synchronously up to 64 Ki code units, and in slices past it', async () => {
    const policy = policyOf(blocking);
    expect(engine.inspectInput(policy, { text: text.slice(0, 65_536) }, CALL)).not.toBeInstanceOf(Promise);
    const decision = engine.inspectInput(policy, { text }, CALL);
    expect(decision).toBeInstanceOf(Promise);
    await expect(decision).resolves.toMatchObject({ verdict: { kind: 'pass', receipt: { chars: text.length + 4 } } });
  });

  it('get the verdict that small ones get', async () => {
    const value = { items: [{ text }, { text: `${text} project\n\n x ${text}` }], to: 'joe@example.com' };
    await expect(engine.inspectInput(policyOf(blocking), value, CALL)).resolves.toMatchObject({
      verdict: { kind: 'block', detectors: ['keyword_detector'] },
    });
    const decision = await engine.inspectInput(policyOf({ ...BOTH, redactPii: true }), value, CALL);
    expect(decision.verdict).toMatchObject({ kind: 'redact', redactions: 1 });
    const body: UpstreamBody = { kind: 'result', result: decision.value };
    await expect(engine.inspectOutput(null, body, decision.vault, ANSWER)).resolves.toMatchObject({
      body: { result: value },
    });
    await expect(engine.inspectOutput(policyOf(blocking), body, null, ANSWER)).resolves.toMatchObject({
      verdict: { kind: 'block' },
    });
  });

  it('made of very many small parts are decided in slices as well', async () => {
    const rows = Array.from({ length: 30_000 }, (_, id) => ({ id }));
    const decision = engine.inspectOutput(policyOf(blocking), { kind: 'result', result: { rows } }, null, ANSWER);
    expect(decision).toBeInstanceOf(Promise);
    await expect(decision).resolves.toMatchObject({ verdict: { kind: 'pass' } });
  });

  it('let other work run in between', async () => {
    const decision = engine.inspectOutput(
      policyOf(blocking),
      { kind: 'result', result: { text: text.repeat(4) } },
      null,
      ANSWER,
    );
    let turns = 0;
    const count = (): void => {
      turns++;
      timer = setImmediate(count);
    };
    let timer = setImmediate(count);
    await decision;
    clearImmediate(timer);
    expect(turns).toBeGreaterThan(3);
  });

  it('reject when they are nested too deeply', async () => {
    let deep: Record<string, unknown> = {};
    for (let depth = 0; depth < 70; depth++) deep = { deep };
    const body: UpstreamBody = { kind: 'result', result: { many: Array.from({ length: 20_000 }, () => 0), deep } };
    const refused = async (): Promise<OutputDecision> => engine.inspectOutput(policyOf(blocking), body, null, ANSWER);
    await expect(refused()).rejects.toMatchObject({ code: 'upstream_protocol' });
  });
});
