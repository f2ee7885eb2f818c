import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ServerConnection } from '../../src/contracts/server-entry.js';
import { HttpConnector } from '../../src/mcp/upstream/http-connector.js';
import type { AddressLookup } from '../../src/safe-fetch.js';
import { OPEN_ACCESS } from '../../src/mcp/upstream/upstream-credential.js';
import { AdminClient } from '../support/admin-client.js';
import { resultOf } from '../support/answers.js';
import { eventually, TestGateway } from '../support/gateway.js';
import { RawSession } from '../support/raw-http.js';
import { HttpUpstreams } from '../support/upstreams.js';
import { entry, never, ScriptedServer } from './upstream-kit.js';

type Json = Record<string, unknown>;
jest.setTimeout(60_000);

/** A connector whose names are looked up by the test. */
function connector(lookup: AddressLookup): HttpConnector {
  const line = (): void => undefined;
  return new HttpConnector({
    clientInfo: { name: 'gateway', version: '1' },
    timeouts: { connectionMs: () => 1_000, sessionMs: () => 5_000 },
    log: { debug: line, info: line, warn: line },
    lookup,
  });
}

type HttpConnection = Extract<ServerConnection, { kind: 'http' }>;

async function open(at: HttpConnector, url: string, more: Partial<HttpConnection> = {}): Promise<string> {
  const connection: HttpConnection = { kind: 'http', url, headers: {}, transport: 'auto', publicOnly: true, ...more };
  try {
    const session = await at.open(entry(connection), connection, OPEN_ACCESS, never);
    await session.close();
    return 'opened';
  } catch (error) {
    return error instanceof Error ? `${error.message} ${String((error.cause as Error | undefined)?.message)}` : 'odd';
  }
}

const REFUSED = 'not on the public internet';

describe('the connection of a server that was made over the API', () => {
  let target: ScriptedServer;
  let port: string;
  beforeEach(async () => {
    target = await ScriptedServer.start((_seen, response) => {
      response.writeHead(500).end();
    });
    ({ port } = new URL(target.url));
  });
  afterEach(() => target.close());

  it.each([
    ['loopback', ['127.0.0.1']],
    ['a private address', ['10.0.0.1']],
    ['an address of a metadata service', ['169.254.169.254']],
    ['a private address behind a public one', ['1.1.1.1', '192.168.0.1']],
    ['the unspecified address', ['0.0.0.0']],
    ['IPv6 loopback', ['::1']],
    ['an IPv4 address inside an IPv6 one', ['::ffff:127.0.0.1']],
    ['6to4', ['2002:7f00:1::']],
    ['Teredo', ['2001:0:7f00:1::1']],
    ['NAT64', ['64:ff9b::7f00:1']],
    ['a local IPv6 address', ['fd00::1']],
    ['a link-local address with a zone', ['fe80::1%eth0']],
    ['nothing', []],
  ])('is not made when its name leads to %s', async (_what, addresses) => {
    const asked: string[] = [];
    const at = connector((name) => {
      asked.push(name);
      return Promise.resolve(addresses.map((address) => ({ address })));
    });
    expect(await open(at, `http://mcp.example.com:${port}/mcp`)).toContain(REFUSED);
    expect([asked[0], target.seen]).toEqual(['mcp.example.com', []]);
  });

  it.each(
    [
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f.1',
      '0177.0.0.1',
      '0',
      '[::1]',
      '[::]',
      '[::ffff:7f00:1]',
      '[0:0:0:0:0:ffff:127.0.0.1]',
      '[64:ff9b::127.0.0.1]',
      '[2002:7f00:1::]',
      '[2001:0:7f00:1::1]',
      '127.0.0.1.',
      '①②⑦.0.0.1',
    ].map((host) => [host]),
  )('is not made to the address itself, however it is spelt: %s', async (host) => {
    const at = connector(() => Promise.reject(new Error('an address is not looked up')));
    expect(await open(at, `http://${host}:${port}/mcp`)).toContain(REFUSED);
    expect(target.seen).toEqual([]);
  });

  it("is the operator's to allow: the same server opens without the mark", async () => {
    const at = connector(() => Promise.reject(new Error('a host of the operator is not looked up here')));
    const connection: HttpConnection = { kind: 'http', url: target.url, headers: {}, transport: 'auto' };
    await expect(at.open(entry(connection), connection, OPEN_ACCESS, never)).rejects.toThrow();
    expect(target.seen.length).toBeGreaterThan(0);
  });

  it('is judged anew each time: a name that changes its answer is caught, and what was judged is what is connected', async () => {
    // A documentation address would be refused; this one is public, and nobody here answers for it.
    const answers = [['1.1.1.1'], ['127.0.0.1'], ['127.0.0.1']];
    let lookups = 0;
    const at = connector(() =>
      Promise.resolve((answers[Math.min(lookups++, 2)] ?? []).map((address) => ({ address }))),
    );
    const url = `http://rebind.example.com:${port}/mcp`;
    const first = await open(at, url, { transport: 'sse' });
    expect([first === 'opened', first.includes(REFUSED), lookups]).toEqual([false, false, 1]);
    expect(await open(at, url, { transport: 'sse' })).toContain(REFUSED);
    expect([lookups, target.seen]).toEqual([2, []]);
  });
});

