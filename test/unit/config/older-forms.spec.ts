import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { toNewestForm, withHashedKeys } from '../../../src/config/older-forms/newest-form.js';
import { storedForm } from '../../../src/config/key-hash.js';
import {
  ADMIN_HEX,
  changed,
  type Json,
  KEY,
  KEY_HEX,
  load,
  loadText,
  problemsOf,
  sampleConfig,
  server,
  snapshotOf,
  STORED_KEY,
} from './sample-config.js';

const C = 'common_mcp_gateway_config';
const S = 'mcp_configs.c1.mcp_config[0]';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/configs/${name}.json`, import.meta.url), 'utf8');

/** The sample without a plugins section, as older files are, plus members of the common section. */
function seed(common: Json): Json {
  return { ...(changed([C], common) as Record<string, Json>), plugins: undefined } as unknown as Json;
}

interface Mapped {
  readonly json: Readonly<Record<string, unknown>>;
  readonly rewrites: readonly string[];
}

function mapped(config: Json): Mapped {
  const found = toNewestForm(config);
  expect(found.problems).toEqual([]);
  return {
    json: found.json as Mapped['json'],
    rewrites: found.rewrites.map(({ path, message }) => `${path.join('.')}: ${message}`),
  };
}

describe('older forms of a config', () => {
  it('leave a file in the newest form as it is, without a word', () => {
    const { json, rewrites } = mapped(sampleConfig());
    expect(json).toEqual(sampleConfig());
    expect(rewrites).toEqual([]);
  });

  it('do not change what they are given', () => {
    const file = seed({ enkrypt_api_key: 'k', enkrypt_telemetry: { enabled: true } });
    const before = JSON.stringify(file);
    toNewestForm(file);
    expect(JSON.stringify(file)).toBe(before);
  });

  it.each<[string, Json, unknown, RegExp[]]>([
    [
      'a key and an address',
      { enkrypt_api_key: 'k', enkrypt_base_url: 'https://x.example' },
      { provider: 'enkrypt', config: { api_key: 'k', base_url: 'https://x.example' } },
      [/enkrypt_api_key: an older form, taken as plugins\.guardrails\.config\.api_key/, /enkrypt_base_url: .*base_url/],
    ],
    [
      'the placeholder',
      { enkrypt_api_key: 'YOUR_ENKRYPT_API_KEY' },
      { provider: 'enkrypt', config: {} },
      [/enkrypt_api_key: .*placeholder, taken as none/],
    ],
    ['null', { enkrypt_api_key: null }, { provider: 'enkrypt', config: {} }, [/taken as none/]],
  ])('map the flat guardrail keys: %s', (_name, common, guardrails, patterns) => {
    const { json, rewrites } = mapped(seed(common));
    expect(json.plugins).toEqual({ guardrails });
    expect(json[C]).toEqual({});
    expect(rewrites).toHaveLength(patterns.length);
    patterns.forEach((pattern, index) => {
      expect(rewrites[index]).toMatch(pattern);
    });
  });

  it('let a newer section win over flat keys, and say so', () => {
    const file = changed([C], { enkrypt_api_key: 'k', enkrypt_telemetry: { enabled: true } }) as Record<string, Json>;
    const plugins = { ...(file.plugins as Record<string, Json>), telemetry: { config: { enabled: false } } };
    const { json, rewrites } = mapped({ ...file, plugins });
    expect(json.plugins).toEqual(plugins);
    expect(rewrites).toEqual([
      expect.stringMatching(/enkrypt_api_key: .*not used, because plugins\.guardrails/),
      expect.stringMatching(/enkrypt_telemetry: .*not used, because plugins\.telemetry/),
    ]);
    expect(load({ ...file, plugins }).ok).toBe(true);
  });

  it('map telemetry, endpoint to url', () => {
    const { json, rewrites } = mapped(
      seed({ enkrypt_telemetry: { enabled: true, insecure: false, endpoint: 'http://c:4317' } }),
    );
    expect(json.plugins).toEqual({
      telemetry: { provider: 'opentelemetry', config: { enabled: true, insecure: false, url: 'http://c:4317' } },
    });
    expect(rewrites).toEqual([expect.stringMatching(/enkrypt_telemetry: .*plugins\.telemetry/)]);
  });

  it.each([
    [true, /which only reports/],
    [false, /in 1 server taken as tool_guardrails_policy/],
  ])('map the switch enable_tool_guardrails: %j', (enabled, pattern) => {
    const { json, rewrites } = mapped(changed(server('enable_tool_guardrails'), enabled));
    expect(json).toMatchObject({
      mcp_configs: {
        c1: { mcp_config: [{ tool_guardrails_policy: { enabled, policy_name: 'default', block: [] } }, {}] },
      },
    });
    expect(JSON.stringify(json)).not.toContain('enable_tool_guardrails');
    expect(rewrites).toEqual([expect.stringMatching(pattern)]);
  });

  it('let an empty policy not take back what the switch turns on', () => {
    const file = changed(server('enable_tool_guardrails'), true) as {
      mcp_configs: { c1: { mcp_config: Record<string, Json>[] } };
    };
    const [one] = file.mcp_configs.c1.mcp_config;
    for (const [policy, enabled] of [
      [{}, true],
      [{ enabled: false }, false],
    ] as const) {
      Object.assign(one ?? {}, { tool_guardrails_policy: policy });
      const { json } = mapped(file);
      expect(json).toMatchObject({
        mcp_configs: { c1: { mcp_config: [{ tool_guardrails_policy: { enabled } }, {}] } },
      });
    }
  });

  it('warn once of a kind, however often it stands', () => {
    const file = changed(server('enable_tool_guardrails'), false) as {
      mcp_configs: { c1: { mcp_config: Record<string, Json>[] } };
    };
    for (const one of file.mcp_configs.c1.mcp_config) {
      Object.assign(one, {
        enable_tool_guardrails: false,
        input_guardrails_policy: {},
        created_at: '2025-01-02T03:04:05',
      });
    }
    const warnings = snapshotOf(file).warnings;
    expect(warnings).toEqual([
      {
        path: `${S}.enable_tool_guardrails`,
        message: expect.stringMatching(/in 2 servers.*to rewrite the file: secure-mcp-gateway config migrate$/),
      },
      { path: `${S}.input_guardrails_policy`, message: expect.stringMatching(/2 places.*off/) },
      { path: `${S}.created_at`, message: expect.stringMatching(/2 places.*taken as UTC/) },
    ]);
  });

  it('keep a policy that does not say whether it is enabled refused', () => {
    expect(problemsOf(changed(server('input_guardrails_policy'), { policy_name: 'default' }))).toEqual([
      { path: `${S}.input_guardrails_policy.enabled`, message: 'is required (boolean)' },
    ]);
  });

  it('take times without a zone as UTC, wherever times stand', () => {
    const file = changed(['apikeys', STORED_KEY, 'expires_at'], '2031-02-03 04:05:06.789') as Record<string, Json>;
    const { json } = mapped({ ...file, users: { u1: { email: 'x', created_at: '2025-01-02T03:04' } } });
    expect(json).toMatchObject({
      users: { u1: { created_at: '2025-01-02T03:04Z' } },
      apikeys: { [STORED_KEY]: { expires_at: '2031-02-03T04:05:06.789Z', created_at: '2026-01-31T12:00:00Z' } },
    });
    expect(snapshotOf(file).keys.get(KEY_HEX)?.expiresAt).toBe(Date.UTC(2031, 1, 3, 4, 5, 6, 789));
  });

  it.each<[string, Json, string, RegExp]>([
    [
      'a telemetry address',
      seed({ enkrypt_telemetry: { endpoint: 5 } }),
      `${C}.enkrypt_telemetry.endpoint`,
      /a string/,
    ],
    [
      'a telemetry member',
      seed({ enkrypt_telemetry: { enabled: 'yes' } }),
      `${C}.enkrypt_telemetry.enabled`,
      /boolean/,
    ],
    [
      'a telemetry that is no object',
      changed([C], { enkrypt_telemetry: true }),
      `${C}.enkrypt_telemetry`,
      /older form: must be/,
    ],
    ['an API key of the provider', seed({ enkrypt_api_key: 5 }), `${C}.enkrypt_api_key`, /must be a string/],
    [
      'a switch',
      changed(server('enable_tool_guardrails'), 'yes'),
      `${S}.enable_tool_guardrails`,
      /must be a boolean, not a string/,
    ],
    ['a misplaced switch', changed([C, 'enable_tool_guardrails'], true), `${C}.enable_tool_guardrails`, /to a server/],
  ])('name the place in the file when the value is wrong: %s', (_name, file, path, message) => {
    expect(problemsOf(file)).toEqual([{ path, message: expect.stringMatching(message) }]);
  });

  it.each<[string, Json]>([
    ['null', null],
    ['a list', []],
    ['a common section that is a list', { [C]: [] }],
    ['plugins that are text', { [C]: { enkrypt_api_key: 'k', enkrypt_telemetry: {} }, plugins: 'x' }],
    ['servers that are no list', { mcp_configs: { c: { mcp_config: {} }, d: [], e: null } }],
    ['servers that are no objects', { mcp_configs: { c: { mcp_config: [null, 1, []] } } }],
    ['keys that are a list', { apikeys: ['k'], admin_apikey: 5, projects: 1, users: 'x' }],
    ['records that are no objects', { apikeys: { k: null }, users: { u: [] } }],
  ])('never stumble over %s', (_name, file) => {
    const result = load(file);
    expect(result.ok).toBe(false);
  });
});

describe('keys in clear', () => {
  const withClear = (): Json => {
    const file = changed(['apikeys', STORED_KEY], undefined) as Record<string, Json>;
    const record = { project_id: 'p1', user_id: 'u1', rotated_from: 'the-key-before' };
    return { ...file, admin_apikey: 'an-admin-key', apikeys: { [KEY]: record } };
  };

  it('work by their hash, with one warning that tells the count and nothing of the keys', () => {
    const snapshot = snapshotOf(withClear());
    expect(snapshot.keys.get(KEY_HEX)).toMatchObject({ status: 'active', hash: Buffer.from(KEY_HEX, 'hex') });
    expect(snapshot.adminKeys).toMatchObject([{ hash: Buffer.from(ADMIN_HEX, 'hex'), role: 'owner' }]);
    expect(snapshot.warnings).toEqual([
      {
        path: 'apikeys',
        message: expect.stringMatching(
          /^3 keys stand in clear \(1 in apikeys, admin_apikey, 1 in rotated_from\).*hash-keys/,
        ),
      },
    ]);
    const told = JSON.stringify(snapshot.warnings);
    for (const secret of [KEY, 'an-admin-key', 'the-key-before', KEY.slice(0, 6), KEY_HEX]) {
      expect(told).not.toContain(secret);
    }
  });

  it('are nowhere in the snapshot', () => {
    const { keys, configs, settings, warnings } = snapshotOf(withClear());
    expect(JSON.stringify([[...keys], [...configs], settings, warnings])).not.toMatch(
      /a-gateway-key|admin-key|key-before/,
    );
  });

  it('are shown by position when something else is wrong with them', () => {
    const file = withClear() as Record<string, Record<string, Json>>;
    file.apikeys = { [KEY]: { project_id: 'p1' }, 'second-key': { project_id: 'p1', user_id: 'u9' } };
    const result = load(file);
    expect(!result.ok && result.problems).toEqual([
      { path: 'apikeys.<entry 1>.user_id', message: 'is required (string)' },
    ]);
    file.apikeys = { [STORED_KEY]: {}, 'second-key': { project_id: 'p1', user_id: 'u9' } };
    const second = load({ ...file, apikeys: { 'second-key': { project_id: 'p1', user_id: 'u9' } } });
    expect(second.ok && second.snapshot.warnings.map(({ path }) => path)).toEqual(['apikeys', 'apikeys.<entry 1>']);
  });

  it.each([
    'sha256:',
    `sha256:${KEY_HEX.toUpperCase()}`,
    `SHA256:${KEY_HEX}`,
    `sha512:${KEY_HEX}`,
    '',
    'two words',
    'ü',
  ])('are not seen in %j, which is refused', (key) => {
    const problems = problemsOf(changed(['apikeys', key], { project_id: 'p1', user_id: 'u1' }));
    expect(problems).toEqual([{ path: 'apikeys.<entry 2>', message: expect.stringMatching(/^must be sha256:/) }]);
  });

  it('are not what templates hold in their place', () => {
    const file = withClear() as Record<string, Record<string, Json>>;
    const template = {
      ...file,
      admin_apikey: 'AUTO_GENERATED_256_CHAR_ADMIN_API_KEY_FOR_ADMINISTRATIVE_OPERATIONS',
      apikeys: { UNIQUE_GATEWAY_KEY: { project_id: 'p1', user_id: 'u1' } },
    };
    const { keys, adminKeys, warnings } = snapshotOf(template);
    expect(keys.size).toBe(0);
    expect(adminKeys).toEqual([]);
    expect(warnings).toEqual([
      { path: 'admin_apikey', message: expect.stringMatching(/^2 placeholders .*ignored/) },
      { path: 'apikeys', message: expect.stringContaining('nobody can connect') },
    ]);
  });

  it('can be hashed alone, the rest of the file untouched', () => {
    const old = { ...(withClear() as Record<string, Json>), [C]: { enkrypt_api_key: 'k' } };
    const { json } = withHashedKeys(old);
    expect(json).toEqual({
      ...old,
      admin_apikey: `sha256:${ADMIN_HEX}`,
      apikeys: {
        [STORED_KEY]: { project_id: 'p1', user_id: 'u1', rotated_from: storedForm('the-key-before') },
      },
    });
    expect(withHashedKeys(json)).toMatchObject({ json, rewrites: [] });
  });
});

describe('the remote guardrail provider', () => {
  it('needs a key behind an enabled policy that is not local, whichever form the file has', () => {
    const policy = { enabled: true, policy_name: 'Airline', block: ['pii'] };
    const file = changed(server('output_guardrails_policy'), policy) as Record<string, Json>;
    const pattern = /^is needed, because a policy asks this service/;
    const newest = { ...file, plugins: { guardrails: { provider: 'enkrypt' } } };
    const oldest = { ...file, plugins: undefined, [C]: { enkrypt_api_key: 'YOUR_ENKRYPT_API_KEY' } } as unknown as Json;
    const paths = problemsOf(newest).map(({ path }) => path);
    expect(paths).toContain('plugins.guardrails.config.api_key');
    expect(problemsOf(oldest)).toContainEqual({
      path: `${C}.enkrypt_api_key`,
      message: expect.stringMatching(pattern),
    });
  });
});

const OLDER = [
  'seed-macos',
  'seed-windows',
  'seed-docker',
  'seed-admin-placeholder',
  'seed-github',
  'seed-template',
  'seed-guarded',
  'main-default',
  'sandbox-off',
];

describe('the sample configs', () => {
  it.each([...OLDER, 'newest-full'])('%s loads', (name) => {
    const result = loadText(fixture(name));
    expect(result.ok ? [] : result.problems).toEqual([]);
  });

  it.each(OLDER)('%s loads without a warning but of unset things once it is migrated, and stays as it is', (name) => {
    const once = toNewestForm(JSON.parse(fixture(name))).json;
    const twice = toNewestForm(once);
    expect(twice.json).toEqual(once);
    expect(twice.rewrites).toEqual([]);
    const [before, after] = [loadText(fixture(name)), load(once as Json)];
    if (!before.ok || !after.ok) throw new Error('one of the two does not load');
    expect(after.snapshot.warnings).toEqual([]);
    const judged = ({ snapshot }: typeof after): unknown => ({
      keys: [...snapshot.keys],
      configs: [...snapshot.configs],
      settings: snapshot.settings,
      admin: snapshot.adminKeys[0]?.hash ?? null,
    });
    expect(judged(after)).toEqual(judged(before));
  });

  it.each<[string, [string, RegExp][]]>([
    ['refused-gateways', [['gateways', /not mapped: split it/]]],
    [
      'refused-sandbox',
      [
        [`${C}.session_pool_enabled`, /^not supported yet/],
        [`${C}.session_pool_ttl`, /^not supported yet/],
        [`${C}.sandbox.enabled`, /^not supported yet/],
      ],
    ],
  ])('%s is refused by name', (name, expected) => {
    const result = loadText(fixture(name));
    const problems = result.ok ? [] : result.problems;
    expect(problems.map(({ path }) => path).sort()).toEqual(expected.map(([path]) => path).sort());
    for (const [path, message] of expected) expect(problems.find((one) => one.path === path)?.message).toMatch(message);
    expect(JSON.stringify(problems)).not.toMatch(/fixture-|remote-provider-api-key|client-secret/);
  });
});
