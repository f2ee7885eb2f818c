import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { JSON_HEADERS } from '../support/answers.js';
import { EventStream } from '../support/event-stream.js';
import { eventually, TestGateway } from '../support/gateway.js';
import { credential, type RawResponse, RawSession, send } from '../support/raw-http.js';
import {
  configWithIssuers,
  hmac,
  RESOURCE,
  signed,
  SigningKey,
  startWithIssuer,
  TokenIssuer,
} from '../support/token-issuer.js';
import { echoServer } from '../support/upstreams.js';

type Json = Record<string, unknown>;

const HELLO = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
});
const NOTHING = Buffer.alloc(0);
const PROJECT = { servers: [echoServer('echo')], users: 2 };

let issuer: TokenIssuer;
let other: TokenIssuer;
let evil: TokenIssuer;
let gateway: TestGateway;

function ask(token: string, url = gateway.url): Promise<RawResponse> {
  return send(url, { headers: [...credential(token), ...JSON_HEADERS], body: HELLO });
}

function user(index = 0): string {
  return gateway.config.keys[0]![index]!.userId;
}

/** The claims of a good token as JSON text, to be tampered with. */
function claimsText(): string {
  return JSON.stringify(issuer.claims(user()));
}

describe('a forged or misused access token', () => {
  const rsa = new SigningKey('rsa-1', 'RS256');
  beforeAll(async () => {
    issuer = await TokenIssuer.start();
    other = await TokenIssuer.start(new SigningKey('other-1'));
    evil = await TokenIssuer.start(new SigningKey('evil-1'));
    issuer.keys.push(rsa.jwk);
    const settings = { clock_skew: 30, allowed_clients: ['a-client'] };
    gateway = await TestGateway.startWith(
      configWithIssuers({ projects: [PROJECT] }, [
        { issuer: issuer.url, ...settings },
        { issuer: other.url, ...settings },
      ]),
    );
  });
  afterAll(async () => {
    await gateway.stop();
    for (const each of [issuer, other, evil]) await each.stop();
  });

  const es256 = (more: Json = {}): Json => ({ alg: 'ES256', typ: 'at+jwt', kid: 'key-1', ...more });
  const seconds = (offset: number): number => Math.floor(Date.now() / 1000) + offset;

  it.each<[string, string, () => string]>([
    ['no signature and alg none', 'token_malformed', () => signed(es256({ alg: 'none' }), claimsText(), () => NOTHING)],
    ['alg none and some signature', 'token_algorithm', () => issuer.key.sign(es256({ alg: 'none' }), claimsText())],
    ['alg None', 'token_algorithm', () => issuer.key.sign(es256({ alg: 'None' }), claimsText())],
    [
      'HS256 with the public key as the secret',
      'token_algorithm',
      () => signed(es256({ alg: 'HS256', kid: 'rsa-1' }), claimsText(), hmac(rsa.publicPem)),
    ],
    [
      'HS256 with the key of the key set as the secret',
      'token_algorithm',
      () => signed(es256({ alg: 'HS256', kid: 'rsa-1' }), claimsText(), hmac(JSON.stringify(rsa.jwk))),
    ],
    ['no alg', 'token_algorithm', () => issuer.key.sign({ typ: 'at+jwt', kid: 'key-1' }, claimsText())],
    ['the alg of another key', 'token_signature', () => rsa.sign(es256({ kid: 'rsa-1' }), claimsText())],
    ['the signature of another key under this kid', 'token_signature', () => evil.key.sign(es256(), claimsText())],
    ['a kid of another issuer', 'token_key', () => other.key.sign(es256({ kid: 'other-1' }), claimsText())],
    ["another issuer's key", 'token_signature', () => other.key.sign(es256(), claimsText())],
    ['a key in its header (jwk)', 'token_signature', () => evil.key.sign(es256({ jwk: evil.key.jwk }), claimsText())],
    [
      'a key set in its header (jku)',
      'token_key',
      () => evil.key.sign(es256({ kid: 'evil-1', jku: `${evil.url}/jwks` }), claimsText()),
    ],
    [
      'a certificate in its header (x5u, x5c)',
      'token_signature',
      () => evil.key.sign(es256({ x5u: `${evil.url}/x5u`, x5c: ['AAAA'] }), claimsText()),
    ],
    ['a kid that is a path', 'token_key', () => evil.key.sign(es256({ kid: '../../dev/null' }), claimsText())],
    ['an empty kid', 'token_key', () => issuer.key.sign(es256({ kid: '' }), claimsText())],
    ['a kid that is no text', 'token_malformed', () => issuer.key.sign(es256({ kid: ['key-1'] }), claimsText())],
    ['something critical', 'token_malformed', () => issuer.key.sign(es256({ crit: ['exp'] }), claimsText())],
    ['an unencoded payload', 'token_malformed', () => issuer.key.sign(es256({ b64: false }), claimsText())],
    ['the type of a logout token', 'token_type', () => issuer.token(user(), {}, { typ: 'logout+jwt' })],
    ['no type', 'token_type', () => issuer.key.sign({ alg: 'ES256', kid: 'key-1' }, claimsText())],
    ['the word for no type as its type', 'token_type', () => issuer.token(user(), {}, { typ: 'absent' })],
    ['an unknown issuer', 'token_issuer', () => evil.token(user())],
    ['an issuer with a slash more', 'token_issuer', () => issuer.token(user(), { iss: `${issuer.url}/` })],
    ['a list of issuers', 'token_issuer', () => issuer.token(user(), { iss: [issuer.url] })],
    ['no issuer', 'token_issuer', () => issuer.token(user(), { iss: undefined })],
    ['another audience', 'token_audience', () => issuer.token(user(), { aud: 'https://mail.example.com/mcp' })],
    [
      'a list of other audiences',
      'token_audience',
      () => issuer.token(user(), { aud: ['https://mail.example.com/mcp', `${RESOURCE}/`] }),
    ],
    ['an audience that begins like ours', 'token_audience', () => issuer.token(user(), { aud: `${RESOURCE}-2` })],
    ['our audience inside a list', 'token_audience', () => issuer.token(user(), { aud: [[RESOURCE]] })],
    ['no audience', 'token_audience', () => issuer.token(user(), { aud: undefined })],
    ['an expiry that is over', 'token_expired', () => issuer.token(user(), { exp: seconds(-31) })],
    ['no expiry', 'token_claims', () => issuer.token(user(), { exp: undefined })],
    ['an expiry that is a text', 'token_claims', () => issuer.token(user(), { exp: '9999999999' })],
    ['an expiry beyond all time', 'token_claims', () => issuer.token(user(), { exp: 1e300 })],
    ['a beginning to come', 'token_not_yet', () => issuer.token(user(), { nbf: seconds(60) })],
    ['a beginning that is a text', 'token_claims', () => issuer.token(user(), { nbf: 'now' })],
    ['no subject', 'token_claims', () => issuer.token(user(), { sub: undefined })],
    ['an empty subject', 'token_claims', () => issuer.token('')],
    ['a subject that is a number', 'token_claims', () => issuer.token(user(), { sub: 7 })],
    ['a subject that nobody has', 'token_user', () => issuer.token('nobody')],
    ['__proto__ as its subject', 'token_user', () => issuer.token('__proto__')],
    ['a client that is not allowed', 'token_client', () => issuer.token(user(), { client_id: 'another' })],
    ['a key that it is bound to', 'token_claims', () => issuer.token(user(), { cnf: { jkt: 'x' } })],
    [
      'a claim twice',
      'token_malformed',
      () => issuer.key.sign(es256(), claimsText().replace('{', `{"sub":"${user(1)}",`)),
    ],
    [
      'a claim twice, once in other letters for the same name',
      'token_malformed',
      () => issuer.key.sign(es256(), claimsText().replace('{', `{"\\u0073ub":"${user(1)}",`)),
    ],
    [
      'a header member twice',
      'token_malformed',
      () => {
        const [, ...rest] = issuer.token(user()).split('.');
        const header = `{"alg":"none",${JSON.stringify(es256()).slice(1)}`;
        return [Buffer.from(header).toString('base64url'), ...rest].join('.');
      },
    ],
    ['claims that are a list', 'token_malformed', () => issuer.key.sign(es256(), '[]')],
    ['claims that are no JSON', 'token_malformed', () => issuer.key.sign(es256(), '{"sub":')],
    ['claims that are very deep', 'token_malformed', () => issuer.key.sign(es256(), '['.repeat(3000))],
    ['characters that base64url does not have', 'token_malformed', () => issuer.token(user()).replace('.', '=.')],
    ['a changed claim', 'token_signature', () => swapped(issuer.token(user(1)), issuer.token(user()))],
    ['a changed signature', 'token_signature', () => `${issuer.token(user()).slice(0, -40)}${'A'.repeat(40)}`],
  ])('with %s is refused like no token at all', async (_what, reason, forge) => {
    // Something good in between: a refusal must not depend on what was there before.
    expect((await ask(issuer.token(user()))).status).toBe(200);
    const before = gateway.stderr.length;
    const response = await ask(forge());
    expect(response.status).toBe(401);
    expect(response.headers['www-authenticate']).toContain('error="invalid_token"');
    expect(response.text).toBe((await send(gateway.url, { headers: JSON_HEADERS, body: HELLO })).text);
    const log = await eventually(
      () => gateway.stderr.slice(before),
      (text) => text.includes('request_denied') || text.includes('suppressed'),
    );
    if (!log.includes('suppressed')) expect(log).toContain(`"reason":"${reason}"`);
  });

  it('makes the gateway ask nobody that it names', () => {
    expect(evil.requests).toEqual([]);
  });

  it('within the tolerated skew is taken', async () => {
    expect((await ask(issuer.token(user(), { exp: seconds(-10) }))).status).toBe(200);
    expect((await ask(issuer.token(user(), { nbf: seconds(20) }))).status).toBe(200);
  });

  it('of the same subject of another issuer is another principal', async () => {
    const session = await RawSession.open(gateway.url, issuer.token(user()));
    session.key = other.token(user());
    expect((await ask(session.key)).status).toBe(200);
    expect((await session.post({ jsonrpc: '2.0', id: 1, method: 'ping' })).status).toBe(404);
  });

  it('that is very long is refused before it is looked at', async () => {
    const long = issuer.token(user(), { padding: 'x'.repeat(8000) });
    expect((await ask(long)).status).toBe(431);
    expect((await ask(issuer.token(user(), { padding: 'x'.repeat(3000) }))).status).toBe(200);
  });

  it('cannot put a line into the challenge', async () => {
    const scope = 'mcp"\r\nSet-Cookie: a=b';
    const response = await ask(issuer.token('nobody', { scope, iss: issuer.url }));
    expect(response.status).toBe(401);
    expect(response.headers['set-cookie']).toBeUndefined();
    expect(response.headers['www-authenticate']).not.toContain('Cookie');
  });

  it('with ten thousand unknown keys costs its issuer no ten thousand requests', async () => {
    const fetches = issuer.keyFetches;
    const body = HELLO;
    const claims = claimsText();
    let refused = 0;
    const one = async (index: number): Promise<void> => {
      const token = signed(es256({ kid: `unknown-${String(index)}` }), claims, () => Buffer.alloc(64));
      const { status } = await send(gateway.url, { headers: [...credential(token), ...JSON_HEADERS], body });
      if (status === 401) refused++;
    };
    for (let start = 0; start < 10_000; start += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, index) => one(start + index)));
    }
    expect(refused).toBe(10_000);
    // One fetch for each pause of 30 seconds, however long the machine takes for this.
    expect(issuer.keyFetches - fetches).toBeLessThan(10);
    expect((await ask(issuer.token(user()))).status).toBe(200);
  });
});

