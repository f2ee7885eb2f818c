import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { ApiKeyAuthenticator } from './inbound/api-key.authenticator.js';
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
        PrincipalGuard,
        ProtectedResource,
        TokenAuthenticator,
        TokenVerifier,
      ],
      exports: [CallerAuthenticator, PrincipalGuard, ProtectedResource],
    };
  }
}
