import { AuthorizationServer, PEOPLE } from './authorization-server.js';
import { TestGateway, eventually } from './gateway.js';
import { RawSession } from './raw-http.js';
import { TokenUpstream } from './token-upstream.js';

type Json = Record<string, unknown>;

interface LoginOptions {
  readonly users?: number;
  /** Instead of the gateway's own; `:PORT` is the gateway's. */
  readonly redirectUri?: string;
  readonly oauth?: Json;
  readonly accessTokenTtl?: number;
  readonly refuses?: () => boolean;
  readonly common?: Json;
  readonly exposure?: 'meta' | 'direct' | 'both';
  /** A gateway whose config is not in its file, and how that is changed. */
  readonly elsewhere?: {
    readonly gateway: TestGateway;
    readonly edit: (change: (json: Json) => void) => Promise<unknown>;
  };
}

/** A gateway in front of one server, `crm`, that needs a login at a real authorization server. */
export class LoginGateway {
  private constructor(
    readonly gateway: TestGateway,
    readonly authorization: AuthorizationServer,
    readonly upstream: TokenUpstream,
    readonly redirectUri: string,
    private readonly edit: (change: (json: Json) => void) => Promise<unknown>,
  ) {}

  static async start(options: LoginOptions = {}): Promise<LoginGateway> {
    const upstream = await TokenUpstream.start();
    const { users = 1, exposure = 'both', common } = options;
    // The address of the gateway is known once it listens: the server follows.
    const gateway =
      options.elsewhere?.gateway ??
      (await TestGateway.start({
        projects: [{ servers: [], users, exposure }],
        ...(common !== undefined && { common }),
      }));
    const redirectUri = options.redirectUri ?? `${gateway.origin}/oauth/callback`;
    const authorization = await AuthorizationServer.start(upstream.url, 'person-1', {
      redirectUris: [redirectUri],
      ...(options.accessTokenTtl !== undefined && { accessTokenTtl: options.accessTokenTtl }),
      ...(options.refuses !== undefined && { refuses: options.refuses }),
    });
    const edit =
      options.elsewhere?.edit ??
      ((change) => {
        gateway.edit(change);
        return Promise.resolve();
      });
    const started = new LoginGateway(gateway, authorization, upstream, redirectUri, edit);
    await started.setServer(options.oauth ?? {});
    return started;
  }

  /** Puts the server in the config and waits until it is in force. */
  async setServer(oauth: Json): Promise<void> {
    const { gateway, authorization, upstream, redirectUri } = this;
    const before = gateway.stderr.length;
    await this.edit((json) => {
      for (const config of Object.values(json.mcp_configs as Json)) {
        (config as Json).mcp_config = [
          {
            server_name: 'crm',
            description: 'Customers',
            config: { url: upstream.url },
            oauth_config: {
              enabled: true,
              OAUTH_VERSION: '2.1',
              OAUTH_ENFORCE_HTTPS: false,
              OAUTH_GRANT_TYPE: 'authorization_code',
              OAUTH_USE_PKCE: true,
              OAUTH_ISSUER: authorization.url,
              OAUTH_CLIENT_ID: PEOPLE.id,
              OAUTH_CLIENT_SECRET: PEOPLE.secret,
              OAUTH_AUTHORIZATION_URL: `${authorization.url}/auth`,
              OAUTH_TOKEN_URL: `${authorization.url}/token`,
              OAUTH_REVOCATION_URL: `${authorization.url}/token/revocation`,
              OAUTH_REDIRECT_URI: redirectUri,
              OAUTH_RESOURCE: upstream.url,
              OAUTH_SCOPE: 'mcp:use',
              ...oauth,
            },
          },
        ];
      }
    });
    await eventually(
      () => gateway.stderr.slice(before),
      (text) => text.includes('config_reloaded') || text.includes('config_rejected'),
    );
    if (gateway.stderr.slice(before).includes('config_rejected')) throw new Error(gateway.stderr);
  }

  session(user = 0): Promise<RawSession> {
    return RawSession.open(this.gateway.url, this.gateway.key(0, user));
  }

  async stop(): Promise<void> {
    await this.gateway.stop();
    await Promise.all([this.authorization.stop(), this.upstream.close()]);
  }
}

/** The link in an answer that asks for a login. */
export function linkIn(text: string): string {
  const [link] = /https?:\/\/\S+\/oauth\/login\/[\w-]{43}/.exec(text) ?? [];
  if (link === undefined) throw new Error(`no link in: ${text}`);
  return link;
}
