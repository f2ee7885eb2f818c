import { describe, expect, it } from '@jest/globals';
import { changed, type Json, load, problemsOf, sampleConfig, server, snapshotOf, STORED_KEY } from './sample-config.js';

type Rule = readonly [path: readonly (string | number)[], value: Json | undefined, at: string, message: RegExp];

const common = (name: string): string[] => ['common_mcp_gateway_config', name];
const S = 'mcp_configs.c1.mcp_config[0]';
const C = 'common_mcp_gateway_config';

const REFUSED: readonly Rule[] = [
  [['surprise'], 1, 'surprise', /^unknown key/],
  [common('enkrypt_log_levle'), 'INFO', `${C}.enkrypt_log_levle`, /^unknown key/],
  [common('enkrypt_log_level'), 'LOUD', `${C}.enkrypt_log_level`, /^must be one of "DEBUG", "INFO".*, not "LOUD"$/],
  [common('allowed_hosts'), ['https://x.example'], `${C}.allowed_hosts[0]`, /HOST or HOST:PORT/],
  [common('allowed_hosts'), ['x.example:70000'], `${C}.allowed_hosts[0]`, /HOST or HOST:PORT/],
  [common('allowed_hosts'), ['*'], `${C}.allowed_hosts[0]`, /wildcard/],
  [[...common('timeout_settings'), 'default_timeout'], 0, `${C}.timeout_settings.default_timeout`, /more than 0/],
  [
    [...common('timeout_settings'), 'default_timeout'],
    '30',
    `${C}.timeout_settings.default_timeout`,
    /^must be a number, not a string$/,
  ],
  [
    [...common('timeout_settings'), 'guardrail_timeout'],
    1e9,
    `${C}.timeout_settings.guardrail_timeout`,
    /at most 86400, not 1000000000$/,
  ],
  [common('max_stdio_children'), 1.5, `${C}.max_stdio_children`, /whole number/],
  [
    common('enkrypt_use_remote_mcp_config'),
    true,
    `${C}.enkrypt_use_remote_mcp_config`,
    /^not supported yet; set it to false/,
  ],
  [common('enkrypt_mcp_use_external_cache'), 'yes', `${C}.enkrypt_mcp_use_external_cache`, /^must be a boolean/],
  [common('enkrypt_cache_port'), 0, `${C}.enkrypt_cache_port`, /at least 1/],
  [common('enkrypt_cache_db'), -1, `${C}.enkrypt_cache_db`, /at least 0/],
  [common('enkrypt_cache_prefix'), 'a:b', `${C}.enkrypt_cache_prefix`, /^must be 1 to 64 letters/],
  [common('sandbox'), { enabled: true }, `${C}.sandbox.enabled`, /^not supported yet/],
  [common('session_pool_enabled'), true, `${C}.session_pool_enabled`, /^not supported yet/],
  [common('session_pool_ttl'), 300, `${C}.session_pool_ttl`, /^not supported yet/],
  [['gateways'], {}, 'gateways', /older form.*mcp_configs/],
  [
    server('tool_guardrails_policy'),
    { enabled: true, policy_name: 'x', block: [] },
    `${S}.tool_guardrails_policy.policy_name`,
    /^no such policy/,
  ],
  [
    server('tool_guardrails_policy'),
    { enabled: true, policy_name: 'default', block: ['rudeness'] },
    `${S}.tool_guardrails_policy.block[0]`,
    /^unknown detector/,
  ],
  [server('enable_server_info_validation'), true, `${S}.enable_server_info_validation`, /enable that policy too/],
  [server('sandbox'), { enabled: true }, `${S}.sandbox.enabled`, /^not supported yet/],
  [['plugins', 'auth'], { provider: 'enkrypt' }, 'plugins.auth.provider', /^not supported yet/],
  [['plugins', 'auth'], { provider: 'ldap' }, 'plugins.auth.provider', /^must be one of/],
  [
    ['plugins', 'auth'],
    { config: { use_remote_config: true } },
    'plugins.auth.config.use_remote_config',
    /^not supported yet/,
  ],
  [
    ['plugins', 'guardrails', 'provider'],
    'openai',
    'plugins.guardrails.provider',
    /^must be one of "local", "enkrypt"/,
  ],
  [['plugins', 'guardrails', 'provider'], 'other', 'plugins.guardrails.provider', /enkrypt/],
  [['plugins', 'telemetry'], { config: { url: 'localhost' } }, 'plugins.telemetry.config.url', /http or https URL/],
  [server('server_name'), '', `${S}.server_name`, /^must not be empty$/],
  [server('server_name'), undefined, `${S}.server_name`, /^is required \(string\)$/],
  [server('server_name'), 'remote', 'mcp_configs.c1.mcp_config[1].server_name', /same name as mcp_config\[0\]/],
  [server('affinity'), 'global', `${S}.affinity`, /^must be one of "principal", "session", "shared"/],
  [server('tools'), { a: 1 }, `${S}.tools.a`, /^must be a string, not a number$/],
  [server('tools'), ['a'], `${S}.tools`, /^must be an object, not an array$/],
  [server('config'), {}, `${S}.config`, /either command .* or url/],
  [server('config'), { command: 'a', url: 'http://a' }, `${S}.config`, /either command .* or url/],
  [server('config'), { command: 'a', headers: {} }, `${S}.config.headers`, /belongs to a server with url/],
  [server('config'), { url: 'http://a', env: {} }, `${S}.config.env`, /belongs to a server with command/],
  [
    server('config'),
    { url: 'http://a', transport: 'ws' },
    `${S}.config.transport`,
    /^must be one of "streamable-http", "sse"/,
  ],
  [server('config'), { command: 'a', comand: 'b' }, `${S}.config.comand`, /^unknown key/],
  [server('config'), { command: 'a', env: { 'A=B': 'c' } }, `${S}.config.env["A=B"]`, /environment variable/],
  [server('config'), { command: 'a', args: ['b\0c'] }, `${S}.config.args[0]`, /NUL/],
  [server('config'), { url: 'ftp://a/' }, `${S}.config.url`, /http or https/],
  [server('config'), { url: 'not a url' }, `${S}.config.url`, /is not a URL/],
  [server('config'), { url: 'https://me:pw@a/' }, `${S}.config.url`, /user name or password/],
  [server('config'), { url: 'http://a', headers: { 'a b': 'c' } }, `${S}.config.headers["a b"]`, /header name/],
  [
    server('config'),
    { url: 'http://a', headers: { A: 'c\r\nX: y' } },
    `${S}.config.headers.A`,
    /characters that HTTP does not allow/,
  ],
  [server('config'), { url: 'http://a', headers: { A: 'c', a: 'd' } }, `${S}.config.headers.a`, /given twice/],
  [
    server('config'),
    { url: 'http://a', headers: { 'Content-Length': '1' } },
    `${S}.config.headers.Content-Length`,
    /set by the gateway/,
  ],
  [server('created_at'), 'yesterday', `${S}.created_at`, /ISO 8601.*, not "yesterday"$/],
  [server('created_at'), '2026-02-30T00:00:00Z', `${S}.created_at`, /ISO 8601/],
  [['mcp_configs', 'c1', 'exposure'], 'hidden', 'mcp_configs.c1.exposure', /^must be one of "meta", "direct", "both"/],
  [['mcp_configs', 'bad id'], { mcp_config_name: 'x' }, 'mcp_configs["bad id"]', /letters, digits/],
  [['projects', 'p1', 'mcp_config_id'], 'gone', 'projects.p1.mcp_config_id', /no such entry in mcp_configs/],
  [['apikeys', STORED_KEY, 'expires_at'], 'soon', `apikeys.${STORED_KEY}.expires_at`, /ISO 8601/],
  [['apikeys', STORED_KEY, 'disabled'], 'yes', `apikeys.${STORED_KEY}.disabled`, /^must be a boolean, not a string$/],
  [['admin_apikey'], 'sha256:0123', 'admin_apikey', /sha256:<64 lower-case hex digits>.*config hash-keys/],
  [['admin_apikey'], `SHA256:${'A'.repeat(64)}`, 'admin_apikey', /sha256:<64 lower-case hex digits>/],
  [['admin_apikey'], '', 'admin_apikey', /1 to 1024 visible ASCII/],
  [['$schema'], 7, '$schema', /^must be a string, not a number$/],
  [
    ['plugins', 'guardrails', 'config', 'registration_validation'],
    {},
    'plugins.guardrails.config.registration_validation',
    /^not supported yet; remove it/,
  ],
];

