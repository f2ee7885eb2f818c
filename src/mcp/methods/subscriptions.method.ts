import { Injectable } from '@nestjs/common';
import type { ServerEntry } from '../../contracts/server-entry.js';
import { GatewayError } from '../../errors.js';
import type { ClientRequest } from '../client-request.js';
import { OfferMethods } from './offers.method.js';
import type { MethodResult } from '../rpc-response.js';
import { SubscriptionLinks } from '../reverse/subscription-links.service.js';
import { Subscriptions } from '../reverse/subscriptions.service.js';

/** resources/subscribe and resources/unsubscribe of the 2025 era. */
@Injectable()
export class SubscriptionMethods {
  constructor(
    private readonly offers: OfferMethods,
    private readonly subscriptions: Subscriptions,
    private readonly links: SubscriptionLinks,
  ) {}

  /** @throws GatewayError session_required, invalid_params, overloaded; what a request to a server throws */
  async subscribe(request: ClientRequest): Promise<MethodResult> {
    const { session } = request;
    if (session === null) throw new GatewayError('session_required', 'resources/subscribe belongs to a session.');
    let added: { readonly server: ServerEntry; readonly uri: string } | undefined;
    try {
      // Before the server is asked: what it says right after its answer must not be missed.
      const result = await this.offers.aboutResource(request, (server, uri, listed) => {
        if (session.closed) throw new GatewayError('session_unknown', 'The session has ended.');
        if (this.subscriptions.add(session, server, uri, listed)) added = { server, uri };
        return false;
      });
      if (added !== undefined) this.subscriptions.confirm(session, added.server.name, added.uri);
      return result;
    } catch (cause) {
      if (added !== undefined) this.subscriptions.remove(session, added.server.name, added.uri);
      throw cause;
    }
  }

  /** The server goes on for as long as another session behind the same link is subscribed. @throws as subscribe */
  async unsubscribe(request: ClientRequest): Promise<MethodResult> {
    const { session } = request;
    if (session === null) throw new GatewayError('session_required', 'resources/unsubscribe belongs to a session.');
    return this.offers.aboutResource(request, (server, uri) => {
      this.subscriptions.remove(session, server.name, uri);
      return this.links.isWanted(session, server, uri);
    });
  }
}
