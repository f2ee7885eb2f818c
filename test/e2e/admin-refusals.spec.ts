import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AdminClient } from '../support/admin-client.js';
import { eventually, TestGateway } from '../support/gateway.js';
import { send } from '../support/raw-http.js';
import { echoServer } from '../support/upstreams.js';

type Json = Record<string, unknown>;
jest.setTimeout(60_000);

let gateway: TestGateway;
let admin: AdminClient;
let adminKey: string;
beforeAll(async () => {
  gateway = await TestGateway.start({ projects: [{ servers: [echoServer('echo')] }] });
  admin = new AdminClient(gateway);
  adminKey = String(gateway.config.json.admin_apikey).slice(7, 19);
});
afterAll(() => gateway.stop());

const lines = (): Json[] => gateway.audit().filter(({ event }) => event === 'admin');
const CANARY = 'canary-in-a-body-91c3';

describe('a refused request of the admin API', () => {
  it.each<readonly [string, string, unknown, number, string, string]>([
    ['POST', '/configs', '{"config_name":', 400, 'POST /api/v1/configs', 'malformed'],
    ['POST', '/configs', { config_name: 1, [CANARY]: CANARY }, 422, 'POST /api/v1/configs', 'invalid'],
    ['POST', '/configs', { config_name: 'config_0' }, 409, 'config.create', 'conflict'],
    ['DELETE', '/configs/nobody', undefined, 404, 'config.remove', 'not_found'],
    ['POST', '/nowhere/at/all', {}, 404, 'POST', 'not_found'],
    ['PUT', '/configs/config_0', {}, 404, 'PUT /api/v1/configs', 'not_found'],
    ['POST', '/system/reset', { confirm: false }, 422, 'POST /api/v1/system/reset', 'invalid'],
    [
      'POST',
      '/configs/config_0/export',
      { output_file: CANARY },
      422,
      'POST /api/v1/configs/:config/export',
      'invalid',
    ],
    ['POST', '/configs/nobody/export', {}, 404, 'POST /api/v1/configs/:config/export', 'not_found'],
    ['POST', `/definitions/${'0'.repeat(16)}/approve`, {}, 404, 'POST /api/v1/definitions/:id/approve', 'not_found'],
    ['DELETE', `/api-keys/${CANARY}`, undefined, 422, 'DELETE /api/v1/api-keys/:keyId', 'invalid'],
  ])('leaves one line: %s %s %j %i', async (method, path, body, status, operation, reason) => {
    const before = lines().length;
    expect(await admin.status(method, path, body)).toBe(status);
    const [line, ...others] = (await eventually(lines, (all) => all.length > before)).slice(before);
    expect(line).toMatchObject({ admin_key: adminKey, outcome: 'refused', reason });
    expect([String(line?.operation), others]).toEqual([
      operation.includes(':keyId') ? expect.stringContaining('/api-keys/') : operation,
      [],
    ]);
    expect(JSON.stringify(line)).not.toContain(CANARY);
  });

  it('is recorded for strangers without a word of theirs, and a flood of them fills no disk', async () => {
    const before = lines().length;
    const url = `${gateway.origin}/api/v1/projects/${CANARY}/users`;
    const json = ['Content-Type', 'application/json'];
    const stranger = (headers: readonly string[]): Promise<{ status: number }> =>
      send(url, { method: 'POST', headers: [...json, ...headers], body: JSON.stringify({ a: CANARY }) });
    const good = ['Authorization', `Bearer ${gateway.config.adminKey}`];
    expect((await stranger([])).status).toBe(401);
    expect((await stranger(['Authorization', `Bearer ${CANARY}`])).status).toBe(401);
    expect((await stranger([...good, ...good])).status).toBe(400);
    expect((await stranger([...good, 'Origin', `https://${CANARY}.example`])).status).toBe(403);
    const few = (await eventually(lines, (all) => all.length >= before + 4)).slice(before);
    expect(few.map(({ reason, admin_key }) => [reason, admin_key])).toEqual([
      ['unauthenticated', null],
      ['unauthenticated', null],
      ['malformed', null],
      ['host', null],
    ]);
    for (let round = 0; round < 20; round++) await Promise.all(Array.from({ length: 50 }, () => stranger([])));
    // Whoever has the key is recorded beside them.
    await admin.status('POST', '/configs', {});
    const all = (await eventually(lines, (found) => found.at(-1)?.admin_key === adminKey)).slice(before);
    expect(all.filter(({ admin_key }) => admin_key === null)).toHaveLength(20);
    const text = JSON.stringify(all);
    expect([text.includes(CANARY), text.includes('127.0.0.1')]).toEqual([false, true]);
    expect(statSync(join(gateway.home, 'audit.jsonl')).size).toBeLessThan(50_000);
  });

  it('has no line when it asks and changes nothing', async () => {
    const before = lines().length;
    expect(await admin.status('GET', '/configs/nobody')).toBe(404);
    expect(await admin.status('POST', '/configs/search', { search_term: 'x' })).toBe(200);
    expect(await admin.status('POST', '/configs/config_0/validate')).toBe(200);
    expect(await admin.status('POST', '/system/backup')).toBe(200);
    const after = (await eventually(lines, (all) => all.length > before)).slice(before);
    expect(after.map(({ operation, outcome }) => [operation, outcome])).toEqual([
      ['POST /api/v1/system/backup', 'done'],
    ]);
  });
});
