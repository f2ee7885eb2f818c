import { mkdtempSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { textOf } from '../support/answers.js';
import { CliProcess } from '../support/cli-process.js';
import { eventually } from '../support/gateway.js';
import { LoginBrowser } from '../support/login-browser.js';
import { LoginGateway, linkIn } from '../support/login-gateway.js';
import { runInspector } from '../support/mcp-clients.js';
import { RawSession, credential, send } from '../support/raw-http.js';

let at: LoginGateway | null = null;
let refuses = false;
afterEach(async () => {
  await at?.stop();
  at = null;
  refuses = false;
});

async function start(...options: Parameters<typeof LoginGateway.start>): Promise<LoginGateway> {
  at = await LoginGateway.start(...options);
  return at;
}

async function askedFor(session: RawSession): Promise<string> {
  return linkIn(textOf(await session.call('crm__whoami', {})));
}

async function toolsOf(session: RawSession): Promise<readonly string[]> {
  const { result } = await session.request('tools/list');
  return (result as { tools: { name: string }[] }).tools.map(({ name }) => name);
}

/** The address of the answer, of a login in which the browser did not follow it. */
async function answerOf(browser: LoginBrowser, link: string): Promise<URL> {
  await browser.login(link);
  const answer = browser.visited.findLast(({ pathname }) => pathname === '/oauth/callback');
  if (answer === undefined) throw new Error('the authorization server gave no answer');
  return answer;
}

describe('a server that a person has to log in to', () => {
  it('is not called before the login, and with that person’s token after it', async () => {
    const { upstream } = await start();
    const session = await at!.session();
    const asked = textOf(await session.call('crm__whoami', {}));
    expect(asked).toMatch(/Server "crm" was not called: you have to log in first/);
    expect(upstream.seen).toEqual([]);
    const done = await new LoginBrowser().login(linkIn(asked));
    expect(done.html).toContain('is connected');
    const answer = textOf(await session.call('crm__whoami', {}));
    expect(answer).toMatch(/^Bearer eyJ/);
    expect(new Set(upstream.seen)).toEqual(new Set([answer]));
  });

  it('tells everybody of a crowd the same link', async () => {
    await start();
    const session = await at!.session();
    const links = await Promise.all(Array.from({ length: 20 }, () => askedFor(session)));
    expect(new Set(links).size).toBe(1);
  });

  it('is nobody else’s after one person has logged in', async () => {
    const { upstream } = await start({ users: 2 });
    const [one, two] = [await at!.session(0), await at!.session(1)];
    await new LoginBrowser().login(await askedFor(one));
    expect(textOf(await one.call('crm__whoami', {}))).toMatch(/^Bearer /);
    const calls = upstream.seen.length;
    expect(await askedFor(two)).toMatch(/\/oauth\/login\//);
    expect(upstream.seen).toHaveLength(calls);
  });

  it('shows its tools to clients once somebody has logged in', async () => {
    await start({ exposure: 'direct' });
    const session = await at!.session();
    expect(await toolsOf(session)).toEqual([]);
    const asked = textOf(await session.call('crm__whoami', {}));
    await new LoginBrowser().login(linkIn(asked));
    await eventually(
      () => toolsOf(session),
      (names) => names.includes('crm__whoami'),
    );
  });

  it('asks for a new token with the refresh token, and for a login when that is gone', async () => {
    await start({ accessTokenTtl: 2 });
    const session = await at!.session();
    await new LoginBrowser().login(await askedFor(session));
    const first = textOf(await session.call('crm__whoami', {}));
    const second = await eventually(
      async () => textOf(await session.call('crm__whoami', {})),
      (text) => text !== first,
      10_000,
    );
    expect(second).toMatch(/^Bearer /);
  }, 20_000);

  it('says why when the person refuses, and nothing of what the other side wrote', async () => {
    refuses = true;
    await start({ refuses: () => refuses });
    const session = await at!.session();
    const link = await askedFor(session);
    const browser = new LoginBrowser();
    const page = await browser.login(link);
    expect(page.status).toBe(400);
    expect(page.html).toContain('The login was refused');
    expect(page.html).not.toContain('alert');
    refuses = false;
    // The link stays good: who was refused may try again.
    expect((await browser.login(link)).html).toContain('is connected');
  });

  it('stands in the audit log with what became of it, for the person whose it is', async () => {
    refuses = true;
    await start({ refuses: () => refuses });
    const { gateway } = at!;
    const session = await at!.session();
    const link = await askedFor(session);
    const browser = new LoginBrowser();
    await browser.login(link);
    refuses = false;
    await browser.login(link);
    const token = textOf(await session.call('crm__whoami', {})).slice('Bearer '.length);
    const headers = ['apikey', gateway.key()];
    expect((await send(`${gateway.origin}/oauth/tokens/crm`, { method: 'DELETE', headers })).status).toBe(200);
    const lines = await eventually(
      () => gateway.audit().filter(({ method }) => String(method).startsWith('oauth/')),
      (found) => found.length === 3,
    );
    const { userId, projectId } = gateway.config.keys[0]![0]!;
    const whose = { user: userId, project: projectId, server: 'crm' };
    expect(lines).toMatchObject([
      { ...whose, method: 'oauth/login', decision: 'refused', reasons: ['login_refused'] },
      { ...whose, method: 'oauth/login', decision: 'allowed', reasons: [] },
      { ...whose, method: 'oauth/logout', decision: 'allowed', reasons: ['revoked'] },
    ]);
    expect(JSON.stringify(gateway.audit())).not.toContain(token);
  });

  it('can be the user of MCP Inspector, who calls again after the login', async () => {
    await start();
    const { gateway } = at!;
    const call = async (): Promise<string> => {
      const target = [gateway.url, '--transport', 'http', '--header', `apikey: ${gateway.key()}`];
      const asked = ['--method', 'tools/call', '--tool-name', 'enkrypt_secure_call_tools', '--tool-args-json'];
      const args = JSON.stringify({ server_name: 'crm', tool_calls: [{ name: 'whoami', args: {} }] });
      const { stdout, stderr } = await runInspector(
        [...target, '--format', 'json', '-q', ...asked, args],
        gateway.home,
      );
      return stdout + stderr;
    };
    await new LoginBrowser().login(linkIn((await call()).replaceAll('\\n', ' ')));
    expect(await call()).toContain('Bearer ');
    const listed = await runInspector(
      [gateway.url, '--transport', 'http', '--header', `apikey: ${gateway.key()}`, '-q', '--method', 'tools/list'],
      gateway.home,
    );
    expect(listed.stdout).toContain('crm__whoami');
  }, 60_000);
});

describe('the link to a login', () => {
  it('names the gateway user and the server, and sends nobody anywhere without a click', async () => {
    await start();
    const session = await at!.session();
    const page = await new LoginBrowser().open(await askedFor(session));
    expect(page.status).toBe(200);
    for (const fact of ['crm', 'user0.0@example.com', 'project_0', new URL(at!.authorization.url).host]) {
      expect(page.html).toContain(fact);
    }
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(page.headers.get('x-frame-options')).toBe('DENY');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.getSetCookie()).toEqual([]);
  });

  it('takes no click from another site', async () => {
    await start();
    const link = await askedFor(await at!.session());
    for (const headers of [
      ['sec-fetch-site', 'cross-site'],
      ['sec-fetch-site', 'same-site'],
      ['origin', 'https://evil.example'],
      ['origin', 'null'],
    ]) {
      const answer = await send(link, { headers });
      expect([answer.status, answer.headers.location]).toEqual([403, undefined]);
    }
  });

  it('cannot be made up, and is over once it was used', async () => {
    await start();
    const session = await at!.session();
    const link = await askedFor(session);
    const browser = new LoginBrowser();
    await browser.login(link);
    for (const address of [link, link.slice(0, -3) + 'AAA', link.slice(0, -43), `${link}/x`, `${link}%00`]) {
      expect((await browser.open(address)).status).toBe(404);
    }
  });

  it('sends the browser with PKCE S256, a state of its own each time, and the resource', async () => {
    await start();
    const link = await askedFor(await at!.session());
    const places = await Promise.all(
      [1, 2].map(async () => new URL((await send(link, {})).headers.location ?? 'about:blank').searchParams),
    );
    const [one, two] = places;
    expect(Object.fromEntries(one ?? [])).toMatchObject({
      response_type: 'code',
      client_id: 'gateway',
      redirect_uri: at!.redirectUri,
      code_challenge_method: 'S256',
      resource: at!.upstream.url,
      scope: 'mcp:use',
    });
    for (const name of ['state', 'code_challenge']) {
      expect(one?.get(name)).toMatch(/^[\w-]{43}$/);
      expect(one?.get(name)).not.toBe(two?.get(name));
    }
  });
});

describe('a link that somebody sends on', () => {
  it('begins twenty logins and no more', async () => {
    await start();
    const link = await askedFor(await at!.session());
    const statuses: number[] = [];
    for (let n = 0; n < 22; n++) statuses.push((await send(link, {})).status);
    expect(statuses).toEqual([...Array.from({ length: 20 }, () => 303), 409, 409]);
  });
});

describe('the answer of an authorization server', () => {
  it('is not taken at the address that belongs to another one', async () => {
    await start();
    const session = await at!.session();
    const away = await send(await askedFor(session), {});
    const [cookie = ''] = away.headers['set-cookie'] ?? [];
    const state = new URL(away.headers.location ?? '').searchParams.get('state') ?? '';
    for (const path of ['/oauth/callback/another', '/oauth/callback/']) {
      const answer = `${at!.gateway.origin}${path}?state=${state}&code=a&iss=${at!.authorization.url}`;
      const page = await send(answer, { method: 'GET', headers: ['cookie', cookie.split(';')[0] ?? ''] });
      expect(page.status).toBe(404);
    }
    expect(await askedFor(session)).toMatch(/login/);
  });

  it('is taken from the browser that was sent out and from no other, and once', async () => {
    await start();
    const session = await at!.session();
    const link = await askedFor(session);
    const victim = new LoginBrowser();
    const page = await victim.open(link);
    const away = await send(link, {});
    expect(page.status).toBe(200);
    // Somebody else’s browser brings an answer to a state that it was not sent out with.
    const state = new URL(away.headers.location ?? '').searchParams.get('state') ?? '';
    const forged = `${at!.gateway.origin}/oauth/callback?state=${state}&code=stolen&iss=${at!.authorization.url}`;
    expect((await victim.open(forged)).status).toBe(403);
    const answer = await answerOf(victim, link);
    expect((await victim.open(answer)).status).toBe(404);
    expect(textOf(await session.call('crm__whoami', {}))).toMatch(/^Bearer /);
  });

  it.each([
    ['another issuer', 'iss', 'https://other.example'],
    ['another state', 'state', 'A'.repeat(43)],
    ['a state twice', 'state+', 'A'.repeat(43)],
    ['an error with markup', 'error', '<script>alert(1)</script>'],
  ])('with %s is refused', async (_what, name, value) => {
    await start();
    const session = await at!.session();
    const link = await askedFor(session);
    const browser = new LoginBrowser();
    const away = await send(link, {});
    const [cookie = ''] = away.headers['set-cookie'] ?? [];
    const state = new URL(away.headers.location ?? '').searchParams.get('state') ?? '';
    const answer = new URL(`${at!.gateway.origin}/oauth/callback`);
    answer.searchParams.set('code', 'a-code');
    answer.searchParams.set('state', state);
    answer.searchParams.set('iss', at!.authorization.url);
    if (name.endsWith('+')) answer.searchParams.append(name.slice(0, -1), value);
    else answer.searchParams.set(name, value);
    const page = await send(answer.href, { method: 'GET', headers: ['cookie', cookie.split(';')[0] ?? ''] });
    expect([400, 404]).toContain(page.status);
    expect(page.text).not.toContain('alert(1)');
    expect(page.text).not.toContain('is connected');
    expect(await askedFor(session)).toMatch(/login/);
    expect(browser.visited).toEqual([]);
  });

  it('is refused when the settings have changed meanwhile', async () => {
    await start();
    const session = await at!.session();
    const link = await askedFor(session);
    const browser = new LoginBrowser();
    await at!.setServer({ OAUTH_SCOPE: 'mcp:use other' });
    const page = await browser.open(link);
    expect([page.status, page.html]).toEqual([409, expect.stringContaining('settings have changed')]);
  });
});

describe('a client that shows links itself', () => {
  const params = (capabilities: object) => ({
    protocolVersion: '2025-11-25',
    capabilities,
    clientInfo: { name: 'raw', version: '1' },
  });

  it.each([
    ['crm__whoami', {}],
    ['enkrypt_secure_call_tools', { server_name: 'crm', tool_calls: [{ name: 'whoami', args: {} }] }],
    ['enkrypt_discover_all_tools', { server_name: 'crm' }],
  ])('is asked to, by %s, with the error of URL elicitation', async (tool, args) => {
    await start();
    const session = await RawSession.open(at!.gateway.url, at!.gateway.key(), '2025-11-25', {
      elicitation: { url: {} },
    });
    const answer = await session.request('tools/call', { name: tool, arguments: args });
    expect(answer).toMatchObject({
      error: {
        code: -32042,
        data: {
          elicitations: [
            {
              mode: 'url',
              elicitationId: expect.stringMatching(/^[\w-]{36}$/),
              url: expect.stringContaining(`${at!.gateway.origin}/oauth/login/`),
              message: expect.stringContaining('crm'),
            },
          ],
        },
      },
    });
    expect(at!.upstream.seen).toEqual([]);
  });

  it('of the 2026 era gets input_required, and its result when it asks again', async () => {
    await start();
    const call = async () => {
      const meta = {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
        'io.modelcontextprotocol/clientCapabilities': params({ elicitation: { url: {} } }).capabilities,
      };
      const body = JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'crm__whoami', arguments: {}, _meta: meta, inputResponses: { login: { action: 'accept' } } },
      });
      const answer = await send(at!.gateway.url, {
        headers: [
          ...credential(at!.gateway.key()),
          ...['Content-Type', 'application/json', 'Accept', 'application/json, text/event-stream'],
          ...['MCP-Protocol-Version', '2026-07-28', 'Mcp-Method', 'tools/call', 'Mcp-Name', 'crm__whoami'],
        ],
        body,
      });
      return answer.json().result as { resultType: string; inputRequests?: { login: { params: { url: string } } } };
    };
    const first = await call();
    expect(first).toMatchObject({
      resultType: 'input_required',
      inputRequests: { login: { method: 'elicitation/create', params: { mode: 'url' } } },
    });
    await new LoginBrowser().login(first.inputRequests?.login.params.url ?? '');
    expect(await call()).toMatchObject({
      resultType: 'complete',
      content: [{ text: expect.stringMatching(/^Bearer /) }],
    });
  });
});

