import { describe, expect, it } from '@jest/globals';
import { MAX_SERIES } from '../../../src/telemetry/instruments.js';
import { CALL_OUTCOMES, Metrics } from '../../../src/telemetry/metrics.js';
import { prometheusText } from '../../../src/telemetry/prometheus.js';

describe('Metrics', () => {
  it('counts a call once per meaning of its outcome', () => {
    const metrics = new Metrics();
    for (const outcome of CALL_OUTCOMES) metrics.toolCall('echo', outcome, 3);
    expect(metrics.snapshot()).toMatchObject({
      enkrypt_tool_calls_total: 8,
      enkrypt_tool_call_duration_seconds: 8,
      enkrypt_tool_call_success_total: 1,
      enkrypt_tool_call_failure_total: 5,
      enkrypt_tool_call_errors_total: 1,
      enkrypt_tool_call_blocked_total: 2,
    });
  });

  it('tells a detector that blocked from one that only reported', () => {
    const metrics = new Metrics();
    metrics.detection('input', 'pii', false);
    metrics.detection('input', 'keyword_detector', true);
    metrics.detection('output', 'keyword_detector', true);
    expect(metrics.snapshot()).toMatchObject({
      enkrypt_policy_detections_total: 3,
      enkrypt_guardrail_violations_total: 2,
      enkrypt_input_guardrail_violations_total: 1,
      enkrypt_output_guardrail_violations_total: 1,
    });
  });

  it('does not grow with the number of names', () => {
    const metrics = new Metrics();
    for (let i = 0; i < 3 * MAX_SERIES; i++) {
      metrics.toolCall(`server-${String(i)}`, 'success', 1);
      metrics.authFailure.add(1, `reason-${String(i)}`);
    }
    expect(metrics.snapshot().enkrypt_tool_calls_total).toBe(3 * MAX_SERIES);
    expect(metrics.snapshot().enkrypt_auth_failure_total).toBe(3 * MAX_SERIES);
    for (const instrument of metrics.instruments())
      expect(instrument.samples().length).toBeLessThanOrEqual(MAX_SERIES + 1);
  });

  it('counts violations of relevancy, adherence and hallucination by the names of the reference', () => {
    const metrics = new Metrics();
    for (const detector of ['relevancy', 'adherence', 'hallucination']) {
      metrics.detection('output', detector, true);
      metrics.detection('output', detector, false);
    }
    expect(metrics.snapshot()).toMatchObject({
      enkrypt_relevancy_violations_total: 1,
      enkrypt_adherence_violations_total: 1,
      enkrypt_hallucination_violations_total: 1,
    });
  });

  it('counts by project, and tells how many users called without naming them', () => {
    const metrics = new Metrics();
    for (const user of ['user-a', 'user-b', 'user-a']) metrics.projects.ended('p1', user, 'success');
    const text = prometheusText(metrics.instruments());
    expect(text).toContain('gateway_project_calls_total{project_id="p1",outcome="success"} 3\n');
    expect(text).toContain('\nenkrypt_active_users 2\n');
    expect(text).not.toContain('user-a');
  });

  it('calls a server down when one of its links is, and says nothing of one that nobody uses', () => {
    const metrics = new Metrics();
    metrics.upstreams.source = () => [
      { server: 'a', status: 'up', sessions: 2 },
      { server: 'a', status: 'down', sessions: 0 },
      { server: 'b', status: 'up', sessions: 1 },
      { server: 'c', status: 'idle', sessions: 0 },
    ];
    const text = prometheusText(metrics.instruments());
    expect(text).toContain('gateway_upstream_up{server_name="a"} 0\n');
    expect(text).toContain('gateway_upstream_up{server_name="b"} 1\n');
    expect(text).not.toContain('gateway_upstream_up{server_name="c"}');
  });

  it('tells what the cap on series hides', () => {
    const metrics = new Metrics();
    for (let i = 0; i < MAX_SERIES + 7; i++) {
      metrics.authFailure.add(1, `reason-${String(i)}`);
      metrics.toolCall(`server-${String(i)}`, 'success', 1);
    }
    const text = prometheusText(metrics.instruments());
    for (const metric of ['enkrypt_auth_failure_total', 'enkrypt_tool_calls_total'])
      expect(text).toContain(`gateway_metric_series_overflow_total{metric="${metric}"} 7\n`);
  });

  it('takes __proto__ as a server name like any other', () => {
    const metrics = new Metrics();
    metrics.toolCall('__proto__', 'success', 1);
    expect(prometheusText(metrics.instruments())).toContain(
      'enkrypt_tool_calls_total{server_name="__proto__",outcome="success"} 1\n',
    );
  });

  it('asks a gauge for its value at the time of reading', () => {
    const metrics = new Metrics();
    let sessions = 1;
    metrics.activeSessions.source = () => sessions;
    sessions = 5;
    expect(metrics.snapshot().enkrypt_active_sessions).toBe(5);
  });
});

describe('prometheusText', () => {
  it('writes cumulative buckets, sum and count', () => {
    const metrics = new Metrics();
    for (const ms of [0.5, 1, 3, 700, 100_000]) metrics.toolCall('echo', 'success', ms);
    const text = prometheusText(metrics.instruments());
    const name = 'enkrypt_tool_call_duration_seconds';
    for (const [le, count] of [
      ['0.001', 2],
      ['0.0025', 2],
      ['0.005', 3],
      ['0.5', 3],
      ['1', 4],
      ['60', 4],
      ['+Inf', 5],
    ]) {
      expect(text).toContain(`${name}_bucket{server_name="echo",le="${String(le)}"} ${String(count)}\n`);
    }
    expect(text).toContain(`${name}_sum{server_name="echo"} 100.7045\n`);
    expect(text).toContain(`${name}_count{server_name="echo"} 5\n`);
  });

  it('escapes label values, so that each sample stays on its own line', () => {
    const metrics = new Metrics();
    metrics.toolCall('a"b\\c\nd', 'success', 1);
    const text = prometheusText(metrics.instruments());
    expect(text).toContain('{server_name="a\\"b\\\\c\\nd",outcome="success"} 1\n');
    for (const line of text.trimEnd().split('\n')) expect(line).toMatch(/^(# (HELP|TYPE) |[a-z_]+(\{.*\})? \d)/);
  });

  it('shows counters without labels from the start', () => {
    expect(prometheusText(new Metrics().instruments())).toContain('\nenkrypt_cache_hits_total 0\n');
  });
});
