import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually, TestGateway } from '../support/gateway.js';
import { LeakyServer, PLACES } from '../support/leaky-server.js';
import { stdioServer } from '../support/upstreams.js';
import { common, withConfig } from './support/config-changes.js';
import { at, type Json, MetaClient, namesOf } from './support/meta-client.js';

// Rows of the reference's own integration tests (compatibility contract, §10.2), each by its name: cache, metrics, workflows.

jest.setTimeout(30_000);

const TOOLS = [...PLACES.keys()];

let web: LeakyServer;
let other: LeakyServer;
let gateway: TestGateway;
let client: MetaClient;
/** Same servers, another user: what is another's must stay as it is. */
let neighbour: MetaClient;

beforeAll(async () => {
  [web, other] = await Promise.all([LeakyServer.start(), LeakyServer.start()]);
  const servers = [
    { name: 'web', config: { url: web.url } },
    { name: 'other', config: { url: other.url } },
    stdioServer('hangs', ['--mode', 'hang']),
  ];
  gateway = await TestGateway.start({
    projects: [
      { servers, exposure: 'meta' },
      { servers, exposure: 'meta' },
    ],
    common: { timeout_settings: { tool_execution_timeout: 1 } },
  });
  [client, neighbour] = await Promise.all([MetaClient.open(gateway), MetaClient.open(gateway, 1)]);
});

afterAll(async () => {
  await gateway.stop();
  await Promise.all([web.close(), other.close()]);
});

const status = async (who = client): Promise<Json> => {
  const { cache_status: found } = await who.ok('enkrypt_get_cache_status');
  return found as Json;
};
const cached = async (server: string, who = client): Promise<Json> =>
  at(await status(who), 'gateway_specific', 'tools', 'servers', server);
const discover = (server: string, who = client): Promise<Json> =>
  who.ok('enkrypt_discover_all_tools', { server_name: server });
/** Puts both servers into an empty cache. */
const fill = async (): Promise<void> => {
  await client.ok('enkrypt_clear_cache');
  await discover('web');
  await discover('other');
};

