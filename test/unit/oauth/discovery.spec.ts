import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TokenError } from '../../../src/oauth/upstream/token-error.js';
import { MemoryVault } from '../../../src/oauth/upstream/token-vault.js';
import { answerJson } from '../../support/scripted-authorization-server.js';
import { discoveryWith, GATEWAY, Neighbours, PATH_OF_ISSUER, PATH_OF_RESOURCE } from './discovery-kit.js';

const HOUR_MS = 3_600_000;
const DECLARED = { enabled: true, OAUTH_GRANT_TYPE: 'authorization_code' };
const CALLBACK = /^https:\/\/gateway\.example\.com\/oauth\/callback\/[0-9a-f]{32}$/;

let at: Neighbours;
beforeEach(async () => {
  at = await Neighbours.start();
});
afterEach(() => at.close());

describe('what is found out', () => {
  it('is what a config written by hand would say', async () => {
    at.asPages.set(PATH_OF_ISSUER, at.issuer({ authorization_response_iss_parameter_supported: true }));
    const oauth = await discoveryWith().learn(at.entry(), 'Bearer');
    expect(oauth).toMatchObject({
      grant: 'authorization_code',
      issuer: at.as.origin,
      issuerSendsIss: true,
      clientId: 'client-1',
      authentication: { method: 'none' },
      tokenUrl: `${at.as.origin}/token`,
      authorizationUrl: `${at.as.origin}/authorize`,
      resource: at.url,
      scopes: ['read'],
      redirectUri: expect.stringMatching(CALLBACK),
    });
    expect(Object.isFrozen(oauth)).toBe(true);
  });

  it.each([
    ['of the challenge', 'Bearer scope="b a"', {}, ['a', 'b']],
    ['of the metadata when the challenge has none', 'Bearer', {}, ['read']],
    ['of the config before both', 'Bearer scope="a"', { OAUTH_SCOPE: 'own' }, ['own']],
  ])('has the scopes %s', async (_whose, challenge, more, scopes) => {
    const entry = at.entry({ ...DECLARED, ...more });
    expect((await discoveryWith().learn(entry, challenge)).scopes).toEqual(scopes);
  });

  it('has the same name for a token whatever scopes the server names', async () => {
    const vault = new MemoryVault();
    const one = await discoveryWith({ vault }).learn(at.entry(), 'Bearer scope="a"');
    const other = await discoveryWith({ vault }).learn(at.entry(), 'Bearer scope="b"');
    expect(other.tokenScope).toBe(one.tokenScope);
  });

  it('begins at the metadata that the challenge names, else at those of the path, then of the host', async () => {
    at.mcpPages.set('/named', at.resource());
    await discoveryWith().learn(at.entry(), `Basic realm="x", Bearer resource_metadata="${at.mcp.origin}/named"`);
    expect(at.paths(at.mcp)).toEqual(['/named']);
    at.mcpPages.delete(`${PATH_OF_RESOURCE}/mcp`);
    at.mcpPages.set(PATH_OF_RESOURCE, at.resource({ resource: at.mcp.origin }));
    expect((await discoveryWith().learn(at.entry(), 'Bearer')).resource).toBe(at.mcp.origin);
    expect(at.paths(at.mcp).slice(1)).toEqual([`${PATH_OF_RESOURCE}/mcp`, PATH_OF_RESOURCE]);
  });

  it('asks an authorization server with a path at the three places of the specification, in its order', async () => {
    const issuer = `${at.as.origin}/tenant`;
    at.mcpPages.set(`${PATH_OF_RESOURCE}/mcp`, at.resource({ authorization_servers: [issuer] }));
    at.asPages.set('/tenant/.well-known/openid-configuration', at.issuer({ issuer }));
    expect((await discoveryWith().learn(at.entry(), 'Bearer')).issuer).toBe(issuer);
    expect(at.paths(at.as).slice(0, 3)).toEqual([
      `${PATH_OF_ISSUER}/tenant`,
      '/.well-known/openid-configuration/tenant',
      '/tenant/.well-known/openid-configuration',
    ]);
  });

  it('asks the server for a challenge when there was none yet', async () => {
    at.mcpPages.set('/mcp', (response) => {
      response.writeHead(401, { 'www-authenticate': 'Bearer scope="told"' }).end();
    });
    expect((await discoveryWith().learn(at.entry(DECLARED), undefined)).scopes).toEqual(['told']);
  });

  it('is found out once for all who ask, and read again after an hour beside the calls', async () => {
    let now = 0;
    const discovery = discoveryWith({ now: () => now });
    const entry = at.entry();
    const all = await Promise.all(Array.from({ length: 50 }, () => discovery.learn(entry, 'Bearer')));
    expect(new Set(all).size).toBe(1);
    expect(at.paths(at.as)).toEqual([PATH_OF_ISSUER, '/register']);
    now = HOUR_MS + 1;
    expect(discovery.oauthOf(entry)).toBe(all[0]);
    at.asPages.set(PATH_OF_ISSUER, at.issuer({ token_endpoint: `${at.as.origin}/moved` }));
    while (discovery.oauthOf(entry) === all[0]) await new Promise(setImmediate);
    expect(discovery.oauthOf(entry)).toMatchObject({ tokenUrl: `${at.as.origin}/moved`, clientId: 'client-1' });
    now += 25 * HOUR_MS;
    expect(discovery.oauthOf(entry)).toBeUndefined();
  });

  it('is not asked for again while a failure is new', async () => {
    let now = 0;
    const discovery = discoveryWith({ now: () => now });
    at.asPages.delete(PATH_OF_ISSUER);
    await expect(discovery.learn(at.entry(), 'Bearer')).rejects.toThrow(/at none of the well-known places/);
    const asked = at.as.seen.length;
    await expect(discovery.learn(at.entry(), 'Bearer')).rejects.toThrow(/at none of the well-known places/);
    expect(at.as.seen).toHaveLength(asked);
    now = 1_000;
    at.asPages.set(PATH_OF_ISSUER, at.issuer());
    expect((await discovery.learn(at.entry(), 'Bearer')).issuer).toBe(at.as.origin);
  });
});

