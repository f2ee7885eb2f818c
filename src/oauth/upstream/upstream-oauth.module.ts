import {
  type DynamicModule,
  Injectable,
  Module,
  type ModuleMetadata,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { ConfigStore } from '../../config/config-store.js';
import { Metrics } from '../../telemetry/metrics.js';
import { TokenEndpoint } from './token-endpoint.js';
import { TokenError } from './token-error.js';
import { MemoryVault, type TokenVault } from './token-vault.js';
import { UpstreamTokens } from './upstream-tokens.js';

/** Tokens outlive the last call, and are forgotten after it. */
@Injectable()
class TokensEnd implements OnApplicationShutdown {
  constructor(private readonly tokens: UpstreamTokens) {}

  onApplicationShutdown(): void {
    this.tokens.close();
  }
}

/** Offers UpstreamTokens: what proves to servers who calls. */
@Module({})
export class UpstreamOAuthModule {
  /** @param imports modules that offer ConfigStore and Metrics */
  static register(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: UpstreamOAuthModule,
      imports,
      providers: [{ provide: UpstreamTokens, useFactory: createTokens, inject: [ConfigStore, Metrics] }, TokensEnd],
      exports: [UpstreamTokens],
    };
  }
}

async function createTokens(store: ConfigStore, metrics: Metrics): Promise<UpstreamTokens> {
  return new UpstreamTokens({
    endpoint: new TokenEndpoint(() => store.current().settings.timeouts.authMs),
    vault: await openVault(store),
    totals: metrics.oauth,
    loginNeeded: ({ server }) =>
      new TokenError({
        server,
        step: 'getting a token',
        reason: 'refused',
        what: 'a person has to log in, which this build cannot do yet',
        remedy: 'Use OAUTH_GRANT_TYPE client_credentials',
      }),
  });
}

/** Where the external cache is, if there are keys; connects when a token is needed. */
async function openVault(store: ConfigStore): Promise<TokenVault> {
  const settings = store.current().settings.externalCache;
  const [first, ...others] = settings?.vaultKeys ?? [];
  if (settings === null || first === undefined) return new MemoryVault();
  const [{ RedisVault }, { VaultSeal }] = await Promise.all([import('./redis-vault.js'), import('./vault-seal.js')]);
  return new RedisVault(settings, new VaultSeal([first, ...others]));
}
