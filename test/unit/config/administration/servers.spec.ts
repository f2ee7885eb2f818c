import { beforeEach, describe, expect, it } from '@jest/globals';
import { getConfig } from '../../../../src/config/administration/configs.js';
import type { Json } from '../../../../src/config/administration/document.js';
import {
  addServer,
  getServer,
  listServers,
  removeAllServers,
  removeServer,
  type ServerFields,
  setPolicy,
  updateServer,
} from '../../../../src/config/administration/servers.js';
import { refusal, sampleDocument, section } from './sample-document.js';

let document: Json;
beforeEach(() => {
  document = sampleDocument();
});

describe('servers of a config', () => {
  it('are listed without env and headers, which hold secrets', () => {
    addServer(document, 'team', 'mail', { url: 'https://mail.example.com/mcp', headers: { 'X-Key': 'hidden-value' } });
    const list = listServers(document, 'team');
    expect(list).toEqual([
      {
        server_name: 'echo',
        description: 'Echo',
        command: 'node',
        args: ['echo.mjs'],
        url: null,
        tools: 1,
        input_guardrails_enabled: true,
        output_guardrails_enabled: false,
        disabled: false,
        disabled_at: null,
        disabled_reason: null,
        disabled_tools: {},
      },
      expect.objectContaining({ server_name: 'mail', command: null, args: [], url: 'https://mail.example.com/mcp' }),
    ]);
    expect(JSON.stringify(list)).not.toMatch(/LEVEL|hidden-value/);
    expect(getServer(document, 'team', 'mail')).toMatchObject({ config: { headers: { 'X-Key': 'hidden-value' } } });
  });

  it('are added with what was given and nothing else, behind those there are', () => {
    addServer(document, 'team', 'new', { command: 'node', args: [], description: 'x' });
    expect(getServer(document, 'team', 'new')).toEqual({
      server_name: 'new',
      config: { command: 'node', args: [] },
      tools: {},
      description: 'x',
      created_at: expect.any(String),
    });
    expect(listServers(document, 'team').map(({ server_name }) => server_name)).toEqual(['echo', 'new']);
    expect(getConfig(document, 'team').updated_at).not.toBe('2026-01-02T00:00:00Z');
  });

  it('cannot share a name within a config, in whatever letter case, and can between configs', () => {
    expect(
      refusal(document, (target) => {
        addServer(target, 'team', 'ECHO', { command: 'node' });
      }),
    ).toEqual(['conflict', 'Config "team" has a server "echo" already.']);
    addServer(document, 'empty', 'echo', { command: 'node' });
    expect(listServers(document, 'empty')).toHaveLength(1);
  });

  it.each(['', 'a\tb', ' a'])('cannot be called %j', (name) => {
    expect(
      refusal(document, (target) => {
        addServer(target, 'team', name, { command: 'node' });
      })[0],
    ).toBe('invalid');
  });

  it('are not found by a name of another letter case, nor by what every object has', () => {
    for (const name of ['Echo', '__proto__', 'constructor', '']) {
      expect(refusal(document, (target) => getServer(target, 'team', name))[0]).toBe('not_found');
    }
  });

  it.each<[string, ServerFields, Json]>([
    ['arguments', { args: ['a'] }, { command: 'node', args: ['a'], env: { LEVEL: '1' } }],
    ['variables, all of them', { env: { B: '2' } }, { command: 'node', args: ['echo.mjs'], env: { B: '2' } }],
    ['the command', { command: 'deno' }, { command: 'deno', args: ['echo.mjs'], env: { LEVEL: '1' } }],
    ['a process into an address', { url: 'https://x.example/mcp' }, { url: 'https://x.example/mcp' }],
  ])('change in %s and keep the rest', (_what, fields, config) => {
    const before = getServer(document, 'team', 'echo');
    const { tools, input_guardrails_policy: policy } = before;
    updateServer(document, 'team', 'echo', fields);
    expect(getServer(document, 'team', 'echo')).toMatchObject({ tools, input_guardrails_policy: policy });
    expect(getServer(document, 'team', 'echo').config).toEqual(config);
    expect(getServer(document, 'team', 'echo').updated_at).toEqual(expect.any(String));
  });

  it('lose headers and transport when an address becomes a process', () => {
    const [server] = getConfig(document, 'team').mcp_config as Json[];
    server!.config = { url: 'https://x.example/mcp', headers: { A: 'b' }, transport: 'sse' };
    updateServer(document, 'team', 'echo', { command: 'node' });
    expect(getServer(document, 'team', 'echo').config).toEqual({ command: 'node' });
  });

  it('can have their allow-list set to every tool', () => {
    updateServer(document, 'team', 'echo', { tools: {} });
    expect(getServer(document, 'team', 'echo').tools).toEqual({});
  });

  it('are removed one by one and all at once', () => {
    addServer(document, 'team', 'two', { command: 'node' });
    removeServer(document, 'team', 'echo');
    expect(listServers(document, 'team').map(({ server_name }) => server_name)).toEqual(['two']);
    addServer(document, 'team', 'three', { command: 'node' });
    expect(removeAllServers(document, 'team')).toBe(2);
    expect(listServers(document, 'team')).toEqual([]);
    expect(removeAllServers(document, 'team')).toBe(0);
  });

  it('keep what is no server entry, which the loader reports, until all are removed', () => {
    section(document, 'mcp_configs').c2!.mcp_config = ['odd', { server_name: 'a', config: {} }, null];
    removeServer(document, 'empty', 'a');
    expect(section(document, 'mcp_configs').c2!.mcp_config).toEqual(['odd', null]);
  });
});

describe('guardrails of a server', () => {
  it('keep the members that are not named, unlike in the reference', () => {
    setPolicy(document, 'team', 'echo', { input_guardrails_policy: { policy_name: 'strict' } });
    expect(getServer(document, 'team', 'echo').input_guardrails_policy).toEqual({
      enabled: true,
      policy_name: 'strict',
      block: ['injection_attack'],
    });
    expect(getServer(document, 'team', 'echo')).not.toHaveProperty('output_guardrails_policy');
  });

  it('are set in both directions at once, and the change has a time', () => {
    setPolicy(document, 'team', 'echo', {
      input_guardrails_policy: { enabled: false },
      output_guardrails_policy: { enabled: true, policy_name: 'default' },
    });
    expect(listServers(document, 'team')).toMatchObject([
      { input_guardrails_enabled: false, output_guardrails_enabled: true },
    ]);
    expect(getConfig(document, 'team').updated_at).not.toBe('2026-01-02T00:00:00Z');
  });
});
