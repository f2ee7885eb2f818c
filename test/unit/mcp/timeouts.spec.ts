import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import pino from 'pino';
import { ConfigStore } from '../../../src/config/config-store.js';
import type { ServerEntry, ServerTimeouts } from '../../../src/contracts/server-entry.js';
import { CheckDeadline } from '../../../src/guardrails/check-deadline.js';
import type { Operation } from '../../../src/mcp/deadlines/operation.js';
import { Operations } from '../../../src/mcp/deadlines/operations.js';
import { discoveryLimitMs, sessionLimitMs, toolLimitMs } from '../../../src/mcp/deadlines/time-limits.js';
import { within } from '../../../src/mcp/deadlines/within.js';
import { Deadline } from '../../../src/mcp/sessions/deadline.js';
import { Metrics } from '../../../src/telemetry/metrics.js';
import { buildConfig } from '../../support/gateway.js';

const TARGET = { server: 'echo', tool: 'wait' };

let dir: string;
let store: ConfigStore;
let metrics: Metrics;
let lines: Record<string, unknown>[];
let operations: Operations;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'timeouts-'));
  const path = join(dir, 'config.json');
  const common = { timeout_settings: { guardrail_timeout: 600, discovery_timeout: 0.0031 } };
  writeFileSync(path, JSON.stringify(buildConfig({ projects: [{ servers: [] }], common }).json), { mode: 0o600 });
  store = await ConfigStore.open(path);
  metrics = new Metrics();
  lines = [];
  const log = pino({ base: null }, { write: (line: string) => lines.push(JSON.parse(line) as never) });
  operations = new Operations(store, metrics, log);
});

