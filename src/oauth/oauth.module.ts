import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { ConfigStore } from '../config/config-store.js';
import { ApiKeyAuthenticator } from './inbound/api-key.authenticator.js';
import { CallPermit } from './inbound/call-permit.js';
import { KEY_USE_STORE, KeyUses } from './inbound/key-uses.js';
import { CallerAuthenticator } from './inbound/caller.authenticator.js';
import { ProtectedResource } from './inbound/protected-resource.js';
import { TokenAuthenticator } from './inbound/token.authenticator.js';
import { TokenVerifier } from './inbound/token-verifier.js';
import { PrincipalGuard } from './inbound/principal.guard.js';

/** Who calls. Inbound: API keys and access tokens. */
@Module({})
export class OAuthModule {
  /** @param imports modules that offer ConfigStore and LOGGER */
  static register(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: OAuthModule,
      imports,
      providers: [
        ApiKeyAuthenticator,
        CallerAuthenticator,
        CallPermit,
        ProtectedResource,
        TokenAuthenticator,
        TokenVerifier,
        PrincipalGuard,
        KeyUses,
        {
          provide: KEY_USE_STORE,
          useFactory: (store: ConfigStore) => store.repository.keyUses,
          inject: [ConfigStore],
        },
      ],
      exports: [CallerAuthenticator, CallPermit, PrincipalGuard, ProtectedResource, KeyUses],
    };
  }
}
