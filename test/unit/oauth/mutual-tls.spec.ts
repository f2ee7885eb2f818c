import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OAuthTls } from '../../../src/contracts/upstream-oauth.js';
import { TokenEndpoint } from '../../../src/oauth/upstream/token-endpoint.js';
import { answerJson } from '../../support/scripted-authorization-server.js';
import { pemOf, TestAuthority } from '../../support/certificates.js';
import { oauthFor } from './oauth-settings.js';

let authority: TestAuthority;
let stranger: TestAuthority;
let server: https.Server;
let tokenUrl: string;
const clients: string[] = [];
const forms: string[] = [];

beforeAll(async () => {
  authority = TestAuthority.create();
  stranger = TestAuthority.create();
  const { cert, key } = authority.issue('authorization-server');
  const tls = { cert: pemOf(cert), key: pemOf(key), ca: pemOf(authority.files.cert), requestCert: true };
  server = https.createServer({ ...tls, rejectUnauthorized: true }, (request, response) => {
    clients.push((request.socket as TLSSocket).getPeerCertificate().subject.CN as string);
    request.on('data', (chunk: Buffer) => forms.push(chunk.toString()));
    request.on('end', () => {
      answerJson(response, 200, { access_token: 'bound', token_type: 'Bearer' });
    });
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  tokenUrl = `https://127.0.0.1:${String((server.address() as AddressInfo).port)}/token`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  authority.close();
  stranger.close();
});

function ask(tls: OAuthTls | null) {
  const authentication = { method: 'tls_client_auth' } as const;
  const oauth = oauthFor(tokenUrl, { authentication, tls, enforcesHttps: true });
  return new TokenEndpoint(() => 5_000).clientCredentials({ server: 'crm', oauth });
}

function certificateOf(from: TestAuthority, ca: TestAuthority): OAuthTls {
  const { cert, key } = from.issue('gateway');
  return { cert: pemOf(cert), key: pemOf(key), ca: pemOf(ca.files.cert) };
}

describe('mutual TLS (RFC 8705)', () => {
  it('proves the client with its certificate, and sends the client id and no secret', async () => {
    await expect(ask(certificateOf(authority, authority))).resolves.toMatchObject({ accessToken: 'bound' });
    expect(clients).toEqual(['gateway']);
    const form = new URLSearchParams(forms.join(''));
    expect(form.get('client_id')).toBe('gateway');
    expect(form.has('client_secret')).toBe(false);
  });

  it.each<[string, () => OAuthTls | null]>([
    ['without a certificate', () => ({ cert: null, key: null, ca: pemOf(authority.files.cert) })],
    ['with a certificate of another authority', () => certificateOf(stranger, authority)],
    ['to a server of another authority', () => certificateOf(authority, stranger)],
    ['to a server that the system does not know', () => null],
  ])('gets no token %s', async (_what, tls) => {
    const before = clients.length;
    await expect(ask(tls())).rejects.toMatchObject({ code: 'upstream_token', reason: 'unreachable' });
    expect(clients).toHaveLength(before);
  });
});
