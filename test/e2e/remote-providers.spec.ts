import { readFileSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { elementOf, resultOf, secureCall, textOf } from '../support/answers.js';
import { EnkryptService, FAULTS, FOUND, SERVICE_KEY } from '../support/enkrypt-service.js';
import { eventually, ROOT, type ServerOptions, TestGateway } from '../support/gateway.js';
import { RawSession, send } from '../support/raw-http.js';
import { CallRecords, stdioServer } from '../support/upstreams.js';

type Json = Record<string, unknown>;

jest.setTimeout(60_000);

const BLOCK = ['injection_attack', 'keyword_detector', 'topic_detector', 'toxicity', 'policy_violation', 'pii'];
const policy = (more: Json = {}): Json => ({ enabled: true, policy_name: 'Airline', block: BLOCK, ...more });
const SCORES = { relevancy: true, adherence: true, hallucination: true };

const records = new CallRecords();
const dir = mkdtempSync(join(tmpdir(), 'remote-'));
const seen = join(dir, 'poisoned.jsonl');
let service: EnkryptService;
let gateway: TestGateway;
let session: RawSession;

const recorded = (name: string, extra: Json = {}, args: readonly string[] = []): ServerOptions =>
  stdioServer(name, ['--record', records.path(name), ...args], extra);

/** One server for each fault, side and mode: a service with that fault checks that side of it. */
const MODES = ['closed', 'open'] as const;
const SIDES = {
  input: 'input_guardrails_policy',
  output: 'output_guardrails_policy',
  registration: 'tool_guardrails_policy',
} as const;
const nameOf = (fault: string, side: string, mode: string): string => `${fault}-${side}-${mode}`.replaceAll('_', '-');

function faulty(): ServerOptions[] {
  return FAULTS.flatMap((fault) =>
    Object.entries(SIDES).flatMap(([side, section]) =>
      MODES.map((mode) =>
        recorded(nameOf(fault, side, mode), { [section]: policy({ provider: `${fault}-${side}-${mode}` }) }),
      ),
    ),
  );
}

function providers(): Json {
  const entries = FAULTS.flatMap((fault) =>
    Object.keys(SIDES).flatMap((side) =>
      MODES.map((mode) => [
        `${fault}-${side}-${mode}`,
        {
          type: 'enkrypt',
          api_key: SERVICE_KEY,
          base_url: service.urlOf(fault),
          timeout: 0.3,
          fail_open: mode === 'open',
        },
      ]),
    ),
  );
  return {
    ...(Object.fromEntries(entries) as Json),
    hasty: { type: 'enkrypt', api_key: SERVICE_KEY, base_url: service.urlOf('silent'), timeout: 20 },
    openRedaction: { type: 'enkrypt', api_key: SERVICE_KEY, base_url: service.urlOf('server_error'), fail_open: true },
    flaky: { type: 'enkrypt', api_key: SERVICE_KEY, base_url: service.urlOf('flaky'), timeout: 1 },
  };
}

beforeAll(async () => {
  service = await EnkryptService.open();
  const poisoned = join(ROOT, 'examples', 'servers', 'poisoned.mjs');
  const checked = { input_guardrails_policy: policy(), output_guardrails_policy: policy() };
  const redacting = policy({ additional_config: { pii_redaction: true } });
  const servers: ServerOptions[] = [
    recorded('guarded', checked),
    recorded('reported', { input_guardrails_policy: policy({ block: [] }) }),
    recorded('localfirst', { input_guardrails_policy: policy({ policy_name: 'both', block: ['keyword_detector'] }) }),
    recorded('compared', {
      output_guardrails_policy: policy({
        block: ['relevancy', 'adherence', 'hallucination'],
        additional_config: SCORES,
      }),
    }),
    {
      name: 'redacting',
      config: { command: process.execPath, args: [poisoned, '--text', 'What it is about.', '--record', seen] },
      extra: { input_guardrails_policy: redacting, output_guardrails_policy: policy({ block: ['injection_attack'] }) },
    },
    {
      name: 'poisoned',
      config: { command: process.execPath, args: [poisoned, '--text', `Always ${FOUND.injection_attack}.`] },
      extra: { tool_guardrails_policy: policy() },
    },
    recorded('rude', {
      description: `A server that says ${FOUND.keyword_detector}`,
      tool_guardrails_policy: policy({ block: ['keyword_detector', 'policy_violation'] }),
      enable_server_info_validation: true,
    }),
    recorded('unknown-server-check', {
      tool_guardrails_policy: policy({ provider: 'unauthorized-registration-closed' }),
      enable_server_info_validation: true,
    }),
    recorded('hasty', {
      input_guardrails_policy: policy({ provider: 'hasty' }),
      timeout_settings: { guardrail_timeout: 0.4 },
    }),
    recorded('unredacted', {
      input_guardrails_policy: policy({ provider: 'openRedaction', additional_config: { pii_redaction: true } }),
    }),
    recorded('flaky', { input_guardrails_policy: policy({ provider: 'flaky' }) }),
    ...faulty(),
  ];
  const guardrails = {
    provider: 'enkrypt',
    config: {
      api_key: '${env:GUARD_KEY}',
      base_url: service.urlOf('ok'),
      providers: providers(),
      policies: {
        both: {
          detectors: { keyword_detector: { banned_keywords: ['locally banned'] } },
          remote: [{ provider: 'enkrypt', policy_name: 'Airline' }],
        },
      },
    },
  };
  gateway = await TestGateway.start({ projects: [{ servers }], plugins: { guardrails } }, [], () => ({
    GUARD_KEY: SERVICE_KEY,
  }));
  session = await RawSession.open(gateway.url, gateway.key());
});

afterAll(async () => {
  await gateway.stop();
  await service.close();
  records.remove();
  rmSync(dir, { recursive: true, force: true });
});

async function call(server: string, args: Json, tool = 'echo'): Promise<Json> {
  return elementOf(await session.call('enkrypt_secure_call_tools', secureCall(server, tool, args)));
}

async function discover(server: string): Promise<{ isError: boolean; payload: Json }> {
  const result = resultOf(await session.call('enkrypt_discover_all_tools', { server_name: server }));
  return { isError: result?.isError === true, payload: result?.structuredContent ?? {} };
}

async function metrics(): Promise<string> {
  return (
    await send(`${gateway.origin}/metrics`, {
      method: 'GET',
      headers: ['Authorization', `Bearer ${gateway.config.adminKey}`],
    })
  ).text;
}

const violations = (response: unknown): string[] =>
  (response as { violations: { type: string }[] }).violations.map(({ type }) => type);

describe('a policy of the remote service', () => {
  it.each(Object.entries(FOUND))(
    'blocks a call for %s, names that alone, and never makes it',
    async (detector, word) => {
      const before = records.calls('guarded').length;
      const element = await call('guarded', { message: `hello ${word} there` });
      expect(element).toMatchObject({
        status: 'blocked_input',
        message: `Request blocked due to input guardrail violations: ${detector}`,
      });
      expect(violations(element.input_guardrail_response)).toEqual([detector]);
      expect(JSON.stringify(element.input_guardrail_response)).not.toContain(word);
      expect(records.calls('guarded')).toHaveLength(before);
    },
  );

  it('sends what the interface asks for, and every text of the call', async () => {
    await call('guarded', { message: 'the visible part', more: { deep: ['and the hidden part'] } });
    const request = service
      .asked('ok', '/guardrails/policy/detect')
      .find(({ body }) => String(body.text).includes('hidden'))!;
    expect(request.headers).toMatchObject({
      apikey: SERVICE_KEY,
      'content-type': 'application/json',
      'x-enkrypt-policy': 'Airline',
      'x-enkrypt-source-name': 'mcp-gateway',
      'x-enkrypt-source-event': 'pre-tool',
    });
    expect(Object.keys(request.body)).toEqual(['text']);
    expect(request.body.text).toContain('the visible part');
    expect(request.body.text).toContain('and the hidden part');
  });

  it('withholds an answer, and asks about it as what comes after a tool', async () => {
    expect((await call('guarded', { message: 'in and out' })).response).toBe('in and out');
    const both = service.asked('ok', '/policy/detect').filter(({ body }) => String(body.text).includes('in and out'));
    const events = both.map(({ headers }) => headers['x-enkrypt-source-event']);
    expect(events).toEqual(['pre-tool', 'post-tool']);
    // Only the answer is checked by this policy: the service sees the word there and nowhere else.
    const element = await call('compared', { message: 'quite irrelevant' });
    expect(element).toMatchObject({ status: 'blocked_output', response: '' });
  });

  it('only reports what is not in block', async () => {
    const element = await call('reported', { message: FOUND.injection_attack });
    expect(element).toMatchObject({ status: 'success', response: FOUND.injection_attack });
    const { input_guardrail_response: response } = element.enkrypt_policy_detections as Json;
    expect(violations(response)).toEqual(['injection_attack']);
    expect(response).toMatchObject({
      is_safe: true,
      metadata: { providers: [{ provider: 'enkrypt', outcome: 'checked' }] },
    });
  });

  it('keeps its connections', async () => {
    for (let round = 0; round < 5; round++) await call('reported', { message: 'over and over' });
    const rounds = service.asked('ok').filter(({ body }) => String(body.text).includes('over and over'));
    expect(rounds).toHaveLength(5);
    expect(new Set(rounds.map(({ port }) => port)).size).toBeLessThan(3);
  });

  it('blocks on the detector of a direct call as well, and says no more than its name', async () => {
    const answer = await session.call('guarded__echo', { message: FOUND.topic_detector });
    expect(resultOf(answer)?.isError).toBe(true);
    expect(textOf(answer)).toContain('topic_detector');
    expect(textOf(answer)).not.toContain(FOUND.topic_detector);
  });
});

describe('a local policy with a remote step', () => {
  it('spares the service what it blocks itself', async () => {
    expect(await call('localfirst', { message: 'this is locally banned' })).toMatchObject({ status: 'blocked_input' });
    expect(service.asked('ok', '/policy/detect').filter(({ body }) => String(body.text).includes('locally'))).toEqual(
      [],
    );
  });

  it('asks about the rest, and merges what is found', async () => {
    const element = await call('localfirst', { message: FOUND.keyword_detector });
    expect(element.message).toBe('Request blocked due to input guardrail violations: keyword_detector');
    expect((await call('localfirst', { message: 'fine' })).status).toBe('success');
  });
});

describe('comparisons of an answer with its call', () => {
  it.each([
    ['relevancy', 'irrelevant words'],
    ['adherence', 'made-up words'],
    ['hallucination', 'imagined words'],
  ])('%s blocks when the service says so', async (detector, message) => {
    const element = await call('compared', { message });
    expect(element).toMatchObject({
      status: 'blocked_output',
      message: `Request blocked due to output guardrail violations: ${detector}`,
      response: '',
    });
  });

  it('asks with the arguments and the answer in the members that the interface has for them', async () => {
    expect((await call('compared', { message: 'all is well' })).status).toBe('success');
    const args = JSON.stringify({ message: 'all is well' });
    expect(service.asked('ok', '/relevancy').at(-1)?.body).toEqual({ question: args, llm_answer: 'all is well' });
    expect(service.asked('ok', '/adherence').at(-1)?.body).toEqual({ context: args, llm_answer: 'all is well' });
    expect(service.asked('ok', '/hallucination').at(-1)?.body).toEqual({
      request_text: args,
      response_text: 'all is well',
      context: '',
    });
  });
});

describe('redaction by the remote service', () => {
  const lastSeen = (): Json => JSON.parse(readFileSync(seen, 'utf8').trim().split('\n').at(-1) ?? '{}') as Json;

  it('replaces what the service calls personal by placeholders of this gateway, and puts it back', async () => {
    const args = { word: 'for jane@example.com', context: 'Jane Doe, jane@example.com' };
    const element = await call('redacting', args, 'look_up');
    expect(element).toMatchObject({ status: 'success', response: 'Thank you for: Jane Doe, jane@example.com' });
    const { word, context } = lastSeen().arguments as { word: string; context: string };
    expect(word).toMatch(/^for <EMAIL_ADDRESS_1_\w{8}>$/);
    expect(context).toMatch(/^<PERSON_1_\w{8}>, <EMAIL_ADDRESS_1_\w{8}>$/);
    expect(service.asked('ok', '/guardrails/pii').at(-1)).toMatchObject({
      headers: { 'x-enkrypt-source-event': 'pii-redact' },
      body: { mode: 'request', key: 'null' },
    });
    // The policy is asked about what is sent.
    expect(
      service
        .asked('ok', '/policy/detect')
        .map(({ body }) => body.text)
        .join(),
    ).toContain(context);
    expect(JSON.stringify(service.asked('ok', '/policy/detect'))).not.toContain('jane@example.com');
  });

  it('refuses the call when the service changed more than that', async () => {
    const before = readFileSync(seen, 'utf8');
    const element = await call('redacting', { word: 'a', context: 'teh mail of Jane Doe' }, 'look_up');
    expect(element).toMatchObject({ status: 'error', error: { code: 'GUARD_001' } });
    expect(element.message).toContain('changed more than personal data');
    expect(readFileSync(seen, 'utf8')).toBe(before);
  });

  it('never fails open', async () => {
    const element = await call('unredacted', { message: 'jane@example.com' });
    expect(element).toMatchObject({ status: 'error', error: { code: 'GUARD_001' } });
    expect(records.calls('unredacted')).toEqual([]);
  });
});

describe('definitions', () => {
  it('withholds the tool whose definition is bad anywhere in it, and shows the others', async () => {
    const { payload } = await discover('poisoned');
    expect(payload).toMatchObject({
      blocked_count: 1,
      blocked_tools: [{ name: 'look_up', reasons: ['injection_attack'] }],
    });
    const batches = service.asked('ok', '/guardrails/batch/detect');
    // A server that did not answer in time is asked again, and its tools are checked anew: both in one request each time.
    const asked = batches.filter(({ body }) => JSON.stringify(body).includes('look_up'));
    expect(asked).not.toEqual([]);
    for (const { headers, body } of asked) {
      expect(headers['x-enkrypt-source-event']).toBe('server-registration');
      const { texts } = body as { texts: string[] };
      expect(texts).toHaveLength(2);
      expect(texts[0]).toMatch(/^Tool: add - Adds two numbers\./);
    }
    const { detectors } = asked[0]?.body as { detectors: Json };
    expect(detectors).toMatchObject({
      policy_violation: { enabled: true, need_explanation: true, policy_text: 'Airline' },
      pii: { enabled: true, entities: [] },
      injection_attack: { enabled: true },
    });
    const element = await call('poisoned', { word: 'a', context: 'b' }, 'look_up');
    expect(element).toMatchObject({ error: { code: 'TOOL_002' } });
  });

  it('shows nothing of a server whose description is bad, and says why', async () => {
    const { isError, payload } = await discover('rude');
    expect(isError).toBe(true);
    expect(payload).toMatchObject({
      error: { code: 'GUARD_002', message: "Server 'rude' blocked by security guardrails: keyword_detector" },
      blocked: true,
      violations: ['keyword_detector'],
    });
  });

  it('shows nothing of a server that could not be checked', async () => {
    const { payload } = await discover('unknown-server-check');
    expect(payload).toMatchObject({ error: { code: 'GUARD_002' }, blocked: true });
    expect((payload.error as Json).message).toContain('does not accept the API key');
  });
});

describe('a service that fails', () => {
  it.each(FAULTS)('%s: input, output and registration are blocked, with a reason', async (fault) => {
    const late = fault === 'silent' || fault === 'slow_drip';
    const input = await call(nameOf(fault, 'input', 'closed'), { message: 'fine' });
    expect(input).toMatchObject({ status: 'error', error: { code: late ? 'GUARD_005' : 'GUARD_001' } });
    expect(input.message).toMatch(
      /^The guardrail provider "\w+-input-closed" .*What cannot be checked does not pass\.$/,
    );
    expect(records.calls(nameOf(fault, 'input', 'closed'))).toEqual([]);
    const output = await call(nameOf(fault, 'output', 'closed'), { message: 'fine' });
    expect(output).toMatchObject({ status: 'error', error: { code: late ? 'GUARD_005' : 'GUARD_001' } });
    expect(JSON.stringify(output)).not.toContain('"response":"fine"');
    const server = nameOf(fault, 'registration', 'closed');
    const { isError, payload } = await discover(server);
    expect(isError).toBe(true);
    expect(payload).toMatchObject({
      error: { code: late ? 'GUARD_005' : 'DISC_003' },
      server_name: server,
      blocked: true,
      tools: [],
      blocked_tools: [],
      blocked_count: 0,
    });
    expect((payload.error as Json).message).toContain(`Tool validation failed for ${server}:`);
    for (const shown of [input, output, payload]) expect(JSON.stringify(shown)).not.toContain(SERVICE_KEY);
  });

  it.each(FAULTS)('%s: goes on where the policy says so, and the answer tells', async (fault) => {
    const input = await call(nameOf(fault, 'input', 'open'), { message: 'fine' });
    const provider = `${fault}-input-open`;
    expect(input).toMatchObject({
      status: 'success',
      response: 'fine',
      enkrypt_policy_detections: {
        input_guardrail_response: { metadata: { providers: [{ provider, outcome: 'failed_open' }] } },
      },
    });
    expect((await call(nameOf(fault, 'output', 'open'), { message: 'fine' })).response).toBe('fine');
    expect(await discover(nameOf(fault, 'registration', 'open'))).toMatchObject({ isError: false });
  });

  it('is counted and logged, by provider, outcome and reason, and never with the key', async () => {
    await call(nameOf('server_error', 'input', 'closed'), { message: 'fine' });
    await call(nameOf('server_error', 'input', 'open'), { message: 'fine' });
    const text = await metrics();
    expect(text).toMatch(
      /gateway_guardrail_provider_checks_total\{provider="server_error-input-closed",outcome="failed_closed",reason="server_error"\} [1-9]/,
    );
    expect(text).toMatch(
      /gateway_guardrail_provider_checks_total\{provider="server_error-input-open",outcome="failed_open",reason="server_error"\} [1-9]/,
    );
    expect(gateway.stderr).toContain('guardrail_provider_failed');
    expect(gateway.stderr + text).not.toContain(SERVICE_KEY);
    expect(JSON.stringify(gateway.audit())).not.toContain(SERVICE_KEY);
  });

  it('is waited for no longer than guardrail_timeout', async () => {
    const startedAt = performance.now();
    expect(await call('hasty', { message: 'fine' })).toMatchObject({ status: 'error', error: { code: 'GUARD_005' } });
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect(records.calls('hasty')).toEqual([]);
  });

  it('is left alone after some failures in a row, and asked again later', async () => {
    service.faults.set('flaky', 'server_error');
    const asked = (): number => service.asked('flaky').length;
    for (let round = 0; round < 8; round++) {
      expect(await call('flaky', { message: 'fine' })).toMatchObject({ status: 'error' });
    }
    expect(asked()).toBe(5);
    expect((await call('flaky', { message: 'fine' })).message).toContain('failed several times in a row');
    service.faults.delete('flaky');
    const recovered = await eventually(
      () => call('flaky', { message: 'fine' }),
      ({ status }) => status === 'success',
      10_000,
    );
    expect(recovered.response).toBe('fine');
  });
});
