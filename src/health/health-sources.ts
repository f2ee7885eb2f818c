import { Inject, Injectable } from '@nestjs/common';
import { CacheStatusSource } from './cache-status.js';
import { UpstreamStatusSource } from './upstream-status.js';

/** Injection token of the gateway's version. */
export const GATEWAY_VERSION = Symbol('gateway-version');

/** What the health detail is put together from. */
@Injectable()
export class HealthSources {
  constructor(
    readonly upstreams: UpstreamStatusSource,
    readonly cache: CacheStatusSource,
    @Inject(GATEWAY_VERSION) readonly version: string,
  ) {}
}
