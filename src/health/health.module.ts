import { Module, type DynamicModule, type ModuleMetadata, type Provider } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import type { BuildInfo } from '../config/build-info.js';
import type { CacheStatusSource } from './cache-status.js';
import { HealthController } from './health.controller.js';
import { HealthService } from './health.service.js';
import { GATEWAY_BUILD, HealthSources } from './health-sources.js';
import type { LimitStatusSource } from './limit-status.js';
import { ReadinessState } from './readiness.js';
import type { UpstreamStatusSource } from './upstream-status.js';

/** What HealthModule needs from the app. */
export interface HealthModuleOptions {
  /** Modules that offer ConfigStore and AdminKey, and whatever the providers below inject. */
  readonly imports: NonNullable<ModuleMetadata['imports']>;
  /** A provider of UpstreamStatusSource. */
  readonly upstreams: Provider<UpstreamStatusSource>;
  /** A provider of CacheStatusSource. */
  readonly cache: Provider<CacheStatusSource>;
  /** A provider of LimitStatusSource. */
  readonly limits: Provider<LimitStatusSource>;
  readonly build: BuildInfo;
}

/** /health, /health/live, /health/ready; offers ReadinessState to whoever drains the process. */
@Module({})
export class HealthModule {
  static register(options: HealthModuleOptions): DynamicModule {
    return {
      module: HealthModule,
      // Its own log lines would repeat what the config store has logged already.
      imports: [...options.imports, TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController],
      providers: [
        HealthService,
        HealthSources,
        ReadinessState,
        { provide: GATEWAY_BUILD, useValue: options.build },
        options.upstreams,
        options.cache,
        options.limits,
      ],
      exports: [ReadinessState],
    };
  }
}
