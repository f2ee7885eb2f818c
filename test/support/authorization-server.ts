import { generateKeyPairSync } from 'node:crypto';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

/** A client for people: what the gateway is to the authorization servers of MCP servers. */
export const PEOPLE = { id: 'gateway', secret: 'a-secret-of-the-gateway-at-the-server' };
/** A client that logs in with a secret of its own. */
export const MACHINE = { id: 'machine', secret: 'a-secret-of-a-test-client' };
const SCOPE = 'mcp:use';

interface ServerBehaviour {
  /** Where people may be sent back to; absent = nobody logs in. */
  readonly redirectUris?: readonly string[];
  /** Seconds that an access token lives. */
  readonly accessTokenTtl?: number;
  /** Asked each time whether the person refuses. */
  readonly refuses?: () => boolean;
  /** Beside `mcp:use`. */
  readonly moreScopes?: readonly string[];
  /** Asked each time for a scope that nobody is granted; null = there is none. */
  readonly withholds?: () => string | null;
}

/** A real authorization server (oidc-provider) on this machine, at which somebody is logged in and agrees to everything. */
export class AuthorizationServer {
  private constructor(
    private readonly server: http.Server,
    readonly url: string,
  ) {}

  /**
   * @param resource what access tokens may be asked for
   * @param login the account that is logged in
   */
  static async start(resource: string, login: string, options: ServerBehaviour = {}): Promise<AuthorizationServer> {
    const server = http.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    const provider = createProvider(url, resource, options);
    const callback = provider.callback();
    server.on('request', (req: IncomingMessage, res: ServerResponse) => {
      if ((req.url ?? '').startsWith('/interaction/')) void agree(provider, { resource, login, ...options }, req, res);
      else void callback(req, res);
    });
    return new AuthorizationServer(server, url);
  }

  /** What a browser does with an authorization request: it follows redirects with cookies up to the client's own address. */
  static async follow(start: URL, redirectUri: string): Promise<URL> {
    const cookies = new Map<string, string>();
    let at = start;
    for (let hops = 0; hops < 20; hops++) {
      if (at.href.startsWith(redirectUri)) return at;
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(at, { redirect: 'manual', headers: { cookie } });
      for (const line of response.headers.getSetCookie()) {
        const [pair = ''] = line.split(';');
        cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
      }
      const location = response.headers.get('location');
      if (location === null) throw new Error(`no redirect: ${String(response.status)} ${await response.text()}`);
      at = new URL(location, at);
    }
    throw new Error('the redirects do not end');
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function createProvider(url: string, resource: string, options: ServerBehaviour): Provider {
  const { redirectUris, accessTokenTtl } = options;
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return new Provider(url, {
    clients: [
      {
        client_id: MACHINE.id,
        client_secret: MACHINE.secret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
      ...(redirectUris === undefined
        ? []
        : [
            {
              client_id: PEOPLE.id,
              client_secret: PEOPLE.secret,
              grant_types: ['authorization_code', 'refresh_token'],
              redirect_uris: [...redirectUris],
              response_types: ['code' as const],
            },
          ]),
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'es-1', use: 'sig', alg: 'ES256' }] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    cookies: { keys: ['a-cookie-secret-of-a-test'] },
    scopes: scopesOf(options),
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    // A resource of this server is used without its user being there.
    issueRefreshToken: (_context, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      introspection: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context, asked) => {
          if (asked !== resource) throw new Error('an unknown resource');
          return {
            scope: scopesOf(options).join(' '),
            audience: asked,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'ES256' } },
            ...(accessTokenTtl !== undefined && { accessTokenTTL: accessTokenTtl }),
          };
        },
      },
    },
  });
}

function scopesOf({ moreScopes = [] }: ServerBehaviour): string[] {
  return [SCOPE, ...moreScopes];
}

interface Agreement extends ServerBehaviour {
  readonly resource: string;
  readonly login: string;
}

/** The pages for login and consent, without anybody who has to look at them. */
async function agree(
  provider: Provider,
  { resource, login, refuses, withholds, ...options }: Agreement,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const { prompt, params, session } = await provider.interactionDetails(req, res);
  if (refuses?.() === true) {
    await provider.interactionFinished(req, res, {
      error: 'access_denied',
      error_description: '<script>alert(1)</script>',
    });
    return;
  }
  if (prompt.name === 'login') {
    await provider.interactionFinished(req, res, { login: { accountId: login } });
    return;
  }
  const grant = new provider.Grant({ accountId: session?.accountId ?? login, clientId: String(params.client_id) });
  const withheld = withholds?.() ?? null;
  const granted = scopesOf(options).filter((scope) => scope !== withheld);
  grant.addOIDCScope(granted.join(' '));
  grant.addResourceScope(resource, granted.join(' '));
  if (withheld !== null) {
    grant.rejectOIDCScope(withheld);
    grant.rejectResourceScope(resource, withheld);
  }
  await provider.interactionFinished(req, res, { consent: { grantId: await grant.save() } });
}
