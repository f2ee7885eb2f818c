import { notSupportedYet } from '../schema-rules.js';

/** Keys of other generations of the format that nothing here corresponds to, wherever they stand, and what to do about each. */
const KNOWN: ReadonlyMap<string, string> = new Map([
  [
    'gateways',
    'an older form without a fixed content, not mapped: split it into mcp_configs, projects, users and apikeys ' +
      '(generate-config shows the newest form)',
  ],
  [
    'enkrypt_api_key',
    'belongs to common_mcp_gateway_config in older files; now it is plugins.guardrails.config.api_key',
  ],
  [
    'enkrypt_base_url',
    'belongs to common_mcp_gateway_config in older files; now it is plugins.guardrails.config.base_url',
  ],
  [
    'enkrypt_telemetry',
    'an older form: must be an object {"enabled", "insecure", "endpoint"} in common_mcp_gateway_config; now it is plugins.telemetry',
  ],
  ['enable_tool_guardrails', 'belongs to a server in older files; now it is tool_guardrails_policy'],
  [
    'registration_validation',
    notSupportedYet('remove it: tool_guardrails_policy of a server says which detectors look at its tools'),
  ],
  [
    'session_pool_enabled',
    notSupportedYet('remove it: upstream sessions are always pooled, see upstream_idle_minutes'),
  ],
  [
    'session_pool_ttl',
    notSupportedYet('remove it: upstream_idle_minutes says how long an idle upstream session lives'),
  ],
]);

/** Why this key is refused where it stands, with the remedy. */
export function describeUnknownKey(key: string, path: readonly PropertyKey[]): string {
  const known = KNOWN.get(key);
  if (known !== undefined) return known;
  if (path[0] === 'plugins' && path.at(-1) === 'detectors') {
    return 'unknown detector; this build has keyword_detector and pii';
  }
  return 'unknown key; remove it or correct its spelling';
}
