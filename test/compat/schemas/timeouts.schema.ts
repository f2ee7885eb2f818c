import { AMOUNT, closed, COUNT, mapOf, oneText, type Schema } from './members.js';

const LIMIT: Schema = { type: 'number', exclusiveMinimum: 0 };

/** enkrypt_get_timeout_metrics. */
export const TIMEOUT_METRICS = closed({
  timeout_metrics: closed(
    {
      total_operations: COUNT,
      successful_operations: COUNT,
      timeout_operations: COUNT,
      cancelled_operations: COUNT,
      escalation_counts: closed({ normal: COUNT, warn: COUNT, timeout: COUNT, fail: COUNT }),
      success_rate: { ...AMOUNT, maximum: 1 },
      active_operations: COUNT,
    },
    // Allowed beside them: what neither succeeded nor ran out of time.
    { failed_operations: COUNT },
  ),
  active_operations: mapOf(oneText('running', 'completed')),
  timeout_config: closed(
    {
      default_timeout: LIMIT,
      guardrail_timeout: LIMIT,
      auth_timeout: LIMIT,
      tool_execution_timeout: LIMIT,
      max_total_timeout: LIMIT,
      discovery_timeout: LIMIT,
      cache_timeout: LIMIT,
      connectivity_timeout: LIMIT,
    },
    // Allowed beside them: the thresholds, and limits of single servers.
    {
      escalation_policies: closed({ warn_threshold: LIMIT, timeout_threshold: LIMIT, fail_threshold: LIMIT }),
      servers: mapOf(
        closed(
          {},
          {
            tool_execution_timeout: LIMIT,
            max_total_timeout: LIMIT,
            discovery_timeout: LIMIT,
            guardrail_timeout: LIMIT,
            tool_timeouts: mapOf(LIMIT),
          },
        ),
      ),
    },
  ),
});
