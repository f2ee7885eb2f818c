import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { EnkryptService, FOUND, SERVICE_KEY } from '../support/enkrypt-service.js';
import { eventually, sha256, TestGateway } from '../support/gateway.js';
import { CallRecords, stdioServer } from '../support/upstreams.js';
import { common, plugin, refusedChange, serverEntry, withConfig } from './support/config-changes.js';
import { deadPort, SilentPort } from './support/listeners.js';
import { at, type Json, MetaClient } from './support/meta-client.js';

// Rows of the reference's own integration tests (compatibility contract, §10.2) about features that this build refuses or leaves
// alone: what it does instead. When a feature arrives, its tests here change with it.

jest.setTimeout(30_000);

const BANNED = 'project x';
const POLICIES = { team: { detectors: { keyword_detector: { banned_keywords: [BANNED] } } } };
const BLOCK = { enabled: true, policy_name: 'team', block: ['keyword_detector'] };
const GUARDED = { input_guardrails_policy: BLOCK, output_guardrails_policy: BLOCK };
const COMMON = 'common_mcp_gateway_config';

const records = new CallRecords();
/** Where a cache, a guardrail service or a remote config would be: whoever is asked there is noticed. */
let elsewhere: SilentPort;
let gateway: TestGateway;
let client: MetaClient;

beforeAll(async () => {
  elsewhere = await SilentPort.open();
  const servers = [
    stdioServer('open', ['--record', records.path('open')]),
    stdioServer('guarded', ['--record', records.path('guarded')], GUARDED),
  ];
  gateway = await TestGateway.start({ projects: [{ servers, exposure: 'meta' }], policies: POLICIES });
  client = await MetaClient.open(gateway);
});

afterAll(async () => {
  await gateway.stop();
  await elsewhere.close();
  records.remove();
});

const base = (): string => `http://127.0.0.1:${String(elsewhere.port)}`;

/** Discovery and calls work, the guarded server is guarded, and nobody was asked elsewhere. */
async function works(): Promise<void> {
  await client.ok('enkrypt_clear_cache', { cache_type: 'server' });
  expect(await client.ok('enkrypt_discover_all_tools', { server_name: 'open' })).toMatchObject({ source: 'discovery' });
  expect((await client.call('open', 'echo', { message: 'fine' })).response).toBe('fine');
  const before = records.calls('guarded').length;
  expect(await client.failing('guarded', 'echo', { message: BANNED })).toMatchObject({ status: 'blocked_input' });
  expect(records.calls('guarded')).toHaveLength(before);
  expect(elsewhere.connections).toHaveLength(0);
}

const path = (member: string): string => `${COMMON}.${member}`;
const serverPath = (index: number, member: string): unknown =>
  expect.stringMatching(new RegExp(`^mcp_configs\\.[0-9a-f-]+\\.mcp_config\\[${String(index)}\\]\\.${member}$`));
const notYet = (at: unknown, remedy: string): Json => ({
  path: at,
  message: expect.stringMatching(new RegExp(`^not supported yet; ${remedy}`)),
});

describe('asynchronous guardrails (§4.5), which start calls of read_only_tools alone before their verdict', () => {
  const flags = (input: boolean, output: boolean) => (json: Json) => {
    Object.assign(common(json), {
      enkrypt_async_input_guardrails_enabled: input,
      enkrypt_async_output_guardrails_enabled: output,
    });
  };
  it.each([
    ['async_guardrails_enable', true, true],
    ['async_guardrails_input_only', true, false],
    ['async_guardrails_output_only', false, true],
  ])('%s: loads, and without read_only_tools calls are checked first as before', async (_row, input, output) => {
    await withConfig(gateway, client, flags(input, output), works);
  });

  it('async_vs_sync_performance: with both off, a blocked call costs no time in the server, a clean one does', async () => {
    /** The audit line of the call with these arguments. */
    const audited = async (args: Json): Promise<Json> => {
      const digest = sha256(JSON.stringify(args)).slice('sha256:'.length);
      const find = (): Json | undefined => gateway.audit().find(({ args_sha256: found }) => found === digest);
      return (await eventually(find, (line) => line !== undefined))!;
    };
    await withConfig(gateway, client, flags(false, false), async () => {
      const blocked = { message: `${BANNED}, and how long it takes` };
      const clean = { message: 'clean, and how long it takes' };
      await client.failing('guarded', 'echo', blocked);
      await client.call('guarded', 'echo', clean);
      expect(await audited(blocked)).toMatchObject({ decision: 'blocked_input', upstream_ms: 0 });
      const passed = await audited(clean);
      expect(passed.decision).toBe('allowed');
      expect(passed.upstream_ms).toBeGreaterThan(0);
    });
  });
});

