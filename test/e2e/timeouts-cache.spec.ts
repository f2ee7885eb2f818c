import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createCache } from 'cache-manager';
import { Keyv } from 'keyv';
import pino from 'pino';
import { CacheKeys } from '../../src/cache/cache-keys.js';
import { CatalogCache } from '../../src/cache/catalog-cache.js';
import { ConfigStore } from '../../src/config/config-store.js';
import { CheckDeadline } from '../../src/guardrails/check-deadline.js';
import { GuardrailEngine } from '../../src/guardrails/engine.js';
import { CatalogDiscovery } from '../../src/mcp/catalog/catalog-discovery.service.js';
import { DiscoveryRun } from '../../src/mcp/catalog/discovery-run.service.js';
import { CatalogJudge } from '../../src/mcp/catalog/catalog-judge.service.js';
import { CatalogRecall } from '../../src/mcp/catalog/catalog-recall.service.js';
import { CatalogState } from '../../src/mcp/catalog/catalog-state.js';
import { PinStore } from '../../src/guardrails/definitions/pin-store.js';
import { PinCheck } from '../../src/mcp/catalog/pin-check.service.js';
import { PinReport } from '../../src/mcp/catalog/pin-report.service.js';
import { CatalogService } from '../../src/mcp/catalog/catalog.service.js';
import { DefinitionCheck } from '../../src/mcp/catalog/definition-check.service.js';
import { TimedCache } from '../../src/mcp/catalog/timed-cache.js';
import { Operations } from '../../src/mcp/deadlines/operations.js';
import { Settlement } from '../../src/mcp/deadlines/settlement.js';
import type { UpstreamPool } from '../../src/mcp/upstream/pool.js';
import { AuditLog } from '../../src/telemetry/audit-log.js';
import { Metrics } from '../../src/telemetry/metrics.js';
import { buildConfig } from '../support/gateway.js';
import { ECHO, entry, makePool, never, stdio, who } from './upstream-kit.js';
import { remoteChecks } from '../support/remote-checks.js';

/** A store that takes every question and answers none. */
class StuckStore extends Map<string, unknown> {
  asked = 0;
  private stuck(): never {
    this.asked++;
    return new Promise<never>(() => undefined) as never;
  }
  override get(): unknown {
    return this.stuck();
  }
  override set(): this {
    return this.stuck();
  }
  override delete(): boolean {
    return this.stuck();
  }
}

const CACHE_TIMEOUT_S = 0.3;

let dir: string;
let config: ConfigStore;
let pool: UpstreamPool;
let store: StuckStore;
let metrics: Metrics;
let catalogs: CatalogService;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'timeouts-'));
  const path = join(dir, 'config.json');
  const common = { timeout_settings: { cache_timeout: CACHE_TIMEOUT_S } };
  writeFileSync(path, JSON.stringify(buildConfig({ projects: [{ servers: [] }], common }).json), { mode: 0o600 });
  config = await ConfigStore.open(path);
  ({ pool } = makePool());
  store = new StuckStore();
  metrics = new Metrics();
  const cache = createCache({ stores: [new Keyv({ store, useKeyPrefix: false })] });
  const timed = new TimedCache(
    new CatalogCache({ cache, keys: new CacheKeys('smg', null), external: null }),
    config,
    metrics,
  );
  const operations = new Operations(config, metrics, pino({ level: 'silent' }));
  const run = new DiscoveryRun(pool, config, operations, new Settlement(pool));
  const discovery = new CatalogDiscovery(run, config, metrics);
  const log = pino({ level: 'silent' });
  const audit = new AuditLog({ path: '-' }, { logger: log, writeLine: () => undefined } as never);
  const definitions = new DefinitionCheck(
    new GuardrailEngine(),
    new CheckDeadline(config),
    remoteChecks(metrics, log),
    audit,
    metrics,
    log,
  );
  const state = new CatalogState();
  const pins = new PinCheck(new PinStore(path), state, new PinReport(audit, metrics, log), metrics, log);
  const judge = new CatalogJudge(definitions, pins, state);
  const recall = new CatalogRecall(timed, config, judge, state, log);
  catalogs = new CatalogService(pool, state, recall, metrics, discovery, judge);
});

afterEach(async () => {
  await pool.close();
  config.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('a cache that never answers', () => {
  it('is passed over by discovery: its answer counts as nothing cached, its write is not waited for', async () => {
    const { catalog, source } = await catalogs.get(who('a'), entry(stdio([ECHO])), never);
    expect(source).toBe('discovery');
    expect(catalog.tools.has('echo')).toBe(true);
    expect(store.asked).toBe(2);
    expect(metrics.snapshot().gateway_cache_timeouts_total).toBe(2);
  }, 20_000);

  it('makes clearing fail: what was to be forgotten may still be there', async () => {
    const started = performance.now();
    await expect(catalogs.clear(who('a'), [entry(stdio([ECHO]))])).rejects.toMatchObject({
      code: 'upstream_timeout',
      message: `The cache did not answer within ${String(CACHE_TIMEOUT_S)} s.`,
    });
    expect(performance.now() - started).toBeLessThan(CACHE_TIMEOUT_S * 1000 * 10);
  });
});
