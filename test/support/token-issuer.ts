import { createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import http, { type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ConfigOptions, TestGateway, buildConfig, type TestConfig } from './gateway.js';

type Json = Record<string, unknown>;

/** What the public address of the gateway is said to be: tokens are for it. */
export const RESOURCE = 'https://gateway.example.com/mcp';

/** A signature key of an issuer. */
export class SigningKey {
  private readonly pair;

  constructor(
    readonly kid: string,
    readonly alg: 'RS256' | 'ES256' = 'ES256',
  ) {
    this.pair =
      alg === 'RS256'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  }

  get jwk(): Json {
    return { ...this.pair.publicKey.export({ format: 'jwk' }), kid: this.kid, alg: this.alg, use: 'sig' };
  }

  get privateJwk(): Json {
    return { ...this.pair.privateKey.export({ format: 'jwk' }), kid: this.kid, alg: this.alg, use: 'sig' };
  }

  get publicPem(): string {
    return this.pair.publicKey.export({ format: 'pem', type: 'spki' }) as string;
  }

  /** A token with any header and any payload, the bytes as given. */
  sign(header: Json, payload: Json | string): string {
    return signed(header, payload, (input) => signature(input, this.alg, this.pair.privateKey));
  }
}

function signature(input: string, alg: string, key: KeyObject): Buffer {
  return sign('sha256', Buffer.from(input), alg === 'ES256' ? { key, dsaEncoding: 'ieee-p1363' } : key);
}

/** A token whose signature is whatever the function makes of `header.payload`. */
export function signed(header: Json | string, payload: Json | string, signatureOf: (input: string) => Buffer): string {
  const [first, second] = [header, payload].map((part) =>
    Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url'),
  );
  const input = `${first ?? ''}.${second ?? ''}`;
  return `${input}.${signatureOf(input).toString('base64url')}`;
}

export function hmac(secret: string): (input: string) => Buffer {
  return (input) => createHmac('sha256', secret).update(input).digest();
}

/** An authorization server as far as a resource server sees it: metadata and keys over HTTP. */
export class TokenIssuer {
  /** Paths asked for, in order. */
  readonly requests: string[] = [];
  keys: Json[];
  /** Answers instead, when it is set. */
  instead: RequestListener | null = null;

  private constructor(
    private readonly server: http.Server,
    readonly key: SigningKey,
  ) {
    this.keys = [key.jwk];
  }

  static async start(key = new SigningKey('key-1'), port = 0): Promise<TokenIssuer> {
    const server = http.createServer();
    const issuer = new TokenIssuer(server, key);
    server.on('request', (req, res) => {
      issuer.answer(req, res);
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return issuer;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.port)}`;
  }

  get keyFetches(): number {
    return this.requests.filter((path) => path === '/jwks').length;
  }

  /** Claims of a good token for this user. */
  claims(sub: string, more: Json = {}): Json {
    const now = Math.floor(Date.now() / 1000);
    return {
      ...{ iss: this.url, sub, aud: RESOURCE, client_id: 'a-client', jti: randomUUID() },
      ...{ iat: now, exp: now + 300, ...more },
    };
  }

  token(sub: string, more: Json = {}, header: Json = {}): string {
    return this.key.sign({ alg: this.key.alg, typ: 'at+jwt', kid: this.key.kid, ...header }, this.claims(sub, more));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(...[req, res]: Parameters<RequestListener>): void {
    const path = req.url ?? '';
    this.requests.push(path);
    if (this.instead !== null) {
      this.instead(req, res);
      return;
    }
    const body = this.documentAt(path);
    res.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
    res.end(JSON.stringify(body ?? { error: 'not found' }));
  }

  private documentAt(path: string): Json | undefined {
    if (path === '/jwks') return { keys: this.keys };
    if (path !== '/.well-known/oauth-authorization-server') return undefined;
    return { issuer: this.url, jwks_uri: `${this.url}/jwks`, response_types_supported: ['code'] };
  }
}

/** A config that takes the tokens of an issuer. */
export function configWithIssuers(options: ConfigOptions, issuers: readonly Json[], more: Json = {}): TestConfig {
  const inbound = { resource: RESOURCE, issuers, ...more };
  // Bad tokens by the hundred come from one address here.
  const common = { failed_keys_per_minute: 0, ...options.common, inbound_oauth: inbound };
  return buildConfig({ ...options, common });
}

/** A gateway that takes them. */
export function startWithIssuer(
  options: ConfigOptions,
  issuer: TokenIssuer,
  settings: Json = {},
): Promise<TestGateway> {
  return TestGateway.startWith(configWithIssuers(options, [{ issuer: issuer.url, ...settings }]));
}