describe('a server that redirects', () => {
  it.each([301, 302, 303, 307, 308])('is not followed with %i, whoever made it', async (status) => {
    const inside = await ScriptedServer.start((_seen, response) => {
      response.end('secret');
    });
    const outside = await ScriptedServer.start((_seen, response) => {
      response.writeHead(status, { location: inside.url }).end();
    });
    try {
      const at = connector(() => Promise.reject(new Error('no look-up')));
      const connection: HttpConnection = { kind: 'http', url: outside.url, headers: { A: 'b' }, transport: 'auto' };
      await expect(at.open(entry(connection), connection, OPEN_ACCESS, never)).rejects.toThrow();
      expect([outside.seen.length > 0, inside.seen]).toEqual([true, []]);
    } finally {
      await Promise.all([inside.close(), outside.close()]);
    }
  });
});

describe('whose a server is', () => {
  const upstreams = new HttpUpstreams();
  let gateway: TestGateway;
  let admin: AdminClient;
  let url: string;
  beforeAll(async () => {
    url = await upstreams.listen();
    gateway = await TestGateway.start({
      projects: [{ servers: [{ name: 'own', config: { url } }] }],
      common: { admin_api: { allowed_upstream_hosts: ['made.example.com'] } },
    });
    admin = new AdminClient(gateway);
  });
  afterAll(async () => {
    await gateway.stop();
    await upstreams.close();
  });

  const servers = '/configs/config_0/servers';
  const entries = (): Json[] => {
    const document = JSON.parse(readFileSync(gateway.configPath, 'utf8')) as { mcp_configs: Record<string, Json> };
    return Object.values(document.mcp_configs).flatMap(({ mcp_config }) => mcp_config as Json[]);
  };
  const origin = (name: string): unknown => entries().find(({ server_name }) => server_name === name)?.managed_by;
  const works = async (name: string): Promise<string> => {
    const session = await RawSession.open(gateway.url, gateway.key());
    return JSON.stringify(resultOf(await session.call('enkrypt_discover_all_tools', { server_name: name })));
  };

  it('is recorded where the connection came in over the API, and no request takes the record away', async () => {
    const made = { server_name: 'made', url: 'https://made.example.com/mcp' };
    expect(await admin.status('POST', servers, made)).toBe(201);
    expect([origin('own'), origin('made')]).toEqual([undefined, 'api']);
    expect(await admin.status('POST', servers, { ...made, server_name: 'other', managed_by: null })).toBe(422);
    expect(await admin.status('PUT', `${servers}/made`, { description: 'changed' })).toBe(200);
    expect(await admin.status('PUT', `${servers}/made`, { url: 'https://made.example.com/other' })).toBe(200);
    expect(origin('made')).toBe('api');
    const backup = await admin.data<{ config: { mcp_configs: Record<string, { mcp_config: Json[] }> } }>(
      'POST',
      '/system/backup',
    );
    for (const { mcp_config } of Object.values(backup.config.mcp_configs)) {
      for (const server of mcp_config) delete server.managed_by;
    }
    expect(await admin.status('POST', '/system/restore', { backup })).toBe(200);
    expect([origin('own'), origin('made')]).toEqual([undefined, 'api']);
    const config = { mcp_config: [{ server_name: 'made', config: { url: 'https://made.example.com/mcp' } }] };
    expect(await admin.status('POST', '/configs/import', { config_name: 'imported', config })).toBe(201);
    expect(await admin.status('POST', '/configs/copy', { source_config: 'imported', target_config: 'copy' })).toBe(201);
    expect(entries().filter(({ managed_by }) => managed_by === 'api')).toHaveLength(3);
    expect(await admin.status('PUT', `${servers}/own`, { description: 'still the own' })).toBe(200);
    expect(origin('own')).toBeUndefined();
  });

  it("decides what it reaches: the same address works as the operator's and is refused as the API's", async () => {
    expect(await works('own')).toContain('"status":"success"');
    const mark = (value: Json, hosts: readonly string[]): void => {
      gateway.edit((json) => {
        const [config] = Object.values(json.mcp_configs as Record<string, { mcp_config: Json[] }>);
        if (config?.mcp_config[0] !== undefined) {
          const { managed_by, ...rest } = config.mcp_config[0];
          expect([undefined, 'api']).toContain(managed_by);
          config.mcp_config[0] = { ...rest, ...value };
        }
        json.common_mcp_gateway_config = { admin_api: { allowed_upstream_hosts: hosts } };
      });
    };
    mark({ managed_by: 'api' }, []);
    const refused = await eventually(
      () => works('own'),
      (text) => !text.includes('"status":"success"'),
    );
    expect(refused).toContain('own');
    mark({ managed_by: 'api' }, [new URL(url).host]);
    await eventually(
      () => works('own'),
      (text) => text.includes('"status":"success"'),
    );
    mark({ managed_by: 'api' }, []);
    await eventually(
      () => works('own'),
      (text) => !text.includes('"status":"success"'),
    );
    mark({}, []);
    await eventually(
      () => works('own'),
      (text) => text.includes('"status":"success"'),
    );
  });
});
