import https from 'node:https';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import Provider, { type KoaContextWithOIDC } from 'oidc-provider';
import { textOf } from '../support/answers.js';
import { type CertificateFiles, pemOf, TestAuthority } from '../support/certificates.js';
import { TestGateway } from '../support/gateway.js';
import { RawSession } from '../support/raw-http.js';
import { TokenUpstream } from '../support/token-upstream.js';

let authority: TestAuthority;
let stranger: TestAuthority;
let server: https.Server;
let issuer: string;
let upstream: TokenUpstream;
let gateway: TestGateway | null = null;

/** A real authorization server that knows its client by its certificate alone. */
beforeAll(async () => {
  authority = TestAuthority.create();
  stranger = TestAuthority.create();
  upstream = await TokenUpstream.start();
  const own = authority.issue('authorization-server');
  const tls = { cert: pemOf(own.cert), key: pemOf(own.key), ca: pemOf(authority.files.cert) };
  server = https.createServer({ ...tls, requestCert: true, rejectUnauthorized: false });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `https://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const callback = createProvider().callback();
  server.on('request', (request, response) => void callback(request, response));
});
afterEach(async () => {
  await gateway?.stop();
  gateway = null;
});
afterAll(async () => {
  server.closeAllConnections();
  await Promise.all([new Promise((resolve) => server.close(resolve)), upstream.close()]);
  authority.close();
  stranger.close();
});

function createProvider(): Provider {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const peer = (context: KoaContextWithOIDC): TLSSocket => context.socket as TLSSocket;
  return new Provider(issuer, {
    clients: [
      {
        client_id: 'gateway',
        token_endpoint_auth_method: 'tls_client_auth',
        tls_client_auth_subject_dn: 'CN=gateway',
        tls_client_certificate_bound_access_tokens: true,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
    ],
    clientAuthMethods: ['tls_client_auth'],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'es-1', use: 'sig', alg: 'ES256' }] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    scopes: ['mcp:use'],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      mTLS: {
        enabled: true,
        certificateBoundAccessTokens: true,
        tlsClientAuth: true,
        getCertificate: (context) => pemIn(peer(context)),
        certificateAuthorized: (context) => peer(context).authorized,
        certificateSubjectMatches: (context, _property, expected) =>
          new X509Certificate(pemIn(peer(context)) ?? '').subject === expected,
      },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, asked) => ({
          scope: 'mcp:use',
          audience: asked,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  });
}

function pemIn(socket: TLSSocket): string | undefined {
  return socket.getPeerX509Certificate()?.toString();
}

/** What the tool answers with this certificate: the token that the server was sent, or why there is none. */
async function answerWith(certificate: CertificateFiles): Promise<string> {
  gateway = await TestGateway.start({
    projects: [
      {
        servers: [
          {
            name: 'crm',
            config: { url: upstream.url },
            extra: {
              oauth_config: {
                enabled: true,
                OAUTH_CLIENT_ID: 'gateway',
                OAUTH_TOKEN_URL: `${issuer}/token`,
                OAUTH_RESOURCE: upstream.url,
                OAUTH_SCOPE: 'mcp:use',
                OAUTH_USE_MTLS: true,
                OAUTH_CLIENT_CERT_PATH: certificate.cert,
                OAUTH_CLIENT_KEY_PATH: certificate.key,
                OAUTH_CA_BUNDLE_PATH: authority.files.cert,
              },
            },
          },
        ],
      },
    ],
  });
  const session = await RawSession.open(gateway.url, gateway.key());
  return textOf(await session.call('crm__whoami', {}));
}

it('a gateway with a certificate of the right authority gets a token that is bound to it (RFC 8705)', async () => {
  const certificate = authority.issue('gateway');
  const answer = await answerWith(certificate);
  expect(answer).toMatch(/^Bearer ey/);
  const thumbprint = Buffer.from(
    new X509Certificate(pemOf(certificate.cert)).fingerprint256.replaceAll(':', ''),
    'hex',
  );
  expect(decodeJwt(answer.slice('Bearer '.length))).toMatchObject({
    iss: issuer,
    client_id: 'gateway',
    cnf: { 'x5t#S256': thumbprint.toString('base64url') },
  });
});

it.each([
  ['of another authority', () => stranger.issue('gateway')],
  ['of the right authority with another name', () => authority.issue('somebody-else')],
])('a gateway with a certificate %s gets no token, and the server is not called', async (_which, issue) => {
  const before = upstream.methods.length;
  const certificate = issue();
  const answer = await answerWith(certificate);
  expect(answer).toMatch(/Server "crm" was not called: getting a token failed/);
  expect(upstream.methods).toHaveLength(before);
  for (const sink of [answer, gateway?.stderr ?? '', JSON.stringify(gateway?.audit())]) {
    expect(sink).not.toContain('PRIVATE KEY');
    expect(sink).not.toContain(pemOf(certificate.key).split('\n')[1] ?? '-');
  }
});