describe('secure-mcp-gateway oauth', () => {
  const home = () => mkdtempSync(join(tmpdir(), 'oauth-cli-'));
  const cli = (args: readonly string[], stdin: 'closed' | 'open' = 'closed') =>
    new CliProcess(
      ['oauth', ...args, '--url', at!.gateway.origin],
      home(),
      { ENKRYPT_GATEWAY_KEY: at!.gateway.key() },
      stdin,
    );

  it('logs in, says so, and logs out with the authorization server told', async () => {
    await start();
    expect((await cli(['status']).ended).stdout).toMatch(/^crm: you have to log in/);
    const login = cli(['login', 'crm', '--no-browser']);
    const link = linkIn(
      await eventually(
        () => login.stderr,
        (text) => text.includes('/oauth/login/'),
        15_000,
      ),
    );
    await new LoginBrowser().login(link);
    expect(await login.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('Logged in') });
    const status = JSON.parse((await cli(['status', '--json']).ended).stdout) as { tokens: unknown[] };
    expect(status.tokens).toMatchObject([{ server: 'crm', state: 'valid', scopes: ['mcp:use'], refreshable: true }]);
    expect(JSON.stringify(status)).not.toContain('eyJ');
    const session = await at!.session();
    expect(textOf(await session.call('crm__whoami', {}))).toMatch(/^Bearer /);
    const revoked = await cli(['revoke', 'crm']).ended;
    expect(revoked).toMatchObject({ code: 0, stdout: expect.stringContaining('taken it back') });
    expect(await askedFor(session)).toMatch(/login/);
  }, 60_000);

  it('carries an answer over by hand, and only for whoever began the login', async () => {
    await start({ users: 2, redirectUri: 'https://pages.example/answer' });
    const session = await at!.session();
    expect(textOf(await session.call('crm__whoami', {}))).toContain('secure-mcp-gateway oauth login crm');
    const login = cli(['login', 'crm'], 'open');
    await eventually(
      () => login.stderr,
      (text) => text.includes('> '),
      15_000,
    );
    const start_ = new URL(/https?:\/\/\S+\/auth\?\S+/.exec(login.stderr)?.[0] ?? 'about:blank');
    const { AuthorizationServer } = await import('../support/authorization-server.js');
    const answer = await AuthorizationServer.follow(start_, 'https://pages.example/answer');
    const stolen = await send(`${at!.gateway.origin}/oauth/logins/answer`, {
      headers: [...credential(at!.gateway.key(0, 1)), 'Content-Type', 'application/json'],
      body: JSON.stringify({ answer: answer.href }),
    });
    expect(stolen.status).toBe(404);
    login.child.stdin.end(`${answer.href}\n`);
    expect(await login.ended).toMatchObject({ code: 0 });
    expect(textOf(await session.call('crm__whoami', {}))).toMatch(/^Bearer /);
  }, 60_000);

  it('waits for the answer at an address of this machine, where the gateway listens for it', async () => {
    const port = await freePort();
    await start({ redirectUri: `http://localhost:${String(port)}/callback` });
    const session = await at!.session();
    const link = await askedFor(session);
    expect(new URL(link).host).toBe(`localhost:${String(port)}`);
    expect((await new LoginBrowser().login(link)).html).toContain('is connected');
    expect(textOf(await session.call('crm__whoami', {}))).toMatch(/^Bearer /);
    expect((await send(`http://localhost:${String(port)}/mcp`, {})).status).toBe(404);
    expect(
      (await send(`${new URL(link).origin}/callback`, { method: 'GET', headers: ['host', 'evil.example'] })).status,
    ).toBe(404);
  });

  it('takes no key that is not good, and tells nobody of the logins of others', async () => {
    await start({ users: 2 });
    const session = await at!.session();
    const id = (await askedFor(session)).slice(-43);
    const ask = (key: string, path: string) =>
      send(`${at!.gateway.origin}${path}`, { method: 'GET', headers: credential(key) });
    const wrong = await ask('wrong', '/oauth/tokens');
    expect([wrong.status, wrong.headers['www-authenticate']]).toEqual([401, expect.stringMatching(/^Bearer/)]);
    expect((await ask(at!.gateway.key(0, 1), `/oauth/logins/${id}`)).status).toBe(404);
    expect((await ask(at!.gateway.key(0, 0), `/oauth/logins/${id}`)).json()).toEqual({
      server: 'crm',
      state: 'waiting',
    });
    const foreign = await send(`${at!.gateway.origin}/oauth/tokens`, {
      method: 'GET',
      headers: [...credential(at!.gateway.key()), 'origin', 'https://evil.example'],
    });
    expect(foreign.status).toBe(403);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
