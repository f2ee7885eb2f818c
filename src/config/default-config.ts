import { randomBytes, randomUUID } from 'node:crypto';
import { makeKey } from './administration/api-keys.js';
import { storedForm } from './key-hash.js';

/** How to start the bundled echo server. */
export interface EchoCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/** A new config as JSON and the only copy of its two keys in clear. */
export interface DefaultConfig {
  readonly json: Readonly<Record<string, unknown>>;
  readonly gatewayKey: string;
  readonly adminKey: string;
  readonly projectId: string;
  readonly userId: string;
  readonly mcpConfigId: string;
}

/**
 * A config to start from: one project, one user, one key and, unless unwanted, the echo server. Its input policy reports what the
 * built-in policy finds and blocks nothing, so that guardrails are seen at work without surprising anybody.
 */
export function createDefaultConfig(options: {
  readonly echoServer: boolean;
  readonly echoCommand: EchoCommand;
}): DefaultConfig {
  const [mcpConfigId, projectId, userId] = [randomUUID(), randomUUID(), randomUUID()];
  const gatewayKey = makeKey();
  const adminKey = randomBytes(192).toString('base64url');
  const now = new Date().toISOString();
  const json = {
    admin_apikey: storedForm(adminKey),
    common_mcp_gateway_config: {
      enkrypt_log_level: 'INFO',
      enkrypt_tool_cache_expiration: 4,
      enkrypt_gateway_cache_expiration: 24,
      allowed_hosts: [],
      timeout_settings: {
        default_timeout: 30,
        guardrail_timeout: 15,
        tool_execution_timeout: 60,
        discovery_timeout: 20,
      },
    },
    plugins: {
      guardrails: { provider: 'local', config: { policies: {} } },
      telemetry: {
        provider: 'opentelemetry',
        config: { enabled: false, url: 'http://localhost:4317', insecure: true },
      },
    },
    mcp_configs: {
      [mcpConfigId]: {
        mcp_config_name: 'default_config',
        exposure: 'both',
        mcp_config: options.echoServer ? [echoServer(options.echoCommand)] : [],
      },
    },
    projects: {
      [projectId]: { project_name: 'default_project', mcp_config_id: mcpConfigId, users: [userId], created_at: now },
    },
    users: { [userId]: { email: 'default@example.com', created_at: now } },
    apikeys: {
      [storedForm(gatewayKey)]: {
        project_id: projectId,
        user_id: userId,
        created_at: now,
        expires_at: null,
        disabled: false,
      },
    },
  };
  return { json, gatewayKey, adminKey, projectId, userId, mcpConfigId };
}

function echoServer(echo: EchoCommand): Readonly<Record<string, unknown>> {
  return {
    server_name: 'echo_server',
    description: 'Simple echo server',
    config: { command: echo.command, args: echo.args.map(escapeReference) },
    tools: {},
    input_guardrails_policy: {
      enabled: true,
      policy_name: 'default',
      additional_config: { pii_redaction: false },
      block: [],
    },
    output_guardrails_policy: { enabled: false },
  };
}

/** A path that happens to hold `${` must not be read as a reference. */
function escapeReference(text: string): string {
  return text.replaceAll('${', '$$$${');
}
