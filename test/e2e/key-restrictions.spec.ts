import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AdminClient } from '../support/admin-client.js';
import { eventually, TestGateway } from '../support/gateway.js';
import { RawSession, send } from '../support/raw-http.js';
import { connect } from '../support/mcp-clients.js';
import { echoServer } from '../support/upstreams.js';

type Json = Record<string, unknown>;
jest.setTimeout(60_000);

/** Nobody's (RFC 5737), so no socket of this test has it. */
const ELSEWHERE = '192.0.2.7';
const INITIALIZE = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
});

let gateway: TestGateway;
let admin: AdminClient;

beforeAll(async () => {
  gateway = await TestGateway.start({ projects: [{ servers: [echoServer('echo_server')] }] });
  admin = new AdminClient(gateway);
});
afterAll(() => gateway.stop());

const hello = (key: string, forwarded?: string) =>
  send(gateway.url, {
    headers: [
      ...['apikey', key, 'Content-Type', 'application/json', 'Accept', 'application/json, text/event-stream'],
      ...(forwarded === undefined ? [] : ['X-Forwarded-For', forwarded]),
    ],
    body: INITIALIZE,
  });

/** A new key of the user and project there are. */
async function newKey(body: Json = {}): Promise<{ key: string; id: string }> {
  const owner = gateway.config.keys[0]?.[0];
  const path = `/users/${String(owner?.userId)}/api-keys`;
  const made = await admin.data<{ api_key: string; key_id: string }>('POST', path, {
    project_id: owner?.projectId,
    ...body,
  });
  return { key: made.api_key, id: made.key_id };
}

describe('the throttle of wrong keys', () => {
  const limited = async (proxies: readonly string[]) => {
    const each = await TestGateway.start({
      projects: [{ servers: [echoServer('echo_server')] }],
      common: { failed_keys_per_minute: 2, trusted_proxies: proxies },
    });
    const guess = async (from: string) => {
      const headers = ['apikey', 'no-such-key-0123456789', 'X-Forwarded-For', from, 'Content-Type', 'application/json'];
      const wrong = await send(each.url, { headers, body: INITIALIZE });
      const bearer = ['Authorization', 'Bearer no-such-key-0123456789', 'X-Forwarded-For', from];
      const admins = await send(new URL('/api/v1/projects', each.url).href, { method: 'GET', headers: bearer });
      return [wrong.status, admins.status];
    };
    try {
      const same = [await guess('192.0.2.1'), await guess('192.0.2.1'), await guess('192.0.2.1')];
      return { same, other: await guess('192.0.2.2') };
    } finally {
      await each.stop();
    }
  };

  it('counts each client behind a trusted proxy for itself', async () => {
    const { same, other } = await limited(['127.0.0.1']);
    expect(same.at(-1)).toEqual([429, 429]);
    expect(other).toEqual([401, 401]);
  });

  it('lets nobody choose an address by a header otherwise', async () => {
    const { other } = await limited([]);
    expect(other).toEqual([429, 429]);
  });
});

