import { notSupportedYet } from './schema-rules.js';

/** Keys that were moved or replaced over the generations of the format, wherever they stand, and what to do about each. */
const MOVED: ReadonlyMap<string, string> = new Map([
  [
    'gateways',
    'an older form: split it into mcp_configs, projects, users and apikeys (generate-config shows the current form)',
  ],
  ['enkrypt_api_key', 'an older form: move it to plugins.guardrails.config.api_key, or remove it'],
  ['enkrypt_base_url', 'an older form: move it to plugins.guardrails.config.base_url, or remove it'],
  [
    'enkrypt_telemetry',
    'an older form: move it to plugins.telemetry {"provider": "opentelemetry", "config": {"enabled", "url", "insecure"}}; endpoint is now url',
  ],
  [
    'enable_tool_guardrails',
    'an older form: it became tool_guardrails_policy {"enabled": …}, which is not supported yet; remove it',
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
  const moved = MOVED.get(key);
  if (moved !== undefined) return moved;
  if (path[0] === 'plugins' && path.at(-1) === 'detectors') {
    return 'unknown detector; this build has keyword_detector and pii';
  }
  return 'unknown key; remove it or correct its spelling';
}
