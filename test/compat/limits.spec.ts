import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { TestGateway } from '../support/gateway.js';
import { CallRecords, stdioServer } from '../support/upstreams.js';
import { common, configState, refusedChange, withConfig } from './support/config-changes.js';
import { at, type Json, MetaClient } from './support/meta-client.js';

// Rows of the reference's own integration tests (compatibility contract, §10.2), each by its name: time limits and thresholds.

jest.setTimeout(40_000);

const POLICIES = { team: { detectors: { keyword_detector: { banned_keywords: ['project x'] }, pii: {} } } };
const GUARDED = { input_guardrails_policy: { enabled: true, policy_name: 'team', block: ['keyword_detector'] } };
/** Looking through this much text takes many times a millisecond. */
const LARGE_TEXT = 'lorem ipsum 12 dolor '.repeat(150_000);
const MUCH_TOO_LONG_MS = 8000;

const records = new CallRecords();
let gateway: TestGateway;
let client: MetaClient;

beforeAll(async () => {
  const servers = [
    stdioServer('echo', ['--record', records.path('echo')]),
    stdioServer('guarded', ['--record', records.path('guarded')], GUARDED),
    stdioServer('hangs', ['--mode', 'hang', '--record', records.path('hangs')]),
    stdioServer('silent', ['--mode', 'hang-init']),
  ];
  gateway = await TestGateway.start({ projects: [{ servers, exposure: 'meta' }], policies: POLICIES });
  client = await MetaClient.open(gateway);
  for (const server_name of ['echo', 'guarded', 'hangs'])
    await client.ok('enkrypt_discover_all_tools', { server_name });
});

afterAll(async () => {
  await gateway.stop();
  records.remove();
});

/** Runs `work` with one limit in force, in seconds. */
function withLimit<T>(name: string, seconds: number, work: () => Promise<T>): Promise<T> {
  const change = (json: Json): unknown => (common(json).timeout_settings = { [name]: seconds });
  return withConfig(gateway, client, change, async () => {
    const { timeout_config: limits } = await client.ok('enkrypt_get_timeout_metrics');
    expect((limits as Json)[name]).toBe(seconds);
    return work();
  });
}

const succeeds = async (): Promise<void> => {
  expect((await client.call('echo', 'echo', { message: 'in time' })).response).toBe('in time');
  expect((await client.call('guarded', 'echo', { message: 'in time' })).response).toBe('in time');
};

/** How long an action takes, in milliseconds. */
async function duration(action: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await action();
  return performance.now() - since;
}

