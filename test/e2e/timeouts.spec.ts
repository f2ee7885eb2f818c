import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { elementOf, resultOf, secureCall, textOf } from '../support/answers.js';
import { eventually, TestGateway } from '../support/gateway.js';
import { isRunning } from '../support/processes.js';
import { RawSession, send } from '../support/raw-http.js';
import { StubbornServer } from '../support/stubborn-server.js';
import { echoServer } from '../support/upstreams.js';

type Json = Record<string, unknown>;

/** Far longer than any limit here: an answer after this time is none. */
const NEVER_MS = 60_000;

const server = new StubbornServer();
let gateway: TestGateway;
let session: RawSession;

const LIMITS = { timeout_settings: { tool_execution_timeout: 0.6 }, tool_timeouts: { slow: 8, wait: 0.3 } };

const STEADY = {
  ...echoServer('steady'),
  extra: { timeout_settings: { tool_execution_timeout: 0.6, max_total_timeout: 2 } },
};

beforeAll(async () => {
  gateway = await TestGateway.start({
    projects: [
      {
        servers: [server.entry('plain'), server.entry('own', LIMITS), server.entry('frozen'), STEADY],
        users: 2,
      },
      { servers: [server.entry('plain')] },
    ],
    common: { timeout_settings: { tool_execution_timeout: 1 } },
  });
  session = await RawSession.open(gateway.url, gateway.key());
  await session.request('tools/list');
}, 60_000);

afterAll(async () => {
  await gateway.stop();
  server.remove();
});

/** What the server was told so far. */
async function heard(name: string): Promise<{ id?: unknown; method: string; params?: Json }[]> {
  return JSON.parse(textOf(await session.call(`${name}__heard`))) as { method: string }[];
}

const cancellations = async (name: string): Promise<number> =>
  (await heard(name)).filter(({ method }) => method === 'notifications/cancelled').length;

async function metrics(of: RawSession): Promise<Json> {
  return resultOf(await of.call('enkrypt_get_timeout_metrics'))?.structuredContent as Json;
}

async function counts(of: RawSession): Promise<Record<string, number> & { escalation_counts: Json }> {
  return (await metrics(of)).timeout_metrics as Record<string, number> & { escalation_counts: Json };
}

/** Milliseconds and answer of one call. */
async function timed(work: Promise<Json>): Promise<{ readonly ms: number; readonly answer: Json }> {
  const started = performance.now();
  const answer = await work;
  return { ms: performance.now() - started, answer };
}

describe('a tool call that takes too long', () => {
  it('is an error for the client, in both ways of calling', async () => {
    const direct = await session.call('plain__wait', { ms: NEVER_MS, text: 'late' });
    expect(resultOf(direct)).toMatchObject({ isError: true });
    expect(textOf(direct)).toBe('The tool did not answer within 1 s.');
    const meta = await session.call(
      'enkrypt_secure_call_tools',
      secureCall('plain', 'wait', { ms: NEVER_MS, text: 'x' }),
    );
    expect(resultOf(meta)?.isError).toBe(true);
    expect(elementOf(meta)).toMatchObject({ status: 'error', error: { code: 'TOOL_004' } });
  }, 20_000);

  it('is cancelled at the server by the id it was sent under', async () => {
    const before = await cancellations('plain');
    await session.call('plain__wait', { ms: NEVER_MS, text: 'late' });
    const told = (await heard('plain')).filter(({ method }) => method === 'notifications/cancelled');
    expect(told).toHaveLength(before + 1);
    expect(told.at(-1)?.params).toMatchObject({ requestId: expect.any(Number) as unknown, reason: 'upstream_timeout' });
  }, 20_000);

  it('frees its place: the next call on the same session is answered', async () => {
    const pid = textOf(await session.call('plain__pid'));
    await session.call('plain__wait', { ms: NEVER_MS, text: 'late' });
    expect(textOf(await session.call('plain__pid'))).toBe(pid);
    expect((await counts(session)).active_operations).toBe(0);
  }, 20_000);

  it('has its late answer dropped: the calls after it get their own', async () => {
    const late = session.call('plain__wait', { ms: 1_300, text: 'late answer' });
    expect(textOf(await late)).toMatch(/did not answer within/);
    // These are under way when the late answer arrives, one after it.
    const answers = await Promise.all(
      ['first', 'second', 'third'].map((text) => session.call('plain__wait', { ms: 600, text })),
    );
    expect(answers.map(textOf)).toEqual(['first', 'second', 'third']);
  }, 20_000);
});

