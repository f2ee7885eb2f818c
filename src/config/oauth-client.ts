import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { ClientAuthentication, OAuthTls } from '../contracts/upstream-oauth.js';
import type { OAuthScope } from './oauth-scope.js';

/** Keys that sign assertions: RSA of 2048 bits or more (RFC 7518 3.3), the NIST curves, Ed25519 (RFC 8037). */
const CURVES = new Set(['prime256v1', 'secp384r1', 'secp521r1']);
const MIN_RSA_BITS = 2048;

type Method = ClientAuthentication['method'];

/** How the client proves who it is. After a problem the answer is of no use. */
export function clientAuthentication(scope: OAuthScope): ClientAuthentication {
  const method = methodOf(scope);
  switch (method) {
    case 'client_secret_basic':
    case 'client_secret_post':
      return { method, secret: scope.required('OAUTH_CLIENT_SECRET', `the secret of the client, for ${method}`) };
    case 'private_key_jwt':
      scope.required('OAUTH_PRIVATE_KEY_PATH', 'the path of a private key in PEM, for private_key_jwt');
      return { method, key: signingKey(scope), keyId: scope.text('OAUTH_PRIVATE_KEY_ID') };
    case 'tls_client_auth':
      if (scope.section.OAUTH_USE_MTLS !== true) {
        scope.report('OAUTH_USE_MTLS', 'must be true for tls_client_auth');
      }
      return { method };
    case 'none':
      if (scope.section.OAUTH_GRANT_TYPE === 'client_credentials') {
        scope.report('OAUTH_CLIENT_AUTH_METHOD', 'a public client has no client credentials (RFC 6749 4.4)');
      }
      return { method };
  }
}

/** What the file says, else what follows from what it holds. */
function methodOf(scope: OAuthScope): Method {
  const { section } = scope;
  if (section.OAUTH_CLIENT_AUTH_METHOD != null) return section.OAUTH_CLIENT_AUTH_METHOD;
  if (scope.text('OAUTH_PRIVATE_KEY_PATH') !== null) return 'private_key_jwt';
  if ((section.OAUTH_CLIENT_SECRET ?? '') === '') {
    if (section.OAUTH_USE_MTLS === true) return 'tls_client_auth';
    if (section.OAUTH_GRANT_TYPE === 'authorization_code') return 'none';
  }
  return section.OAUTH_USE_BASIC_AUTH === false ? 'client_secret_post' : 'client_secret_basic';
}

/** The key as PKCS #8 in PEM. */
function signingKey(scope: OAuthScope): string {
  const pem = scope.file('OAUTH_PRIVATE_KEY_PATH');
  if (pem === null) return '';
  try {
    const key = createPrivateKey(pem);
    const details = key.asymmetricKeyDetails ?? {};
    const isUsable =
      key.asymmetricKeyType === 'ed25519' ||
      (key.asymmetricKeyType === 'rsa' && (details.modulusLength ?? 0) >= MIN_RSA_BITS) ||
      (key.asymmetricKeyType === 'ec' && CURVES.has(details.namedCurve ?? ''));
    if (isUsable) return key.export({ type: 'pkcs8', format: 'pem' }).toString();
    scope.report(
      'OAUTH_PRIVATE_KEY_PATH',
      'must be an RSA key of 2048 bits or more, a key on P-256, P-384 or P-521, or Ed25519',
    );
  } catch {
    scope.report('OAUTH_PRIVATE_KEY_PATH', 'the file holds no private key in PEM without a passphrase');
  }
  return '';
}

/** Certificates for the authorization server (RFC 8705); null = none are configured. */
export function clientTls(scope: OAuthScope): OAuthTls | null {
  const ca = scope.file('OAUTH_CA_BUNDLE_PATH');
  if (ca !== null && !isCertificate(ca)) scope.report('OAUTH_CA_BUNDLE_PATH', 'the file holds no certificate in PEM');
  if (scope.section.OAUTH_USE_MTLS !== true) return ca === null ? null : Object.freeze({ cert: null, key: null, ca });
  scope.required('OAUTH_CLIENT_CERT_PATH', 'the path of the certificate of the client, for mTLS');
  scope.required('OAUTH_CLIENT_KEY_PATH', 'the path of the private key of that certificate, for mTLS');
  const cert = scope.file('OAUTH_CLIENT_CERT_PATH');
  const key = scope.file('OAUTH_CLIENT_KEY_PATH');
  if (cert === null || key === null) return null;
  if (!belongTogether(cert, key)) {
    scope.report('OAUTH_CLIENT_KEY_PATH', 'certificate and key are not in PEM, or do not belong together');
  }
  return Object.freeze({ cert, key, ca });
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== '';
  } catch {
    return false;
  }
}

function belongTogether(cert: string, key: string): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