describe('the guardrail service of Enkrypt (§4.1)', () => {
  let service: EnkryptService;
  beforeAll(async () => {
    service = await EnkryptService.open();
  });
  afterAll(() => service.close());

  const ASKED = { enabled: true, policy_name: 'Airline', block: ['injection_attack', 'keyword_detector'] };
  const provider = (api_key: string, base_url: string) => (json: Json) => {
    plugin(json, 'guardrails').provider = 'enkrypt';
    plugin(json, 'guardrails').config = { api_key, base_url, timeout: 1 };
    Object.assign(serverEntry(json, 'guarded'), {
      input_guardrails_policy: ASKED,
      output_guardrails_policy: ASKED,
      tool_guardrails_policy: ASKED,
    });
  };
  const checks = async (): Promise<void> => {
    expect((await client.call('guarded', 'echo', { message: 'clean' })).response).toBe('clean');
    const blocked = await client.failing('guarded', 'echo', { message: FOUND.keyword_detector });
    expect(blocked).toMatchObject({ status: 'blocked_input', response: '' });
    expect(blocked.message).toBe('Request blocked due to input guardrail violations: keyword_detector');
  };

  it('invalid_guardrails_api_key: unguarded servers work; of guarded ones nothing is shown or called, and it says why', async () => {
    await withConfig(gateway, client, provider('invalid-key', service.urlOf('ok')), async () => {
      const discovered = await client.ok('enkrypt_discover_all_tools', { server_name: 'open' });
      expect(discovered.status).toBe('success');
      expect((await client.call('open', 'echo', { message: 'fine' })).response).toBe('fine');
      const before = records.calls('guarded').length;
      await client.ok('enkrypt_clear_cache', { cache_type: 'server' });
      const refusal = await client.meta('enkrypt_discover_all_tools', { server_name: 'guarded' });
      expect(refusal).toMatchObject({
        isError: true,
        payload: { error: { code: 'DISC_003' }, blocked: true, tools: [] },
      });
      expect((refusal.payload.error as Json).message).toContain('does not accept the API key');
      expect(records.calls('guarded')).toHaveLength(before);
      expect(JSON.stringify(refusal)).not.toContain('invalid-key');
    });
  });

  it('invalid_guardrails_api_key: a call whose check fails is not made', async () => {
    const callsOnly = (json: Json): void => {
      provider('invalid-key', service.urlOf('ok'))(json);
      serverEntry(json, 'guarded').tool_guardrails_policy = { enabled: false };
    };
    await withConfig(gateway, client, callsOnly, async () => {
      const before = records.calls('guarded').length;
      const refused = await client.failing('guarded', 'echo', { message: 'clean' });
      expect(refused).toMatchObject({ status: 'error', error: { code: 'GUARD_001' } });
      expect(refused.message).toContain('does not accept the API key');
      expect(records.calls('guarded')).toHaveLength(before);
    });
  });

  it('guardrails_recovery_after_invalid_key: the right key is in force at once, and the service guards', async () => {
    await withConfig(gateway, client, provider('invalid-key', service.urlOf('ok')), async () => {
      await client.ok('enkrypt_clear_cache', { cache_type: 'server' });
      await client.meta('enkrypt_discover_all_tools', { server_name: 'guarded' });
    });
    await withConfig(gateway, client, provider(SERVICE_KEY, service.urlOf('ok')), checks);
    await works();
  });

  it('a policy without a key to ask the service with is refused at load, by its path', async () => {
    const placeholder = provider('YOUR_ENKRYPT_API_KEY', service.urlOf('ok'));
    expect(await refusedChange(gateway, client, placeholder, works)).toEqual([
      { path: 'plugins.guardrails.config.api_key', message: expect.stringMatching(/^is needed/) as unknown },
    ]);
  });

  it.each([
    ['the default', () => 'https://api.enkryptai.com'],
    ['dev', () => 'https://api.dev.enkryptai.com'],
    ['one nobody answers at', base],
  ])('guardrails_base_url_configuration: %s loads beside local policies, which go on checking', async (_what, url) => {
    const change = (json: Json): unknown =>
      Object.assign(plugin(json, 'guardrails').config as Json, { api_key: 'key', base_url: url() });
    await withConfig(gateway, client, change, async () => {
      expect((await client.ok('enkrypt_list_all_servers')).status).toBe('success');
      await works();
    });
  });

  it('guardrails_base_url_configuration: behind an address nobody answers at, the gateway answers and lets nothing pass', async () => {
    const nobody = `http://127.0.0.1:${String(await deadPort())}`;
    await withConfig(gateway, client, provider(SERVICE_KEY, nobody), async () => {
      expect((await client.ok('enkrypt_list_all_servers')).status).toBe('success');
      const before = records.calls('guarded').length;
      const refusal = await client.meta('enkrypt_discover_all_tools', { server_name: 'guarded' });
      expect(refusal).toMatchObject({ isError: true, payload: { error: { code: 'DISC_003' } } });
      expect(records.calls('guarded')).toHaveLength(before);
    });
  });

  it('output_guardrail_advanced_flags: relevancy, adherence and hallucination are asked for and block', async () => {
    const flags = { relevancy: true, adherence: true, hallucination: true };
    const change = (json: Json): void => {
      provider(SERVICE_KEY, service.urlOf('ok'))(json);
      const policy = { ...ASKED, block: ['relevancy', 'adherence', 'hallucination'], additional_config: flags };
      serverEntry(json, 'guarded').output_guardrails_policy = policy;
    };
    await withConfig(gateway, client, change, async () => {
      const { payload } = await client.calls('guarded', { name: 'echo', args: { message: 'clean' } });
      expect(payload.guardrails_applied).toMatchObject({
        relevancy_check_enabled: true,
        adherence_check_enabled: true,
        hallucination_check_enabled: true,
      });
      const blocked = await client.failing('guarded', 'echo', { message: 'irrelevant' });
      expect(blocked).toMatchObject({ status: 'blocked_output', response: '' });
    });
  });
});

