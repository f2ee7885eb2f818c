import { createHash } from 'node:crypto';
import { type LoadResult, loadConfig } from '../../../src/config/loader.js';
import type { ConfigProblem } from '../../../src/config/problem.js';
import type { ConfigSnapshot } from '../../../src/config/snapshot.js';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export const KEY = 'a-gateway-key-in-clear';
export const KEY_HEX = createHash('sha256').update(KEY).digest('hex');
export const STORED_KEY = `sha256:${KEY_HEX}`;
export const ADMIN_HEX = createHash('sha256').update('an-admin-key').digest('hex');

/** A full valid config with short ids; fresh at every call, so that tests may change it. */
export function sampleConfig(): Json {
  return {
    admin_apikey: `sha256:${ADMIN_HEX}`,
    common_mcp_gateway_config: { enkrypt_log_level: 'INFO', allowed_hosts: ['mcp.example.com:8443'] },
    plugins: {
      guardrails: {
        provider: 'local',
        config: {
          policies: {
            team: {
              detectors: {
                keyword_detector: { banned_keywords: ['project x'] },
                pii: { entities: ['EMAIL', 'CREDIT_CARD'] },
              },
            },
            words: { detectors: { keyword_detector: { banned_keywords: ['secret sauce'] } } },
          },
        },
      },
    },
    mcp_configs: {
      c1: {
        mcp_config_name: 'default_config',
        mcp_config: [
          {
            server_name: 'echo',
            description: 'Echo',
            config: { command: 'node', args: ['echo.mjs'], env: { LEVEL: '1' } },
            input_guardrails_policy: {
              enabled: true,
              policy_name: 'team',
              additional_config: { pii_redaction: true },
              block: ['keyword_detector'],
            },
            output_guardrails_policy: { enabled: false },
          },
          { server_name: 'remote', config: { url: 'https://mcp.example.com/mcp', headers: { 'X-Team': 'a' } } },
        ],
      },
    },
    projects: { p1: { project_name: 'default_project', mcp_config_id: 'c1', users: ['u1'] } },
    users: { u1: { email: 'default@example.com' } },
    apikeys: { [STORED_KEY]: { project_id: 'p1', user_id: 'u1', created_at: '2026-01-31T12:00:00Z' } },
  };
}

/** The sample with one member set (or removed, for undefined). Missing objects on the way are made. */
export function changed(path: readonly (string | number)[], value: Json | undefined): Json {
  const config = sampleConfig();
  let holder = config as Record<string | number, Json>;
  for (const segment of path.slice(0, -1)) {
    holder[segment] ??= {};
    holder = holder[segment] as Record<string | number, Json>;
  }
  const last = path.at(-1) ?? '';
  if (value !== undefined) holder[last] = value;
  else Reflect.deleteProperty(holder, last);
  return config;
}

/** Loads a value (or exact text) as if it stood in /etc/gateway/config.json. */
export function load(config: Json, environment: Readonly<Record<string, string>> = {}): LoadResult {
  return loadText(JSON.stringify(config), environment);
}

export function loadText(text: string, environment: Readonly<Record<string, string>> = {}): LoadResult {
  const known = new Map(Object.entries(environment));
  return loadConfig(Buffer.from(text, 'utf8'), {
    path: '/etc/gateway/config.json',
    environment: (name) => known.get(name),
    warnings: [],
  });
}

/** The snapshot of a config that must be valid; fails with its problems otherwise. */
export function snapshotOf(config: Json, environment: Readonly<Record<string, string>> = {}): ConfigSnapshot {
  const result = load(config, environment);
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 2));
  return result.snapshot;
}

export function problemsOf(config: Json, environment: Readonly<Record<string, string>> = {}): readonly ConfigProblem[] {
  const result = load(config, environment);
  return result.ok ? [] : result.problems;
}

/** Path of a member of the sample's first server. */
export function server(...tail: (string | number)[]): (string | number)[] {
  return ['mcp_configs', 'c1', 'mcp_config', 0, ...tail];
}