afterEach(() => {
  jest.useRealTimers();
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

function server(timeouts?: Partial<ServerTimeouts>): ServerEntry {
  const own = {
    toolExecutionMs: undefined,
    maxTotalMs: undefined,
    discoveryMs: undefined,
    guardrailMs: undefined,
    tools: new Map(),
  };
  return {
    name: 'echo',
    description: '',
    connection: { kind: 'canary' },
    configHash: 'h',
    affinity: 'principal',
    allowedTools: null,
    inputPolicy: null,
    outputPolicy: null,
    definitionPolicy: null,
    checksServerInfo: false,
    pinning: null,
    ...(timeouts === undefined ? {} : { timeouts: { ...own, ...timeouts } }),
  };
}

describe('a deadline', () => {
  const armed = (limitMs: number, totalMs?: number): { readonly deadline: Deadline; readonly operation: Operation } => {
    const deadline = new Deadline();
    const operation = operations.begin('t', TARGET, totalMs === undefined ? { limitMs } : { limitMs, totalMs });
    deadline.arm(operation);
    return { deadline, operation };
  };

  it('warns, and only later aborts', () => {
    jest.useFakeTimers();
    const { deadline } = armed(10_000);
    jest.advanceTimersByTime(7_999);
    expect(operations.counts('t').warned).toBe(0);
    jest.advanceTimersByTime(1);
    expect(operations.counts('t').warned).toBe(1);
    expect(lines).toMatchObject([{ event: 'operation_late', server: 'echo', tool: 'wait', timeout_s: 10 }]);
    jest.advanceTimersByTime(1_999);
    expect(deadline.signal.aborted).toBe(false);
    jest.advanceTimersByTime(1);
    expect(deadline.signal.reason).toMatchObject({
      code: 'upstream_timeout',
      message: 'The tool did not answer within 10 s.',
    });
  });

  it('begins anew with each sign of progress, and ends at the total all the same', () => {
    jest.useFakeTimers();
    const { deadline } = armed(10_000, 25_000);
    for (const ms of [9_000, 9_000]) {
      jest.advanceTimersByTime(ms);
      deadline.progressed();
    }
    jest.advanceTimersByTime(6_999);
    deadline.progressed();
    expect(deadline.signal.aborted).toBe(false);
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(2);
    expect(deadline.signal.reason).toMatchObject({
      code: 'upstream_timeout',
      message: 'The tool did not answer within 25 s (max_total_timeout), although it showed progress.',
    });
  });

  it('ends a limit after the last sign of progress', () => {
    jest.useFakeTimers();
    const { deadline } = armed(10_000, 60_000);
    jest.advanceTimersByTime(5_000);
    deadline.progressed();
    jest.advanceTimersByTime(9_999);
    expect(deadline.signal.aborted).toBe(false);
    jest.advanceTimersByTime(1);
    expect(deadline.signal.reason).toMatchObject({ message: 'The tool did not answer within 10 s.' });
  });

  it('is not moved by progress where there is no total, and stands still while it is held', () => {
    jest.useFakeTimers();
    const { deadline } = armed(10_000);
    jest.advanceTimersByTime(9_000);
    deadline.progressed();
    deadline.hold();
    jest.advanceTimersByTime(60_000);
    deadline.release();
    jest.advanceTimersByTime(999);
    expect(deadline.signal.aborted).toBe(false);
    jest.advanceTimersByTime(1);
    expect(deadline.signal.aborted).toBe(true);
  });

  it('has one timer at a time, and none after its end', () => {
    jest.useFakeTimers();
    const { deadline } = armed(10_000);
    expect(jest.getTimerCount()).toBe(1);
    deadline.arm(operations.begin('t', TARGET, { limitMs: 20_000 }));
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(17_000);
    expect(jest.getTimerCount()).toBe(1);
    deadline.end();
    deadline.end();
    expect(jest.getTimerCount()).toBe(0);
    jest.advanceTimersByTime(60_000);
    expect(deadline.signal.aborted).toBe(false);
  });
});

describe('operations', () => {
  it('are in exactly one of the ways to end, and were late or not', () => {
    for (const how of ['success', 'failed', 'timeout', 'cancelled'] as const) {
      operations.begin('t', TARGET, { limitMs: 1_000 }).end(how);
    }
    const late = operations.begin('t', TARGET, { limitMs: 1_000 });
    late.warn();
    late.warn();
    late.end('success');
    late.end('timeout');
    operations.begin('t', TARGET, { limitMs: 1_000 });
    expect(operations.counts('t')).toEqual({
      total: 6,
      successful: 2,
      failed: 1,
      timedOut: 1,
      cancelled: 1,
      normal: 3,
      warned: 2,
      unresponsive: 0,
      active: 1,
    });
    expect(metrics.snapshot()).toMatchObject({
      enkrypt_timeout_operations_total: 6,
      enkrypt_timeout_operations_successful: 2,
      enkrypt_timeout_operations_timed_out: 1,
      enkrypt_timeout_operations_cancelled: 1,
      enkrypt_timeout_escalation_warn: 2,
      enkrypt_timeout_escalation_timeout: 1,
      enkrypt_timeout_escalation_fail: 0,
      enkrypt_timeout_active_operations: 1,
      enkrypt_timeout_operation_duration_seconds: 5,
    });
  });

  it('are counted for each tenant alone', () => {
    operations.begin('a', TARGET, { limitMs: 1_000 }).end('timeout');
    expect(operations.counts('b').total).toBe(0);
    expect(operations.active('b')).toEqual([]);
  });

  it('have ids of their own, and at most a hundred are named', () => {
    const running = Array.from({ length: 150 }, () => operations.begin('t', TARGET, { limitMs: 1_000 }));
    running.push(operations.begin('t', { server: 'echo', tool: null }, { limitMs: 1_000 }));
    expect(new Set(running.map(({ id }) => id)).size).toBe(151);
    expect(running.at(-1)?.id).toMatch(/^discovery_\d+$/);
    expect(operations.active('t')).toHaveLength(100);
    expect(operations.counts('t').active).toBe(151);
    for (const operation of running) operation.end('success');
    const next = operations.begin('t', TARGET, { limitMs: 1_000 });
    expect(running.map(({ id }) => id)).not.toContain(next.id);
    expect(operations.active('t')).toEqual([next.id]);
  });

  it('of tenants that come and go do not fill the memory; those with work under way are kept', () => {
    const busy = operations.begin('busy', TARGET, { limitMs: 1_000 });
    for (let n = 0; n < 10_050; n++) operations.begin(`tenant-${String(n)}`, TARGET, { limitMs: 1_000 }).end('success');
    expect(operations.counts('tenant-0').total).toBe(0);
    expect(operations.counts('tenant-10049').total).toBe(1);
    busy.end('success');
    expect(operations.counts('busy')).toMatchObject({ total: 1, successful: 1, active: 0 });
  });

  it('write nothing but names to the log', () => {
    const target = { ...TARGET, arguments: { secret: 'do-not-log' } };
    const operation = operations.begin('t', target, { limitMs: 1_000 });
    operation.warn();
    operation.end('timeout');
    operation.fail();
    expect(lines.map(({ event }) => event)).toEqual(['operation_late', 'upstream_unresponsive']);
    expect(JSON.stringify(lines)).not.toContain('do-not-log');
    expect(operations.counts('t').unresponsive).toBe(1);
  });
});

describe('the limit of a call', () => {
  it("is the tool's own, else its server's, else the gateway's", () => {
    const { timeouts } = store.current().settings;
    const own = server({ toolExecutionMs: 500, tools: new Map([['slow', 90_000]]) });
    expect(toolLimitMs(timeouts, own, 'slow')).toBe(90_000);
    expect(toolLimitMs(timeouts, own, 'other')).toBe(500);
    expect(toolLimitMs(timeouts, server(), 'slow')).toBe(60_000);
    expect(toolLimitMs(timeouts, server({ tools: new Map([['slow', 1]]) }), 'other')).toBe(60_000);
    expect(discoveryLimitMs(timeouts, server({ discoveryMs: 7 }))).toBe(7);
  });

  it('is a whole number of milliseconds where a timer insists on one', () => {
    const { timeouts } = store.current().settings;
    expect(sessionLimitMs(timeouts, server())).toBe(3);
    expect(() => AbortSignal.timeout(sessionLimitMs(timeouts, server()))).not.toThrow();
  });
});

describe('a guardrail check that never comes to an end', () => {
  it("is given up after the server's own limit", async () => {
    const deadline = new CheckDeadline(store);
    const stuck = new Promise<never>(() => undefined);
    await expect(deadline.within(server({ guardrailMs: 20 }), stuck)).rejects.toMatchObject({
      code: 'guardrail_timeout',
      message: expect.stringContaining('longer than 0.02 s') as unknown,
    });
    await expect(deadline.within(server(), Promise.resolve('done'))).resolves.toBe('done');
  });
});

describe('within', () => {
  it('lets work through that is in time, its failure included, and leaves no timer', async () => {
    jest.useFakeTimers();
    const late = (): Error => new Error('late');
    await expect(within(1_000, Promise.resolve(1), late)).resolves.toBe(1);
    await expect(within(1_000, Promise.reject(new Error('broken')), late)).rejects.toThrow('broken');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is late at its time', async () => {
    jest.useFakeTimers();
    const waiting = within(1_000, new Promise(() => undefined), () => new Error('late'));
    const heard = expect(waiting).rejects.toThrow('late');
    jest.advanceTimersByTime(1_000);
    await heard;
  });
});
