import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, it } from '@jest/globals';
import { createDefaultConfig } from '../../../src/config/default-config.js';
import { configJsonSchema } from '../../../src/config/json-schema.js';
import { toNewestForm } from '../../../src/config/older-forms/newest-form.js';
import { changed, type Json, problemsOf, sampleConfig, server, STORED_KEY } from './sample-config.js';

interface Node {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly items?: Node;
}

const ROOT = new URL('../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');
const committed = read('config/gateway.schema.json');

const ajv = new Ajv({ allErrors: true });
formats.default(ajv);
const validate = ajv.compile(JSON.parse(committed) as object);

/** JSON pointers of what ajv complains about; [] = accepted. */
function complaints(config: unknown): string[] {
  return validate(config) ? [] : (validate.errors ?? []).map(({ instancePath }) => instancePath);
}

function* undescribed(node: Node, at: string): Generator<string> {
  for (const [name, child] of Object.entries(node.properties ?? {})) {
    if (child.description === undefined || child.description === '') yield `${at}.${name}`;
    yield* undescribed(child, `${at}.${name}`);
  }
  if (typeof node.additionalProperties === 'object') yield* undescribed(node.additionalProperties, `${at}.<name>`);
  if (node.items !== undefined) yield* undescribed(node.items, `${at}[]`);
}

describe('config/gateway.schema.json', () => {
  it('is what the config schema and its documentation yield; otherwise run: npm run schema', () => {
    const fresh = `${JSON.stringify(configJsonSchema(read('docs/configuration.md')), null, 2)}\n`;
    expect(committed === fresh ? 'the same' : 'stale').toBe('the same');
  });

  it('describes every key', () => {
    expect([...undescribed(JSON.parse(committed) as Node, '')]).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['the example', JSON.parse(read('config/example.config.json'))],
    ['an empty config', {}],
    ['a config that names it', { $schema: './gateway.schema.json' }],
    ['the full sample', sampleConfig()],
    [
      'a generated config',
      createDefaultConfig({ echoServer: true, echoCommand: { command: 'node', args: ['echo.mjs'] } }).json,
    ],
    ['a project without a config', changed(['projects', 'p1', 'mcp_config_id'], null)],
    ['a local time', changed(server('created_at'), '2025-07-16T17:02:00.406877')],
  ])('accepts %s', (_name, config) => {
    expect(complaints(config)).toEqual([]);
  });

  const fixtures = readdirSync(new URL('test/fixtures/configs/', ROOT)).filter((name) => /^(?:seed|main)-/.test(name));

  it.each(fixtures)('refuses %s as it is, an older form, and accepts it migrated', (name) => {
    const file = JSON.parse(read(`test/fixtures/configs/${name}`)) as Json;
    expect(complaints(file)).not.toEqual([]);
    expect(complaints(toNewestForm(file).json)).toEqual([]);
  });

  it.each<[string, readonly (string | number)[], Json | undefined, string]>([
    ['an unknown key', ['surprise'], 1, ''],
    [
      'a wrong level',
      ['common_mcp_gateway_config', 'enkrypt_log_level'],
      'LOUD',
      '/common_mcp_gateway_config/enkrypt_log_level',
    ],
    [
      'a time limit of 0',
      ['common_mcp_gateway_config', 'timeout_settings'],
      { default_timeout: 0 },
      '/common_mcp_gateway_config/timeout_settings/default_timeout',
    ],
    [
      'half a process',
      ['common_mcp_gateway_config', 'max_stdio_children'],
      1.5,
      '/common_mcp_gateway_config/max_stdio_children',
    ],
    [
      'a feature that is missing',
      ['common_mcp_gateway_config', 'sandbox'],
      { enabled: true },
      '/common_mcp_gateway_config/sandbox/enabled',
    ],
    [
      'a host with a scheme',
      ['common_mcp_gateway_config', 'allowed_hosts'],
      ['https://x'],
      '/common_mcp_gateway_config/allowed_hosts/0',
    ],
    ['a provider that is missing', ['plugins', 'auth'], { provider: 'enkrypt' }, '/plugins/auth/provider'],
    ['a server without a name', server('server_name'), undefined, '/mcp_configs/c1/mcp_config/0'],
    ['a server that is nowhere', server('config'), {}, '/mcp_configs/c1/mcp_config/0/config'],
    [
      'a server in two places',
      server('config'),
      { command: 'a', url: 'http://a' },
      '/mcp_configs/c1/mcp_config/0/config',
    ],
    ['headers of a process', server('config'), { command: 'a', headers: {} }, '/mcp_configs/c1/mcp_config/0/config'],
    ['variables of a URL', server('config'), { url: 'http://a', env: {} }, '/mcp_configs/c1/mcp_config/0/config'],
    [
      'a policy that does not say whether',
      server('input_guardrails_policy'),
      { policy_name: 'x' },
      '/mcp_configs/c1/mcp_config/0/input_guardrails_policy',
    ],
    ['a time that is none', ['apikeys', STORED_KEY, 'expires_at'], 'soon', `/apikeys/${STORED_KEY}/expires_at`],
    ['tools as a list', server('tools'), ['a'], '/mcp_configs/c1/mcp_config/0/tools'],
  ])('refuses %s, as the gateway does', (_name, path, value, at) => {
    const config = changed(path, value);
    expect(complaints(config)).toContain(at);
    expect(problemsOf(config)).not.toEqual([]);
  });

  it('marks keys in clear, which the gateway accepts for the sake of older files', () => {
    expect(complaints(changed(['apikeys', 'a-key'], { project_id: 'p1', user_id: 'u1' }))).not.toEqual([]);
    expect(complaints(changed(['admin_apikey'], 'a-key'))).toEqual(['/admin_apikey']);
  });
});
