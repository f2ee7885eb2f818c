import { createPrivateKey } from 'node:crypto';
import type * as OAuth from 'oauth4webapi';
import { importPKCS8 } from 'jose';
import type { UpstreamOAuth } from '../../contracts/upstream-oauth.js';

/** The algorithm that each curve is made for (RFC 7518 3.4). */
const CURVE_ALGORITHMS = new Map([
  ['prime256v1', 'ES256'],
  ['secp384r1', 'ES384'],
  ['secp521r1', 'ES512'],
]);

/** How the gateway proves to be the client, for oauth4webapi. */
export async function clientAuth(lib: typeof OAuth, { authentication }: UpstreamOAuth): Promise<OAuth.ClientAuth> {
  switch (authentication.method) {
    case 'client_secret_basic':
      return lib.ClientSecretBasic(authentication.secret);
    case 'client_secret_post':
      return lib.ClientSecretPost(authentication.secret);
    case 'private_key_jwt': {
      const key = await importPKCS8(authentication.key, algorithmOf(authentication.key));
      return lib.PrivateKeyJwt(authentication.keyId === null ? { key } : { key, kid: authentication.keyId });
    }
    case 'tls_client_auth':
      return lib.TlsClientAuth();
    case 'none':
      return lib.None();
  }
}

function algorithmOf(pem: string): string {
  const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(pem);
  if (asymmetricKeyType === 'rsa') return 'RS256';
  return CURVE_ALGORITHMS.get(asymmetricKeyDetails?.namedCurve ?? '') ?? 'Ed25519';
}