describe('the cache', () => {
  it('get_cache_status: what is not cached is said to be missing', async () => {
    await client.ok('enkrypt_clear_cache');
    const found = await status();
    expect(found).toMatchObject({
      gateway_specific: { config: { exists: true, is_expired: false }, tools: { server_count: 3 } },
      global: { total_gateways: 1, total_tool_caches: 0, total_config_caches: 1, cache_type: 'local' },
    });
    expect(await cached('web')).toEqual({
      tool_count: 0,
      error: null,
      are_tools_explicitly_defined: false,
      needs_discovery: true,
      exists: false,
    });
  });

  it('get_cache_status_after_discovery: what was discovered is there, with its number of tools and its expiry', async () => {
    await client.ok('enkrypt_clear_cache');
    await discover('web');
    const now = Date.now();
    const entry = await cached('web');
    expect(entry).toMatchObject({ exists: true, tool_count: TOOLS.length, needs_discovery: false, is_expired: false });
    const hours = (Date.parse(String(entry.expires_at)) - now) / 3_600_000;
    expect(hours).toBeGreaterThan(3.99);
    expect(hours).toBeLessThanOrEqual(4);
    expect((await cached('other')).exists).toBe(false);
    expect(at(await status(), 'global').total_tool_caches).toBe(1);
  });

  it('clear_cache_all: everything is forgotten, and the next discovery asks the servers again', async () => {
    await fill();
    const before = [web.count('tools/list'), other.count('tools/list')];
    expect((await discover('web')).source).toBe('cache');
    expect(await client.ok('enkrypt_clear_cache')).toEqual({
      status: 'success',
      message: 'Cache cleared for all servers (2 servers) and gateway config (cleared)',
    });
    expect(at(await status(), 'global').total_tool_caches).toBe(0);
    expect([web.count('tools/list'), other.count('tools/list')]).toEqual(before);
    expect((await discover('web')).source).toBe('discovery');
    expect((await discover('other')).source).toBe('discovery');
    expect([web.count('tools/list'), other.count('tools/list')]).toEqual(before.map((count) => count + 1));
  });

  it('clear_cache_specific_server: one server is forgotten and asked again, the others and other users’ are kept', async () => {
    await fill();
    await discover('web', neighbour);
    const before = [web.count('tools/list'), other.count('tools/list')];
    expect(await client.ok('enkrypt_clear_cache', { server_name: 'web', cache_type: 'server' })).toEqual({
      status: 'success',
      message: 'Cache cleared for server: web',
    });
    expect((await cached('web')).exists).toBe(false);
    expect((await cached('other')).exists).toBe(true);
    expect((await cached('web', neighbour)).exists).toBe(true);
    expect((await discover('web')).source).toBe('discovery');
    expect((await discover('other')).source).toBe('cache');
    expect((await discover('web', neighbour)).source).toBe('cache');
    expect([web.count('tools/list'), other.count('tools/list')]).toEqual([before[0]! + 1, before[1]]);
  });

  it('clear_cache_gateway_config: the config is read again, the tools are kept', async () => {
    await fill();
    const before = web.count('tools/list');
    const revision = async (): Promise<unknown> => at(await status(), 'gateway_specific', 'config').revision;
    const first = await revision();
    gateway.edit((json) => (common(json).enkrypt_gateway_cache_expiration = 23));
    const { message } = await client.ok('enkrypt_clear_cache', { cache_type: 'gateway_config' });
    const { userId, projectId } = gateway.config.keys[0]![0]!;
    expect(message).toMatch(new RegExp(`^Gateway config cache cleared for ${userId}_${projectId}_`));
    expect(await revision()).not.toBe(first);
    expect(at(await status(), 'global').config_cache_expiration_hours).toBe(23);
    expect((await discover('web')).source).toBe('cache');
    expect(web.count('tools/list')).toBe(before);
  });

  it('clear_cache_server_config: the tools of all servers are forgotten and asked for again', async () => {
    await fill();
    const before = [web.count('tools/list'), other.count('tools/list')];
    expect(await client.ok('enkrypt_clear_cache', { cache_type: 'server' })).toEqual({
      status: 'success',
      message: 'Cache cleared for all servers (2 servers)',
    });
    expect(at(await status(), 'global').total_tool_caches).toBe(0);
    expect((await discover('web')).source).toBe('discovery');
    expect((await discover('other')).source).toBe('discovery');
    expect([web.count('tools/list'), other.count('tools/list')]).toEqual(before.map((count) => count + 1));
  });

  it('integration_cache_invalidation: a tool that a server gained shows after the cache is cleared, not before', async () => {
    await client.ok('enkrypt_clear_cache');
    await discover('web');
    const before = await cached('web');
    web.toolNames.push('brand_new');
    try {
      expect(namesOf((await discover('web')).tools)).not.toContain('brand_new');
      expect((await cached('web')).tool_count).toBe(before.tool_count);
      await client.ok('enkrypt_clear_cache', { server_name: 'web' });
      expect(await cached('web')).toMatchObject({ exists: false, tool_count: 0 });
      expect(namesOf((await discover('web')).tools)).toContain('brand_new');
      expect((await cached('web')).tool_count).toBe(Number(before.tool_count) + 1);
    } finally {
      web.toolNames.pop();
    }
  });

  it.each([
    [1, 12],
    [0.5, 24],
    [576, 576],
  ])('cache_expiration_settings: %d h for tools and %d h for the config are reported', async (tools, config) => {
    const change = (json: Json): void => {
      Object.assign(common(json), {
        enkrypt_tool_cache_expiration: tools,
        enkrypt_gateway_cache_expiration: config,
      });
    };
    await withConfig(gateway, client, change, async () => {
      await client.ok('enkrypt_clear_cache');
      await discover('web');
      expect(at(await status(), 'global')).toMatchObject({
        tool_cache_expiration_hours: tools,
        config_cache_expiration_hours: config,
      });
      const entry = await cached('web');
      const hours = (Date.parse(String(entry.expires_at)) - Date.now()) / 3_600_000;
      expect(Math.abs(hours - tools)).toBeLessThan(0.01);
      expect(Math.abs(Number(entry.expires_in_hours) - tools)).toBeLessThan(0.02);
    });
  });

  it('cache_expiration_settings: 0 h keeps nothing, and calls work', async () => {
    const change = (json: Json): unknown => (common(json).enkrypt_tool_cache_expiration = 0);
    await withConfig(gateway, client, change, async () => {
      await client.ok('enkrypt_clear_cache');
      const before = web.count('tools/list');
      expect((await discover('web')).source).toBe('discovery');
      expect((await discover('web')).source).toBe('discovery');
      expect(web.count('tools/list')).toBe(before + 2);
      expect(await cached('web')).toMatchObject({ exists: false });
    });
  });

  it('cache_expiration_settings: what has expired is asked for again without being cleared', async () => {
    // 0.72 s.
    const change = (json: Json): unknown => (common(json).enkrypt_tool_cache_expiration = 0.0002);
    await withConfig(gateway, client, change, async () => {
      await client.ok('enkrypt_clear_cache');
      await discover('web');
      const before = web.count('tools/list');
      await eventually(
        () => discover('web'),
        ({ source }) => source === 'discovery',
      );
      expect(web.count('tools/list')).toBe(before + 1);
    });
  });
});

