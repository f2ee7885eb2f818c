import { createHash } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { request, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Get, Module, type DynamicModule } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { AdminModule } from '../../../src/admin/admin.module.js';
import { ApiDocument } from '../../../src/admin/api-docs/api-document.js';
import { prepareExpress } from '../../../src/admin/express-edge.js';
import { ConfigStore } from '../../../src/config/config-store.js';
import { GuardrailsModule } from '../../../src/guardrails/guardrails.module.js';
import { CacheStatusSource } from '../../../src/health/cache-status.js';
import { HealthModule } from '../../../src/health/health.module.js';
import { LimitStatusSource } from '../../../src/health/limit-status.js';
import { LimitsModule } from '../../../src/limits/limits.module.js';
import { UpstreamStatusSource } from '../../../src/health/upstream-status.js';
import { OAuthModule } from '../../../src/oauth/oauth.module.js';
import { UpstreamOAuthModule } from '../../../src/oauth/upstream/upstream-oauth.module.js';
import { AuditLog } from '../../../src/telemetry/audit-log.js';
import { NoCallTracer } from '../../../src/telemetry/call-tracer.js';
import { createLogger } from '../../../src/telemetry/logger.js';
import { Metrics } from '../../../src/telemetry/metrics.js';
import { TelemetryModule } from '../../../src/telemetry/telemetry.module.js';
import { memoryStream } from '../telemetry/harness.js';

export const BUILD = { version: '9.8.7', commit: 'c'.repeat(40), builtAt: null };

export const ADMIN_KEY = 'admin-key_0123456789';

/** A route whose author forgot to say who may use it. */
@Controller('forgotten')
class ForgottenController {
  @Get()
  read(): string {
    return 'secret';
  }

  @Get('broken')
  fail(): never {
    throw new Error('the secret cause');
  }
}

@Module({})
class StoreModule {
  static register(store: ConfigStore): DynamicModule {
    return { module: StoreModule, providers: [{ provide: ConfigStore, useValue: store }], exports: [ConfigStore] };
  }
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  json(): Record<string, unknown>;
}

/** Health and admin as the gateway wires them, over a real config file, on a port of the system's choice. */
export interface EdgeApp {
  readonly app: NestExpressApplication;
  readonly store: ConfigStore;
  readonly metrics: Metrics;
  readonly log: ReturnType<typeof memoryStream>;
  get(path: string, headers?: Record<string, string> | string[]): Promise<Answer>;
  writeConfig(text: string): Promise<void>;
  close(): Promise<void>;
}

export const AUTHORIZED = { authorization: `Bearer ${ADMIN_KEY}` };

/** A config file's text; `adminKey` null = none. */
export function configText(adminKey: string | null, servers: readonly string[] = ['echo_server']): string {
  const digest = adminKey === null ? null : createHash('sha256').update(adminKey).digest('hex');
  return JSON.stringify({
    ...(digest === null ? {} : { admin_apikey: `sha256:${digest}` }),
    mcp_configs: {
      c1: {
        mcp_config_name: 'default_config',
        mcp_config: servers.map((name) => ({ server_name: name, config: { command: 'node', args: ['x'] } })),
      },
    },
    projects: { p1: { project_name: 'default_project', mcp_config_id: 'c1', users: ['u1'] } },
    users: { u1: { email: 'default@example.com' } },
    apikeys: { [`sha256:${'0'.repeat(64)}`]: { project_id: 'p1', user_id: 'u1' } },
  });
}

export async function startEdge(options: { adminKey?: string | null } = {}): Promise<EdgeApp> {
  const dir = await mkdtemp(join(tmpdir(), 'edge-'));
  const path = join(dir, 'config.json');
  await writeFile(path, configText(options.adminKey === undefined ? ADMIN_KEY : options.adminKey), { mode: 0o600 });
  const store = await ConfigStore.open(path);
  const log = memoryStream();
  const output = createLogger({ level: 'info', destination: log });
  const metrics = new Metrics();
  const telemetry = TelemetryModule.register({
    log: output,
    metrics,
    audit: new AuditLog({ path: '-' }, output),
    otel: { tracer: new NoCallTracer(), shutdown: () => Promise.resolve() },
  });
  const config = StoreModule.register(store);
  const counters = LimitsModule.register({ external: null, log: output.logger, metrics });
  const oauth = OAuthModule.register([config, telemetry]);
  const admin = AdminModule.register([
    config,
    telemetry,
    counters,
    GuardrailsModule.register([config, telemetry]),
    oauth,
    UpstreamOAuthModule.register([config, telemetry, oauth]),
  ]);
  const upstreams = {
    provide: UpstreamStatusSource,
    useValue: { list: () => [{ server: 'echo_server', status: 'up' as const, sessions: 2 }] },
  };
  const limits = { provide: LimitStatusSource, useValue: { detail: { type: 'memory' } } };
  const cache = { provide: CacheStatusSource, useValue: { external: null } };
  const health = HealthModule.register({ imports: [config, admin, telemetry], upstreams, cache, limits, build: BUILD });
  const module = await Test.createTestingModule({
    imports: [telemetry, config, admin, health],
    controllers: [ForgottenController],
  }).compile();
  const app = module.createNestApplication<NestExpressApplication>({ logger: false });
  prepareExpress(app);
  await app.listen(0, '127.0.0.1');
  app.get(ApiDocument, { strict: false }).describe(app, BUILD.version);
  const { port } = app.getHttpServer().address() as AddressInfo;
  return {
    app,
    store,
    metrics,
    log,
    get: (target, headers = {}) => get(port, target, headers),
    writeConfig: async (text) => {
      await writeFile(`${path}.new`, text, { mode: 0o600 });
      await rename(`${path}.new`, path);
    },
    close: async () => {
      await app.close();
      store.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function get(port: number, path: string, headers: Record<string, string> | string[]): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { port, path, headers, host: '127.0.0.1', agent: false };
    request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const json = (): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json });
      });
    })
      .on('error', reject)
      .end();
  });
}
