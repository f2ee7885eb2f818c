import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../../src/config/administration/document.js';
import { fieldsOver } from '../../../src/admin/administration/server-fields.js';
import { keepingSecrets } from '../../../src/config/administration/server-secrets.js';
import { refuseForbidden } from '../../../src/config/administration/upstream-permission.js';

const NOTHING = { allowedCommands: new Set<string>(), allowedPaths: [], allowedHosts: new Set<string>() };

function documentOf(config: Json, server = 'one', common: Json = {}): Json {
  return {
    common_mcp_gateway_config: common,
    mcp_configs: { id: { mcp_config_name: 'a', mcp_config: [{ server_name: server, config }] } },
  };
}

const EMPTY: Json = { mcp_configs: {} };

describe('what was there before', () => {
  it('is no matter of the permission, wherever it stands afterwards and in whatever order its members', () => {
    const before = documentOf({ command: '/bin/own', args: ['a'], env: { A: '${env:A}', B: 'b' } });
    const after = documentOf({ env: { B: 'b', A: '${env:A}' }, args: ['a'], command: '/bin/own' }, 'two');
    expect(() => {
      refuseForbidden(before, after, NOTHING);
    }).not.toThrow();
  });

  it.each<[string, Json]>([
    ['another argument', { command: '/bin/own', args: ['b'] }],
    ['another variable', { command: '/bin/own', args: ['a'], env: { X: '1' } }],
    ['another command', { command: '/bin/other', args: ['a'] }],
  ])('is something new with %s', (_what, config) => {
    expect(() => {
      refuseForbidden(documentOf({ command: '/bin/own', args: ['a'] }), documentOf(config), NOTHING);
    }).toThrow('allowed_commands');
  });

  it('keeps its references for its own address and for no other', () => {
    const headers = { Authorization: 'Bearer ${env:TOKEN}' };
    const before = documentOf({ url: 'https://mcp.example.com/a', headers });
    expect(() => {
      refuseForbidden(before, documentOf({ url: 'https://mcp.example.com/b', headers }), NOTHING);
    }).not.toThrow();
    expect(() => {
      refuseForbidden(before, documentOf({ url: 'https://evil.example.com/', headers }), NOTHING);
    }).toThrow('references');
    expect(() => {
      refuseForbidden(before, documentOf({ url: 'https://mcp.example.com/a', headers }, 'other server'), NOTHING);
    }).not.toThrow();
  });
});

describe('a server behind mcp-remote', () => {
  const remote = (url: string): Json => ({
    command: 'npx',
    args: ['-y', 'mcp-remote', url, '--header', 'Authorization:${AUTH}'],
    env: { AUTH: '${env:TOKEN}' },
  });

  it('takes its references and masked values to no other address', () => {
    const before = remote('https://mcp.example.com/a');
    const change = (url: string) => () => {
      refuseForbidden(documentOf(before), documentOf(remote(url)), NOTHING);
    };
    expect(change('https://mcp.example.com/b')).not.toThrow();
    expect(change('https://evil.example.com/')).toThrow('references');
    const masked = (url: string): Json => ({ ...remote(url), env: { AUTH: '***' } });
    expect(keepingSecrets(masked('https://mcp.example.com/b'), before).env).toEqual(before.env);
    expect(() => keepingSecrets(masked('https://evil.example.com/'), before)).toThrow('masked');
    const sentArgs = { args: remote('https://evil.example.com/').args as string[] };
    expect(() => fieldsOver(sentArgs, { config: before })).toThrow('send "env" again');
    expect(() => fieldsOver({ server_command: 'npx' }, { config: before })).not.toThrow();
  });
});

