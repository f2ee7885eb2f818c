import { resolve } from 'node:path';
import { AddressList } from './address-list.js';
import type { ExternalCacheSettings } from './cache-settings.js';
import type { CommonSection } from './schema-common.js';
import type { PluginsSection } from './schema-plugins.js';

/** Log levels as the logger names them. */
type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Settings of the whole gateway; the file's seconds, minutes and hours are milliseconds here. */
export interface GatewaySettings {
  readonly logLevel: LogLevel;
  /** `HOST` or `HOST:PORT` accepted besides the bound address and localhost. */
  readonly allowedHosts: readonly string[];
  /** Whose X-Forwarded-For is believed; null = nobody's. */
  readonly trustedProxies: AddressList | null;
  readonly timeouts: {
    readonly defaultMs: number;
    readonly guardrailMs: number;
    readonly authMs: number;
    readonly toolExecutionMs: number;
    readonly maxTotalMs: number;
    readonly discoveryMs: number;
    readonly cacheMs: number;
    readonly connectivityMs: number;
    /** Fractions of a limit, 0 < warn <= timeout <= fail <= 10. */
    readonly escalation: { readonly warn: number; readonly timeout: number; readonly fail: number };
  };
  readonly toolCacheTtlMs: number;
  readonly gatewayCacheTtlMs: number;
  /** null = the cache is in memory. */
  readonly externalCache: ExternalCacheSettings | null;
  /** Absolute path of the audit log, or `-` for stdout or stderr as the door in use allows. */
  readonly auditLog: string;
  readonly audit: {
    /** The key that signs the log, unless the environment names another. */
    readonly keyFile: string;
    readonly checkpointLines: number;
    readonly checkpointMs: number;
    /** undefined = the gateway begins no new file by itself. */
    readonly maxFileBytes: number | undefined;
    readonly maxFiles: number | undefined;
    /** Lines are copied into the database, and sent as OpenTelemetry logs. */
    readonly postgres: boolean;
    readonly otelLogs: boolean;
  };
  /** Serve /docs and /openapi.json to holders of the admin key. */
  readonly adminApiDocs: boolean;
  /** What servers made by the admin API may be, beside the public internet; nothing unless the operator says so. */
  readonly adminApi: {
    /** Names or absolute paths, as they must stand in `command`. */
    readonly allowedCommands: readonly string[];
    readonly allowedPaths: readonly string[];
    /** `HOST` or `HOST:PORT`. */
    readonly allowedUpstreamHosts: readonly string[];
  };
  /** Wrong keys from one address that are answered before it has to wait; 0 = all of them. */
  readonly failedKeysPerMinute: number;
  /** Origin under which browsers and authorization servers reach the gateway; null = the address that it listens at. */
  readonly publicUrl: string | null;
  readonly clientSessionIdleMs: number;
  readonly upstreamIdleMs: number;
  readonly maxUpstreamSessions: number;
  readonly maxStdioChildren: number;
  readonly telemetry: {
    readonly enabled: boolean;
    readonly url: string;
    readonly insecure: boolean;
    readonly serviceName: string;
    readonly jobName: string;
    /** Of the calls that come without a trace. */
    readonly sampleRatio: number;
    readonly logs: boolean;
  };
}

const LOG_LEVELS = { DEBUG: 'debug', INFO: 'info', WARNING: 'warn', ERROR: 'error' } as const;
const DEFAULT_AUDIT_LOG = 'audit.jsonl';
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * The settings of a valid file.
 * @param configDir folder of the config file; a relative `audit_log` starts there
 */
export function readSettings(
  common: CommonSection,
  plugins: PluginsSection,
  configDir: string,
  externalCache: ExternalCacheSettings | null,
): GatewaySettings {
  const timeouts = common.timeout_settings;
  const telemetry = plugins.telemetry.config;
  const auditLog = common.audit_log === '-' ? '-' : resolve(configDir, common.audit_log ?? DEFAULT_AUDIT_LOG);
  return Object.freeze({
    logLevel: LOG_LEVELS[common.enkrypt_log_level],
    allowedHosts: Object.freeze([...common.allowed_hosts]),
    trustedProxies: common.trusted_proxies.length === 0 ? null : new AddressList(common.trusted_proxies),
    timeouts: Object.freeze({
      defaultMs: timeouts.default_timeout * SECOND,
      guardrailMs: timeouts.guardrail_timeout * SECOND,
      authMs: timeouts.auth_timeout * SECOND,
      toolExecutionMs: timeouts.tool_execution_timeout * SECOND,
      maxTotalMs: timeouts.max_total_timeout * SECOND,
      discoveryMs: timeouts.discovery_timeout * SECOND,
      cacheMs: timeouts.cache_timeout * SECOND,
      connectivityMs: timeouts.connectivity_timeout * SECOND,
      escalation: Object.freeze({
        warn: timeouts.escalation_policies.warn_threshold,
        timeout: timeouts.escalation_policies.timeout_threshold,
        fail: timeouts.escalation_policies.fail_threshold,
      }),
    }),
    toolCacheTtlMs: common.enkrypt_tool_cache_expiration * HOUR,
    gatewayCacheTtlMs: common.enkrypt_gateway_cache_expiration * HOUR,
    externalCache,
    auditLog,
    audit: Object.freeze({
      keyFile: `${auditLog === '-' ? resolve(configDir, DEFAULT_AUDIT_LOG) : auditLog}.key`,
      checkpointLines: common.audit.checkpoint_lines,
      checkpointMs: common.audit.checkpoint_seconds * SECOND,
      maxFileBytes: common.audit.max_file_bytes,
      maxFiles: common.audit.max_files,
      postgres: common.audit.postgres,
      otelLogs: common.audit.otel_logs,
    }),
    adminApiDocs: common.admin_api_docs,
    adminApi: Object.freeze({
      allowedCommands: Object.freeze([...common.admin_api.allowed_commands]),
      allowedPaths: Object.freeze([...common.admin_api.allowed_paths]),
      allowedUpstreamHosts: Object.freeze([...common.admin_api.allowed_upstream_hosts]),
    }),
    failedKeysPerMinute: common.failed_keys_per_minute,
    publicUrl: publicUrlOf(common),
    clientSessionIdleMs: common.client_session_idle_minutes * MINUTE,
    upstreamIdleMs: common.upstream_idle_minutes * MINUTE,
    maxUpstreamSessions: common.max_upstream_sessions,
    maxStdioChildren: common.max_stdio_children,
    telemetry: Object.freeze({
      enabled: telemetry.enabled,
      url: telemetry.url,
      insecure: telemetry.insecure,
      serviceName: telemetry.service_name,
      jobName: telemetry.job_name,
      sampleRatio: telemetry.sample_ratio,
      logs: telemetry.logs,
    }),
  });
}

function publicUrlOf({ public_url: own, inbound_oauth: inbound }: CommonSection): string | null {
  const named = own ?? inbound?.resource;
  return named === undefined ? null : new URL(named).origin;
}
