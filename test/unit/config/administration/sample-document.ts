import { createHash } from 'node:crypto';
import {
  AdministrationError,
  type RefusedBecause,
} from '../../../../src/config/administration/administration-error.js';
import type { Json } from '../../../../src/config/administration/document.js';

export const KEY = 'a-gateway-key-in-clear';
export const STORED = stored(KEY);
export const KEY_ID = STORED.slice('sha256:'.length, 'sha256:'.length + 12);

export function stored(key: string): string {
  return `sha256:${createHash('sha256').update(key).digest('hex')}`;
}

/** Two configs, two projects, two users, one key; fresh at every call. Ids are short, names differ from them. */
export function sampleDocument(): Json {
  return {
    admin_apikey: stored('an-admin-key'),
    common_mcp_gateway_config: { enkrypt_log_level: 'INFO' },
    plugins: { guardrails: { provider: 'local', config: { policies: {} } } },
    mcp_configs: {
      c1: {
        mcp_config_name: 'team',
        mcp_config: [
          {
            server_name: 'echo',
            description: 'Echo',
            config: { command: 'node', args: ['echo.mjs'], env: { LEVEL: '1' } },
            tools: { say: '' },
            input_guardrails_policy: { enabled: true, policy_name: 'default', block: ['injection_attack'] },
          },
        ],
        created_at: '2026-01-01T00:00:00Z',
        updated_at: '2026-01-02T00:00:00Z',
      },
      c2: { mcp_config_name: 'empty', mcp_config: [] },
    },
    projects: {
      p1: { project_name: 'alpha', mcp_config_id: 'c1', users: ['u1'], created_at: '2026-01-01T00:00:00Z' },
      p2: { project_name: 'beta', mcp_config_id: null, users: [] },
    },
    users: {
      u1: { email: 'joe@example.com', created_at: '2026-01-01T00:00:00Z' },
      u2: { email: 'ann@example.com' },
    },
    apikeys: { [STORED]: { project_id: 'p1', user_id: 'u1', created_at: '2026-01-31T12:00:00Z', expires_at: null } },
  };
}

/** Section of the document, for looking into it. */
export function section(document: Json, name: string): Record<string, Json> {
  return document[name] as Record<string, Json>;
}

/** Why an operation is refused; fails when it is not, or when it changed the document. */
export function refusal(document: Json, operation: (document: Json) => unknown): [RefusedBecause, string] {
  const before = JSON.stringify(document);
  const error = thrownBy(() => operation(document));
  if (!(error instanceof AdministrationError)) throw error;
  if (JSON.stringify(document) !== before) throw new Error('a refused operation changed the document');
  return [error.reason, error.message];
}

function thrownBy(operation: () => unknown): unknown {
  try {
    operation();
  } catch (error) {
    return error;
  }
  return new Error('it was not refused');
}