describe('the gateway as a client', () => {
  it('is the one of the config, at the plain callback', async () => {
    const entry = at.entry({ ...DECLARED, OAUTH_CLIENT_ID: 'by-hand' });
    const oauth = await discoveryWith().learn(entry, 'Bearer');
    expect(oauth).toMatchObject({ clientId: 'by-hand', redirectUri: `${GATEWAY}/oauth/callback` });
    expect(at.paths(at.as)).not.toContain('/register');
  });

  it('is its own document where the authorization server reads those', async () => {
    at.asPages.set(PATH_OF_ISSUER, at.issuer({ client_id_metadata_document_supported: true }));
    const { clientId, redirectUri } = await discoveryWith().learn(at.entry(), 'Bearer');
    expect(clientId).toBe(`${GATEWAY}/oauth/client-metadata/${String(redirectUri?.slice(-32))}.json`);
    expect(at.paths(at.as)).not.toContain('/register');
  });

  it('registers where nobody could read that document', async () => {
    at.asPages.set(PATH_OF_ISSUER, at.issuer({ client_id_metadata_document_supported: true }));
    const oauth = await discoveryWith({ publicUrl: 'http://localhost:8000' }).learn(at.entry(), 'Bearer');
    expect(oauth).toMatchObject({
      clientId: 'client-1',
      redirectUri: expect.stringMatching(/^http:\/\/localhost:8000\/oauth\/callback\/./),
    });
  });

  it('is registered once for each authorization server, and told apart by its address', async () => {
    const vault = new MemoryVault();
    const first = await discoveryWith({ vault }).learn(at.entry(), 'Bearer');
    const again = await discoveryWith({ vault }).learn(at.entry(), 'Bearer');
    expect(again.clientId).toBe(first.clientId);
    const issuer = `${at.as.origin}/other`;
    at.mcpPages.set(`${PATH_OF_RESOURCE}/mcp`, at.resource({ authorization_servers: [issuer] }));
    at.asPages.set(`${PATH_OF_ISSUER}/other`, at.issuer({ issuer }));
    const other = await discoveryWith({ vault }).learn(at.entry(), 'Bearer');
    expect(other.clientId).toBe('client-2');
    expect(other.redirectUri).not.toBe(first.redirectUri);
    expect(other.tokenScope).not.toBe(first.tokenScope);
  });

  it('takes a secret where the authorization server knows no clients without one', async () => {
    const methods = { token_endpoint_auth_methods_supported: ['client_secret_post'] };
    at.asPages.set(PATH_OF_ISSUER, at.issuer(methods));
    at.asPages.set('/register', (response) => {
      answerJson(response, 201, { client_id: 'c', client_secret: 'of-the-test', client_secret_expires_at: 0 });
    });
    const { authentication } = await discoveryWith().learn(at.entry(), 'Bearer');
    expect(authentication).toEqual({ method: 'client_secret_post', secret: 'of-the-test' });
  });

  it('is registered anew when it is not known any more, but not one after the other', async () => {
    let now = 0;
    const discovery = discoveryWith({ now: () => now });
    const first = await discovery.learn(at.entry(), 'Bearer');
    await discovery.clientRefused(first);
    expect(discovery.oauthOf(at.entry())).toBe(first);
    now = 60_000;
    await discovery.clientRefused(first);
    expect(discovery.oauthOf(at.entry())).toBeUndefined();
    expect((await discovery.learn(at.entry(), 'Bearer')).clientId).toBe('client-2');
  });

  it('needs to know its own address', async () => {
    await expect(discoveryWith({ publicUrl: null }).learn(at.entry(), 'Bearer')).rejects.toThrow(/Set public_url/);
  });

  it.each<[string, (n: Neighbours) => unknown, RegExp]>([
    ['no way to register', (n) => n.issuer({ registration_endpoint: undefined }), /set OAUTH_CLIENT_ID/],
    ['only ways with keys', (n) => n.issuer({ token_endpoint_auth_methods_supported: ['private_key_jwt'] }), /no way/],
  ])('says what to do when there is %s', async (_what, metadata, message) => {
    at.asPages.set(PATH_OF_ISSUER, JSON.parse(JSON.stringify(metadata(at))) as Record<string, unknown>);
    await expect(discoveryWith().learn(at.entry(), 'Bearer')).rejects.toThrow(message);
  });

  it.each<[string, number, unknown, RegExp]>([
    ['a refusal', 400, { error: 'invalid_redirect_uri', error_description: 'SECRET WORDS' }, /invalid_redirect_uri/],
    ['a demand for a token', 401, {}, /does not register everybody/],
    ['a redirect', 307, {}, /redirects \(HTTP 307\)/],
    ['another redirect URI', 201, { client_id: 'c', redirect_uris: ['https://evil.example'] }, /another redirect URI/],
    ['an id with a line break', 201, { client_id: 'c\r\nx: y' }, /client id is malformed/],
    ['a method with no secret', 201, { client_id: 'c', token_endpoint_auth_method: 'client_secret_basic' }, /does not/],
    ['no id', 201, {}, /none of this kind/],
    ['an error of its own', 503, {}, /HTTP 503/],
  ])('is not what comes of %s', async (_what, status, body, message) => {
    at.asPages.set('/register', (response) => {
      answerJson(response, status, body);
    });
    const error: unknown = await discoveryWith()
      .learn(at.entry(), 'Bearer')
      .catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(TokenError);
    expect(String(error)).toMatch(message);
    expect(String(error)).toMatch(/Server "notes" was not called: registering the gateway failed/);
    expect(String(error)).not.toMatch(/SECRET|evil/);
  });
});