describe('checks of servers, and of answers against their question (§4.3, §4.6)', () => {
  it('server_info_validation_enabled: off and on load and work; on asks for the detectors it checks with', async () => {
    const change = (on: boolean, policy: Json) => (json: Json) => {
      Object.assign(serverEntry(json, 'open'), { enable_server_info_validation: on, tool_guardrails_policy: policy });
    };
    await withConfig(gateway, client, change(false, { enabled: false }), works);
    await withConfig(gateway, client, change(true, BLOCK), works);
    expect(await refusedChange(gateway, client, change(true, { enabled: false }), works)).toEqual([
      {
        path: serverPath(0, 'enable_server_info_validation'),
        message: expect.stringContaining('tool_guardrails_policy') as unknown,
      },
    ]);
  });

  const FLAGS = ['relevancy', 'adherence', 'hallucination'] as const;
  const advanced =
    (on: readonly string[], enabled = true) =>
    (json: Json) => {
      serverEntry(json, 'guarded').output_guardrails_policy = {
        ...BLOCK,
        enabled,
        additional_config: Object.fromEntries(FLAGS.map((flag) => [flag, on.includes(flag)])),
      };
    };

  it('output_guardrail_advanced_flags: all off is what is applied and shown', async () => {
    await withConfig(gateway, client, advanced([]), async () => {
      await works();
      const { payload } = await client.calls('guarded', { name: 'echo', args: { message: 'clean' } });
      expect(payload.guardrails_applied).toMatchObject({
        output_guardrails_enabled: true,
        relevancy_check_enabled: false,
        adherence_check_enabled: false,
        hallucination_check_enabled: false,
      });
    });
  });

  it.each([[FLAGS], [['relevancy']], [['hallucination']], [['adherence']]])(
    'output_guardrail_advanced_flags: what is said to be on is done: %j',
    async (on) => {
      await withConfig(gateway, client, advanced(on), async () => {
        const { payload } = await client.calls('guarded', { name: 'echo', args: { message: 'clean' } });
        expect(payload.guardrails_applied).toMatchObject(
          Object.fromEntries(FLAGS.map((flag) => [`${flag}_check_enabled`, on.includes(flag)])),
        );
      });
    },
  );

  it('output_guardrail_advanced_flags: in a policy that is off they load', async () => {
    await withConfig(gateway, client, advanced(FLAGS, false), async () => {
      const { payload } = await client.calls('guarded', { name: 'echo', args: { message: 'clean' } });
      expect(payload.guardrails_applied).toMatchObject({
        output_guardrails_enabled: false,
        relevancy_check_enabled: false,
      });
    });
  });
});

