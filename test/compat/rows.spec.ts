import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

/** The 57 rows of the reference's own integration tests (compatibility contract, §10.2). */
const ROWS = `
list_all_servers_basic list_all_servers_discover_false list_all_servers_discover_true
get_server_info_echo get_server_info_nonexistent
discover_all_tools_all_servers discover_all_tools_specific_server
secure_call_tools_basic secure_call_tools_multiple secure_call_tools_with_guardrails
secure_call_tools_invalid_server secure_call_tools_invalid_json
get_cache_status get_cache_status_after_discovery
clear_cache_all clear_cache_specific_server clear_cache_gateway_config clear_cache_server_config
get_timeout_metrics get_timeout_metrics_after_operations
integration_full_workflow integration_cache_invalidation
async_guardrails_enable async_guardrails_input_only async_guardrails_output_only async_vs_sync_performance
invalid_guardrails_api_key guardrails_recovery_after_invalid_key
telemetry_disabled telemetry_optional_verification telemetry_unreachable_endpoint
error_invalid_context error_missing_arguments
cache_expiration_settings connectivity_timeout_behavior discovery_timeout_settings timeout_metrics_tracking
log_level_debug log_level_info log_level_warning log_level_error
external_cache_disabled external_cache_unreachable external_cache_custom_db external_cache_with_password
external_cache_port_configuration
guardrail_timeout_configuration tool_execution_timeout_configuration cache_timeout_configuration
default_timeout_configuration auth_timeout_configuration
server_info_validation_enabled guardrails_base_url_configuration remote_config_disabled
escalation_thresholds_configuration output_guardrail_advanced_flags telemetry_insecure_flag
`
  .trim()
  .split(/\s+/);

describe('the rows of the reference', () => {
  const sources = readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.spec.ts') && file !== 'rows.spec.ts')
    .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
    .join('\n');

  it('are 57', () => {
    expect(new Set(ROWS).size).toBe(57);
  });

  it.each(ROWS)('%s has a test of its name, and none is skipped', (row) => {
    // As the beginning of a title, or as the first cell of a table whose title begins with it.
    expect(sources).toMatch(new RegExp(`'${row}: |\\['${row}', `));
    expect(sources).not.toMatch(/\b(it|describe)\.(skip|todo|only)\b/);
  });
});
