import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { textOf } from '../support/answers.js';
import { AdminClient } from '../support/admin-client.js';
import { ApiContract } from '../support/api-contract.js';
import { MACHINE } from '../support/authorization-server.js';
import { eventually } from '../support/gateway.js';
import { LoginBrowser } from '../support/login-browser.js';
import { LoginGateway, linkIn } from '../support/login-gateway.js';
import { send } from '../support/raw-http.js';

type Json = Record<string, unknown>;
jest.setTimeout(60_000);

const LIST = '/oauth/tokens';
let at: LoginGateway | null = null;
let admin: AdminClient;
afterEach(async () => {
  await at?.stop();
  at = null;
});

async function start(options: Parameters<typeof LoginGateway.start>[0] = {}): Promise<LoginGateway> {
  at = await LoginGateway.start({ users: 2, ...options });
  const { gateway } = at;
  const headers = ['Authorization', `Bearer ${gateway.config.adminKey}`];
  const document = await send(`${gateway.origin}/openapi.json`, { method: 'GET', headers });
  admin = new AdminClient(gateway, new ApiContract(document.json()));
  return at;
}

async function whoami(user = 0): Promise<string> {
  return textOf(await (await at!.session(user)).call('crm__whoami', {}));
}

const list = (query = ''): Promise<Json[]> => admin.data<Json[]>('GET', `${LIST}${query}`);

describe('the tokens for servers over the admin API', () => {
  it('are listed for each person with their state, and without themselves', async () => {
    await start();
    const before = await list();
    expect(before.map(({ state, user }) => [state, user])).toEqual([
      ['login_required', 'user0.0@example.com'],
      ['login_required', 'user1.0@example.com'],
    ]);
    await new LoginBrowser().login(linkIn(await whoami()));
    const token = (await whoami()).slice('Bearer '.length);
    const [own, other] = await list();
    expect(own).toMatchObject({
      ...{ id: before[0]!.id, grant: 'authorization_code', project: 'project_0' },
      ...{ servers: [{ config: 'config_0', server: 'crm' }], state: 'valid', scopes: ['mcp:use'] },
      ...{ refreshable: true, last_error: null },
    });
    expect(Date.parse(String(own!.expires_at))).toBeGreaterThan(Date.now());
    expect(other).toMatchObject({ state: 'login_required', expires_at: null });
    expect(admin.seen.join('\n')).not.toContain(token);
    expect(admin.surprises).toEqual([]);
  });

  it('are found by person, project, config and server, page by page', async () => {
    await start();
    const emails = async (query: string): Promise<unknown[]> => (await list(query)).map(({ user }) => user);
    expect(await emails('?user=user1.0%40example.com&project=project_0&config=config_0&server=crm')).toEqual([
      'user1.0@example.com',
    ]);
    expect(await emails('?server=other')).toEqual([]);
    const page = await admin.ask('GET', `${LIST}?limit=1&offset=1`);
    expect([page.headers['x-total-count'], (page.json().data as Json[])[0]?.user]).toEqual([
      '2',
      'user1.0@example.com',
    ]);
    expect(await admin.status('GET', `${LIST}?limit=0`)).toBe(422);
    expect(admin.surprises).toEqual([]);
  });

  it('are ended: forgotten, revoked where they are from, and in the audit log', async () => {
    const { gateway } = await start();
    await new LoginBrowser().login(linkIn(await whoami()));
    await new LoginBrowser().login(linkIn(await whoami(1)));
    const token = await whoami();
    const [own] = await list('?user=user0.0%40example.com');
    expect(await admin.data('DELETE', `${LIST}/${String(own!.id)}`)).toEqual({ removed: true, revoked: true });
    expect(await whoami()).toContain('you have to log in first');
    expect(await whoami(1)).toMatch(/^Bearer /);
    expect(await admin.data('DELETE', `${LIST}/${String(own!.id)}`)).toEqual({ removed: false, revoked: false });
    const lines = await eventually(
      () => gateway.audit(),
      (records) => records.some(({ operation }) => operation === 'DELETE /api/v1/oauth/tokens/:id'),
    );
    expect(lines.find(({ operation }) => operation === 'DELETE /api/v1/oauth/tokens/:id')).toMatchObject({
      outcome: 'done',
      target: { id: own!.id },
    });
    expect(JSON.stringify(gateway.audit())).not.toContain(token.slice('Bearer '.length));
    expect(admin.surprises).toEqual([]);
  });

  it('of the gateway itself are one for all members, and are got anew once ended', async () => {
    await start({
      oauth: {
        OAUTH_GRANT_TYPE: 'client_credentials',
        OAUTH_CLIENT_ID: MACHINE.id,
        OAUTH_CLIENT_SECRET: MACHINE.secret,
      },
    });
    const first = await whoami();
    expect(await whoami(1)).toBe(first);
    const all = await list();
    expect(all).toMatchObject([{ grant: 'client_credentials', user: null, project: null, state: 'valid' }]);
    expect(await list('?user=user0.0%40example.com')).toEqual([]);
    expect(await admin.data('DELETE', `${LIST}/${String(all[0]!.id)}`)).toMatchObject({ removed: true });
    expect(await whoami()).toMatch(/^Bearer /);
    expect(await whoami()).not.toBe(first);
  });

  it('are nobody’s without an admin key, and a viewer ends none', async () => {
    const { gateway } = await start();
    const [own] = await list();
    const id = String(own!.id);
    const viewer = await admin.data<{ admin_api_key: string }>('POST', '/admin-keys', { role: 'viewer' });
    const ask = async (method: string, path: string, key: string): Promise<number> => {
      const url = `${gateway.origin}/api/v1${path}`;
      return (await send(url, { method, headers: ['Authorization', `Bearer ${key}`] })).status;
    };
    expect([
      await ask('GET', LIST, gateway.key()),
      await ask('DELETE', `${LIST}/${id}`, gateway.key()),
      await ask('GET', LIST, viewer.admin_api_key),
      await ask('DELETE', `${LIST}/${id}`, viewer.admin_api_key),
      await ask('DELETE', `${LIST}/${'0'.repeat(16)}`, gateway.config.adminKey),
      await ask('DELETE', `${LIST}/all`, gateway.config.adminKey),
    ]).toEqual([401, 401, 200, 403, 404, 400]);
  });
});
