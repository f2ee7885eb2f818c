import { type DynamicModule, Injectable, Module } from '@nestjs/common';
import { AdminModule } from './admin/admin.module.js';
import { CacheModule } from './cache/cache.module.js';
import { CatalogCache } from './cache/catalog-cache.js';
import type { ExternalCacheStatus } from './cache/external/external-cache.js';
import type { BuildInfo } from './config/build-info.js';
import type { ConfigStore } from './config/config-store.js';
import { GatewayConfigModule } from './config/gateway-config.module.js';
import type { ListenSettings } from './config/listen-settings.js';
import { GuardrailsModule } from './guardrails/guardrails.module.js';
import { CacheStatusSource } from './health/cache-status.js';
import { HealthModule } from './health/health.module.js';
import { LimitStatusSource } from './health/limit-status.js';
import { UpstreamStatusSource, type UpstreamStatus } from './health/upstream-status.js';
import { CallLimits } from './limits/call-limits.service.js';
import { LimitsModule } from './limits/limits.module.js';
import { McpModule } from './mcp/mcp.module.js';
import { UpstreamPool } from './mcp/upstream/pool.js';
import { OAuthModule } from './oauth/oauth.module.js';
import { UpstreamOAuthModule } from './oauth/upstream/upstream-oauth.module.js';
import { TelemetryModule, type TelemetryParts } from './telemetry/telemetry.module.js';

/** Catalogs kept in memory; a bound, not a goal. */
const MAX_CACHED_CATALOGS = 10_000;

type Part = 'config' | 'telemetry' | 'cache' | 'limits' | 'guardrails' | 'oauth' | 'tokens' | 'mcp';

/** What is made before Nest starts. */
export interface AppParts {
  readonly store: ConfigStore;
  readonly build: BuildInfo;
  readonly listen: ListenSettings;
  readonly telemetry: TelemetryParts;
}

/** The pool's sessions as health detail. */
@Injectable()
class PoolStatus extends UpstreamStatusSource {
  constructor(private readonly pool: UpstreamPool) {
    super();
  }

  list(): readonly UpstreamStatus[] {
    const byServer = new Map<string, { up: number; all: number }>();
    for (const { server, alive, kind } of this.pool.status()) {
      // The start-up self-test's own.
      if (kind === 'canary') continue;
      const counts = byServer.get(server) ?? { up: 0, all: 0 };
      byServer.set(server, { up: counts.up + (alive ? 1 : 0), all: counts.all + 1 });
    }
    return [...byServer].map(([server, { up, all }]) => ({ server, status: up > 0 ? 'up' : 'down', sessions: all }));
  }
}

/** The external cache as health detail. */
@Injectable()
class CatalogCacheStatus extends CacheStatusSource {
  constructor(private readonly cache: CatalogCache) {
    super();
  }

  get external(): ExternalCacheStatus | null {
    return this.cache.external;
  }
}

/** Where calls are counted, as health detail. */
@Injectable()
class CallLimitStatus extends LimitStatusSource {
  constructor(private readonly limits: CallLimits) {
    super();
  }

  get detail(): object {
    return this.limits.isShared ? { type: 'external', ...this.limits.status } : { type: 'memory' };
  }
}

@Module({})
export class AppModule {
  /** For the HTTP door: everything. */
  static http(parts: AppParts): DynamicModule {
    const { config, telemetry, cache, limits, guardrails, oauth, tokens, mcp } = AppModule.core(parts);
    const admin = AdminModule.register([config, telemetry, limits, guardrails, oauth, tokens]);
    const health = HealthModule.register({
      imports: [config, admin, cache, limits, mcp, telemetry],
      upstreams: { provide: UpstreamStatusSource, useClass: PoolStatus },
      cache: { provide: CacheStatusSource, useClass: CatalogCacheStatus },
      limits: { provide: LimitStatusSource, useClass: CallLimitStatus },
      build: parts.build,
    });
    return { module: AppModule, imports: [config, telemetry, tokens, mcp, admin, health] };
  }

  /** For the stdio door: no HTTP routes at all. */
  static stdio(parts: AppParts): DynamicModule {
    const { config, telemetry, mcp } = AppModule.core(parts);
    return { module: AppModule, imports: [config, telemetry, mcp] };
  }

  private static core(parts: AppParts): Record<Part, DynamicModule> {
    const config = GatewayConfigModule.register(parts.store, parts.listen);
    const telemetry = TelemetryModule.register(parts.telemetry);
    const cache = CacheModule.register({
      maxEntries: MAX_CACHED_CATALOGS,
      external: parts.store.current().settings.externalCache,
      log: parts.telemetry.log.logger,
      metrics: parts.telemetry.metrics,
    });
    const oauth = OAuthModule.register([config, telemetry]);
    const guardrails = GuardrailsModule.register([config, telemetry]);
    const limits = LimitsModule.register({
      external: parts.store.current().settings.externalCache,
      log: parts.telemetry.log.logger,
      metrics: parts.telemetry.metrics,
    });
    const tokens = UpstreamOAuthModule.register([config, telemetry, oauth]);
    const mcp = McpModule.register([config, telemetry, cache, limits, guardrails, oauth, tokens]);
    return { config, telemetry, cache, limits, guardrails, oauth, tokens, mcp };
  }
}
