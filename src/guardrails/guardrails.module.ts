import { Module } from '@nestjs/common';
import { GuardrailEngine } from './engine.js';
import { InputGuardrailInterceptor } from './input-guardrail.interceptor.js';
import { OutputGuardrailInterceptor } from './output-guardrail.interceptor.js';

/**
 * The two interceptors around the proxy. They must be provided by class: Nest skips the interceptors of a class that comes from
 * useFactory or useValue, silently. The seal and the start-up canary turn that mistake into a refusal.
 */
@Module({
  providers: [GuardrailEngine, InputGuardrailInterceptor, OutputGuardrailInterceptor],
  exports: [GuardrailEngine, InputGuardrailInterceptor, OutputGuardrailInterceptor],
})
export class GuardrailsModule {}