describe('timeout metrics', () => {
  const metrics = async (who = client): Promise<Record<string, number>> => {
    const { timeout_metrics: found } = await who.ok('enkrypt_get_timeout_metrics');
    return found as Record<string, number>;
  };
  /** Difference of the counters over an action. */
  const counted = async (action: () => Promise<unknown>, who = client): Promise<Record<string, number>> => {
    const before = await metrics(who);
    await action();
    const after = await metrics(who);
    const names = ['total_operations', 'successful_operations', 'timeout_operations', 'cancelled_operations'];
    return Object.fromEntries(names.map((name) => [name, after[name]! - before[name]!]));
  };

  it('get_timeout_metrics: every limit in force, in seconds', async () => {
    const { timeout_config: limits } = await client.ok('enkrypt_get_timeout_metrics');
    expect(limits).toMatchObject({
      default_timeout: 30,
      guardrail_timeout: 15,
      auth_timeout: 10,
      tool_execution_timeout: 1,
      discovery_timeout: 20,
      cache_timeout: 5,
      connectivity_timeout: 2,
    });
  });

  it('get_timeout_metrics_after_operations: calls are counted, and only for whoever made them', async () => {
    await discover('web');
    const call = async (): Promise<void> => {
      await client.call('web', 'in_text', { text: 'x' });
      await client.call('web', 'in_text', { text: 'y' });
    };
    expect(await counted(call)).toEqual({
      total_operations: 2,
      successful_operations: 2,
      timeout_operations: 0,
      cancelled_operations: 0,
    });
    expect((await counted(call, neighbour)).total_operations).toBe(0);
  });

  it('timeout_metrics_tracking: a call that ran out of time is counted as one, not as a success', async () => {
    await discover('hangs');
    const calls = await counted(async () => {
      const element = await client.failing('hangs', 'echo', { message: 'x' });
      expect(element).toMatchObject({ status: 'error', error: { code: 'TOOL_004' } });
    });
    expect(calls).toMatchObject({ total_operations: 1, successful_operations: 0, timeout_operations: 1 });
    const now = await metrics();
    expect(now.active_operations).toBe(0);
    expect(now.success_rate).toBeCloseTo(now.successful_operations! / now.total_operations!, 6);
    expect(now.success_rate).toBeLessThan(1);
    expect(at(now, 'escalation_counts').timeout).toBe(now.timeout_operations);
  });
});

describe('workflows', () => {
  it('integration_full_workflow: list, discover, call, look at the cache, clear it', async () => {
    await client.ok('enkrypt_clear_cache');
    const listed = await client.ok('enkrypt_list_all_servers', { discover_tools: false });
    expect(listed.servers_needing_discovery).toContain('web');
    const { tools } = await discover('web');
    const [tool] = namesOf(tools);
    expect((await client.call('web', tool!, { text: 'through' })).response).toBe('through');
    expect(web.calls().at(-1)).toMatchObject({ name: tool, arguments: { text: 'through' } });
    expect(await cached('web')).toMatchObject({ exists: true, tool_count: TOOLS.length });
    expect((await client.ok('enkrypt_clear_cache', { server_name: 'web' })).message).toBe(
      'Cache cleared for server: web',
    );
    expect((await cached('web')).exists).toBe(false);
  });
});
