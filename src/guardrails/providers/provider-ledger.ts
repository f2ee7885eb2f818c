import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../../telemetry/logger.js';
import { Metrics } from '../../telemetry/metrics.js';
import type { ProviderFailure } from './provider-failure.js';
import { ProviderRecord } from './provider-record.js';

/** Counts every remote check, and logs those that failed. */
@Injectable()
export class ProviderLedger extends ProviderRecord {
  constructor(
    private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    super();
  }

  ended(provider: string, failure: ProviderFailure | null, failsOpen: boolean): void {
    if (failure === null) {
      this.metrics.providerChecks.add(1, provider, 'checked', '');
      return;
    }
    const { reason, status } = failure;
    const outcome = failsOpen ? 'failed_open' : 'failed_closed';
    this.metrics.providerChecks.add(1, provider, outcome, reason);
    // While the breaker is open nothing new is to be said.
    if (reason !== 'paused') this.log.warn({ event: 'guardrail_provider_failed', provider, reason, status, outcome });
  }
}
