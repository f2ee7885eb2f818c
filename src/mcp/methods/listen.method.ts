import { Injectable } from '@nestjs/common';
import { CatalogService } from '../catalog/catalog.service.js';
import type { ClientRequest } from '../client-request.js';
import { GatewayError, toGatewayError } from '../../errors.js';
import { META_SUBSCRIPTION_ID } from '../protocol.js';
import type { MethodResult } from '../rpc-response.js';
import type { ClientSession } from '../sessions/client-session.js';
import { RequestScope } from '../sessions/request-scope.js';
import { SessionStore } from '../sessions/session-store.js';
import { refuseClosedMethod } from './closed-methods.js';
import { ListenStream } from './listen-stream.js';
import { type ListenFilter, readListenFilter } from './listen-filter.js';
import { SubscriptionMethods } from './subscriptions.method.js';

/** Key in `_meta` of the acknowledgement: what of the filter is not served, and why. */
const META_REFUSED = 'secure-mcp-gateway/refused';

interface Refused {
  readonly uri: string;
  readonly reason: string;
}

/**
 * subscriptions/listen (2026-07-28, "Subscriptions"): a stream for as long as the client keeps it open. It is a client session inside, which
 * nobody but this stream knows: with that it is told what sessions are told, ends with its key, and counts in the key's share of sessions.
 */
@Injectable()
export class ListenMethods {
  private readonly open = new Set<() => void>();
  private isDraining = false;

  constructor(
    private readonly sessions: SessionStore,
    private readonly catalogs: CatalogService,
    /** Those of sessions, which the same things are done for. */
    readonly subscriptions: SubscriptionMethods,
  ) {
    sessions.onDrain(() => {
      this.isDraining = true;
      for (const finish of this.open) finish();
    });
  }

  /**
   * Answers when the gateway shuts down; a client that closes the stream gets nothing.
   * @throws GatewayError invalid_params, not_acceptable for a client without a stream, overloaded, forbidden
   */
  async listen(request: ClientRequest): Promise<MethodResult> {
    const filter = readListenFilter(request.params);
    if (filter.uris.length > 0) refuseClosedMethod(request.config, 'resources/subscribe');
    if (this.isDraining) throw new GatewayError('overloaded', 'The gateway is shutting down.', { retryable: true });
    const session = this.sessions.open(request.principal, '2026-07-28', request.config?.view?.key);
    try {
      session.inFlight.add(request.requestId, request.scope);
      const stream = new ListenStream(request, filter);
      this.follow(session, stream, filter);
      const refused = await this.subscribe(request, session, filter);
      stream.acknowledge(withoutRefused(filter, refused), refused.length === 0 ? {} : { [META_REFUSED]: refused });
      await this.ended(request);
      return { _meta: { [META_SUBSCRIPTION_ID]: request.id } };
    } finally {
      this.sessions.end(session, 'The stream has ended.');
    }
  }

  private follow(session: ClientSession, stream: ListenStream, filter: ListenFilter): void {
    session.hearsAll = true;
    session.notify = stream.notify;
    if (filter.tools) session.listedVersion = this.catalogs.version(session.principal.tenant);
    if (filter.prompts) session.listedOffers.add('prompts');
    if (filter.resources) session.listedOffers.add('resources');
  }

  /** One by one: each goes through the checks that a call does, under a deadline of its own. */
  private async subscribe(request: ClientRequest, session: ClientSession, { uris }: ListenFilter): Promise<Refused[]> {
    const refused: Refused[] = [];
    const { signal } = request.scope;
    for (const uri of uris) {
      const scope = new RequestScope();
      const cancel = (): void => {
        scope.cancel('The client closed the stream.');
      };
      signal.addEventListener('abort', cancel);
      try {
        await this.subscriptions.subscribe(subscriptionOf(request, session, { uri, scope }));
      } catch (cause) {
        refused.push({ uri, reason: reasonOf(cause) });
      } finally {
        signal.removeEventListener('abort', cancel);
        scope.end();
      }
      if (signal.aborted) throw toGatewayError(signal.reason);
    }
    return refused;
  }

  /** Resolves at shutdown. @throws GatewayError cancelled, session_unknown */
  private async ended({ scope: { signal } }: ClientRequest): Promise<void> {
    if (signal.aborted) throw toGatewayError(signal.reason);
    if (this.isDraining) return;
    await new Promise<void>((resolve, reject) => {
      const finish = (): void => {
        signal.removeEventListener('abort', abort);
        this.open.delete(finish);
        resolve();
      };
      const abort = (): void => {
        this.open.delete(finish);
        reject(toGatewayError(signal.reason));
      };
      this.open.add(finish);
      signal.addEventListener('abort', abort);
    });
  }
}

/** The same as a client of the 2025 era asks: that is what the servers of a project are told of each resource. */
function subscriptionOf(
  request: ClientRequest,
  session: ClientSession,
  { uri, scope }: { readonly uri: string; readonly scope: RequestScope },
): ClientRequest {
  return {
    ...request,
    era: '2025',
    session,
    scope,
    method: 'resources/subscribe',
    params: { uri },
    notify: undefined,
    stream: undefined,
    asks: undefined,
    onProgress: undefined,
  };
}

function withoutRefused(filter: ListenFilter, refused: readonly Refused[]): ListenFilter {
  if (refused.length === 0) return filter;
  const without = new Set(refused.map(({ uri }) => uri));
  return { ...filter, uris: filter.uris.filter((uri) => !without.has(uri)) };
}

/** A server's own error has passed the output guardrail by now. */
function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
