import { chmod, mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Principal } from '../../../src/contracts/principal.js';
import { UNCHECKED } from '../../../src/contracts/verdict.js';
import { auditCoverage } from '../../../src/telemetry/audit-coverage.js';
import { auditLine, digestArguments, type AuditEvent } from '../../../src/telemetry/audit-event.js';
import { AuditLog } from '../../../src/telemetry/audit-log.js';
import { createLogger } from '../../../src/telemetry/logger.js';
import { memoryStream, until } from './harness.js';

const principal: Principal = {
  keyId: 'abcdef012345',
  userId: 'u-1',
  projectId: 'p-1',
  configId: 'c-1',
  tenant: 'u-1_p-1_c-1',
  scopes: [],
  expiresAt: null,
};

const event: AuditEvent = {
  requestId: 7,
  principal,
  era: '2025',
  method: 'tools/call',
  server: 'echo_server',
  tool: 'echo',
  argsSha256: digestArguments({ message: 'hi' }),
  decision: 'allowed',
  reasons: [],
  detectors: ['pii', 'keyword_detector'],
  scannedChars: 12,
  upstreamMs: 1.23456,
  totalMs: 2,
};

let dir: string;
let path: string;
let open: AuditLog[];
let stream: ReturnType<typeof memoryStream>;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'audit-'));
  path = join(dir, 'logs', 'audit.jsonl');
  open = [];
  stream = memoryStream();
});

afterEach(async () => {
  await Promise.all(open.map((log) => log.close()));
  await chmod(dir, 0o700);
  await rm(dir, { recursive: true, force: true });
});

function audit(settings: Partial<ConstructorParameters<typeof AuditLog>[0]> = {}): AuditLog {
  const log = new AuditLog({ path, ...settings }, createLogger({ level: 'info', destination: stream }));
  open.push(log);
  return log;
}

async function lines(): Promise<Record<string, unknown>[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line.event !== 'audit_checkpoint');
}

describe('audit line', () => {
  it('names time, caller, call, decision, detectors and durations', () => {
    expect(JSON.parse(auditLine('2026-11-22T12:00:00.000Z', event))).toEqual({
      time: '2026-11-22T12:00:00.000Z',
      event: 'call',
      request_id: 7,
      key: 'abcdef012345',
      user: 'u-1',
      project: 'p-1',
      config: 'c-1',
      era: '2025',
      method: 'tools/call',
      server: 'echo_server',
      tool: 'echo',
      args_sha256: 'adbd982b8fe0bbd8477f09262028d3ac264001dc36e3c7579905e72c0b718755',
      decision: 'allowed',
      reasons: [],
      detectors: ['pii', 'keyword_detector'],
      scanned_chars: 12,
      rules: [],
      not_checked: [],
      truncated: false,
      decoded_views: 0,
      upstream_ms: 1.235,
      total_ms: 2,
    });
  });

  it('names the rules that triggered, and what was not looked at', () => {
    const receipt = {
      detectors: [],
      chars: 3,
      skipped: [],
      notChecked: [{ detector: 'relevancy', reason: 'no "text"' }],
      truncated: true,
      decodedViews: 2,
    } as const;
    const finding = { detector: 'injection_attack', category: 'x', score: 1, path: '', start: 0, end: 1 } as const;
    const findings = Array.from({ length: 40 }, (_, i) => ({ ...finding, rule: `injection.${String(i % 20)}` }));
    const coverage = auditCoverage({ kind: 'pass', findings, receipt }, UNCHECKED);
    const line = JSON.parse(auditLine('t', { ...event, coverage })) as Record<string, unknown>;
    expect(line).toMatchObject({ not_checked: ['relevancy: no "text"'], truncated: true, decoded_views: 2 });
    expect(line.rules).toEqual(Array.from({ length: 16 }, (_, i) => `injection.${String(i)}`));
  });

  it.each([
    'line\nfeed',
    'carriage\r',
    'quote" ,"decision":"allowed',
    'back\\',
    'ls\u2028ps\u2029nel\u0085',
    'lone\ud800',
    '__proto__',
    '',
  ])('stays one line and gives the name back for %j', (tool) => {
    const text = auditLine('t', { ...event, tool, requestId: tool, method: tool, server: tool, reasons: [tool, 'x'] });
    expect(text.slice(0, -1)).not.toMatch(/[\n\r\u0085\u2028\u2029]/);
    expect(text.endsWith('}\n')).toBe(true);
    expect(JSON.parse(text)).toMatchObject({
      tool,
      request_id: tool,
      method: tool,
      server: tool,
      reasons: [tool, 'x'],
    });
  });

  it('cuts names of callers that would bloat the log', () => {
    expect(auditLine('t', { ...event, tool: 'x'.repeat(1_000_000) }).length).toBeLessThan(1_000);
  });

  it('writes what has no value as null, infinite ids too', () => {
    const empty = { principal: null, era: null, server: null, tool: null, argsSha256: null };
    expect(JSON.parse(auditLine('t', { ...event, ...empty, requestId: Infinity, totalMs: NaN }))).toMatchObject({
      request_id: null,
      key: null,
      user: null,
      era: null,
      server: null,
      args_sha256: null,
      total_ms: 0,
    });
  });
});