describe('configuration from elsewhere (§2.4)', () => {
  it('remote_config_disabled: the servers are those of the file, and switching it on is refused', async () => {
    const change = (on: boolean) => (json: Json) => {
      Object.assign(common(json), {
        enkrypt_use_remote_mcp_config: on,
        enkrypt_remote_mcp_gateway_name: 'enkrypt-secure-mcp-gateway-1',
        enkrypt_remote_mcp_gateway_version: 'v1',
      });
    };
    await withConfig(gateway, client, change(false), async () => {
      const { available_servers: servers } = await client.ok('enkrypt_list_all_servers');
      expect(Object.keys(servers as Json)).toEqual(['open', 'guarded']);
    });
    expect(await refusedChange(gateway, client, change(true), works)).toEqual([
      notYet(path('enkrypt_use_remote_mcp_config'), 'set it to false: this file is the only source'),
    ]);
  });
});

describe('an external cache (§7)', () => {
  const cache =
    (more: Json, on = false) =>
    (json: Json) => {
      Object.assign(common(json), {
        enkrypt_mcp_use_external_cache: on,
        enkrypt_cache_host: '127.0.0.1',
        enkrypt_cache_port: elsewhere.port,
        ...more,
      });
    };
  const local = async (): Promise<void> => {
    await works();
    const status = await client.ok('enkrypt_get_cache_status');
    expect(at(status, 'cache_status', 'global').cache_type).toBe('local');
    expect(at(status, 'cache_status', 'gateway_specific', 'tools', 'servers', 'open').exists).toBe(true);
  };

  it('external_cache_disabled: tools are cached in this process, and the address is not used', async () => {
    await withConfig(gateway, client, cache({}), local);
  });

  it('external_cache_unreachable: the gateway starts all the same, caches in memory, and says so', async () => {
    const away = await TestGateway.start({
      projects: [{ servers: [stdioServer('open')], exposure: 'meta' }],
      common: {
        enkrypt_mcp_use_external_cache: true,
        enkrypt_cache_host: '127.0.0.1',
        enkrypt_cache_port: await deadPort(),
      },
    });
    try {
      const user = await MetaClient.open(away);
      const discover = (): Promise<Json> => user.ok('enkrypt_discover_all_tools', { server_name: 'open' });
      expect((await discover()).source).toBe('discovery');
      expect((await discover()).source).toBe('cache');
      expect((await user.call('open', 'echo', { message: 'fine' })).response).toBe('fine');
      const status = await user.ok('enkrypt_get_cache_status');
      expect(at(status, 'cache_status', 'global')).toMatchObject({
        cache_type: 'local',
        external_cache: { state: 'degraded' },
      });
    } finally {
      await away.stop();
    }
  });

  it.each([0, 1, 5, 15])('external_cache_custom_db: %d loads while the cache is off', async (enkrypt_cache_db) => {
    await withConfig(gateway, client, cache({ enkrypt_cache_db }), local);
  });

  it.each([[null], [''], ['secret-password']])(
    'external_cache_with_password: %j loads while the cache is off',
    async (value) => {
      await withConfig(gateway, client, cache({ enkrypt_cache_password: value }), local);
      expect(gateway.stderr).not.toContain('secret-password');
    },
  );

  it.each([6379, 6380])(
    'external_cache_port_configuration: %d loads while the cache is off',
    async (enkrypt_cache_port) => {
      await withConfig(gateway, client, cache({ enkrypt_cache_port }), local);
    },
  );

  it('external_cache_port_configuration: what is no port is refused by its path, even while the cache is off', async () => {
    expect(await refusedChange(gateway, client, cache({ enkrypt_cache_port: 65_536 }), works)).toEqual([
      { path: path('enkrypt_cache_port'), message: expect.stringMatching(/^must be at most 65535\b/) as unknown },
    ]);
  });
});
