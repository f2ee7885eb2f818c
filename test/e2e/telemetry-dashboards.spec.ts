import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'yaml';
import { eventually, ROOT, TestGateway } from '../support/gateway.js';
import { prometheusProgram, TestPrometheus } from '../support/prometheus.js';
import { JSON_HEADERS } from '../support/answers.js';
import { RawSession, send } from '../support/raw-http.js';
import { ScriptedAuthorizationServer } from '../support/scripted-authorization-server.js';
import { TokenUpstream } from '../support/token-upstream.js';
import { stdioServer } from '../support/upstreams.js';

jest.setTimeout(120_000);

const DASHBOARDS = join(ROOT, 'infra', 'grafana', 'dashboards');
const RULES = join(ROOT, 'infra', 'prometheus', 'alerts', 'gateway.yml');
const RULE_TESTS = join(ROOT, 'infra', 'prometheus', 'tests', 'gateway.test.yml');
const BANNED = 'the forbidden phrase';
const POLICIES = { team: { detectors: { keyword_detector: { banned_keywords: [BANNED, 'Bearer'] }, pii: {} } } };
const GUARDED = {
  input_guardrails_policy: {
    enabled: true,
    policy_name: 'team',
    block: ['keyword_detector'],
    additional_config: { pii_redaction: true },
  },
  output_guardrails_policy: { enabled: true, policy_name: 'team', block: ['keyword_detector'] },
};
/** Nobody listens on port 1 of loopback. */
const NOBODY = 'http://127.0.0.1:1';

/** Counted for what this traffic has not: the unit tests of Metrics and test/e2e/timeouts-liveness.spec.ts drive them. */
const NOT_DRIVEN = new Set([
  'enkrypt_relevancy_violations_total',
  'enkrypt_adherence_violations_total',
  'enkrypt_hallucination_violations_total',
  'enkrypt_timeout_escalation_fail',
]);
const REFERENCE = [
  'enkrypt_list_all_servers_calls enkrypt_servers_discovered enkrypt_cache_hits_total enkrypt_cache_misses_total',
  'enkrypt_tool_calls_total enkrypt_tool_call_duration_seconds enkrypt_timeout_operations_total',
  'enkrypt_timeout_operations_successful enkrypt_timeout_operations_timed_out enkrypt_timeout_operations_cancelled',
  'enkrypt_timeout_escalation_warn enkrypt_timeout_escalation_timeout enkrypt_timeout_escalation_fail',
  'enkrypt_timeout_operation_duration_seconds enkrypt_timeout_active_operations enkrypt_api_requests_total',
  'enkrypt_api_request_duration_seconds enkrypt_guardrail_violations_total enkrypt_tool_call_success_total',
  'enkrypt_tool_call_failure_total enkrypt_tool_call_errors_total enkrypt_tool_call_blocked_total',
  'enkrypt_auth_success_total enkrypt_auth_failure_total enkrypt_active_sessions enkrypt_active_users',
  'enkrypt_pii_redactions_total enkrypt_input_guardrail_violations_total enkrypt_output_guardrail_violations_total',
  'enkrypt_relevancy_violations_total enkrypt_adherence_violations_total enkrypt_hallucination_violations_total',
].flatMap((line) => line.split(' '));

interface RuleTests {
  readonly tests: readonly {
    readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts: readonly unknown[] }[];
  }[];
}

interface Dashboard {
  readonly title: string;
  readonly templating: { readonly list: readonly { readonly name: string }[] };
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
}
const dashboards = readdirSync(DASHBOARDS).map(
  (name) => JSON.parse(readFileSync(join(DASHBOARDS, name), 'utf8')) as Dashboard,
);
const panels = dashboards.flatMap(({ title, templating, panels: all }) =>
  all.flatMap((panel) =>
    panel.targets.map(({ expr }) => ({ name: `${title} / ${panel.title}`, expr: resolved(expr, templating.list) })),
  ),
);

/** With every variable at "All". */
function resolved(expr: string, variables: readonly { readonly name: string }[]): string {
  const known = variables.reduce((text, { name }) => text.replaceAll(`$${name}`, '.*'), expr);
  return known.replaceAll('$__rate_interval', '60s');
}

let gateway: TestGateway;
let exposition = '';

async function scrape(): Promise<string> {
  const headers = ['Authorization', `Bearer ${gateway.config.adminKey}`];
  return (await send(`${gateway.origin}/metrics`, { method: 'GET', headers })).text;
}

/** Some of everything that the dashboards show. */
async function drive(session: RawSession): Promise<void> {
  const call = (tool: string, message = 'hello'): Promise<unknown> => session.call(tool, { message });
  await session.call('enkrypt_list_all_servers');
  for (let n = 0; n < 2; n++) await session.call('enkrypt_discover_all_tools', { server_name: 'good' });
  await call('good__echo');
  await call('good__echo', BANNED);
  await call('good__echo', 'write to jane.doe@example.com');
  await call('oauth__whoami');
  await Promise.all([call('wrong__echo'), call('dead__echo'), call('untold__whoami')]);
  const hanging = call('hangs__echo');
  await eventually(scrape, (text) => /^enkrypt_timeout_active_operations [1-9]/m.test(text), 15_000);
  active = true;
  await hanging;
  const cancelled = session.call('hangs__echo', { message: 'x' }, 'given-up');
  await eventually(scrape, (text) => /^enkrypt_timeout_active_operations [1-9]/m.test(text), 15_000);
  await session.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'given-up' } });
  await Promise.race([cancelled.catch(() => undefined), eventually(scrape, isCancelled, 15_000)]);
  await send(gateway.url, { headers: ['apikey', 'wrong', ...JSON_HEADERS], body: '{}' });
  const headers = ['Authorization', `Bearer ${gateway.config.adminKey}`];
  await send(`${gateway.origin}/api/v1/config/status`, { method: 'GET', headers });
}

