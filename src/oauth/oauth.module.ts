import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { ConfigStore } from '../config/config-store.js';
import { FileKeyUseStore } from '../config/file-key-use-store.js';
import { ApiKeyAuthenticator } from './inbound/api-key.authenticator.js';
import { CallPermit } from './inbound/call-permit.js';
import { KEY_USE_STORE, KeyUses } from './inbound/key-uses.js';
import { PrincipalGuard } from './inbound/principal.guard.js';

/** Who calls. Inbound: API keys. */
@Module({})
export class OAuthModule {
  /** @param imports modules that offer ConfigStore and LOGGER */
  static register(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: OAuthModule,
      imports,
      providers: [
        ApiKeyAuthenticator,
        CallPermit,
        PrincipalGuard,
        KeyUses,
        {
          provide: KEY_USE_STORE,
          useFactory: (store: ConfigStore) => new FileKeyUseStore(store.path),
          inject: [ConfigStore],
        },
      ],
      exports: [ApiKeyAuthenticator, CallPermit, PrincipalGuard, KeyUses],
    };
  }
}