describe('several calls in one request', () => {
  it('have a limit each', async () => {
    const item = { name: 'wait', args: { ms: 600, text: 'in time' } };
    const meta = await session.call('enkrypt_secure_call_tools', { server_name: 'plain', tool_calls: [item, item] });
    expect(resultOf(meta)?.structuredContent.summary).toMatchObject({ successful_calls: 2, failed_calls: 0 });
  }, 20_000);
});

describe('limits of a server and of its tools', () => {
  it('end calls earlier than the gateway would', async () => {
    const { answer } = await timed(session.call('own__wait', { ms: NEVER_MS, text: 'x' }));
    expect(textOf(answer)).toBe('The tool did not answer within 0.3 s.');
    const other = await session.call('own__late', { ms: NEVER_MS, text: 'x' });
    expect(textOf(other)).toBe('The tool did not answer within 0.6 s.');
  }, 20_000);

  it('let a tool take longer than its server and the gateway would', async () => {
    const { ms, answer } = await timed(session.call('own__slow', { ms: 1_400, text: 'in its own time' }));
    expect(textOf(answer)).toBe('in its own time');
    expect(ms).toBeGreaterThan(1_300);
  }, 20_000);

  it('apply to the meta tool as well', async () => {
    const meta = await session.call(
      'enkrypt_secure_call_tools',
      secureCall('own', 'wait', { ms: NEVER_MS, text: 'x' }),
    );
    expect(elementOf(meta).message).toBe('The tool did not answer within 0.3 s.');
  }, 20_000);

  it('begin anew while a tool shows progress, as far as max_total_timeout', async () => {
    const sleep = (ms: number, meta?: Json): Promise<Json> =>
      session.request('tools/call', { name: 'steady__sleep', arguments: { ms }, ...(meta && { _meta: meta }) });
    const shown = { progressToken: 'p' };
    expect(textOf(await sleep(1_200, shown))).toMatch(/1200/);
    expect(textOf(await sleep(1_200))).toBe('The tool did not answer within 0.6 s.');
    const { ms, answer } = await timed(sleep(4_000, shown));
    expect(textOf(answer)).toBe('The tool did not answer within 2 s (max_total_timeout), although it showed progress.');
    expect(ms).toBeGreaterThan(1_900);
  }, 20_000);

  it('follow the config file: the next call has the new ones, on the same link', async () => {
    const pid = textOf(await session.call('plain__pid'));
    gateway.edit((json) => {
      for (const config of Object.values(json.mcp_configs as Record<string, { mcp_config: Json[] }>)) {
        for (const entry of config.mcp_config) if (entry.server_name === 'plain') entry.tool_timeouts = { slow: 0.2 };
      }
    });
    await eventually(
      () => session.call('plain__slow', { ms: 500, text: 'x' }),
      (answer) => textOf(answer) === 'The tool did not answer within 0.2 s.',
    );
    expect(textOf(await session.call('plain__pid'))).toBe(pid);
  }, 20_000);
});

describe('a server that answers nothing after a timeout', () => {
  it('loses its session, is counted and logged, and the next call finds a new one', async () => {
    const pid = textOf(await session.call('frozen__pid'));
    const before = await counts(session);
    expect(textOf(await session.call('frozen__freeze'))).toMatch(/did not answer within 1 s/);
    const after = await eventually(
      () => counts(session),
      ({ escalation_counts: reached }) => reached.fail === Number(before.escalation_counts.fail) + 1,
    );
    expect(after.timeout_operations).toBe(Number(before.timeout_operations) + 1);
    expect(textOf(await session.call('frozen__pid'))).not.toBe(pid);
    await eventually(
      () => isRunning(Number(pid)),
      (running) => !running,
    );
    await eventually(
      () => gateway.stderr,
      (log) => /"server":"frozen".*"event":"upstream_unresponsive"/.test(log),
    );
  }, 20_000);

  it('keeps it when it only does not answer the call', async () => {
    const pid = textOf(await session.call('plain__pid'));
    const { escalation_counts: before } = await counts(session);
    await session.call('plain__wait', { ms: NEVER_MS, text: 'x' });
    await eventually(
      () => heard('plain'),
      (messages) => messages.at(-1)?.method === 'ping',
    );
    expect(textOf(await session.call('plain__pid'))).toBe(pid);
    expect((await counts(session)).escalation_counts.fail).toBe(before.fail);
  }, 20_000);
});