let active = false;
const isCancelled = (text: string): boolean => /^enkrypt_timeout_operations_cancelled [1-9]/m.test(text);

const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const [authorization, upstream] = await Promise.all([ScriptedAuthorizationServer.start(), TokenUpstream.start()]);
  closers.push(
    () => authorization.close(),
    () => upstream.close(),
  );
  const client = { enabled: true, OAUTH_CLIENT_ID: 'gateway', OAUTH_CLIENT_SECRET: 'not-a-secret' };
  const oauth = { ...client, OAUTH_TOKEN_URL: authorization.tokenUrl };
  gateway = await TestGateway.start({
    projects: [
      {
        servers: [
          stdioServer('good', [], GUARDED),
          stdioServer('wrong', ['--mode', 'error-result']),
          stdioServer('hangs', ['--mode', 'hang']),
          { name: 'dead', config: { url: `${NOBODY}/mcp` }, extra: { tools: { echo: 'Says it again.' } } },
          { name: 'oauth', config: { url: upstream.url }, extra: { oauth_config: oauth, ...GUARDED } },
          {
            name: 'untold',
            config: { url: upstream.url },
            extra: { oauth_config: { ...client, OAUTH_TOKEN_URL: `${NOBODY}/token` } },
          },
        ],
      },
    ],
    policies: POLICIES,
    common: { timeout_settings: { tool_execution_timeout: 2 } },
  });
  closers.push(() => gateway.stop());
  const session = await RawSession.open(gateway.url, gateway.key());
  await session.request('tools/list');
  await drive(session);
  exposition = await scrape();
});

afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

describe('/metrics', () => {
  it('has every metric of the reference, recorded by real traffic', () => {
    const missing = REFERENCE.filter(
      (name) => !exposition.includes(`\n# TYPE ${name} `) && !exposition.startsWith(`# HELP ${name} `),
    );
    expect(missing).toEqual([]);
    const silent = REFERENCE.filter(
      (name) => !NOT_DRIVEN.has(name) && name !== 'enkrypt_timeout_active_operations',
    ).filter((name) => !new RegExp(`^${name}(_count)?(\\{.*\\})? (?!0$)[0-9.e+-]+$`, 'm').test(exposition));
    expect(silent).toEqual([]);
    expect(active).toBe(true);
  });

  it('has every metric that a panel or an alert names', () => {
    const expressions = [...panels.map(({ expr }) => expr), readFileSync(RULES, 'utf8')].join('\n');
    const named = new Set(expressions.match(/\b(enkrypt|gateway)_[a-z_]+\b/g));
    const known = new Set([...exposition.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    const unknown = [...named].filter(
      (name) => !known.has(name) && !known.has(name.replace(/_(bucket|count|sum)$/, '')),
    );
    expect(unknown).toEqual([]);
  });
});

describe('alerts', () => {
  const names = [...readFileSync(RULES, 'utf8').matchAll(/- alert: (\S+)/g)].map(([, name = '']) => name);

  it('have a runbook each, at the address that they name', () => {
    const runbooks = readFileSync(join(ROOT, 'docs', 'operations.md'), 'utf8');
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !runbooks.includes(`\n### ${name}\n`))).toEqual([]);
    const rules = readFileSync(RULES, 'utf8');
    expect(names.filter((name) => !rules.includes(`#${name.toLowerCase()}`))).toEqual([]);
  });

  it('are rules that promtool takes, and that fire when they should', () => {
    const promtool = toolFor('promtool');
    if (promtool === undefined) return;
    execFileSync(promtool, ['check', 'rules', RULES]);
    execFileSync(promtool, ['test', 'rules', RULE_TESTS]);
  });

  it('are each seen silent and seen firing by these tests', () => {
    const { tests } = parse(readFileSync(RULE_TESTS, 'utf8')) as RuleTests;
    const cases = tests.flatMap(({ alert_rule_test: all }) => all);
    const seen = (isFiring: boolean): string[] =>
      cases.filter(({ exp_alerts: alerts }) => alerts.length > 0 === isFiring).map(({ alertname }) => alertname);
    expect(names.filter((name) => !seen(true).includes(name))).toEqual([]);
    expect(names.filter((name) => !seen(false).includes(name))).toEqual([]);
  });
});

describe('dashboards', () => {
  it('show data in every panel', async () => {
    if (toolFor('prometheus') === undefined) return;
    const prometheus = await TestPrometheus.start(gateway.origin, gateway.config.adminKey);
    try {
      const session = await RawSession.open(gateway.url, gateway.key());
      const scrapes = 'count_over_time(up{job="secure-mcp-gateway"}[5m])';
      const seen = async (): Promise<number> => Number((await prometheus.query(scrapes))[0]?.value[1] ?? 0);
      await eventually(seen, (count) => count >= 2, 30_000);
      await drive(session);
      const before = await seen();
      await eventually(seen, (count) => count >= before + 2, 30_000);
      const empty: string[] = [];
      for (const { name, expr } of panels) {
        const samples = await prometheus.query(expr);
        if (!samples.some(({ value }) => value[1] !== 'NaN')) empty.push(`${name}: ${expr}`);
      }
      expect(empty).toEqual([]);
    } finally {
      await prometheus.stop();
    }
  });
});

/** Undefined where the package is missing, which CI may not be. */
function toolFor(name: 'prometheus' | 'promtool'): string | undefined {
  const program = prometheusProgram(name);
  if (program === undefined) {
    if (process.env.CI === 'true') throw new Error(`${name} is missing: install the Debian package prometheus`);
    process.stderr.write(`skipped: ${name} is not installed\n`);
  }
  return program;
}
