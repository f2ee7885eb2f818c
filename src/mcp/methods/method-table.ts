import { Injectable } from '@nestjs/common';
import type { Era } from '../../contracts/mcp-call.js';
import type { Method } from '../client-request.js';
import { SharedSessions } from '../shared-sessions.service.js';
import { ListenMethods } from './listen.method.js';
import { LoggingMethods } from '../reverse/logging.method.js';
import { LifecycleMethods } from './lifecycle.method.js';
import { OfferMethods } from './offers.method.js';
import { ToolsMethods } from './tools.method.js';

/** Every method that clients may ask for, by era. */
@Injectable()
export class MethodTable {
  private readonly legacy: ReadonlyMap<string, Method>;
  private readonly modern: ReadonlyMap<string, Method>;

  constructor(
    lifecycle: LifecycleMethods,
    tools: ToolsMethods,
    offers: OfferMethods,
    logging: LoggingMethods,
    listening: ListenMethods,
    sessions: SharedSessions,
  ) {
    const shared: readonly (readonly [string, Method])[] = [
      ['tools/list', (request) => tools.list(request)],
      ['tools/call', (request) => tools.call(request)],
      ['prompts/list', (request) => offers.list(request, 'prompt')],
      ['prompts/get', (request) => offers.getPrompt(request)],
      ['resources/list', (request) => offers.list(request, 'resource')],
      ['resources/templates/list', (request) => offers.list(request, 'template')],
      ['resources/read', (request) => offers.readResource(request)],
      ['completion/complete', (request) => offers.complete(request)],
    ];
    this.legacy = new Map<string, Method>([
      ['initialize', (request) => lifecycle.initialize(request)],
      ['ping', () => lifecycle.ping()],
      [
        'logging/setLevel',
        async (request) => {
          const result = await logging.setLevel(request);
          if (request.session !== null) sessions.changed(request.session);
          return result;
        },
      ],
      ['resources/subscribe', (request) => listening.subscriptions.subscribe(request)],
      ['resources/unsubscribe', (request) => listening.subscriptions.unsubscribe(request)],
      ...shared,
    ]);
    this.modern = new Map<string, Method>([
      ['server/discover', (request) => lifecycle.discover(request)],
      ['subscriptions/listen', (request) => listening.listen(request)],
      ...shared,
    ]);
  }

  of(era: Era): ReadonlyMap<string, Method> {
    return era === '2026' ? this.modern : this.legacy;
  }
}
