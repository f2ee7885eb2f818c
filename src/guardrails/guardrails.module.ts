import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { ConfigStore } from '../config/config-store.js';
import { CheckDeadline } from './check-deadline.js';
import { PinStore } from './definitions/pin-store.js';
import { GuardrailEngine } from './engine.js';
import { InputGuardrailInterceptor } from './input-guardrail.interceptor.js';
import { OutputGuardrailInterceptor } from './output-guardrail.interceptor.js';
import { ProviderLedger } from './providers/provider-ledger.js';
import { ProviderRecord } from './providers/provider-record.js';
import { RemoteChecks } from './providers/remote-checks.js';
import { RemoteProviders } from './providers/remote-providers.js';
import { ScanPool } from './scan-pool.js';

const BY_CLASS = [CheckDeadline, InputGuardrailInterceptor, OutputGuardrailInterceptor];

/**
 * The two interceptors around the proxy. They must be provided by class: Nest skips the interceptors of a class that comes from
 * useFactory or useValue, silently. The seal and the start-up canary turn that mistake into a refusal.
 */
@Module({})
export class GuardrailsModule {
  /** @param imports modules that offer ConfigStore, Metrics and the logger */
  static register(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: GuardrailsModule,
      imports,
      providers: [
        { provide: ScanPool, useFactory: () => new ScanPool() },
        { provide: GuardrailEngine, useFactory: (pool: ScanPool) => new GuardrailEngine({ pool }), inject: [ScanPool] },
        { provide: RemoteProviders, useFactory: () => new RemoteProviders() },
        { provide: ProviderRecord, useClass: ProviderLedger },
        {
          provide: RemoteChecks,
          useFactory: (providers: RemoteProviders, record: ProviderRecord) => new RemoteChecks(providers, record),
          inject: [RemoteProviders, ProviderRecord],
        },
        { provide: PinStore, useFactory: ({ path }: ConfigStore) => new PinStore(path), inject: [ConfigStore] },
        ...BY_CLASS,
      ],
      exports: [GuardrailEngine, RemoteChecks, PinStore, ...BY_CLASS],
    };
  }
}
