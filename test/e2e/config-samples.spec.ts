import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { secureCall, textOf } from '../support/answers.js';
import { ROOT, sha256, TestGateway } from '../support/gateway.js';
import { RawSession } from '../support/raw-http.js';
import { StdioDoorClient } from '../support/stdio-door.js';

type Json = Record<string, unknown>;

/** The key of every sample, in clear or hashed. */
const KEY = 'fixture-gateway-key-0123456789abcdefABCDEFGHIJKL';

const GENERATIONS = [
  'seed-macos',
  'seed-windows',
  'seed-docker',
  'seed-admin-placeholder',
  'seed-github',
  'seed-template',
  'main-default',
  'sandbox-off',
  'newest-full',
  'oauth-servers',
];

/** A sample whose echo server is ours; the servers beside it stay, unreachable as they are here. */
function sample(name: string): Json {
  const json = JSON.parse(readFileSync(join(ROOT, 'test', 'fixtures', 'configs', `${name}.json`), 'utf8')) as Json;
  for (const { mcp_config: servers } of Object.values(json.mcp_configs as Record<string, { mcp_config: Json[] }>)) {
    for (const server of servers) {
      if (server.server_name !== 'echo_server') continue;
      server.config = { command: process.execPath, args: [join(ROOT, 'examples', 'servers', 'echo.mjs')] };
    }
  }
  return json;
}

function keyOf(json: Json): { key: string; hash: string; userId: string; projectId: string } {
  const keys = json.apikeys as Record<string, { user_id: string; project_id: string }>;
  const record = keys[KEY] ?? keys[sha256(KEY)];
  if (record === undefined) throw new Error('the sample has another key');
  return { key: KEY, hash: sha256(KEY), userId: record.user_id, projectId: record.project_id };
}

describe('a gateway with the config of another generation', () => {
  let gateway: TestGateway | null = null;
  afterEach(async () => {
    await gateway?.stop();
    gateway = null;
  });

  it.each(GENERATIONS)(
    '%s serves an echo call over both doors',
    async (name) => {
      const json = sample(name);
      gateway = await TestGateway.startWith({ json, adminKey: '', keys: [[keyOf(json)]] });
      const session = await RawSession.open(gateway.url, KEY);
      expect(textOf(await session.call('echo_server__echo', { message: 'hello' }))).toBe('hello');
      const listed = await session.call(
        'enkrypt_secure_call_tools',
        secureCall('echo_server', 'echo', { message: 'again' }),
      );
      expect(textOf(listed)).toContain('again');
      const stdio = await StdioDoorClient.open(gateway);
      try {
        const answer = await stdio.request('tools/call', {
          name: 'echo_server__echo',
          arguments: { message: 'stdio' },
        });
        expect(textOf(answer)).toBe('stdio');
      } finally {
        await stdio.close();
      }
      // The file is the operator's: reading it, older forms and keys in clear included, changes nothing.
      expect(JSON.parse(readFileSync(gateway.configPath, 'utf8'))).toEqual(json);
      expect(gateway.stderr).not.toContain(KEY);
    },
    30_000,
  );

  it('tells each older form once in its log', async () => {
    const json = sample('seed-github');
    gateway = await TestGateway.startWith({ json, adminKey: '', keys: [[keyOf(json)]] });
    const warnings = gateway.stderr
      .split('\n')
      .filter((line) => line.includes('"config_warning"'))
      .map((line) => JSON.parse(line) as { path: string });
    const config = Object.keys(json.mcp_configs as Json)[0] ?? '';
    expect(warnings.map(({ path }) => path)).toEqual([
      'common_mcp_gateway_config.enkrypt_api_key',
      'common_mcp_gateway_config.enkrypt_base_url',
      'common_mcp_gateway_config.enkrypt_telemetry',
      `mcp_configs.${config}.mcp_config[1].enable_tool_guardrails`,
      `projects.${Object.keys(json.projects as Json)[0] ?? ''}.created_at`,
      'apikeys',
    ]);
  }, 30_000);

  it.each([
    ['refused-gateways', /gateways: .*not mapped: split it/],
    ['refused-sandbox', /common_mcp_gateway_config\.sandbox\.enabled: not supported yet/],
  ])('%s does not start, and says what to do', async (name, message) => {
    const text = readFileSync(join(ROOT, 'test', 'fixtures', 'configs', `${name}.json`), 'utf8');
    const started = TestGateway.startWith({ json: JSON.parse(text) as Json, adminKey: '', keys: [] });
    await expect(started).rejects.toThrow(message);
    await expect(started).rejects.not.toThrow(KEY);
  });
});
