import { Injectable } from '@nestjs/common';
import { ConfigStore } from '../../config/config-store.js';
import type { GatewaySettings } from '../../config/settings.js';
import type { McpConfig, ServerTimeouts } from '../../contracts/server-entry.js';
import type { ClientRequest } from '../client-request.js';
import { Operations } from '../deadlines/operations.js';
import { type MetaAnswer, succeeded } from './envelope.js';

/** enkrypt_get_timeout_metrics: the operations of the caller's own tenant, and the limits that apply to its servers. */
@Injectable()
export class TimeoutTools {
  constructor(
    private readonly configStore: ConfigStore,
    private readonly operations: Operations,
  ) {}

  /** Counts per threshold: an operation that timed out has passed the warning as well, and counts in both. */
  metrics({ principal }: ClientRequest, config: McpConfig): MetaAnswer {
    const counts = this.operations.counts(principal.tenant);
    const finished = counts.total - counts.active;
    return succeeded({
      timeout_metrics: {
        total_operations: counts.total,
        successful_operations: counts.successful,
        failed_operations: counts.failed,
        timeout_operations: counts.timedOut,
        cancelled_operations: counts.cancelled,
        escalation_counts: {
          normal: counts.normal,
          warn: counts.warned,
          timeout: counts.timedOut,
          fail: counts.unresponsive,
        },
        success_rate: finished === 0 ? 1 : counts.successful / finished,
        active_operations: counts.active,
      },
      active_operations: Object.fromEntries(this.operations.active(principal.tenant).map((id) => [id, 'running'])),
      timeout_config: timeoutConfig(this.configStore.current().settings.timeouts, config),
    });
  }
}

/** In the file's own terms: seconds, and its names. */
function timeoutConfig(timeouts: GatewaySettings['timeouts'], config: McpConfig): Record<string, unknown> {
  const servers = [...config.servers.values()].flatMap(({ name, timeouts: own }) =>
    own === undefined ? [] : [[name, ownLimits(own)] as const],
  );
  return {
    default_timeout: seconds(timeouts.defaultMs),
    guardrail_timeout: seconds(timeouts.guardrailMs),
    auth_timeout: seconds(timeouts.authMs),
    tool_execution_timeout: seconds(timeouts.toolExecutionMs),
    max_total_timeout: seconds(timeouts.maxTotalMs),
    discovery_timeout: seconds(timeouts.discoveryMs),
    cache_timeout: seconds(timeouts.cacheMs),
    connectivity_timeout: seconds(timeouts.connectivityMs),
    escalation_policies: {
      warn_threshold: timeouts.escalation.warn,
      timeout_threshold: timeouts.escalation.timeout,
      fail_threshold: timeouts.escalation.fail,
    },
    servers: Object.fromEntries(servers),
  };
}

/** Only what differs from the gateway's limits; JSON leaves out what is undefined. */
function ownLimits(own: ServerTimeouts): Record<string, unknown> {
  return {
    tool_execution_timeout: seconds(own.toolExecutionMs),
    max_total_timeout: seconds(own.maxTotalMs),
    discovery_timeout: seconds(own.discoveryMs),
    guardrail_timeout: seconds(own.guardrailMs),
    tool_timeouts: Object.fromEntries([...own.tools].map(([tool, limitMs]) => [tool, seconds(limitMs)])),
  };
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}
