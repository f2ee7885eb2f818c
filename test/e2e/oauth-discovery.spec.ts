import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { textOf } from '../support/answers.js';
import { AuthorizationServer } from '../support/authorization-server.js';
import { linkIn, logIn } from '../support/browser-login.js';
import { type ServerOptions, TestGateway } from '../support/gateway.js';
import { MORE, ProtectedServer } from '../support/protected-server.js';
import { RawSession } from '../support/raw-http.js';

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

describe('a server that says itself where tokens for it are got', () => {
  it.each([
    ['without oauth_config', {}],
    ['with one that names nothing', { oauth_config: { enabled: true, OAUTH_GRANT_TYPE: 'authorization_code' } }],
  ])('is called after a login, %s', async (_how, extra) => {
    const session = await start(extra);
    const first = await call(session);
    expect(first).toMatch(/Server "notes" was not called: you have to log in first/);
    const { asked, status } = await logIn(linkIn(first));
    expect(status).toBe(200);
    expect(asked.origin).toBe(authorization.url);
    expect(asked.searchParams.get('resource')).toBe(upstream.url);
    expect(asked.searchParams.get('code_challenge_method')).toBe('S256');
    expect(asked.searchParams.get('redirect_uri')).toMatch(/\/oauth\/callback\/[0-9a-f]{32}$/);
    expect(await call(session)).toBe('alice mcp:use');
  });

  it('gets the tokens of nobody else', async () => {
    const session = await start();
    await logIn(linkIn(await call(session)));
    expect(await call(session)).toMatch(/^alice/);
    const other = await RawSession.open(gateway?.url ?? '', gateway?.key(0, 1) ?? '');
    expect(await call(other)).toMatch(/you have to log in first/);
  });

  it('is asked for more scopes by one login, and after that not again', async () => {
    const session = await start();
    await logIn(linkIn(await call(session)));
    const refused = await call(session, 'more');
    expect(refused).toMatch(/you have to log in first/);
    const { asked } = await logIn(linkIn(refused));
    expect(asked.searchParams.get('scope')?.split(' ')).toEqual(expect.arrayContaining(['mcp:use', MORE]));
    expect(await call(session, 'more')).toBe(`alice mcp:use ${MORE}`);
  });

  it('that asks for scopes which are never granted makes nobody log in twice', async () => {
    withheld = MORE;
    const session = await start();
    await logIn(linkIn(await call(session)));
    await logIn(linkIn(await call(session, 'more')));
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
