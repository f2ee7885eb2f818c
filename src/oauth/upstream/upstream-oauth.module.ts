import {
  type DynamicModule,
  Injectable,
  Module,
  type ModuleMetadata,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { ConfigStore } from '../../config/config-store.js';
import type { Logger } from 'pino';
import type { ServerEntry } from '../../contracts/server-entry.js';
import { AuditLog } from '../../telemetry/audit-log.js';
import { LOGGER } from '../../telemetry/logger.js';
import { Metrics } from '../../telemetry/metrics.js';
import { ClientMetadataDoor } from './discovery/client-metadata-door.js';
import { Discovery } from './discovery/discovery.js';
import { GatewayAddress } from './discovery/gateway-address.js';
import { LoginApi } from './login/login-api.js';
import { LoginAudit } from './login/login-audit.js';
import { LoginDoor } from './login/login-door.js';
import type { LoginFor } from './login/login-record.js';
import { LoginStore } from './login/login-store.js';
import { LoopbackListener } from './login/loopback-listener.js';
import { UpstreamLogins } from './login/upstream-logins.js';
import { TokenEndpoint } from './token-endpoint.js';
import { TokenError } from './token-error.js';
import { TokenOverview } from './token-overview.js';
import { MemoryVault, type TokenVault } from './token-vault.js';
import { TokenRevocation } from './token-revocation.js';
import { UpstreamTokens } from './upstream-tokens.js';

/** Tokens and the ways to them; they need each other. */
class UpstreamOAuthParts {
  constructor(
    readonly tokens: UpstreamTokens,
    readonly logins: UpstreamLogins,
    readonly door: LoginDoor,
    readonly listener: LoopbackListener,
    readonly discovery: Discovery,
    readonly stopFollowing: () => void,
  ) {}
}

/** Tokens outlive the last call, and are forgotten after it. */
@Injectable()
class TokensEnd implements OnApplicationShutdown {
  constructor(private readonly parts: UpstreamOAuthParts) {}

  onApplicationShutdown(): void {
    this.parts.stopFollowing();
    this.parts.listener.close();
    this.parts.tokens.close();
  }
}

/** Offers UpstreamTokens: what proves to servers who calls; and the doors at which people log in for them. */
@Module({})
export class UpstreamOAuthModule {
  /** @param imports modules that offer ConfigStore, AuditLog, Metrics, LOGGER and CallerAuthenticator */
  static register(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: UpstreamOAuthModule,
      imports,
      providers: [
        {
          provide: UpstreamOAuthParts,
          useFactory: createParts,
          inject: [ConfigStore, Metrics, LOGGER, LoginAudit, GatewayAddress],
        },
        { provide: LoginAudit, useFactory: (audit: AuditLog) => new LoginAudit(audit), inject: [AuditLog] },
        GatewayAddress,
        ClientMetadataDoor,
        {
          provide: Discovery,
          useFactory: (parts: UpstreamOAuthParts) => parts.discovery,
          inject: [UpstreamOAuthParts],
        },
        {
          provide: UpstreamTokens,
          useFactory: (parts: UpstreamOAuthParts) => parts.tokens,
          inject: [UpstreamOAuthParts],
        },
        {
          provide: UpstreamLogins,
          useFactory: (parts: UpstreamOAuthParts) => parts.logins,
          inject: [UpstreamOAuthParts],
        },
        { provide: LoginDoor, useFactory: (parts: UpstreamOAuthParts) => parts.door, inject: [UpstreamOAuthParts] },
        LoginApi,
        TokenOverview,
        TokensEnd,
      ],
      exports: [
        UpstreamTokens,
        UpstreamLogins,
        LoginDoor,
        LoginApi,
        Discovery,
        GatewayAddress,
        ClientMetadataDoor,
        TokenOverview,
      ],
    };
  }
}

async function createParts(
  store: ConfigStore,
  metrics: Metrics,
  log: Logger,
  loginAudit: LoginAudit,
  address: GatewayAddress,
): Promise<UpstreamOAuthParts> {
  const endpoint = new TokenEndpoint(() => store.current().settings.timeouts.authMs);
  const vault = await openVault(store);
  const discovery = new Discovery({
    vault,
    deadlineMs: () => store.current().settings.timeouts.authMs,
    publicUrl: () => address.publicUrl,
    log,
  });
  const tokens: UpstreamTokens = new UpstreamTokens({
    endpoint,
    vault,
    totals: metrics.oauth,
    discovery,
    loginNeeded: (use) => logins.needed(use),
  });
  const listener: LoopbackListener = new LoopbackListener((req, res, callback) => door.serve(req, res, callback));
  const logins = new UpstreamLogins({
    store: new LoginStore(vault),
    endpoint,
    oauthOf: (login) => {
      const server = serverOf(store, login);
      return server && discovery.settled(server);
    },
    onAnswered: async (login, error) => {
      loginAudit.loggedIn(login.principal, login.server, error);
      const server = serverOf(store, login);
      const oauth = server?.discovery && discovery.oauthOf(server);
      if (oauth === undefined || !(error instanceof TokenError) || error.reason !== 'invalid_client') return;
      await discovery.clientRefused(oauth);
    },
    adopt: async (login, oauth, token) => {
      const principal = { ...login.principal, scopes: [], expiresAt: null };
      await tokens.adopt({ key: login.key, server: login.server, oauth, principal }, token);
      metrics.oauth.acquired();
    },
    listen: (oauth, server) => listener.listen(oauth, server),
  });
  const door = new LoginDoor(logins, (userId, projectId) => store.current().directory.namesOf(userId, projectId));
  const revocation = new TokenRevocation(store.current(), {
    tokens,
    oauthOf: (server) => tokens.oauthOf(server),
    audit: loginAudit,
    log,
  });
  const unsubscribe = store.onChange((snapshot) => {
    revocation.follow(snapshot);
  });
  const stopFollowing = (): void => {
    unsubscribe();
    revocation.close();
  };
  return new UpstreamOAuthParts(tokens, logins, door, listener, discovery, stopFollowing);
}

/** What a person may use as the config says now, whichever key they have used before. */
function serverOf(store: ConfigStore, { server, principal }: LoginFor): ServerEntry | undefined {
  const { userId, projectId, configId, keyId } = principal;
  const membership = store.current().directory.membership(userId, projectId, { keyId, access: undefined });
  if (typeof membership === 'string' || membership.config?.id !== configId) return undefined;
  return membership.config.servers.get(server);
}

/** Where the external cache is, if there are keys; connects when a token is needed. */
async function openVault(store: ConfigStore): Promise<TokenVault> {
  const settings = store.current().settings.externalCache;
  const [first, ...others] = settings?.vaultKeys ?? [];
  if (settings === null || first === undefined) return new MemoryVault();
  const [{ RedisVault }, { VaultSeal }] = await Promise.all([import('./redis-vault.js'), import('./vault-seal.js')]);
  return new RedisVault(settings, new VaultSeal([first, ...others]));
}