describe('AuditLog', () => {
  it('writes within 100 ms without being asked, in order, to a private file in a private directory', async () => {
    const log = audit();
    const started = performance.now();
    for (let i = 0; i < 100; i++) log.record({ ...event, requestId: i });
    await until(async () => (await lines()).length === 100);
    // The bound is 100 ms; the rest is for a busy machine.
    expect(performance.now() - started).toBeLessThan(1_000);
    expect((await lines()).map((line) => line.request_id)).toEqual([...Array(100).keys()]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(dir, 'logs'))).mode & 0o777).toBe(0o700);
  });

  it('keeps every line that is recorded while a write is under way', async () => {
    const log = audit({ flushMs: 1 });
    for (let round = 0; round < 50; round++) {
      for (let i = 0; i < 20; i++) log.record({ ...event, requestId: round * 20 + i });
      if (round % 5 === 0) await new Promise(setImmediate);
    }
    await log.close();
    expect((await lines()).map((line) => line.request_id)).toEqual([...Array(1000).keys()]);
  });

  it('appends to what is there and goes on in a new file after rotation', async () => {
    const first = audit();
    first.record(event);
    await first.close();
    const second = audit();
    second.record({ ...event, requestId: 'second' });
    await second.flush();
    expect(await lines()).toHaveLength(2);
    await rename(path, `${path}.1`);
    second.record({ ...event, requestId: 'third' });
    await second.flush();
    expect((await lines()).map((line) => line.request_id)).toEqual(['third']);
  });

  it('keeps lines while the file cannot be written, says so once, and loses nothing once it can', async () => {
    await mkdir(path, { recursive: true }); // a directory where the file belongs: opening fails for root too
    const log = audit();
    log.record({ ...event, requestId: 1 });
    await log.flush();
    log.record({ ...event, requestId: 2 });
    await log.flush();
    expect(log.writeFailures).toBe(2);
    const complaints = stream.lines().filter((line) => line.event === 'audit_write_failed');
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toMatchObject({ level: 'error', reason: 'EISDIR' });
    await rm(path, { recursive: true });
    await log.flush();
    expect((await lines()).map((line) => line.request_id)).toEqual([1, 2]);
    expect(log.dropped).toBe(0);
  });

  it('bounds its memory, counts what it drops and writes the count as a line', async () => {
    await mkdir(path, { recursive: true });
    const log = audit({ maxBacklogBytes: 4_000 });
    for (let i = 0; i < 100; i++) log.record({ ...event, requestId: i });
    await log.flush();
    expect(log.dropped).toBeGreaterThan(80);
    await rm(path, { recursive: true });
    await log.flush();
    log.record({ ...event, requestId: 'after' });
    await log.flush();
    const written = await lines();
    const kept = 100 - log.dropped;
    expect(written).toHaveLength(kept + 2);
    expect(written[kept]).toMatchObject({ event: 'audit_dropped', count: log.dropped });
    expect(written[kept + 1]).toMatchObject({ request_id: 'after' });
  });

  it('writes a burst larger than its first buffer, in any script, byte for byte', async () => {
    const log = audit({ flushMs: 60_000 });
    const tool = '価格を調べる–ß😀';
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 1_000; i++) log.record({ ...event, requestId: round * 1_000 + i, tool });
      await log.flush();
    }
    const written = await lines();
    expect(written.map((line) => line.request_id)).toEqual([...Array(3_000).keys()]);
    expect(new Set(written.map((line) => line.tool))).toEqual(new Set([tool]));
  });

  it('flushes on close, closes twice, and counts what comes later', async () => {
    const log = audit({ flushMs: 60_000 });
    log.record(event);
    await Promise.all([log.close(), log.close()]);
    log.record(event);
    expect(await lines()).toHaveLength(1);
    expect(log.dropped).toBe(1);
  });

  it('says at exit how much could not be written', async () => {
    await mkdir(path, { recursive: true });
    const log = audit();
    log.record(event);
    await log.close();
    expect(stream.lines().map((line) => line.event)).toContain('audit_lost_at_exit');
  });

  it('shares the stream of the log when the path is "-"', async () => {
    const log = audit({ path: '-' });
    log.record(event);
    await log.close();
    expect(stream.lines()).toMatchObject([
      { event: 'audit_checkpoint' },
      { event: 'call', tool: 'echo' },
      { event: 'audit_checkpoint' },
    ]);
  });
});
