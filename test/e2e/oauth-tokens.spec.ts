import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { JSON_HEADERS, sendModern, textOf } from '../support/answers.js';
import { openStream } from '../support/event-stream.js';
import { eventually, type TestGateway } from '../support/gateway.js';
import { credential, type RawResponse, RawSession, send } from '../support/raw-http.js';
import { RESOURCE, SigningKey, startWithIssuer, TokenIssuer } from '../support/token-issuer.js';
import { echoServer, stdioServer } from '../support/upstreams.js';

type Json = Record<string, unknown>;

const HELLO = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
});
const METADATA = 'https://gateway.example.com/.well-known/oauth-protected-resource/mcp';
const SERVERS = { servers: [echoServer('echo'), stdioServer('up')], users: 2 };

let issuer: TokenIssuer;
let gateway: TestGateway;

function ask(token: string, more: readonly string[] = []): Promise<RawResponse> {
  return send(gateway.url, { headers: [...credential(token), ...JSON_HEADERS, ...more], body: HELLO });
}

/** Id of a user. */
function user(project = 0, index = 0): string {
  return gateway.config.keys[project]![index]!.userId;
}

function editIssuer(change: (settings: Json) => void): void {
  gateway.edit((json) => {
    const { inbound_oauth } = json.common_mcp_gateway_config as { inbound_oauth: { issuers: Json[] } };
    change(inbound_oauth.issuers[0]!);
  });
}

/** Whether the token is let in, once the gateway has taken the last change over. */
async function becomes(token: string, status: number): Promise<RawResponse> {
  return eventually(
    () => ask(token),
    (response) => response.status === status,
  );
}

describe('an access token', () => {
  beforeAll(async () => {
    issuer = await TokenIssuer.start();
    gateway = await startWithIssuer({ projects: [SERVERS, SERVERS] }, issuer);
  });
  afterAll(async () => {
    await gateway.stop();
    await issuer.stop();
  });

  it('opens what a key of its user opens, in both eras', async () => {
    const token = issuer.token(user());
    const session = await RawSession.open(gateway.url, token);
    expect(textOf(await session.call('echo__echo', { message: 'hi' }))).toBe('hi');
    const modern = await sendModern(gateway.url, token, {
      method: 'tools/call',
      params: { name: 'echo__echo', arguments: { message: 'modern' } },
    });
    expect(modern.status).toBe(200);
    expect(modern.text).toContain('modern');
  });

  it('costs its issuer two requests, however often it comes', async () => {
    const before = issuer.requests.length;
    const token = issuer.token(user());
    for (let i = 0; i < 20; i++) expect((await ask(token)).status).toBe(200);
    expect((await ask(issuer.token(user(1)))).status).toBe(200);
    expect(issuer.requests.length).toBe(before);
    expect(issuer.requests).toEqual(['/.well-known/oauth-authorization-server', '/jwks']);
  });

  it('goes on when its issuer is down, as long as its keys are known', async () => {
    issuer.instead = (_req, res) => res.destroy();
    expect((await ask(issuer.token(user()))).status).toBe(200);
    issuer.instead = null;
  });

  it('may be accompanied by the ids that it stands for and by no others', async () => {
    const token = issuer.token(user());
    const { projectId, userId } = gateway.config.keys[0]![0]!;
    const other = gateway.config.keys[1]![0]!;
    expect((await ask(token, ['project_id', projectId, 'user_id', userId])).status).toBe(200);
    expect((await ask(token, ['project_id', other.projectId])).status).toBe(401);
    expect((await ask(token, ['user_id', other.userId])).status).toBe(401);
  });

  it('is taken from no other place than Authorization: Bearer', async () => {
    const token = issuer.token(user());
    expect((await send(gateway.url, { headers: ['apikey', token, ...JSON_HEADERS], body: HELLO })).status).toBe(401);
    const inQuery = await send(`${gateway.url}?access_token=${token}`, { headers: JSON_HEADERS, body: HELLO });
    expect(inQuery.status).toBe(401);
  });

  it('beside another credential is a contradiction', async () => {
    const both = await ask(issuer.token(user()), ['apikey', gateway.key()]);
    expect(both.status).toBe(400);
  });

  it('leaves keys as they are', async () => {
    const session = await RawSession.open(gateway.url, gateway.key());
    expect(textOf(await session.call('echo__echo', { message: 'key' }))).toBe('key');
  });

  it("cannot use another principal's session, not even one of the same user", async () => {
    const session = await RawSession.open(gateway.url, issuer.token(user()));
    const strangers = [issuer.token(user(0, 1)), issuer.token(user(1)), gateway.key()];
    for (const key of strangers) {
      session.key = key;
      expect((await session.post({ jsonrpc: '2.0', id: 1, method: 'ping' })).status).toBe(404);
      expect((await openStream(gateway.url, key, session.sessionId)).status).toBe(404);
    }
  });

  it('that is newer goes on with the session of the one before', async () => {
    const session = await RawSession.open(gateway.url, issuer.token(user()));
    session.key = issuer.token(user());
    expect(textOf(await session.call('echo__echo', { message: 'again' }))).toBe('again');
  });

  it('stands in the audit under an id of its own, and nowhere itself', async () => {
    const token = issuer.token(user());
    const session = await RawSession.open(gateway.url, token);
    await session.call('echo__echo', { message: 'audited' });
    const lines = await eventually(
      () => gateway.audit().filter(({ method }) => method === 'tools/call'),
      (found) => found.some(({ key }) => String(key).startsWith('oauth-')),
    );
    expect(JSON.stringify(lines)).not.toContain(token);
    for (const part of token.split('.').slice(1)) expect(gateway.stderr).not.toContain(part);
  });
});

