import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { textOf } from '../support/answers.js';
import { Canaries } from '../support/canaries.js';
import { pemOf, TestAuthority } from '../support/certificates.js';
import { eventually, type ServerOptions, TestGateway } from '../support/gateway.js';
import { type HostileAnswer, hostileAnswers } from '../support/hostile-answers.js';
import { RawSession } from '../support/raw-http.js';
import { answerJson, ScriptedAuthorizationServer } from '../support/scripted-authorization-server.js';
import { TokenUpstream } from '../support/token-upstream.js';

const canaries = new Canaries();
const secret = canaries.make('the secret of the client');
const token = canaries.make('a token of a refused answer', '.a-b_c');
const words = canaries.make('words of the authorization server', ' <script>alert(1)</script>');
/** The names alone are needed before the servers are there. */
const NAMES = hostileAnswers({ token, words, thief: '' }).map(({ name }) => name);

let authorization: ScriptedAuthorizationServer;
let thief: ScriptedAuthorizationServer;
let untrusted: https.Server;
let untrustedRequests = 0;
let authority: TestAuthority;
let upstream: TokenUpstream;
let gateway: TestGateway;
let session: RawSession;
let answers: ReadonlyMap<string, HostileAnswer>;
const shown: string[] = [];

beforeAll(async () => {
  authorization = await ScriptedAuthorizationServer.start();
  thief = await ScriptedAuthorizationServer.start();
  upstream = await TokenUpstream.start();
  answers = new Map(hostileAnswers({ token, words, thief: thief.origin }).map((answer) => [answer.name, answer]));
  authorization.behaviour = (request, response) => {
    answers.get(request.url.slice(1))?.behaviour(request, response);
  };
  const servers = NAMES.map((name) => server(name, `${authorization.origin}/${name}`));
  servers.push(server('untrusted', await startUntrusted()));
  gateway = await TestGateway.start({
    projects: [{ servers }],
    common: { timeout_settings: { auth_timeout: 3 } },
  });
  session = await RawSession.open(gateway.url, gateway.key());
}, 60_000);
afterAll(async () => {
  await gateway.stop();
  untrusted.closeAllConnections();
  await new Promise((resolve) => untrusted.close(resolve));
  authority.close();
  await Promise.all([authorization.close(), thief.close(), upstream.close()]);
});

function server(name: string, tokenUrl: string): ServerOptions {
  const oauth = { OAUTH_CLIENT_SECRET: secret, OAUTH_TOKEN_URL: tokenUrl, OAUTH_SCOPE: 'read' };
  return { name, config: { url: upstream.url }, extra: { oauth_config: authorization.config(oauth) } };
}

/** A server whose certificate nobody has signed that the gateway knows. */
async function startUntrusted(): Promise<string> {
  authority = TestAuthority.create();
  const { cert, key } = authority.issue('authorization-server');
  untrusted = https.createServer({ cert: pemOf(cert), key: pemOf(key) }, (_request, response) => {
    untrustedRequests++;
    answerJson(response, 200, { access_token: token, token_type: 'Bearer' });
  });
  untrusted.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => untrusted.listen(0, '127.0.0.1', resolve));
  return `https://127.0.0.1:${String((untrusted.address() as AddressInfo).port)}/token`;
}

async function call(name: string): Promise<string> {
  const text = textOf(await session.call(`${name}__whoami`, {}));
  shown.push(text);
  return text;
}

describe('a hostile authorization server', () => {
  it.each(NAMES)(
    'that does "%s" is refused with its own error, and asked no more than it has to be',
    async (name) => {
      const { error, requests } = answers.get(name)!;
      const text = await call(name);
      expect(text).toContain(`Server "${name}" was not called: getting a token failed: `);
      expect(text).toMatch(error);
      expect(text).toMatch(/ (?:Check|Allow|Log in) [^.]+/);
      // One attempt for the list of tools, one for the call when the pause is over.
      const asked = authorization.seen.filter(({ url }) => url === `/${name}`).length;
      expect(asked).toBeGreaterThan(0);
      expect(asked).toBeLessThanOrEqual(2 * requests);
    },
    30_000,
  );

  it('whose certificate is not trusted is sent nothing', async () => {
    const text = await call('untrusted');
    expect(text).toMatch(/certificate of the authorization server is not trusted \([A-Z_]+\)\. Check its certificate/);
    expect(untrustedRequests).toBe(0);
  });

  it('has made the gateway send nothing to anybody else, and call no server', () => {
    expect(shown).toHaveLength(NAMES.length + 1);
    expect(thief.seen).toEqual([]);
    expect(upstream.seen).toEqual([]);
  });

  it('is quoted nowhere, and neither are secrets', async () => {
    const admin = { headers: { authorization: `Bearer ${gateway.config.adminKey}` } };
    expect(shown.every((text) => text.includes('was not called'))).toBe(true);
    canaries.sink('errors', shown.join('\n'));
    canaries.sink('stderr', gateway.stderr);
    canaries.sink(
      'audit',
      await eventually(
        () => JSON.stringify(gateway.audit()),
        (text) => text.includes('untrusted'),
      ),
    );
    canaries.sink('metrics', await (await fetch(`${gateway.origin}/metrics`, admin)).text());
    // The log has nothing to say of a call that was refused; the others have something to search.
    for (const name of ['errors', 'audit', 'metrics']) expect(canaries.sizeOf(name)).toBeGreaterThan(100);
    expect(canaries.leaks()).toEqual([]);
  });
});
