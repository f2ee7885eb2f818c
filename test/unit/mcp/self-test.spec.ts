import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { AppModule, type AppParts } from '../../../src/app.module.js';
import { ConfigStore } from '../../../src/config/config-store.js';
import type { McpCall } from '../../../src/contracts/mcp-call.js';
import { McpReply } from '../../../src/contracts/mcp-reply.js';
import { UNCHECKED } from '../../../src/contracts/verdict.js';
import { GuardrailEngine } from '../../../src/guardrails/engine.js';
import { InputGuardrailInterceptor } from '../../../src/guardrails/input-guardrail.interceptor.js';
import { OutputGuardrailInterceptor } from '../../../src/guardrails/output-guardrail.interceptor.js';
import { CallPermit } from '../../../src/oauth/inbound/call-permit.js';
import { ProxyService } from '../../../src/mcp/proxy.service.js';
import { UpstreamPool } from '../../../src/mcp/upstream/pool.js';
import { AuditLog } from '../../../src/telemetry/audit-log.js';
import { NoCallTracer } from '../../../src/telemetry/call-tracer.js';
import { createLogger } from '../../../src/telemetry/logger.js';
import { Metrics } from '../../../src/telemetry/metrics.js';
import { buildConfig } from '../../support/gateway.js';

let home: string;
let parts: AppParts;
const restores: (() => void)[] = [];

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'self-test-'));
  const path = join(home, 'config.json');
  writeFileSync(path, JSON.stringify(buildConfig({ projects: [{ servers: [] }] }).json), { mode: 0o600 });
  const log = createLogger({ level: 'silent', destination: 2 });
  parts = {
    store: await ConfigStore.open(path),
    build: { version: '0.0.0', commit: null, builtAt: null },
    listen: { allowedHosts: [], version: '0.0.0', childRegistryDir: null, environment: {} },
    telemetry: {
      log,
      audit: new AuditLog({ path: join(home, 'audit.jsonl') }, log),
      metrics: new Metrics(),
      otel: { tracer: new NoCallTracer(), shutdown: () => Promise.resolve() },
    },
  };
});

afterEach(() => {
  for (const restore of restores.splice(0)) restore();
  parts.store.close();
  rmSync(home, { recursive: true, force: true });
});

type Mistake = (builder: TestingModuleBuilder) => TestingModuleBuilder;

/** Starts the gateway's own modules with one mistake built in; closes them again. */
async function start(mistake: Mistake): Promise<void> {
  const module = await mistake(Test.createTestingModule({ imports: [AppModule.stdio(parts)] })).compile();
  try {
    await module.init();
  } finally {
    await module.close();
  }
}

/** Takes the work out of interceptors, however Nest finds and calls them. */
const without =
  (...interceptors: (typeof InputGuardrailInterceptor | typeof OutputGuardrailInterceptor)[]): Mistake =>
  (builder) => {
    for (const { prototype } of interceptors) {
      const intercept = Reflect.get<typeof prototype, 'intercept'>(prototype, 'intercept');
      restores.push(() => {
        prototype.intercept = intercept;
      });
      prototype.intercept = (_, next) => next.handle();
    }
    return builder;
  };

/** A proxy that forgot to ask for the seal, and answers like the canary. */
class SeallessProxy extends ProxyService {
  override call(call: McpCall): Promise<McpReply> {
    const { message } = call.params.arguments as { message: string };
    return Promise.resolve(new McpReply({ kind: 'result', result: { content: [{ type: 'text', text: message }] } }));
  }
}
/** An engine that finds everything harmless. */
const blind = {
  inspectInput: (_: unknown, value: Record<string, unknown>) => ({ verdict: UNCHECKED, value, vault: null }),
  inspectOutput: (_: unknown, body: unknown) => ({ verdict: UNCHECKED, body }),
  inspectProgressMessage: () => true,
};

describe('the self-test at start-up', () => {
  it('lets the gateway start as it is', async () => {
    await expect(start((builder) => builder)).resolves.toBeUndefined();
  });

  it.each<[string, Mistake]>([
    ['the input interceptor lets everything through', without(InputGuardrailInterceptor)],
    ['the output interceptor lets everything through', without(OutputGuardrailInterceptor)],
    ['both interceptors do', without(InputGuardrailInterceptor, OutputGuardrailInterceptor)],
    ['the engine finds nothing', (builder) => builder.overrideProvider(GuardrailEngine).useValue(blind)],
    [
      'the proxy takes calls without a seal',
      (builder) =>
        builder.overrideProvider(ProxyService).useFactory({
          inject: [UpstreamPool, CallPermit],
          factory: (pool: UpstreamPool, permit: CallPermit) => new SeallessProxy(pool, permit),
        }),
    ],
  ])('refuses to start when %s', async (_, mistake) => {
    await expect(start(mistake)).rejects.toMatchObject({ code: 'unsealed' });
  });
});
