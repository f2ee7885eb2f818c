import * as z from 'zod';
import { ALLOWED_HOST_RULE, HOST_PATTERN, isAllowedHost } from './allowed-host.js';
import { isOrigin, inboundOAuthSchema, ORIGIN_RULE } from './schema-oauth.js';
import { defaultLimitsSchema } from './schema-limits.js';
import {
  addressRanges,
  cap,
  hours,
  minutes,
  nonEmpty,
  seconds,
  threshold,
  unsupportedFeature,
  unsupportedSwitch,
} from './schema-rules.js';

/** Sandbox keys of the reference's newest branch: known, so that a config with the sandbox off still loads. */
const SANDBOX_KEYS = [
  'runtime',
  'default_image',
  'default_memory_limit',
  'default_cpu_limit',
  'default_pids_limit',
  'default_network',
  'default_read_only',
  'container_cli',
  'nova_api_url',
];

/** warn ≤ timeout ≤ fail; the problem names the key that is too large. */
function inRisingOrder(
  policies: { readonly warn_threshold: number; readonly timeout_threshold: number; readonly fail_threshold: number },
  context: z.RefinementCtx,
): void {
  const { warn_threshold: warn, timeout_threshold: timeout, fail_threshold: fail } = policies;
  const refuse = (key: string, other: string, limit: number): void => {
    const message = `must be at most ${other} (${String(limit)})`;
    context.addIssue({ code: 'custom', path: [key], message });
  };
  if (warn > timeout) refuse('warn_threshold', 'timeout_threshold', timeout);
  if (timeout > fail) refuse('timeout_threshold', 'fail_threshold', fail);
}

const allowedHost = z
  .string()
  .refine(isAllowedHost, { error: ALLOWED_HOST_RULE })
  .meta({ pattern: HOST_PATTERN.source });

const timeoutSettings = z
  .strictObject({
    default_timeout: seconds(30),
    guardrail_timeout: seconds(15),
    auth_timeout: seconds(10),
    tool_execution_timeout: seconds(60),
    max_total_timeout: seconds(600),
    discovery_timeout: seconds(20),
    cache_timeout: seconds(5),
    connectivity_timeout: seconds(2),
    escalation_policies: z
      .strictObject({
        warn_threshold: threshold(0.8),
        timeout_threshold: threshold(1),
        fail_threshold: threshold(1.2),
      })
      .superRefine(inRisingOrder)
      .prefault({}),
  })
  .prefault({});

/** What the admin API may make servers of: the operator's to say, in the file alone. */
const adminApi = z
  .strictObject({
    allowed_commands: z.array(nonEmpty()).default([]),
    allowed_paths: z.array(z.string().regex(/^\//, { error: 'must be an absolute path' })).default([]),
    allowed_upstream_hosts: z.array(allowedHost).default([]),
  })
  .prefault({});

/** How the audit log is signed, kept and copied; where it is, says `audit_log`. */
const audit = z
  .strictObject({
    checkpoint_lines: z.int().min(1).max(1_000_000).default(1_000),
    checkpoint_seconds: z.int().min(1).max(86_400).default(60),
    max_file_bytes: z.int().min(65_536).optional(),
    max_files: z.int().min(1).max(100_000).optional(),
    postgres: z.boolean().default(false),
    otel_logs: z.boolean().default(false),
  })
  .refine(({ max_files, max_file_bytes }) => max_files === undefined || max_file_bytes !== undefined, {
    path: ['max_files'],
    error: 'needs max_file_bytes: without it the gateway begins no new files',
  })
  .prefault({});

/** `common_mcp_gateway_config`: settings of the whole gateway. */
export const commonSchema = z.strictObject({
  enkrypt_log_level: z.enum(['DEBUG', 'INFO', 'WARNING', 'ERROR']).default('INFO'),
  enkrypt_use_remote_mcp_config: unsupportedSwitch('set it to false: this file is the only source of configuration'),
  enkrypt_remote_mcp_gateway_name: z.string().optional(),
  enkrypt_remote_mcp_gateway_version: z.string().optional(),
  enkrypt_mcp_use_external_cache: z.boolean().default(false),
  enkrypt_cache_host: z.string().default('localhost'),
  enkrypt_cache_port: z.number().int().min(1).max(65_535).default(6379),
  enkrypt_cache_db: z.number().int().min(0).max(16_383).default(0),
  enkrypt_cache_password: z.string().nullable().default(null),
  enkrypt_cache_tls: z.boolean().default(false),
  enkrypt_cache_prefix: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/, { error: 'must be 1 to 64 letters, digits, dots, hyphens or underscores' })
    .default('smg'),
  enkrypt_tool_cache_expiration: hours(4),
  enkrypt_gateway_cache_expiration: hours(24),
  enkrypt_async_input_guardrails_enabled: z.boolean().default(false),
  enkrypt_async_output_guardrails_enabled: z.boolean().default(false),
  allowed_hosts: z.array(allowedHost).default([]),
  trusted_proxies: addressRanges().default([]),
  timeout_settings: timeoutSettings,
  limits: defaultLimitsSchema,
  failed_keys_per_minute: z.number().int().min(0).max(1_000_000).default(60),
  audit_log: nonEmpty().optional(),
  audit,
  admin_api: adminApi,
  admin_api_docs: z.boolean().default(true),
  inbound_oauth: inboundOAuthSchema.optional(),
  public_url: z.string().max(1024).refine(isOrigin, { error: ORIGIN_RULE }).meta({ format: 'uri' }).optional(),
  oauth_discovery: z.boolean().default(true),
  client_session_idle_minutes: minutes(30),
  upstream_idle_minutes: minutes(10),
  max_upstream_sessions: cap(256),
  max_stdio_children: cap(64),
  sandbox: unsupportedFeature(SANDBOX_KEYS, 'set enabled to false or remove sandbox').optional(),
});

export type CommonSection = z.output<typeof commonSchema>;
