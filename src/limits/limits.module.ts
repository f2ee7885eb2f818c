import { type DynamicModule, Module } from '@nestjs/common';
import { CallLimits, type LimitSettings } from './call-limits.service.js';

/** Offers CallLimits. */
@Module({})
export class LimitsModule {
  static register(settings: LimitSettings): DynamicModule {
    return {
      module: LimitsModule,
      providers: [{ provide: CallLimits, useFactory: () => new CallLimits(settings) }],
      exports: [CallLimits],
    };
  }
}
