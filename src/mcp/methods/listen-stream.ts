import type { Notify } from '../../contracts/client-end.js';
import type { ClientRequest } from '../client-request.js';
import { GatewayError } from '../../errors.js';
import { META_SUBSCRIPTION_ID } from '../protocol.js';
import { type ListenFilter, writeListenFilter } from './listen-filter.js';

const LIST_CHANGED = new Map<string, (filter: ListenFilter) => boolean>([
  ['notifications/tools/list_changed', ({ tools }) => tools],
  ['notifications/prompts/list_changed', ({ prompts }) => prompts],
  ['notifications/resources/list_changed', ({ resources }) => resources],
  // Sessions are told of what they subscribed to only.
  ['notifications/resources/updated', ({ uris }) => uris.length > 0],
]);

/** Said before the acknowledgement; a server cannot say more in between. */
const MAX_WAITING = 256;

type Params = Readonly<Record<string, unknown>>;

/** The stream of one subscriptions/listen: the acknowledgement first, then what was asked for, each with the id of the request. */
export class ListenStream {
  readonly #request: ClientRequest;
  readonly #filter: ListenFilter;
  /** Null once it is acknowledged. */
  #waiting: (readonly [method: string, params: Params | undefined])[] | null = [];

  constructor(request: ClientRequest, filter: ListenFilter) {
    this.#request = request;
    this.#filter = filter;
  }

  readonly notify: Notify = (method, params, id) => {
    // Servers may not ask on this stream.
    if (id !== undefined || LIST_CHANGED.get(method)?.(this.#filter) !== true) return false;
    if (this.#waiting === null) return this.#write(method, params);
    if (this.#waiting.length >= MAX_WAITING) return false;
    this.#waiting.push([method, params]);
    return true;
  };

  /** @throws GatewayError not_acceptable when the client takes no stream */
  acknowledge(served: ListenFilter, meta: Params): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    const params = { notifications: writeListenFilter(served), _meta: meta };
    if (!this.#write('notifications/subscriptions/acknowledged', params)) {
      throw new GatewayError('not_acceptable', 'subscriptions/listen answers with a stream: accept text/event-stream.');
    }
    for (const [method, said] of waiting) this.#write(method, said);
  }

  #write(method: string, params: Params | undefined): boolean {
    const { notify, id } = this.#request;
    const meta = { ...(params?._meta as Params | undefined), [META_SUBSCRIPTION_ID]: id };
    return notify?.(method, { ...params, _meta: meta }) === true;
  }
}
