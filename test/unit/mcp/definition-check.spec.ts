import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConfigStore } from '../../../src/config/config-store.js';
import type { Principal } from '../../../src/contracts/principal.js';
import type { ServerEntry } from '../../../src/contracts/server-entry.js';
import { CheckDeadline } from '../../../src/guardrails/check-deadline.js';
import { GuardrailEngine } from '../../../src/guardrails/engine.js';
import { catalogOf } from '../../../src/mcp/catalog/catalog.js';
import { DefinitionCheck } from '../../../src/mcp/catalog/definition-check.service.js';
import { AuditLog } from '../../../src/telemetry/audit-log.js';
import { createLogger } from '../../../src/telemetry/logger.js';
import { Metrics } from '../../../src/telemetry/metrics.js';
import { buildConfig } from '../../support/gateway.js';
import { memoryStream } from '../telemetry/harness.js';
import { remoteChecks } from '../../support/remote-checks.js';

let dir: string;
let store: ConfigStore;
let audit: AuditLog;
let metrics: Metrics;
let check: DefinitionCheck;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'definitions-'));
  const path = join(dir, 'config.json');
  const { json } = buildConfig({
    projects: [
      {
        servers: [
          {
            name: 'large',
            config: { url: 'http://127.0.0.1:9/mcp' },
            extra: {
              tool_guardrails_policy: { enabled: true, policy_name: 'all', block: ['keyword_detector'] },
              timeout_settings: { guardrail_timeout: 0.02 },
            },
          },
        ],
      },
    ],
    policies: { all: { detectors: { keyword_detector: { banned_keywords: ['forbidden'] }, pii: {} } } },
  });
  writeFileSync(path, JSON.stringify(json), { mode: 0o600 });
  store = await ConfigStore.open(path);
  const output = createLogger({ level: 'info', destination: memoryStream() });
  audit = new AuditLog({ path: join(dir, 'audit.jsonl') }, output);
  metrics = new Metrics();
  check = new DefinitionCheck(
    new GuardrailEngine(),
    new CheckDeadline(store),
    remoteChecks(metrics, output.logger),
    audit,
    metrics,
    output.logger,
  );
});

afterEach(async () => {
  await audit.close();
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

function caller(): { principal: Principal; server: ServerEntry } {
  for (const record of store.current().keys.values()) {
    if (record.status !== 'active') continue;
    const server = record.config?.servers.get('large');
    if (server !== undefined) return { principal: record.principal, server };
  }
  throw new Error('no key');
}

/** How many definitions were found to be bad so far. */
function judged(): number {
  return metrics.policyDetections.samples().reduce((sum, { value }) => sum + value, 0);
}

describe('a list of tools that takes too long to judge', () => {
  it('is given up for good at the deadline, so that attempts do not pile up', async () => {
    const { principal, server } = caller();
    const tools = Array.from({ length: 10_000 }, (_, n) => ({
      name: `tool_${String(n)}`,
      description: `${'word '.repeat(400)}forbidden`,
      inputSchema: { type: 'object' },
    }));
    const catalog = catalogOf(tools, Date.now(), 60_000, null);
    await expect(check.judge(principal, server, catalog)).rejects.toMatchObject({ code: 'guardrail_timeout' });
    await setImmediate();
    const before = judged();
    expect(before).toBeGreaterThan(0);
    for (let turn = 0; turn < 50; turn++) await setImmediate();
    expect(judged()).toBe(before);
  });
});
