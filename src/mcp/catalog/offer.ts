import type { ListedKind } from './discovery.js';

/** What servers offer beside tools (2025-11-25 and 2026-07-28, "Server Features"). */
export type OfferKind = 'prompt' | 'resource' | 'template';

/** How each is listed, and which member tells it from others. */
export const OFFER_KINDS: Readonly<Record<OfferKind, ListedKind & { readonly id: string }>> = {
  prompt: { method: 'prompts/list', member: 'prompts', plural: 'prompts', id: 'name' },
  resource: { method: 'resources/list', member: 'resources', plural: 'resources', id: 'uri' },
  template: {
    method: 'resources/templates/list',
    member: 'resourceTemplates',
    plural: 'resource templates',
    id: 'uriTemplate',
  },
};

/** One prompt, resource or template. */
export interface Offer {
  /** Name, URI or URI template. */
  readonly id: string;
  /** Exactly as the server sent it. */
  readonly definition: Readonly<Record<string, unknown>>;
}

/** What one server offers of a kind. */
export interface OfferList {
  /** By name, URI or template, in the server's order. */
  readonly shown: ReadonlyMap<string, Offer>;
  /** Those whose texts were blocked: neither listed nor used. */
  readonly withheld: ReadonlySet<string>;
}

/** Those that have an id, the first of each. */
export function offersIn(items: readonly unknown[], kind: OfferKind): ReadonlyMap<string, Offer> {
  const offers = new Map<string, Offer>();
  const member = OFFER_KINDS[kind].id;
  for (const item of items) {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) continue;
    const definition = item as Readonly<Record<string, unknown>>;
    const id = definition[member];
    if (typeof id === 'string' && id !== '' && !offers.has(id)) offers.set(id, { id, definition });
  }
  return offers;
}
