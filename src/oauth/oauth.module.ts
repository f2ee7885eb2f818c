import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { ApiKeyAuthenticator } from './inbound/api-key.authenticator.js';
import { CallerAuthenticator } from './inbound/caller.authenticator.js';
import { PrincipalGuard } from './inbound/principal.guard.js';

/** Who calls. Inbound: API keys. */
@Module({})
export class OAuthModule {
  /** @param imports modules that offer ConfigStore */
  static register(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: OAuthModule,
      imports,
      providers: [ApiKeyAuthenticator, CallerAuthenticator, PrincipalGuard],
      exports: [CallerAuthenticator, PrincipalGuard],
    };
  }
}
