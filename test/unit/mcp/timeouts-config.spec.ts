import { describe, expect, it } from '@jest/globals';
import { changed, type Json, problemsOf, sampleConfig, server, snapshotOf } from '../config/sample-config.js';

const SETTINGS = 'common_mcp_gateway_config.timeout_settings';
const POLICIES = `${SETTINGS}.escalation_policies`;
const S = 'mcp_configs.c1.mcp_config[0]';

const thresholds = (warn_threshold: Json, timeout_threshold: Json, fail_threshold: Json): Json =>
  changed(POLICIES.split('.'), { warn_threshold, timeout_threshold, fail_threshold });

describe('escalation thresholds', () => {
  it.each([
    [0.8, 1, 1.2],
    [0.5, 0.8, 1],
    [0.9, 1.2, 1.5],
    [1, 1, 1],
    [10, 10, 10],
  ])('%d, %d, %d are taken over without a warning', (warn, timeout, fail) => {
    const snapshot = snapshotOf(thresholds(warn, timeout, fail));
    expect(snapshot.warnings).toEqual([]);
    expect(snapshot.settings.timeouts.escalation).toEqual({ warn, timeout, fail });
    expect(Object.isFrozen(snapshot.settings.timeouts.escalation)).toBe(true);
  });

  it.each([
    [1.1, 1, 1.2, 'warn_threshold', /^must be at most timeout_threshold \(1\)$/],
    [0.8, 1.3, 1.2, 'timeout_threshold', /^must be at most fail_threshold \(1\.2\)$/],
    [0, 1, 1.2, 'warn_threshold', /more than 0/],
    [-1, 1, 1.2, 'warn_threshold', /more than 0/],
    [0.8, 1, 11, 'fail_threshold', /at most 10/],
    ['0.8', 1, 1.2, 'warn_threshold', /must be a number/],
  ] as const)('%p, %p, %p are refused', (warn, timeout, fail, key, message) => {
    const [problem, ...more] = problemsOf(thresholds(warn, timeout, fail));
    expect(more).toEqual([]);
    expect(problem?.path).toBe(`${POLICIES}.${key}`);
    expect(problem?.message).toMatch(message);
  });

  it('are compared with the defaults of those that were left out', () => {
    const [problem] = problemsOf(changed(POLICIES.split('.'), { warn_threshold: 1.1 }));
    expect(problem).toEqual({
      path: `${POLICIES}.warn_threshold`,
      message: 'must be at most timeout_threshold (1)',
    });
  });
});

describe('limits of a server', () => {
  const withLimits = (settings: Json | undefined, tools: Json | undefined, allowed?: Json): Json => {
    const config = changed(server('timeout_settings'), settings) as never as Record<string, never>;
    const entry = (config as never as { mcp_configs: { c1: { mcp_config: Record<string, Json>[] } } }).mcp_configs.c1
      .mcp_config[0]!;
    if (tools !== undefined) entry.tool_timeouts = tools;
    if (allowed !== undefined) entry.tools = allowed;
    return config;
  };

  it('are milliseconds, and what is left out is undefined', () => {
    const config = withLimits({ tool_execution_timeout: 2.5, guardrail_timeout: 1 }, { slow: 300, __proto_: 0.001 });
    expect(snapshotOf(config).configs.get('c1')?.servers.get('echo')?.timeouts).toEqual({
      toolExecutionMs: 2_500,
      discoveryMs: undefined,
      guardrailMs: 1_000,
      tools: new Map([
        ['slow', 300_000],
        ['__proto_', 1],
      ]),
    });
  });

  it('are absent for a server that has none', () => {
    expect(snapshotOf(sampleConfig()).configs.get('c1')?.servers.get('echo')).not.toHaveProperty('timeouts');
  });

  it.each<readonly [Json | undefined, Json | undefined, string, RegExp]>([
    [{ tool_execution_timeout: 0 }, undefined, `${S}.timeout_settings.tool_execution_timeout`, /more than 0/],
    [{ discovery_timeout: 86_401 }, undefined, `${S}.timeout_settings.discovery_timeout`, /at most 86400/],
    [{ guardrail_timeout: '1' }, undefined, `${S}.timeout_settings.guardrail_timeout`, /must be a number/],
    [{ cache_timeout: 1 }, undefined, `${S}.timeout_settings.cache_timeout`, /unknown key/],
    [{ escalation_policies: {} }, undefined, `${S}.timeout_settings.escalation_policies`, /unknown key/],
    [undefined, { slow: -1 }, `${S}.tool_timeouts.slow`, /more than 0/],
    [undefined, { slow: null }, `${S}.tool_timeouts.slow`, /must be a number/],
    [undefined, 5, `${S}.tool_timeouts`, /must be an object/],
  ])('%j %j are refused by path', (settings, tools, path, message) => {
    const [problem, ...more] = problemsOf(withLimits(settings, tools));
    expect(more).toEqual([]);
    expect(problem?.path).toBe(path);
    expect(problem?.message).toMatch(message);
  });

  it('for a tool that the allow-list leaves out are a warning', () => {
    const { warnings } = snapshotOf(withLimits(undefined, { echo: 1, ehco: 1 }, { echo: 'allowed' }));
    expect(warnings).toEqual([
      { path: `${S}.tool_timeouts.ehco`, message: 'has no effect: tools does not list this tool' },
    ]);
  });

  it('leave the link to the server alone: only its connection makes a new one', () => {
    const hash = (config: Json): string | undefined =>
      snapshotOf(config).configs.get('c1')?.servers.get('echo')?.configHash;
    expect(hash(withLimits({ tool_execution_timeout: 1 }, { slow: 1 }))).toBe(hash(sampleConfig()));
  });
});