describe('the life of an access token', () => {
  beforeAll(async () => {
    issuer = await TokenIssuer.start();
    gateway = await startWithIssuer({ projects: [SERVERS, SERVERS, SERVERS, SERVERS, SERVERS] }, issuer, {
      clock_skew: 0,
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await issuer.stop();
  });

  it.each<[string, number, (json: Json) => void]>([
    ['user is removed', 0, (json) => Reflect.deleteProperty(json.users as Json, user(0))],
    [
      'user leaves the project',
      1,
      (json) => {
        const { projectId } = gateway.config.keys[1]![0]!;
        (json.projects as Record<string, Json>)[projectId]!.users = [user(1, 1)];
      },
    ],
    [
      'project is removed',
      2,
      (json) => Reflect.deleteProperty(json.projects as Json, gateway.config.keys[2]![0]!.projectId),
    ],
  ])('ends at once when its %s, with its session, its stream and its calls', async (_what, project, change) => {
    const token = issuer.token(user(project));
    const session = await RawSession.open(gateway.url, token);
    const stream = await openStream(gateway.url, token, session.sessionId);
    expect(stream.status).toBe(200);
    const underWay = session.post({
      jsonrpc: '2.0',
      id: 'long',
      method: 'tools/call',
      params: { name: 'echo__sleep', arguments: { ms: 60_000 } },
    });
    gateway.edit(change);
    const refused = await becomes(token, 401);
    expect(refused.text).toBe((await send(gateway.url, { headers: JSON_HEADERS, body: HELLO })).text);
    await stream.closed;
    expect((await underWay).json()).toMatchObject({ id: 'long', error: { code: -32001 } });
  });

  it('ends at its expiry, and so do session and stream', async () => {
    const until = Math.floor(Date.now() / 1000) + 3;
    const token = issuer.token(user(3), { exp: until });
    const session = await RawSession.open(gateway.url, token);
    const stream = await openStream(gateway.url, token, session.sessionId);
    expect(stream.status).toBe(200);
    await stream.closed;
    expect(Date.now()).toBeGreaterThanOrEqual(until * 1000);
    expect((await ask(token)).status).toBe(401);
  });

  it('ends when a reload takes the issuer away, while keys go on', async () => {
    const token = issuer.token(user(4));
    const session = await RawSession.open(gateway.url, token);
    const stream = await openStream(gateway.url, token, session.sessionId);
    gateway.edit((json) => Reflect.deleteProperty(json.common_mcp_gateway_config as Json, 'inbound_oauth'));
    await stream.closed;
    const refused = await becomes(token, 401);
    expect(refused.headers['www-authenticate']).toBe('Bearer realm="secure-mcp-gateway"');
    expect((await ask(gateway.key(4))).status).toBe(200);
    expect((await send(`${gateway.origin}/.well-known/oauth-protected-resource`, { method: 'GET' })).status).toBe(404);
  });
});

describe('the claims of an access token', () => {
  beforeAll(async () => {
    issuer = await TokenIssuer.start();
  });
  afterAll(() => issuer.stop());
  afterEach(() => gateway.stop());

  it('name the user by a verified e-mail address when the config says so', async () => {
    gateway = await startWithIssuer({ projects: [SERVERS] }, issuer, { claims: { user: 'email' } });
    const email = 'User0.0@Example.com';
    expect((await ask(issuer.token('x', { email, email_verified: true }))).status).toBe(200);
    for (const claims of [
      { email },
      { email, email_verified: 'true' },
      { email: 'nobody@example.com', email_verified: true },
      { email: 'user0.0@example.com\u212a', email_verified: true },
      {},
    ]) {
      expect((await ask(issuer.token('x', claims))).status).toBe(401);
    }
    editIssuer((settings) => (settings.unverified_email = true));
    await becomes(issuer.token('x', { email }), 200);
  });

  it('are led to a user by a table, and two subjects of one user share no session', async () => {
    gateway = await startWithIssuer({ projects: [SERVERS] }, issuer);
    editIssuer((settings) => (settings.users = { 'service-a': user(), 'service-b': user() }));
    const [a, b] = [issuer.token('service-a'), issuer.token('service-b')];
    await becomes(a, 200);
    const session = await RawSession.open(gateway.url, a);
    expect(textOf(await session.call('up__pids'))).not.toBe('');
    session.key = b;
    expect((await session.post({ jsonrpc: '2.0', id: 1, method: 'ping' })).status).toBe(404);
  });

  it('name a project, of which the user has to be a member', async () => {
    gateway = await startWithIssuer({ projects: [SERVERS, SERVERS] }, issuer, { claims: { project: 'project' } });
    const [own, other] = [gateway.config.keys[0]![0]!, gateway.config.keys[1]![0]!];
    expect((await ask(issuer.token(own.userId, { project: own.projectId }))).status).toBe(200);
    expect((await ask(issuer.token(own.userId))).status).toBe(200);
    expect((await ask(issuer.token(own.userId, { project: other.projectId }))).status).toBe(401);
    for (const project of [[own.projectId], 7, '', null, '__proto__']) {
      expect((await ask(issuer.token(own.userId, { project }))).status).toBe(401);
    }
    // A member of two projects has to say which.
    gateway.edit((json) => {
      const projects = json.projects as Record<string, { users: string[] }>;
      projects[other.projectId]!.users.push(own.userId);
    });
    await becomes(issuer.token(own.userId), 401);
    expect((await ask(issuer.token(own.userId, { project: other.projectId }))).status).toBe(200);
  });

  it('open no more than their scopes', async () => {
    gateway = await startWithIssuer({ projects: [SERVERS] }, issuer, {
      required_scopes: ['mcp'],
      scopes: {
        'mcp:read': { methods: ['tools/list'] },
        'mcp:tools:call': { methods: ['tools/call'] },
        'mcp:echo': { allow: [{ server: 'echo' }] },
      },
    });
    const none = await ask(issuer.token(user()));
    expect(none.status).toBe(403);
    expect(none.headers['www-authenticate']).toBe(
      'Bearer realm="secure-mcp-gateway", error="insufficient_scope", ' +
        `scope="mcp mcp:read mcp:tools:call mcp:echo", resource_metadata="${METADATA}"`,
    );
    // None of the scopes that open something.
    expect((await ask(issuer.token(user(), { scope: 'mcp' }))).status).toBe(403);

    const session = await RawSession.open(gateway.url, issuer.token(user(), { scope: 'mcp mcp:read mcp:echo' }));
    const listed = (await session.request('tools/list')).result as { tools: { name: string }[] };
    const names = listed.tools.map(({ name }) => name);
    expect(names).toContain('echo__echo');
    expect(names.some((name) => name.startsWith('up__'))).toBe(false);
    const params = { name: 'echo__echo', arguments: { message: 'no' } };
    const refused = await session.post({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
    expect(refused.status).toBe(403);
    expect(refused.headers['www-authenticate']).toContain('scope="mcp mcp:read mcp:echo mcp:tools:call"');
    expect((await sendModern(gateway.url, session.key, { method: 'tools/call', params })).status).toBe(403);

    session.key = issuer.token(user(), { scope: 'mcp mcp:tools:call mcp:echo' });
    expect(textOf(await session.call('echo__echo', { message: 'yes' }))).toBe('yes');
    expect(textOf(await session.call('up__echo', { message: 'no' }))).toMatch(/^error -32602/);
    // The same as a list, as some servers have it.
    editIssuer((settings) => (settings.claims = { scopes: 'scp' }));
    await becomes(issuer.token(user(), { scp: ['mcp', 'mcp:echo'] }), 200);
  });
});

describe('the keys of an issuer', () => {
  beforeAll(async () => {
    issuer = await TokenIssuer.start();
    gateway = await startWithIssuer({ projects: [SERVERS] }, issuer);
  });
  afterAll(async () => {
    await gateway.stop();
    await issuer.stop();
  });

  it('are asked for again when a token names a new one, and then not for a while', async () => {
    // The issuer is not there when the first token comes: that is no fault of the token.
    issuer.instead = (_req, res) => res.destroy();
    const early = await ask(issuer.token(user()));
    expect(early.status).toBe(503);
    expect(early.headers['retry-after']).toBe('1');
    issuer.instead = null;
    await becomes(issuer.token(user()), 200);

    const fetches = issuer.keyFetches;
    const next = new SigningKey('key-2', 'RS256');
    issuer.keys = [next.jwk];
    const renewed = next.sign({ alg: 'RS256', typ: 'JWT', kid: 'key-2' }, issuer.claims(user()));
    // The pause since the last fetch is not over.
    expect((await ask(renewed)).status).toBe(401);
    expect(issuer.keyFetches).toBe(fetches);
  });
});

describe('what the gateway says of itself', () => {
  beforeAll(async () => {
    issuer = await TokenIssuer.start();
    gateway = await startWithIssuer({ projects: [SERVERS] }, issuer, { required_scopes: ['mcp:use'] });
  });
  afterAll(async () => {
    await gateway.stop();
    await issuer.stop();
  });

  it.each(['/.well-known/oauth-protected-resource', '/.well-known/oauth-protected-resource/mcp'])(
    'stands at %s',
    async (path) => {
      const response = await send(gateway.origin + path, { method: 'GET' });
      expect(response.status).toBe(200);
      expect(response.headers['content-type']).toBe('application/json');
      expect(response.json()).toEqual({
        resource: RESOURCE,
        authorization_servers: [issuer.url],
        bearer_methods_supported: ['header'],
        scopes_supported: ['mcp:use'],
        resource_name: 'Secure MCP Gateway',
      });
      expect((await send(gateway.origin + path, { method: 'POST', body: '' })).status).toBe(405);
      const foreign = await send(gateway.origin + path, { method: 'GET', headers: ['Host', 'evil.example.com'] });
      expect(foreign.status).toBe(403);
    },
  );

  it.each(['/.well-known/oauth-protected-resource/else', '/.well-known/oauth-protected-resourcex'])(
    'does not stand at %s',
    async (path) => {
      const response = await send(gateway.origin + path, { method: 'GET' });
      expect(response.status).toBe(404);
      expect(response.headers['content-type']).toMatch(/^application\/json/);
    },
  );

  it('is named by the challenge of every refusal, with an error when there was a credential', async () => {
    const start = 'Bearer realm="secure-mcp-gateway", ';
    const rest = `scope="mcp:use", resource_metadata="${METADATA}"`;
    const bare = await send(gateway.url, { headers: JSON_HEADERS, body: HELLO });
    expect(bare.status).toBe(401);
    expect(bare.headers['www-authenticate']).toBe(start + rest);
    const wrong = await ask(issuer.token('nobody', { scope: 'mcp:use' }));
    expect(wrong.status).toBe(401);
    expect(wrong.headers['www-authenticate']).toBe(`${start}error="invalid_token", ${rest}`);
    expect(wrong.text).toBe(bare.text);
    const foreign = await send(gateway.url, {
      headers: [...JSON_HEADERS, 'Host', 'evil.example.com'],
      body: HELLO,
    });
    expect(foreign.headers['www-authenticate']).toBe('Bearer realm="secure-mcp-gateway"');
  });

  it('takes the name of its public address as a Host', async () => {
    const named = await send(`${gateway.origin}/.well-known/oauth-protected-resource`, {
      method: 'GET',
      headers: ['Host', 'gateway.example.com'],
    });
    expect(named.status).toBe(200);
  });
});