const ACCEPTED: readonly (readonly [string, readonly (string | number)[], Json | undefined])[] = [
  ['no admin key', ['admin_apikey'], undefined],
  ['no plugins section', ['plugins', 'telemetry'], undefined],
  [
    'features switched off by name',
    ['common_mcp_gateway_config'],
    {
      enkrypt_use_remote_mcp_config: false,
      enkrypt_remote_mcp_gateway_name: 'x',
      enkrypt_remote_mcp_gateway_version: 'v1',
      enkrypt_mcp_use_external_cache: false,
      enkrypt_cache_host: 'localhost',
      enkrypt_cache_port: 6379,
      enkrypt_cache_db: 0,
      enkrypt_cache_password: null,
      enkrypt_async_input_guardrails_enabled: false,
      enkrypt_async_output_guardrails_enabled: false,
      sandbox: { enabled: false, runtime: 'docker' },
    },
  ],
  ['a server with everything off', server('oauth_config'), { enabled: false, OAUTH_CLIENT_ID: 'x' }],
  [
    'a disabled policy with names nobody knows',
    server('output_guardrails_policy'),
    {
      enabled: false,
      policy_name: 'Sample Airline Guardrail',
      additional_config: { relevancy: true, hallucination: true, adherence: true, relevancy_threshold: 0.7 },
      block: ['policy_violation', 'toxicity'],
    },
  ],
  [
    'a disabled tool policy',
    server('tool_guardrails_policy'),
    { enabled: false, policy_name: 'x', block: ['rudeness'] },
  ],
  ['a loopback URL', server('config'), { url: 'http://127.0.0.1:9000/mcp', transport: 'sse' }],
  ['a local time as the reference writes it', server('created_at'), '2025-07-16T17:02:00.406877'],
  ['the reference auth section', ['plugins', 'auth'], { provider: 'local_apikey', config: {} }],
  ['a project without a config', ['projects', 'p1', 'mcp_config_id'], null],
];