describe('what is new', () => {
  it('needs the very command that is allowed', () => {
    const npx = { ...NOTHING, allowedCommands: new Set(['npx:server@1.0.0']) };
    const added = (command: string) => () => {
      refuseForbidden(EMPTY, documentOf({ command, args: ['server@1.0.0'] }), npx);
    };
    expect(added('npx')).not.toThrow();
    for (const command of ['/usr/bin/npx', './npx', 'NPX', 'npx ', 'npx.cmd'])
      expect(added(command)).toThrow('allowed_commands');
  });

  it.each([
    ['an argument', { command: 'run', args: ['--base=http://169.254.169.254/'] }],
    ['a variable', { command: 'run', env: { BASE: 'postgres://0x7f.1:5432/db' } }],
    ['a file', { command: 'run', args: ['file:///etc/passwd'] }],
    ['a socket', { command: 'run', env: { DOCKER: 'unix:///var/run/x.sock' } }],
  ])('may not name an address of the own network in %s', (_what, config) => {
    const run = { ...NOTHING, allowedCommands: new Set(['run']) };
    expect(() => {
      refuseForbidden(EMPTY, documentOf(config), run);
    }).toThrow('allowed_upstream_hosts');
  });

  it('may not bring a reference anywhere in the document', () => {
    const after = { mcp_configs: {}, plugins: { guardrails: { config: { api_key: '${file:/etc/passwd}' } } } };
    expect(() => {
      refuseForbidden(EMPTY, after, NOTHING);
    }).toThrow('references');
  });

  it('may not be the permission itself', () => {
    const after = documentOf({}, 'one', { admin_api: { allowed_commands: ['sh'] } });
    expect(() => {
      refuseForbidden(documentOf({}), after, NOTHING);
    }).toThrow('in the file alone');
  });

  it.each<[string, unknown]>([
    ['audit_log', '/etc/cron.d/lines'],
    ['audit', { postgres: true }],
    ['allowed_hosts', ['evil.example.com']],
    ['trusted_proxies', ['0.0.0.0/0']],
    ['failed_keys_per_minute', 0],
    ['enkrypt_cache_host', '169.254.169.254'],
    ['enkrypt_cache_port', 22],
    ['enkrypt_cache_password', 'known'],
    ['enkrypt_cache_tls', false],
  ])('does not set %s, whatever it is', (section, value) => {
    expect(() => {
      refuseForbidden(documentOf({}), documentOf({}, 'one', { [section]: value }), NOTHING);
    }).toThrow(`common_mcp_gateway_config.${section} can be changed in the file alone`);
  });

  it('may not say whose access tokens are taken', () => {
    const inbound_oauth = { resource: 'https://g.example.com/mcp', issuers: [{ issuer: 'http://localhost:1' }] };
    expect(() => {
      refuseForbidden(documentOf({}), documentOf({}, 'one', { inbound_oauth }), NOTHING);
    }).toThrow('inbound_oauth can be changed in the file alone');
  });
});

describe('a reference beside an address', () => {
  const provider = (config: Json): Json => ({
    mcp_configs: {},
    plugins: { guardrails: { provider: 'enkrypt', config } },
  });
  const before = provider({ base_url: 'https://api.example.com', api_key: '${env:KEY}', policies: {} });
  const hook = (webhook: Json): Json => provider({ webhooks: { one: webhook } });

  it.each<[string, Json, Json]>([
    [
      'the address changes',
      before,
      provider({ base_url: 'https://evil.example', api_key: '${env:KEY}', policies: {} }),
    ],
    ['the address is taken away', before, provider({ api_key: '${env:KEY}', policies: {} })],
    ['it stands in another place', before, provider({ base_url: '${env:KEY}', api_key: 'x', policies: {} })],
    [
      'the address above it changes',
      hook({ url: 'https://a.example', headers: { authorization: '${env:KEY}' } }),
      hook({ url: 'https://b.example', headers: { authorization: '${env:KEY}' } }),
    ],
  ])('goes nowhere else when %s', (_what, old, after) => {
    expect(() => {
      refuseForbidden(old, after, NOTHING);
    }).toThrow('can be changed in the file alone');
  });

  it('stays when something else changes, and may be replaced by a value', () => {
    for (const after of [
      provider({ base_url: 'https://api.example.com', api_key: '${env:KEY}', policies: { a: {} } }),
      provider({ base_url: 'https://other.example', api_key: 'a-new-value', policies: {} }),
    ]) {
      expect(() => {
        refuseForbidden(before, after, NOTHING);
      }).not.toThrow();
    }
  });
});
