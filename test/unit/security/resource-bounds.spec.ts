import { Buffer } from 'node:buffer';
import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigStore } from '../../../src/config/config-store.js';
import { THIS_MACHINE } from '../../../src/oauth/inbound/client-address.js';
import { GatewayError } from '../../../src/errors.js';
import { AdmissionLog } from '../../../src/mcp/admission-log.js';
import { AuditLog } from '../../../src/telemetry/audit-log.js';
import { createLogger } from '../../../src/telemetry/logger.js';
import { Metrics } from '../../../src/telemetry/metrics.js';
import { listAllTools } from '../../../src/mcp/catalog/discovery.js';
import { ByteCollector } from '../../../src/mcp/upstream/byte-collector.js';
import { parseWire } from '../../../src/mcp/upstream/json-rpc-wire.js';
import type { UpstreamSession } from '../../../src/mcp/upstream/upstream-session.js';
import { auditRecords } from '../../support/audit-records.js';
import { parseStrictJson } from '../../../src/strict-json.js';

describe('the chunks of a body', () => {
  it('come back in order, whatever their sizes', () => {
    const sizes = [1, 3, 5_000, 7, 16_384, 1, 1, 4_095, 4_096, 20_000, 2, 16_383, 16_383];
    const all = Buffer.from(Array.from({ length: sizes.reduce((sum, size) => sum + size) }, (_, i) => i % 251));
    const body = new ByteCollector();
    let from = 0;
    for (const size of sizes) body.push(all.subarray(from, (from += size)));
    expect(body.bytes).toBe(all.length);
    expect(body.join()?.equals(all)).toBe(true);
  });

  it('are not copied when there is one, and are null when there is none', () => {
    const only = Buffer.from('x');
    const body = new ByteCollector();
    expect(body.join()).toBeNull();
    body.push(only);
    expect(body.join()).toBe(only);
  });

  it('of one byte each take memory in proportion to their bytes', () => {
    const body = new ByteCollector();
    const before = process.memoryUsage();
    for (let i = 0; i < 500_000; i++) body.push(Buffer.from([i & 0xff]));
    const after = process.memoryUsage();
    const grown = after.heapUsed + after.external - before.heapUsed - before.external;
    expect(body.join()).toHaveLength(500_000);
    // An object for each chunk takes more than 100 bytes; garbage that is not collected yet may stay.
    expect(grown).toBeLessThan(500_000 * 90);
  });
});

describe('a message of very many small values', () => {
  it.each([
    ['arrays', `[${'[],'.repeat(250_000)}[]]`],
    ['objects', `[${'{},'.repeat(250_000)}{}]`],
    ['members', `{${Array.from({ length: 250_001 }, (_, i) => `"${i.toString(36)}":0`).join()}}`],
  ])('of a client is refused: %s', (_, text) => {
    expect(() => parseStrictJson(Buffer.from(text))).toThrow('250000');
  });

  it('of a client may hold as many numbers as fit', () => {
    const text = `[${'1,'.repeat(1_000_000)}1]`;
    expect(parseStrictJson(Buffer.from(text))).toHaveLength(1_000_001);
  });

  it('of a server is refused before it is parsed; long texts are not counted', () => {
    expect(() => parseWire('srv', Buffer.from(`[${'[],'.repeat(1_000_000)}[]]`))).toThrow('1000000');
    const text = JSON.stringify({ text: '[{:'.repeat(1_000_000) });
    expect(parseWire('srv', Buffer.from(text))).toEqual(JSON.parse(text));
  });
});

it('a list of tools whose pages add up to too many bytes is refused', async () => {
  let pages = 0;
  const session = {
    request: () => {
      pages++;
      const result = { tools: [], nextCursor: String(pages) };
      return Promise.resolve({ body: { kind: 'result', result }, bytes: 1024 * 1024 });
    },
  } as unknown as UpstreamSession;
  await expect(listAllTools(session, new AbortController().signal)).rejects.toThrow('larger than 32 MiB');
  expect(pages).toBe(33);
});

describe('a reload of the config', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reload-'));
  const file = join(folder, 'config.json');
  let store: ConfigStore | undefined;
  afterEach(() => {
    store?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is told to every listener even when one fails, and many requests for it share one read', async () => {
    writeFileSync(file, '{}', { mode: 0o600 });
    const opened = await ConfigStore.open(file);
    store = opened;
    let told = 0;
    opened.onChange(() => {
      throw new Error('broken listener');
    });
    opened.onChange(() => told++);
    writeFileSync(file, '{"users":{"u":{"email":"a@b.c"}}}');
    const reads = Array.from({ length: 50 }, () => opened.refresh());
    expect(new Set(reads).size).toBe(2);
    await Promise.allSettled(reads);
    expect(told).toBe(1);
  });
});

it('strangers who are turned away a thousand times fill neither the log nor the audit log, and are all counted', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'denials-'));
  const logged: string[] = [];
  const log = createLogger({ level: 'info', destination: { write: (line) => logged.push(line) } });
  const path = join(folder, 'audit.jsonl');
  const audit = new AuditLog({ path }, log);
  const metrics = new Metrics();
  const file = join(folder, 'config.json');
  writeFileSync(file, '{}', { mode: 0o600 });
  const store = await ConfigStore.open(file);
  const denials = new AdmissionLog(audit, metrics, log.logger, store);
  for (let i = 0; i < 1_000; i++) denials.denied('HTTP POST', new GatewayError('forbidden', 'no'), THIS_MACHINE);
  store.close();
  await audit.close();
  const lines = auditRecords(readFileSync(path, 'utf8'));
  rmSync(folder, { recursive: true });
  // The clock may have passed into the next second on the way.
  expect(lines.length).toBeLessThanOrEqual(200);
  expect(logged.length).toBeLessThanOrEqual(201);
  expect(metrics.snapshot().enkrypt_auth_failure_total).toBe(1_000);
});
