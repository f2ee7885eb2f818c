import { Injectable, ServiceUnavailableException } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { ConfigStore } from '../config/config-store.js';
import type { CacheStatusSource } from './cache-status.js';
import { HealthSources } from './health-sources.js';
import { ReadinessState } from './readiness.js';

/** What anybody may see: no path, no name, no number. */
export interface HealthSummary {
  /** `degraded` = serving, but not as configured. `error` = serves nothing new. */
  readonly status: 'ok' | 'degraded' | 'error';
  /** `stale` = the config is broken or its database is away, and the last good revision is in force. */
  readonly config: 'ok' | 'stale';
}

/** What the holder of the admin key sees besides. */
export type HealthDetail = HealthSummary & { readonly detail: Readonly<Record<string, unknown>> };

/** Puts the terminus indicators together. */
@Injectable()
export class HealthService {
  constructor(
    private readonly checks: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly config: ConfigStore,
    private readonly readiness: ReadinessState,
    private readonly sources: HealthSources,
  ) {}

  async summary(): Promise<HealthSummary> {
    const status = await this.#run([() => this.#config(), () => this.#ready()]);
    return { status, config: this.config.health().ok ? 'ok' : 'stale' };
  }

  async detail(): Promise<HealthDetail> {
    const { ok, revision, loadedAt, problem, isLost } = this.config.health();
    const trouble = {
      in_force: 'last good revision in force',
      broken_since: problem?.at,
      problems: problem?.problems,
    };
    return {
      ...(await this.summary()),
      detail: {
        version: this.sources.build.version,
        commit: this.sources.build.commit,
        uptime_s: Math.round(process.uptime()),
        draining: this.readiness.draining,
        config: {
          ok,
          revision,
          loaded_at: loadedAt,
          ...(ok ? {} : trouble),
          ...(isLost === true && { nobody_let_in: true }),
        },
        cache: cacheDetail(this.sources.cache),
        audit: this.sources.audit.status,
        limits: this.sources.limits.detail,
        upstreams: this.sources.upstreams.list(),
      },
    };
  }

  async ready(): Promise<'ok' | 'error'> {
    return (await this.#run([() => this.#ready()])) === 'ok' ? 'ok' : 'error';
  }

  #config(): HealthIndicatorResult {
    const indicator = this.indicators.check('config');
    return this.config.health().ok ? indicator.up() : indicator.degraded();
  }

  #ready(): HealthIndicatorResult {
    const indicator = this.indicators.check('accepting');
    const isClosed = this.readiness.draining || this.config.health().isLost === true;
    return isClosed ? indicator.down() : indicator.up();
  }

  /** terminus throws for `error` and, once Nest shuts down, for everything. */
  async #run(indicators: (() => HealthIndicatorResult)[]): Promise<HealthSummary['status']> {
    try {
      const { status } = await this.checks.check(indicators);
      return status === 'degraded' ? 'degraded' : 'ok';
    } catch (error) {
      if (error instanceof ServiceUnavailableException) return 'error';
      throw error;
    }
  }
}

/** A cache that is away is a detail like a server that is down: nothing but speed depends on it. */
function cacheDetail({ external }: CacheStatusSource): Readonly<Record<string, unknown>> {
  return external === null ? { type: 'memory' } : { type: 'external', ...external };
}
