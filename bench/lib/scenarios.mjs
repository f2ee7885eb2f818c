// The scenarios of the benchmark and the figures that each must reach. Ratios are to the yardstick named, within one round.
const META_ARGS = '{"server_name":"up","tool_calls":[{"name":"echo","args":{"message":"$MSG"}}]}';
const KIB64 = 65_536;
const MIB = 1_048_576;

const ratio = (field, reference, must, aim, atLeast) => ({ kind: 'ratio', field, reference, must, aim, atLeast });
const rps = (reference, must, aim) => ratio('rps', reference, must, aim, true);

/**
 * `load` applies to every variant; `gateway` and `reference` add to it. `against` names the yardstick: bare, floorStdio,
 * or gateway itself. `quickless` scenarios inform only: they have no criteria.
 */
export const SCENARIOS = [
  {
    name: 'echo-c64',
    title: 'echo, 64 connections, HTTP upstream',
    against: 'bare',
    load: { concurrency: 64 },
    criteria: [rps('bare', 0.55, 0.8), ratio('cpu_s_per_1000', 'bare', 1.8, 1.25, false)],
  },
  {
    name: 'echo-c64-legacy',
    title: 'the same, 2025-era upstream',
    against: 'bare',
    load: { concurrency: 64 },
    gateway: { tool: 'up_legacy__echo' },
    criteria: [rps('bare', 0.55, 0.8), ratio('cpu_s_per_1000', 'bare', 1.8, 1.25, false)],
  },
  {
    name: 'echo-c1',
    title: 'echo, 1 connection',
    against: 'bare',
    load: { concurrency: 1 },
    criteria: [{ kind: 'added', field: 'p50_ms', reference: 'bare', must: 0.15, aim: 0.08, atLeast: false }],
  },
  {
    name: 'meta-c64',
    title: 'enkrypt_secure_call_tools, 64 connections',
    against: 'bare',
    load: { concurrency: 64 },
    gateway: { tool: 'enkrypt_secure_call_tools', args: META_ARGS, match: 'contains' },
    criteria: [rps('bare', 0.45, 0.7)],
  },
  {
    name: 'churn-c16',
    title: 'session churn, 16 connections',
    against: 'bare',
    load: { mode: 'churn', concurrency: 16 },
    criteria: [rps('bare', 0.5, 0.8)],
  },
  {
    name: 'churn-c16-legacy',
    title: 'the same, 2025-era upstream',
    against: 'bare',
    load: { mode: 'churn', concurrency: 16 },
    gateway: { tool: 'up_legacy__echo' },
    criteria: [rps('bare', 0.5, 0.8)],
  },
  {
    name: 'blob64k-c16',
    title: '64 KB result, 16 connections',
    against: 'bare',
    load: { blobTool: 'blob', bytes: KIB64, concurrency: 16 },
    gateway: { blobTool: 'up__blob' },
    criteria: [rps('bare', 0.12, 0.18)],
  },
  {
    name: 'echo-c8+1m',
    title: 'small calls beside two streams of 1 MB',
    against: 'bare',
    load: { concurrency: 8 },
    background: { blobTool: 'blob', bytes: MIB, concurrency: 2 },
    gatewayBackground: { blobTool: 'up__blob' },
    criteria: [ratio('p99_ms', 'bare', 8, 4, false)],
  },
  {
    name: 'stdio-c64',
    title: 'echo, 64 connections, stdio upstream',
    against: 'floorStdio',
    load: { concurrency: 64 },
    gateway: { tool: 'child__echo' },
    criteria: [rps('floorStdio', 0.45, 0.7)],
  },
  {
    name: 'four-c16',
    title: 'four upstreams in turn, against one',
    against: 'gateway',
    load: { concurrency: 16 },
    gateway: { mode: 'mixed', tools: ['up__echo', 'up_b__echo', 'up_c__echo', 'up_d__echo'] },
    criteria: [rps('gateway', 0.9, 1)],
  },
  {
    name: 'modern-c16',
    title: 'echo, 2026-07-28, 16 connections (information)',
    against: 'bare',
    load: { concurrency: 16 },
    gateway: { era: 'modern' },
    criteria: [{ kind: 'ratio', field: 'rps', reference: 'bare', atLeast: true }],
  },
];

/** The gateway with every detector on both ways, in a process of its own: only started for these. */
export const ALL_SCENARIOS = [
  {
    name: 'echo-all-c64',
    title: 'echo, 64 connections, all detectors both ways',
    against: 'bare',
    load: { concurrency: 64 },
    criteria: [rps('bare', 0.4, 0.5)],
  },
  {
    name: 'blob64k-all-c16',
    title: '64 KB result, 16 connections, all detectors both ways',
    against: 'bare',
    load: { blobTool: 'blob', bytes: KIB64, concurrency: 16 },
    gateway: { blobTool: 'up__blob' },
    criteria: [rps('bare', 0.009, 0.02)],
  },
];

/** Measured by other means than load runs. */
export const SPECIAL = ['memory', 'sessions', 'start', 'hostile-bodies'];

const LABEL = { bare: 'bare-node', floorStdio: 'floor-stdio', gateway: 'one' };

/** The variants of one scenario: the gateway, its yardstick, and for HTTP also the floor prototype, to see what is possible. */
export function variantsOf(scenario, running, plainNames) {
  const of = (name, target, own, ownBackground) => {
    const base = {
      url: target.url,
      headers: target.headers,
      tool: target.tool,
      pid: [target.pid],
      timeoutMs: 30_000,
    };
    return {
      name,
      load: { ...base, ...scenario.load, ...own },
      ...(scenario.background && {
        background: { ...base, pid: undefined, ...scenario.background, ...ownBackground },
      }),
    };
  };
  const plain = plainNames ? { tool: 'echo', blobTool: scenario.load.blobTool } : undefined;
  const gateway = of(
    'gateway',
    ALL_SCENARIOS.includes(scenario) ? running.gatewayAll : running.gateway,
    plain ?? scenario.gateway,
    plainNames ? {} : scenario.gatewayBackground,
  );
  const reference = of(LABEL[scenario.against], running[scenario.against], {});
  const floor = scenario.against === 'bare' ? [of('floor', running.floor, {})] : [];
  return [reference, ...floor, gateway];
}

/** The name of a yardstick in results. */
export const referenceName = (criterion) => LABEL[criterion.reference];
