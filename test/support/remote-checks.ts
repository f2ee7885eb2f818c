import type { Logger } from 'pino';
import { ProviderLedger } from '../../src/guardrails/providers/provider-ledger.js';
import { RemoteChecks } from '../../src/guardrails/providers/remote-checks.js';
import { RemoteProviders } from '../../src/guardrails/providers/remote-providers.js';
import type { Metrics } from '../../src/telemetry/metrics.js';

/** The remote checks as the gateway puts them together. */
export function remoteChecks(metrics: Metrics, log: Logger): RemoteChecks {
  return new RemoteChecks(new RemoteProviders(), new ProviderLedger(metrics, log));
}
