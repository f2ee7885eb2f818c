import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { ConfigStore } from '../config/config-store.js';
import { CheckDeadline } from './check-deadline.js';
import { PinStore } from './definitions/pin-store.js';
import { GuardrailEngine } from './engine.js';
import { InputGuardrailInterceptor } from './input-guardrail.interceptor.js';
import { OutputGuardrailInterceptor } from './output-guardrail.interceptor.js';
import { ScanPool } from './scan-pool.js';

/**
 * The two interceptors around the proxy. They must be provided by class: Nest skips the interceptors of a class that comes from
 * useFactory or useValue, silently. The seal and the start-up canary turn that mistake into a refusal.
 */
@Module({})
export class GuardrailsModule {
  /** @param imports modules that offer ConfigStore */
  static register(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: GuardrailsModule,
      imports,
      providers: [
        { provide: ScanPool, useFactory: () => new ScanPool() },
        { provide: GuardrailEngine, useFactory: (pool: ScanPool) => new GuardrailEngine({ pool }), inject: [ScanPool] },
        CheckDeadline,
        InputGuardrailInterceptor,
        OutputGuardrailInterceptor,
        { provide: PinStore, useFactory: ({ path }: ConfigStore) => new PinStore(path), inject: [ConfigStore] },
      ],
      exports: [GuardrailEngine, PinStore, CheckDeadline, InputGuardrailInterceptor, OutputGuardrailInterceptor],
    };
  }
}
