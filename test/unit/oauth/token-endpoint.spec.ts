import { generateKeyPairSync } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { UpstreamOAuth } from '../../../src/contracts/upstream-oauth.js';
import { TokenEndpoint } from '../../../src/oauth/upstream/token-endpoint.js';
import { TokenError } from '../../../src/oauth/upstream/token-error.js';
import { answerJson, issuing, ScriptedAuthorizationServer } from '../../support/scripted-authorization-server.js';
import { oauthFor } from './oauth-settings.js';

const SECRET = 'client-secret-of-the-test';
/** A token that a refusal must not show. */
const LEAKED = 'token-that-nobody-may-see';

let server: ScriptedAuthorizationServer;
beforeEach(async () => {
  server = await ScriptedAuthorizationServer.start();
});
afterEach(async () => {
  await server.close();
});

function ask(more: Partial<UpstreamOAuth> = {}, deadlineMs = 5_000) {
  return new TokenEndpoint(() => deadlineMs).clientCredentials({
    server: 'crm',
    oauth: oauthFor(server.tokenUrl, more),
  });
}

async function failureOf(asked: Promise<unknown>): Promise<TokenError> {
  const error = await asked.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof TokenError)) throw new Error('no TokenError');
  return error;
}

describe('a request for a token with client credentials', () => {
  it('sends the grant with everything that is configured, and the secret in the header', async () => {
    await ask({
      scopes: ['a', 'b'],
      audience: 'aud',
      organization: 'org',
      resource: 'https://mcp.example.com',
      additionalParams: [['tenant', 't1']],
      customHeaders: [['X-Team', 'red']],
      validatesScopes: false,
    });
    const [{ form, headers }] = server.seen as [(typeof server.seen)[0]];
    expect(Object.fromEntries(form)).toEqual({
      grant_type: 'client_credentials',
      scope: 'a b',
      audience: 'aud',
      organization: 'org',
      resource: 'https://mcp.example.com',
      tenant: 't1',
    });
    const basic = Buffer.from((headers.authorization as string).slice('Basic '.length), 'base64').toString();
    expect(decodeURIComponent(basic)).toBe(`gateway:${SECRET}`);
    expect(headers).toMatchObject({ 'x-team': 'red', 'x-request-id': headers['x-correlation-id'] });
  });

  it('sends the secret in the body when it is told to', async () => {
    await ask({ authentication: { method: 'client_secret_post', secret: SECRET } });
    expect(server.seen[0]?.form.get('client_secret')).toBe(SECRET);
    expect(server.seen[0]?.headers.authorization).toBeUndefined();
  });

  it.each([
    ['RS256', generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['Ed25519', generateKeyPairSync('ed25519')],
  ])('signs an assertion with %s', async (alg, { privateKey }) => {
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await ask({ authentication: { method: 'private_key_jwt', key, keyId: 'k1' } });
    const assertion = server.seen[0]?.form.get('client_assertion') ?? '';
    expect(decodeProtectedHeader(assertion)).toMatchObject({ alg, kid: 'k1' });
    expect(decodeJwt(assertion)).toMatchObject({ iss: 'gateway', sub: 'gateway' });
  });

  it('bounds the life of what it gets', async () => {
    server.behaviour = issuing({ expires_in: 1e12 });
    expect((await ask()).lifeMs).toBe(86_400_000);
    server.behaviour = issuing({ expires_in: undefined });
    expect((await ask()).lifeMs).toBe(3_600_000);
  });

  it('does not look at an ID token', async () => {
    server.behaviour = issuing({ id_token: 'not.a.jwt' });
    await expect(ask()).resolves.toMatchObject({ accessToken: 'token-1' });
  });
});

const json =
  (status: number, body: unknown) =>
  (_request: unknown, response: ServerResponse): void => {
    answerJson(response, status, body);
  };
const token = (more: Record<string, unknown>) => json(200, { access_token: LEAKED, token_type: 'Bearer', ...more });

describe('an authorization server that misbehaves', () => {
  it.each<[string, (request: unknown, response: ServerResponse) => void, RegExp]>([
    ['a negative life', token({ expires_in: -1 }), /holds no usable token/],
    ['a life that is no number', token({ expires_in: 'x' }), /holds no usable token/],
    ['a line break in the token', token({ access_token: `${LEAKED}\r\nX-Evil: 1` }), /no header can carry/],
    ['an empty token', token({ access_token: '' }), /holds no usable token/],
    ['a token that is an object', token({ access_token: { a: LEAKED } }), /holds no usable token/],
    ['a token of 100 KB', token({ access_token: 'x'.repeat(100_000) }), /larger than/],
    ['a token of 20 KB', token({ access_token: 'x'.repeat(20_000) }), /no header can carry/],
    ['another type', token({ token_type: 'mac' }), /cannot be used/],
    ['a DPoP token', token({ token_type: 'DPoP' }), /not a bearer token/],
    ['no type', token({ token_type: undefined }), /holds no usable token/],
    ['a scope that is a list', token({ scope: ['a'] }), /holds no usable token/],
    ['a refresh token with a space', token({ refresh_token: 'a b' }), /refresh token is malformed/],
    ['a list', json(200, [LEAKED]), /holds no usable token/],
    ['null', json(200, null), /holds no usable token/],
    ['an error with status 200', json(200, { error: 'invalid_client' }), /holds no usable token/],
    ['an error', json(400, { error: 'invalid_scope', error_description: LEAKED }), /answered invalid_scope/],
    ['an error that is a text of its own', json(400, { error: `<b>${LEAKED}</b>` }), /an unknown error/],
    ['a refusal of the client', json(401, { error: 'invalid_client' }), /invalid_client\. Check OAUTH_CLIENT_ID/],
    [
      'a refusal with a challenge',
      (_request, response) => {
        response.writeHead(401, { 'www-authenticate': `Basic realm="${LEAKED}"` }).end();
      },
      /HTTP 401\. Check OAUTH_CLIENT_ID/,
    ],
    [
      'a page',
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/html' }).end(`<html>${LEAKED}</html>`);
      },
      /not JSON/,
    ],
    [
      'a redirect',
      (_request, response) => {
        response.writeHead(307, { location: 'http://127.0.0.1:1/steal' }).end();
      },
      /redirects \(HTTP 307\), which is not followed/,
    ],
    [
      '10 MB',
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end('x'.repeat(10 * 1024 * 1024));
      },
      /larger than/,
    ],
    [
      'half an answer',
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
        response.write('{"access_token":');
        setImmediate(() => response.destroy());
      },
      /could not be reached/,
    ],
    [
      'nothing',
      (_request, response) => {
        response.destroy();
      },
      /could not be reached/,
    ],
    ['an inner failure', json(500, { error: 'server_error' }), /HTTP 500/],
    ['an inner failure as a page', (_request, response) => response.writeHead(502).end('<html>'), /HTTP 502/],
  ])('with %s is refused with an error of its own that shows nothing of it', async (_what, behaviour, message) => {
    server.behaviour = behaviour;
    const error = await failureOf(ask());
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^Server "crm" was not called: getting a token failed: /);
    expect(`${error.message} ${JSON.stringify(error)} ${String(error.cause)}`).not.toMatch(/that-nobody|client-secret/);
    expect(server.seen).toHaveLength(1);
  });

  it('is not waited for longer than the limit', async () => {
    server.behaviour = () => undefined;
    expect((await failureOf(ask({}, 200))).message).toMatch(/did not answer in time/);
  });

  it('that grants fewer scopes than asked is refused, unless that is switched off', async () => {
    server.behaviour = issuing({ scope: 'read' });
    const error = await failureOf(ask({ scopes: ['read', 'write'] }));
    expect(error).toMatchObject({ reason: 'scope_missing', retryable: false });
    expect(error.message).toMatch(/did not grant the scopes write/);
    await expect(ask({ scopes: ['read', 'write'], validatesScopes: false })).resolves.toMatchObject({
      scopes: ['read'],
    });
  });

  it('on this machine is not asked when nobody but the API has named it', async () => {
    expect((await failureOf(ask({ ownEndpoints: [] }))).message).toMatch(/not on the public internet/);
    expect(server.seen).toHaveLength(0);
  });

  it('is not asked in clear when https is enforced', async () => {
    expect((await failureOf(ask({ enforcesHttps: true }))).message).toMatch(/not https/);
    expect(server.seen).toHaveLength(0);
  });
});
