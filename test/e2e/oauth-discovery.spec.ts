import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { textOf } from '../support/answers.js';
import { AuthorizationServer } from '../support/authorization-server.js';
import { type ServerOptions, TestGateway } from '../support/gateway.js';
import { LoginBrowser } from '../support/login-browser.js';
import { MORE, ProtectedServer } from '../support/protected-server.js';
import { type RawResponse, RawSession, send } from '../support/raw-http.js';

let upstream: ProtectedServer;
let authorization: AuthorizationServer;
let gateway: TestGateway | null = null;
let withheld: string | null = null;

beforeEach(async () => {
  upstream = await ProtectedServer.start();
  authorization = await AuthorizationServer.start(upstream.url, 'alice', {
    moreScopes: [MORE],
    withholds: () => withheld,
  });
  upstream.issuer = authorization.url;
});
afterEach(async () => {
  await gateway?.stop();
  gateway = null;
  withheld = null;
  await Promise.all([upstream.close(), authorization.stop()]);
});

async function start(extra: Record<string, unknown> = {}, common: Record<string, unknown> = {}): Promise<RawSession> {
  const server: ServerOptions = { name: 'notes', config: { url: upstream.url }, extra };
  gateway = await TestGateway.start({ projects: [{ servers: [server], users: 2 }], common });
  return RawSession.open(gateway.url, gateway.key());
}

const call = async (session: RawSession, tool = 'whoami'): Promise<string> =>
  textOf(await session.call(`notes__${tool}`, {}));

/** What a person does with the link in an answer. @returns where the authorization server was asked, and how it ended */
async function logIn(text: string): Promise<{ readonly asked: URL; readonly status: number }> {
  const [, link] = /(https?:\/\/\S+\/oauth\/login\/\S+)/.exec(text) ?? [];
  if (link === undefined) throw new Error(`no link in: ${text}`);
  const browser = new LoginBrowser();
  const { status } = await browser.login(link);
  const asked = browser.visited.find(({ searchParams }) => searchParams.has('code_challenge'));
  if (asked === undefined) throw new Error('nobody was sent to log in');
  return { asked, status };
}

describe('a server that says itself where tokens for it are got', () => {
  it.each([
    ['without oauth_config', {}],
    ['with one that names nothing', { oauth_config: { enabled: true, OAUTH_GRANT_TYPE: 'authorization_code' } }],
  ])('is called after a login, %s', async (_how, extra) => {
    const session = await start(extra);
    const first = await call(session);
    expect(first).toMatch(/Server "notes" was not called: you have to log in first/);
    const { asked, status } = await logIn(first);
    expect(status).toBe(200);
    expect(asked.origin).toBe(authorization.url);
    expect(asked.searchParams.get('resource')).toBe(upstream.url);
    expect(asked.searchParams.get('code_challenge_method')).toBe('S256');
    expect(asked.searchParams.get('redirect_uri')).toMatch(/\/oauth\/callback\/[0-9a-f]{32}$/);
    expect(await call(session)).toBe('alice mcp:use');
  });

  it('goes on in the session that was open before it asked', async () => {
    upstream.isHalfOpen = true;
    const session = await start();
    await logIn(await call(session));
    expect(await call(session)).toBe('alice mcp:use');
    expect(upstream.seen[0]).toBeUndefined();
    expect(upstream.methods.filter((method) => method === 'initialize')).toHaveLength(1);
  });

  it('gets the tokens of nobody else', async () => {
    const session = await start();
    await logIn(await call(session));
    expect(await call(session)).toMatch(/^alice/);
    const other = await RawSession.open(gateway?.url ?? '', gateway?.key(0, 1) ?? '');
    expect(await call(other)).toMatch(/you have to log in first/);
  });

  it('is asked for more scopes by one login, and after that not again', async () => {
    const session = await start();
    await logIn(await call(session));
    const refused = await call(session, 'more');
    expect(refused).toMatch(/you have to log in first/);
    const { asked } = await logIn(refused);
    expect(asked.searchParams.get('scope')?.split(' ')).toEqual(expect.arrayContaining(['mcp:use', MORE]));
    expect(await call(session, 'more')).toBe(`alice mcp:use ${MORE}`);
  });

  it('that asks for scopes which are never granted makes nobody log in twice', async () => {
    withheld = MORE;
    const session = await start();
    await logIn(await call(session));
    await logIn(await call(session, 'more'));
    expect(await call(session, 'more')).toMatch(/asks again for scopes that were asked for already: mcp:more/);
    expect(await call(session)).toBe('alice mcp:use');
  });

  it.each([
    ['oauth_config is off', { oauth_config: { enabled: false } }, {}],
    ['oauth_discovery is off', {}, { oauth_discovery: false }],
  ])('is not followed when %s', async (_why, extra, common) => {
    const session = await start(extra, common);
    expect(await call(session)).toMatch(/401/);
    expect(upstream.paths.filter((path) => path !== '/mcp')).toEqual([]);
  });

  it('sees no request without a token when oauth_config asks for one, but the one that asks for the challenge', async () => {
    const session = await start({ oauth_config: { enabled: true, OAUTH_GRANT_TYPE: 'authorization_code' } });
    await call(session);
    await call(session);
    expect(upstream.seen).toEqual([undefined]);
  });
});

describe('the document of the gateway as a client', () => {
  const ID = '0123456789abcdef0123456789abcdef';
  const get = (path: string, host = 'gateway.example.com'): Promise<RawResponse> =>
    send(`${gateway?.origin ?? ''}${path}`, { method: 'GET', headers: ['Host', host] });

  it('is served at the public address, and names the one address that people come back to', async () => {
    await start({}, { public_url: 'https://gateway.example.com' });
    const response = await get(`/oauth/client-metadata/${ID}.json`);
    expect(response.status).toBe(200);
    expect(response.json()).toMatchObject({
      client_id: `https://gateway.example.com/oauth/client-metadata/${ID}.json`,
      redirect_uris: [`https://gateway.example.com/oauth/callback/${ID}`],
      token_endpoint_auth_method: 'none',
      application_type: 'web',
    });
    expect((await get('/oauth/client-metadata/x.json')).status).toBe(404);
    expect((await get(`/oauth/client-metadata/${ID}.json`, 'evil.example')).status).toBe(403);
  });

  it('is not served by a gateway that the public cannot reach', async () => {
    await start();
    const { host } = new URL(gateway?.origin ?? '');
    expect((await get(`/oauth/client-metadata/${ID}.json`, host)).status).toBe(404);
  });
});