describe('enkrypt_get_timeout_metrics', () => {
  it('names what is under way, and counts a late operation before it ends', async () => {
    const before = await counts(session);
    const running = [1, 2].map(() => session.call('own__slow', { ms: 7_300, text: 'slow' }));
    const seen = await eventually(
      () => metrics(session),
      ({ active_operations: active }) => Object.keys(active as Json).length === 2,
    );
    const active = seen.active_operations as Json;
    expect(Object.values(active)).toEqual(['running', 'running']);
    expect(seen.timeout_metrics).toMatchObject({ active_operations: 2 });
    await eventually(
      () => counts(session),
      (now) => now.escalation_counts.warn === Number(before.escalation_counts.warn) + 2 && now.active_operations === 2,
      15_000,
    );
    expect((await Promise.all(running)).map(textOf)).toEqual(['slow', 'slow']);
    const next = session.call('own__slow', { ms: 300, text: 'slow' });
    const later = await eventually(
      () => metrics(session),
      ({ active_operations: now }) => Object.keys(now as Json).length === 1,
    );
    for (const id of Object.keys(later.active_operations as Json)) expect(active).not.toHaveProperty([id]);
    await next;
    expect(gateway.stderr).toMatch(/"tool":"slow","event":"operation_late","timeout_s":8/);
  }, 40_000);

  it('adds up', async () => {
    await session.call('plain__wait', { ms: NEVER_MS, text: 'x' });
    const cancelled = session.request('tools/call', { name: 'own__slow', arguments: { ms: NEVER_MS } }, 'to-cancel');
    await eventually(
      () => counts(session),
      ({ active_operations: active }) => active === 1,
    );
    const params = { requestId: 'to-cancel' };
    await session.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params });
    await cancelled.catch(() => undefined);
    const all = await counts(session);
    expect(all.active_operations).toBe(0);
    expect(all.cancelled_operations).toBe(1);
    expect(all.timeout_operations).toBeGreaterThan(0);
    const ways = ['successful', 'failed', 'timeout', 'cancelled'] as const;
    const ended = ways.reduce((sum, way) => sum + Number(all[`${way}_operations`]), 0);
    expect(ended).toBe(all.total_operations);
    const { normal, warn, timeout, fail } = all.escalation_counts as Record<string, number>;
    expect(Number(normal) + Number(warn)).toBe(all.total_operations);
    expect(timeout).toBe(all.timeout_operations);
    expect(warn).toBeGreaterThanOrEqual(Number(timeout));
    expect(timeout).toBeGreaterThanOrEqual(Number(fail));
    expect(all.success_rate).toBeCloseTo(Number(all.successful_operations) / Number(all.total_operations));
  }, 20_000);

  it('tells a key nothing of other users and projects', async () => {
    const colleague = await RawSession.open(gateway.url, gateway.key(0, 1));
    const stranger = await RawSession.open(gateway.url, gateway.key(1));
    for (const other of [colleague, stranger]) {
      const own = await counts(other);
      expect(own).toMatchObject({ timeout_operations: 0, cancelled_operations: 0, active_operations: 0 });
    }
    const { timeout_config: config } = await metrics(stranger);
    expect(JSON.stringify(config)).not.toContain('frozen');
    expect((config as Json).servers).not.toHaveProperty('own');
  });

  it('is refused without a key', async () => {
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'enkrypt_get_timeout_metrics', arguments: {} },
    });
    const headers = ['Content-Type', 'application/json', 'Accept', 'application/json, text/event-stream'];
    expect((await send(gateway.url, { headers, body })).status).toBe(401);
  });

  it('shows the limits in force, those of servers included', async () => {
    expect((await metrics(session)).timeout_config).toMatchObject({
      default_timeout: 30,
      guardrail_timeout: 15,
      auth_timeout: 10,
      tool_execution_timeout: 1,
      discovery_timeout: 20,
      cache_timeout: 5,
      connectivity_timeout: 2,
      escalation_policies: { warn_threshold: 0.8, timeout_threshold: 1, fail_threshold: 1.2 },
      servers: { own: { tool_execution_timeout: 0.6, tool_timeouts: { slow: 8, wait: 0.3 } } },
    });
  });
});