/** The signature of one token under the claims of another. */
function swapped(claims: string, signature: string): string {
  return [...claims.split('.').slice(0, 2), signature.split('.')[2]].join('.');
}

describe('an issuer that misbehaves', () => {
  let target: TokenIssuer;
  beforeAll(async () => {
    target = await TokenIssuer.start();
  });
  afterAll(() => target.stop());

  type Answer = NonNullable<TokenIssuer['instead']>;
  const json = (value: unknown): Answer => {
    return (_req, res) => {
      res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
  };
  const onlyKeys = (answer: Answer): Answer => {
    return (req, res) => {
      if (req.url === '/jwks') answer(req, res);
      else json({ issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` })(req, res);
    };
  };

  it.each<[string, () => Answer]>([
    ['symmetric keys', () => onlyKeys(json({ keys: [{ kty: 'oct', k: 'AAAA', kid: 'key-1', alg: 'HS256' }] }))],
    ['private keys', () => onlyKeys(json({ keys: [issuer.key.privateJwk] }))],
    ['no keys', () => onlyKeys(json({ keys: [] }))],
    ['keys that are no list', () => onlyKeys(json({ keys: { 0: issuer.key.jwk } }))],
    ['encryption keys', () => onlyKeys(json({ keys: [{ ...issuer.key.jwk, use: 'enc' }] }))],
    ['too many keys', () => onlyKeys(json({ keys: Array.from({ length: 101 }, () => issuer.key.jwk) }))],
    ['a huge key set', () => onlyKeys(json({ keys: [issuer.key.jwk], more: 'x'.repeat(300 * 1024) }))],
    ['no JSON', () => onlyKeys((_req, res) => res.end('<html>'))],
    ['an error', () => onlyKeys((_req, res) => res.writeHead(500).end(JSON.stringify({ keys: [issuer.key.jwk] })))],
    [
      'a redirect to other keys',
      () => onlyKeys((_req, res) => res.writeHead(302, { location: `${target.url}/jwks` }).end()),
    ],
    ['a redirect of its metadata', () => (_req, res) => res.writeHead(307, { location: target.url }).end()],
    ['metadata of another issuer', () => json({ issuer: target.url, jwks_uri: `${target.url}/jwks` })],
    ['keys at a private address', () => json({ issuer: issuer.url, jwks_uri: `${target.url}/jwks` })],
    ['keys behind https at a private address', () => json({ issuer: issuer.url, jwks_uri: 'https://127.0.0.1:1/' })],
    ['keys in a file', () => json({ issuer: issuer.url, jwks_uri: 'file:///etc/passwd' })],
    ['silence', () => () => undefined],
  ])('with %s is not believed, and its tokens wait', async (_what, answer) => {
    issuer = await TokenIssuer.start();
    issuer.instead = answer();
    const config = configWithIssuers({ projects: [PROJECT], common: { timeout_settings: { auth_timeout: 0.5 } } }, [
      { issuer: issuer.url },
    ]);
    gateway = await TestGateway.startWith(config);
    try {
      const response = await ask(issuer.token(user()));
      expect(response.status).toBe(503);
      expect(response.text).not.toContain(issuer.url);
      await eventually(
        () => gateway.stderr,
        (log) => log.includes('issuer_keys_unavailable'),
      );
      expect(target.requests).toEqual([]);
      expect((await ask(gateway.key())).status).toBe(200);
    } finally {
      await gateway.stop();
      await issuer.stop();
    }
  });

  it('that keeps a client waiting loses nothing when the client goes away', async () => {
    issuer = await TokenIssuer.start();
    issuer.instead = () => undefined;
    gateway = await startWithIssuer({ projects: [PROJECT] }, issuer);
    try {
      const hangUp = new AbortController();
      const headers = [...credential(issuer.token(user())), ...JSON_HEADERS];
      const waiting = EventStream.open(gateway.url, { method: 'POST', headers, body: HELLO, signal: hangUp.signal });
      const gone = expect(waiting).rejects.toThrow();
      await eventually(
        () => issuer.requests.length,
        (count) => count > 0,
      );
      hangUp.abort();
      await gone;
      expect((await ask(gateway.key())).status).toBe(200);
      // A request that were still counted as under way would hold the shutdown up for ten seconds.
      const before = Date.now();
      expect(await gateway.stop()).toBe(0);
      expect(Date.now() - before).toBeLessThan(9000);
    } finally {
      await gateway.stop();
      await issuer.stop();
    }
  });
});
