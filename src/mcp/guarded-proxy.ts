import { type CanActivate, Injectable, type NestInterceptor, type OnModuleInit, type Type } from '@nestjs/common';
import { GUARDS_METADATA, INTERCEPTORS_METADATA } from '@nestjs/common/constants.js';
import { ModuleRef } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { type Observable, firstValueFrom, from, isObservable } from 'rxjs';
import type { McpCall } from '../contracts/mcp-call.js';
import type { McpReply } from '../contracts/mcp-reply.js';
import { GatewayError, toGatewayError } from '../errors.js';
import { runCanary } from './canary.js';
import { ProxyService } from './proxy.service.js';

/** Nest keeps decorators' metadata on the method's own function object. */
const HANDLER = Reflect.get<ProxyService, 'call'>(ProxyService.prototype, 'call');

/**
 * Runs the guard and the interceptors that the decorators of `ProxyService.call` name, around that method. Nest's own runner for this
 * (ExternalContextCreator) skips interceptors without a word when the class is provided the wrong way, and keeps three levels of
 * operators waiting during every call; this one refuses to start without them and keeps none (docs/adr/0008).
 */
@Injectable()
export class GuardedProxy implements OnModuleInit {
  private guards: readonly CanActivate[] = [];
  private interceptors: readonly NestInterceptor<McpReply, McpReply>[] = [];
  private ready = false;

  constructor(
    private readonly modules: ModuleRef,
    private readonly proxy: ProxyService,
  ) {}

  /** @throws GatewayError unsealed when anything is missing or the canary does not come back as it must */
  async onModuleInit(): Promise<void> {
    this.guards = this.decorated<CanActivate>(GUARDS_METADATA, 1);
    this.interceptors = this.decorated<NestInterceptor<McpReply, McpReply>>(INTERCEPTORS_METADATA, 2);
    await runCanary((call) => this.run(call), this.proxy);
    this.ready = true;
  }

  /** The sealed reply. @throws what the guard, the checks or the upstream throw */
  call(call: McpCall): Promise<McpReply> {
    if (!this.ready) return Promise.reject(new GatewayError('unsealed', 'The self-test has not passed.'));
    return this.run(call);
  }

  /** Not async: what a guard or an interceptor throws becomes the rejection either way, and one promise less lives per call. */
  private run(call: McpCall): Promise<McpReply> {
    try {
      const context = new ExecutionContextHost([call], ProxyService, HANDLER);
      context.setType('mcp');
      for (const guard of this.guards) {
        // Anything but a plain `true` denies, a promise included.
        if (guard.canActivate(context) !== true) throw new GatewayError('forbidden', 'The call is not allowed.');
      }
      return firstValueFrom(this.around(context, call, 0));
    } catch (error) {
      return Promise.reject(toGatewayError(error));
    }
  }

  private around(context: ExecutionContextHost, call: McpCall, index: number): Observable<McpReply> {
    const interceptor = this.interceptors[index];
    if (interceptor === undefined) return from(this.proxy.call(call));
    const answer = interceptor.intercept(context, { handle: () => this.around(context, call, index + 1) });
    if (!isObservable(answer)) throw new GatewayError('unsealed', 'An interceptor did not answer with an Observable.');
    return answer;
  }

  private decorated<T>(metadata: string, expected: number): T[] {
    const types = (Reflect.getMetadata(metadata, HANDLER) ?? []) as Type<T>[];
    if (types.length !== expected) {
      const found = `${String(types.length)} of ${String(expected)}`;
      throw new GatewayError(
        'unsealed',
        `ProxyService.call has ${found} checks (${metadata}). The gateway does not start.`,
      );
    }
    return types.map((type) => this.modules.get(type, { strict: false }));
  }
}