describe('config schema', () => {
  it('accepts the full sample', () => {
    expect(problemsOf(sampleConfig())).toEqual([]);
  });

  it.each(REFUSED)('refuses %j = %j and names the place', (path, value, at, message) => {
    const problems = problemsOf(changed(path, value));
    expect(problems.map((problem) => problem.path)).toEqual([at]);
    expect(problems[0]?.message).toMatch(message);
  });

  it.each(ACCEPTED)('accepts %s', (_name, path, value) => {
    expect(problemsOf(changed(path, value))).toEqual([]);
  });

  it('reports every problem at once, those between the parts included', () => {
    const config = changed(['surprise'], true) as Record<string, Record<string, Record<string, Json>>>;
    Object.assign(config.projects?.p1 ?? {}, { mcp_config_id: 'gone' });
    Object.assign(config.common_mcp_gateway_config ?? {}, { enkrypt_log_level: 'LOUD' });
    const servers = config.mcp_configs?.c1?.mcp_config as Record<string, Json>[];
    Object.assign(servers[0] ?? {}, { server_name: 7 });
    Object.assign(servers[1] ?? {}, { config: { url: '${env:MISSING}' } });
    const paths = problemsOf(config).map((problem) => problem.path);
    expect(paths).toEqual(
      expect.arrayContaining([
        'surprise',
        'common_mcp_gateway_config.enkrypt_log_level',
        'mcp_configs.c1.mcp_config[0].server_name',
        'mcp_configs.c1.mcp_config[1].config.url',
        'projects.p1.mcp_config_id',
      ]),
    );
  });

  it('loads the default config of the reference: every policy off, names this build lacks', () => {
    const off = {
      enabled: false,
      policy_name: 'Sample Airline Guardrail',
      additional_config: { pii_redaction: false },
      block: [
        'policy_violation',
        'injection_attack',
        'topic_detector',
        'nsfw',
        'toxicity',
        'pii',
        'keyword_detector',
        'bias',
      ],
    };
    const config = changed(server('input_guardrails_policy'), off) as Record<string, Json>;
    config.plugins = {
      auth: { provider: 'local_apikey', config: {} },
      guardrails: {
        provider: 'enkrypt',
        config: { api_key: 'YOUR_ENKRYPT_API_KEY', base_url: 'https://api.enkryptai.com' },
      },
      telemetry: {
        provider: 'opentelemetry',
        config: { enabled: false, url: 'http://localhost:4317', insecure: true },
      },
    };
    expect(snapshotOf(config).configs.get('c1')?.servers.get('echo')?.inputPolicy).toBeNull();
  });

  it('turns the units of the file into milliseconds', () => {
    const { settings } = snapshotOf(
      changed(['common_mcp_gateway_config'], {
        enkrypt_log_level: 'WARNING',
        enkrypt_tool_cache_expiration: 0.5,
        timeout_settings: { tool_execution_timeout: 2.5 },
        client_session_idle_minutes: 1,
        audit_log: 'logs/a.jsonl',
      }),
    );
    expect(settings).toMatchObject({
      logLevel: 'warn',
      toolCacheTtlMs: 1_800_000,
      gatewayCacheTtlMs: 86_400_000,
      timeouts: { toolExecutionMs: 2500, defaultMs: 30_000, guardrailMs: 15_000, discoveryMs: 20_000 },
      clientSessionIdleMs: 60_000,
      upstreamIdleMs: 600_000,
      maxUpstreamSessions: 256,
      maxStdioChildren: 64,
      auditLog: '/etc/gateway/logs/a.jsonl',
      adminApiDocs: true,
    });
  });

  it('keeps the audit log beside the config file, or on the standard stream when asked', () => {
    expect(snapshotOf(sampleConfig()).settings.auditLog).toBe('/etc/gateway/audit.jsonl');
    expect(snapshotOf(changed(['common_mcp_gateway_config', 'audit_log'], '-')).settings.auditLog).toBe('-');
  });

  it('freezes what it hands out', () => {
    const snapshot = snapshotOf(sampleConfig());
    const entry = snapshot.configs.get('c1')?.servers.get('echo');
    for (const value of [
      snapshot,
      snapshot.settings,
      snapshot.settings.timeouts,
      entry,
      entry?.connection,
      entry?.inputPolicy,
    ]) {
      expect(Object.isFrozen(value)).toBe(true);
    }
  });

  it('loads an empty object, and warns that nobody can connect', () => {
    const result = load({});
    expect(result.ok && result.snapshot.warnings.map((warning) => warning.path)).toEqual(['apikeys']);
  });
});
