import { Inject, Injectable } from '@nestjs/common';
import type { BuildInfo } from '../config/build-info.js';
import { AuditLog } from '../telemetry/audit-log.js';
import { CacheStatusSource } from './cache-status.js';
import { LimitStatusSource } from './limit-status.js';
import { UpstreamStatusSource } from './upstream-status.js';

/** Injection token of the gateway's BuildInfo. */
export const GATEWAY_BUILD = Symbol('gateway-build');

/** What the health detail is put together from. */
@Injectable()
export class HealthSources {
  constructor(
    readonly upstreams: UpstreamStatusSource,
    readonly cache: CacheStatusSource,
    readonly audit: AuditLog,
    readonly limits: LimitStatusSource,
    @Inject(GATEWAY_BUILD) readonly build: BuildInfo,
  ) {}
}
