import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AdminClient } from '../support/admin-client.js';
import { ApiContract } from '../support/api-contract.js';
import { eventually, sha256, TestGateway } from '../support/gateway.js';
import { type RawResponse, send } from '../support/raw-http.js';

type Json = Record<string, unknown>;
type Role = 'viewer' | 'operator' | 'owner';
jest.setTimeout(60_000);

const ROLES: readonly Role[] = ['viewer', 'operator', 'owner'];
/** Beside these, viewers read and operators write. */
const FOR_OWNERS = [/^\/api\/v1\/admin-keys/, /^\/api\/v1\/system\/(?:reset|restore)$/];
const WRITTEN_BY_OWNERS = [/^\/api\/v1\/settings\//];

let gateway: TestGateway;
let owner: AdminClient;
let contract: ApiContract;
let keys: Record<Role, { key: string; id: string }>;

beforeAll(async () => {
  gateway = await TestGateway.start({ projects: [{ servers: [] }] });
  const headers = ['Authorization', `Bearer ${gateway.config.adminKey}`];
  contract = new ApiContract((await send(`${gateway.origin}/openapi.json`, { method: 'GET', headers })).json());
  owner = new AdminClient(gateway, contract);
  const made = await Promise.all(ROLES.map(async (role) => [role, await newKey(role)] as const));
  keys = Object.fromEntries(made) as typeof keys;
});
afterAll(() => gateway.stop());

async function newKey(role: Role, more: Json = {}): Promise<{ key: string; id: string }> {
  const body = { role, name: `for a ${role}`, ...more };
  const made = await owner.data<{ admin_api_key: string; key_id: string }>('POST', '/admin-keys', body);
  return { key: made.admin_api_key, id: made.key_id };
}

function ask(key: string, method: string, path: string, body?: unknown): Promise<RawResponse> {
  const headers = [
    'Authorization',
    `Bearer ${key}`,
    ...(body === undefined ? [] : ['Content-Type', 'application/json']),
  ];
  return send(`${gateway.origin}${path}`, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

function needed(method: string, path: string): Role {
  if (FOR_OWNERS.some((place) => place.test(path))) return 'owner';
  if (method === 'GET') return 'viewer';
  return WRITTEN_BY_OWNERS.some((place) => place.test(path)) ? 'owner' : 'operator';
}

describe('roles', () => {
  it('are asked for by every route of the document, and by no other word than the key', async () => {
    const routes = contract.routes().filter(({ path }) => !/^\/(?:health|mcp)/.test(path));
    expect(routes.length).toBeGreaterThan(60);
    for (const { method, path } of routes) {
      const role = needed(method, path);
      const real = path.replaceAll('{key}', '0123456789ab').replaceAll(/\{[a-z]+\}/g, 'nothing');
      for (const has of ROLES) {
        // A body that no route takes: whoever may use the route is told of the body, and nothing happens.
        const { status, text } = await ask(keys[has].key, method, real, method === 'GET' ? undefined : { surprise: 1 });
        const isLow = ROLES.indexOf(has) < ROLES.indexOf(role);
        expect([has, method, path, status === 403]).toEqual([has, method, path, isLow]);
        if (isLow) expect(text).toContain(`the role ${role}. This key has the role ${has}`);
      }
    }
  });

  it('name the key, never its text, in the log of a refusal', async () => {
    // Lines of refusals are few a second; those of the test before have used some up.
    await eventually(
      async () => {
        await ask(keys.viewer.key, 'POST', '/api/v1/users', { email: 'a@example.com' });
        return gateway.stderr;
      },
      (text) => text.includes('"reason":"role"') && text.includes(`"key_id":"${keys.viewer.id}"`),
    );
    expect(gateway.stderr).not.toContain(keys.viewer.key);
  });
});

describe('an admin key', () => {
  it('stands in the file as a hash, and names itself in the audit line of a change', async () => {
    expect(readFileSync(gateway.configPath, 'utf8')).not.toContain(keys.operator.key);
    expect(readFileSync(gateway.configPath, 'utf8')).toContain(sha256(keys.operator.key));
    expect((await ask(keys.operator.key, 'POST', '/api/v1/users', { email: 'b@example.com' })).status).toBe(201);
    await eventually(
      () => gateway.audit(),
      (lines) => lines.some((line) => line.operation === 'user.create' && line.admin_key === keys.operator.id),
    );
  });

  it('is listed with its role and last use, without its text', async () => {
    const list = await owner.data<Json[]>('GET', '/admin-keys');
    expect(list).toContainEqual(
      expect.objectContaining({ key_id: keys.viewer.id, role: 'viewer', last_used_at: expect.any(String) }),
    );
    expect(list[0]).toMatchObject({ name: 'admin_apikey', role: 'owner' });
  });

  it.each(['disable', 'delete', 'rotate'])('opens nothing after %s', async (verb) => {
    const { key, id } = await newKey('viewer');
    expect((await ask(key, 'GET', '/api/v1/users')).status).toBe(200);
    const [method, path] = verb === 'delete' ? ['DELETE', `/admin-keys/${id}`] : ['POST', `/admin-keys/${id}/${verb}`];
    const data = await owner.data<Json | null>(method, path);
    const refused = await ask(key, 'GET', '/api/v1/users');
    const unknown = await ask('nobody-0123456789', 'GET', '/api/v1/users');
    expect([refused.status, refused.json().message]).toEqual([401, unknown.json().message]);
    if (verb === 'rotate') expect((await ask(String(data?.admin_api_key), 'GET', '/api/v1/users')).status).toBe(200);
    if (verb === 'disable') {
      await owner.data('POST', `/admin-keys/${id}/enable`);
      expect((await ask(key, 'GET', '/api/v1/users')).status).toBe(200);
    }
  });

  it('expires', async () => {
    const { key, id } = await newKey('viewer', { expires_at: '2999-01-01T00:00:00Z' });
    expect((await ask(key, 'GET', '/api/v1/users')).status).toBe(200);
    gateway.edit(({ admin_keys }) => {
      (admin_keys as Record<string, Json>)[sha256(key)]!.expires_at = '2020-01-01T00:00:00Z';
    });
    await eventually(
      async () => (await ask(key, 'GET', '/api/v1/users')).status,
      (status) => status === 401,
    );
    expect(await owner.status('POST', `/admin-keys/${id}/rotate`)).toBe(409);
  });

  it('of the last active owner stays', async () => {
    const list = await owner.data<Json[]>('GET', '/admin-keys');
    const single = String(list.find(({ name }) => name === 'admin_apikey')?.key_id);
    expect(await owner.status('POST', `/admin-keys/${single}/disable`)).toBe(409);
    expect(await owner.status('POST', `/admin-keys/${keys.owner.id}/disable`)).toBe(200);
    expect(await owner.status('DELETE', `/admin-keys/${single}`)).toBe(409);
    expect(await owner.status('POST', `/admin-keys/${keys.owner.id}/enable`)).toBe(200);
    const other = await ask(keys.owner.key, 'DELETE', `/api/v1/admin-keys/${single}`);
    expect(other.status).toBe(200);
    expect((await ask(gateway.config.adminKey, 'GET', '/api/v1/users')).status).toBe(401);
    expect((await ask(keys.owner.key, 'POST', `/api/v1/admin-keys/${keys.owner.id}/disable`)).status).toBe(409);
    expect(owner.surprises).toEqual([]);
  });
});