describe('limits in seconds', () => {
  it.each([60, 300])('discovery_timeout_settings: with %d s, discovery succeeds', async (seconds) => {
    await withLimit('discovery_timeout', seconds, async () => {
      await client.ok('enkrypt_clear_cache', { server_name: 'echo' });
      const found = await client.ok('enkrypt_discover_all_tools', { server_name: 'echo' });
      expect(found).toMatchObject({ status: 'success', source: 'discovery' });
    });
  });

  it('discovery_timeout_settings: a server that never introduces itself is given up when the limit is over', async () => {
    await withLimit('discovery_timeout', 0.3, async () => {
      const took = await duration(async () => {
        const error = await client.refused('enkrypt_discover_all_tools', { server_name: 'silent' });
        expect(error).toMatchObject({ code: expect.stringMatching(/^TOOL_00[46]$/) as unknown });
        expect(error.context).toMatchObject({ server_name: 'silent' });
      });
      expect(took).toBeLessThan(MUCH_TOO_LONG_MS);
    });
  });

  it.each([30, 60, 120])('tool_execution_timeout_configuration: with %d s, calls succeed', async (seconds) => {
    await withLimit('tool_execution_timeout', seconds, succeeds);
  });

  it.each([0.3, 1])(
    'tool_execution_timeout_configuration: after %d s, a call that hangs is an error',
    async (seconds) => {
      await withLimit('tool_execution_timeout', seconds, async () => {
        const before = records.calls('hangs').length;
        const took = await duration(async () => {
          const element = await client.failing('hangs', 'echo', { message: 'x' });
          expect(element).toMatchObject({ status: 'error', error: { code: 'TOOL_004' } });
          expect(element.message).toContain(`${String(seconds)} s`);
        });
        expect(took).toBeGreaterThanOrEqual(seconds * 1000 - 5);
        expect(took).toBeLessThan(MUCH_TOO_LONG_MS);
        expect(records.calls('hangs')).toHaveLength(before + 1);
      });
    },
  );

  it.each([5, 15, 30])('guardrail_timeout_configuration: with %d s, guarded calls succeed', async (seconds) => {
    await withLimit('guardrail_timeout', seconds, async () => {
      await succeeds();
      expect(await client.failing('guarded', 'echo', { message: 'project x' })).toMatchObject({
        status: 'blocked_input',
      });
    });
  });

  it('guardrail_timeout_configuration: a check that is late is a refusal, and the server is not called', async () => {
    await withLimit('guardrail_timeout', 0.001, async () => {
      const before = records.calls('guarded').length;
      const element = await client.failing('guarded', 'echo', { message: LARGE_TEXT });
      expect(element).toMatchObject({
        status: 'error',
        error: { code: 'GUARD_005', recovery_strategy: 'fail_closed' },
      });
      expect(records.calls('guarded')).toHaveLength(before);
    });
  });

  it.each([
    ['cache_timeout_configuration', 'cache_timeout', [1, 5, 10]],
    ['default_timeout_configuration', 'default_timeout', [10, 30, 60]],
    ['auth_timeout_configuration', 'auth_timeout', [5, 10, 20]],
  ])('%s: is taken over and reported at several values, and calls succeed', async (_row, name, values) => {
    for (const seconds of values) {
      await withLimit(name, seconds, async () => {
        await client.ok('enkrypt_clear_cache', { server_name: 'echo' });
        await client.ok('enkrypt_discover_all_tools', { server_name: 'echo' });
        await succeeds();
        expect((await client.ok('enkrypt_get_cache_status')).status).toBe('success');
      });
    }
  });

  it.each([
    'default_timeout',
    'guardrail_timeout',
    'auth_timeout',
    'tool_execution_timeout',
    'discovery_timeout',
    'cache_timeout',
    'connectivity_timeout',
  ])('are refused at load when they are none, and the ones before stay in force: %s', async (name) => {
    const path = `common_mcp_gateway_config.timeout_settings.${name}`;
    for (const [value, message] of [
      [0, /^must be more than 0\b/],
      ['30', /^must be a number, not a string\b/],
    ] as const) {
      const change = (json: Json): unknown => (common(json).timeout_settings = { [name]: value });
      expect(await refusedChange(gateway, client, change, succeeds)).toEqual([
        { path, message: expect.stringMatching(message) as unknown },
      ]);
    }
  });
});

describe('thresholds', () => {
  const escalation = (warn_threshold: unknown, timeout_threshold: unknown, fail_threshold: unknown) => (json: Json) => {
    common(json).timeout_settings = {
      tool_execution_timeout: 30,
      escalation_policies: { warn_threshold, timeout_threshold, fail_threshold },
    };
  };

  it.each([
    [0.8, 1, 1.2],
    [0.5, 0.8, 1],
    [0.9, 1.2, 1.5],
  ])(
    'escalation_thresholds_configuration: %d, %d, %d load, and calls in time count as normal',
    async (...thresholds) => {
      await withConfig(gateway, client, escalation(...thresholds), async () => {
        const counts = async (): Promise<Record<string, number>> => {
          const { timeout_metrics: metrics } = await client.ok('enkrypt_get_timeout_metrics');
          return at(metrics, 'escalation_counts') as Record<string, number>;
        };
        const before = await counts();
        await succeeds();
        expect(await counts()).toEqual({ ...before, normal: before.normal! + 2 });
      });
    },
  );

  it('escalation_thresholds_configuration: what is no threshold is refused by its path', async () => {
    expect(await refusedChange(gateway, client, escalation('0.8', 1, 1.2), succeeds)).toEqual([
      {
        path: 'common_mcp_gateway_config.timeout_settings.escalation_policies.warn_threshold',
        message: expect.stringMatching(/^must be a number, not a string\b/) as unknown,
      },
    ]);
    expect((await configState(gateway)).ok).toBe(true);
  });
});