describe('a key with addresses', () => {
  it('works from there, and is refused from elsewhere like any other bad key, with the reason in the log alone', async () => {
    const { key, id } = await newKey({ allowed_ips: ['127.0.0.0/8'] });
    expect((await hello(key)).status).toBe(200);
    await admin.data('PUT', `/api-keys/${id}`, { allowed_ips: [ELSEWHERE] });
    const refused = await hello(key);
    const unknown = await hello('no-such-key-0123456789');
    expect([refused.status, refused.text]).toEqual([401, unknown.text]);
    await eventually(
      () => gateway.stderr,
      (text) => text.includes('"reason":"address"') && text.includes('"client":"127.0.0.1"'),
    );
    await admin.data('PUT', `/api-keys/${id}`, { allowed_ips: null });
    expect((await hello(key)).status).toBe(200);
  });

  it('ends the sessions that were opened under another rule', async () => {
    const { key, id } = await newKey();
    const session = await RawSession.open(gateway.url, key);
    await admin.data('PUT', `/api-keys/${id}`, { allowed_ips: ['127.0.0.1'] });
    const answer = await session.post({ jsonrpc: '2.0', id: 2, method: 'tools/list' });
    expect([answer.status, answer.text]).toEqual([404, expect.stringContaining('Session not found')]);
  });

  it('is judged by X-Forwarded-For behind proxies that the operator trusts, and never otherwise', async () => {
    const { key } = await newKey({ allowed_ips: [ELSEWHERE] });
    expect((await hello(key, ELSEWHERE)).status).toBe(401);
    gateway.edit((json) => {
      (json.common_mcp_gateway_config as Json).trusted_proxies = ['127.0.0.1'];
    });
    await eventually(
      () => hello(key, ELSEWHERE),
      ({ status }) => status === 200,
    );
    expect((await hello(key, `${ELSEWHERE}, 198.51.100.1`)).status).toBe(401);
    expect((await hello(key)).status).toBe(401);
    gateway.edit((json) => {
      delete (json.common_mcp_gateway_config as Json).trusted_proxies;
    });
  });

  it('lets the stdio door in as a client on this machine', async () => {
    const open = (key: string) =>
      connect('SDK v1', { kind: 'stdio', configPath: gateway.configPath, key, home: gateway.home });
    const { key, id } = await newKey({ allowed_ips: ['127.0.0.1'] });
    const client = await open(key);
    expect((await client.list()).length).toBeGreaterThan(0);
    await client.close();
    await admin.data('PUT', `/api-keys/${id}`, { allowed_ips: [ELSEWHERE] });
    await expect(open(key).then((one) => one.list())).rejects.toThrow();
  });

  it.each([[['nowhere']], [[]], ['127.0.0.1'], [['127.0.0.1/33']]])('is not made with %j', async (allowed_ips) => {
    const owner = gateway.config.keys[0]?.[0];
    const path = `/users/${String(owner?.userId)}/api-keys`;
    const body = { project_id: owner?.projectId, allowed_ips };
    expect(await admin.status('POST', path, body)).toBe(422);
  });
});

describe('the last use of a key', () => {
  it('is shown at once, and kept beside the config, which is not written for it', async () => {
    const { key, id } = await newKey();
    const before = readFileSync(gateway.configPath, 'utf8');
    expect(await admin.data('GET', `/api-keys/${id}`)).toMatchObject({ last_used_at: null });
    const start = Date.now();
    expect((await hello(key)).status).toBe(200);
    const { last_used_at } = await admin.data<{ last_used_at: string }>('GET', `/api-keys/${id}`);
    expect(Date.parse(last_used_at)).toBeGreaterThanOrEqual(start);
    const file = join(gateway.home, 'key-uses.json');
    const kept = await eventually(
      () => (existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Json) : {}),
      (times) => id in times,
      20_000,
    );
    expect(kept[id]).toBe(last_used_at);
    expect(JSON.stringify(kept)).not.toContain(key);
    expect(readFileSync(gateway.configPath, 'utf8')).toBe(before);
  });
});

describe('a key that is rotated with an overlap', () => {
  it('works beside its successor until the overlap ends, with its sessions', async () => {
    const { key, id } = await newKey();
    const body = { api_key: id, overlap_seconds: 3600 };
    const made = await admin.data<{ new_api_key: string; key_id: string }>('POST', '/api-keys/rotate', body);
    expect([(await hello(key)).status, (await hello(made.new_api_key)).status]).toEqual([200, 200]);
    expect(await admin.data('GET', `/api-keys/${id}`)).toMatchObject({ replaced_by: made.key_id });
    const session = await RawSession.open(gateway.url, key);
    gateway.edit(({ apikeys }) => {
      for (const entry of Object.values(apikeys as Record<string, Json>)) {
        if (entry.replaced_by !== undefined) entry.expires_at = new Date(Date.now() - 1000).toISOString();
      }
    });
    await eventually(
      async () => (await session.post({ jsonrpc: '2.0', id: 2, method: 'tools/list' })).status,
      (status) => status === 401,
    );
    expect((await hello(made.new_api_key)).status).toBe(200);
  });
});
