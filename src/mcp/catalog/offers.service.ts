import { setTimeout as wait } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { CancelSignal } from '../../contracts/cancel-signal.js';
import { ConfigStore } from '../../config/config-store.js';
import type { Principal } from '../../contracts/principal.js';
import type { ServerEntry } from '../../contracts/server-entry.js';
import { waitWithSignal } from '../upstream/wait-with-signal.js';
import { CatalogService } from './catalog.service.js';
import { listAll } from './discovery.js';
import { DiscoveryRun } from './discovery-run.service.js';
import { OFFER_KINDS, type OfferKind, type OfferList, offersIn } from './offer.js';
import { OfferCheck } from './offer-check.service.js';
import { OfferNews } from '../reverse/offer-news.js';

/** Lists are short-lived: no cache outside the process keeps them, and asking again costs one request. */
const MAX_AGE_MS = 60_000;
/** Lists of one server that are kept, over all tenants and kinds; the oldest gives way. */
const MAX_PLACES = 10_000;

/** A server that announces changes without end is asked no more often than this. */
const MIN_REFRESH_MS = 1_000;

interface Place {
  offers: OfferList | undefined;
  expiresAt: number;
  /** Monotonic milliseconds of the last time the server was asked. */
  listedAt: number;
  /** How much it had announced by then. */
  announced: number;
  flight: Promise<OfferList> | undefined;
}

/** What every server offers every tenant beside tools: listed once at a time, judged, and kept for a minute. */
@Injectable()
export class Offers {
  /** Entries are new objects after a reload, so what was listed under another config is forgotten with it. */
  private readonly places = new WeakMap<ServerEntry, Map<string, Place>>();

  constructor(
    private readonly check: OfferCheck,
    private readonly catalogs: CatalogService,
    private readonly configStore: ConfigStore,
    private readonly discovery: DiscoveryRun,
    private readonly news: OfferNews,
  ) {}

  /**
   * What may be shown, by name, URI or template; empty for a server that knows no such list.
   * @throws GatewayError what listing met, or the signal's reason
   */
  async of(principal: Principal, server: ServerEntry, kind: OfferKind, signal: CancelSignal): Promise<OfferList> {
    const place = this.placeOf(principal, server, kind);
    const announced = this.announced(principal, server, kind);
    const isFresh = performance.now() < place.expiresAt && place.announced === announced;
    if (place.offers !== undefined && isFresh) return place.offers;
    place.flight ??= this.list(principal, server, kind, place)
      .then((offers) => {
        place.offers = offers;
        place.expiresAt = performance.now() + Math.min(MAX_AGE_MS, this.configStore.current().settings.toolCacheTtlMs);
        return offers;
      })
      .finally(() => {
        place.flight = undefined;
      });
    return waitWithSignal(place.flight, signal);
  }

  private placeOf({ tenant }: Principal, server: ServerEntry, kind: OfferKind): Place {
    let places = this.places.get(server);
    if (places === undefined) this.places.set(server, (places = new Map<string, Place>()));
    const key = `${kind}\0${tenant}`;
    let place = places.get(key);
    if (place !== undefined) return place;
    const [oldest] = places.keys();
    if (places.size >= MAX_PLACES && oldest !== undefined) places.delete(oldest);
    place = { offers: undefined, expiresAt: 0, listedAt: -Infinity, announced: 0, flight: undefined };
    places.set(key, place);
    return place;
  }

  private announced({ tenant }: Principal, server: ServerEntry, kind: OfferKind): number {
    return this.news.countOf(tenant, server.name, kind === 'prompt' ? 'prompts' : 'resources');
  }

  private async list(principal: Principal, server: ServerEntry, kind: OfferKind, place: Place): Promise<OfferList> {
    const soonest = place.listedAt + MIN_REFRESH_MS - performance.now();
    // Who was told of the change must not get what was before it.
    if (soonest > 0) await wait(soonest, undefined, { ref: false });
    place.listedAt = performance.now();
    place.announced = this.announced(principal, server, kind);
    return this.discovery.of(principal, server, async (session, signal) => {
      // A server that is withheld for what it says of itself offers nothing at all.
      if (server.checksServerInfo) await this.catalogs.get(principal, server, signal);
      const items = await listAll(session, OFFER_KINDS[kind], signal);
      return this.check.judge(principal, server, kind, offersIn(items, kind));
    });
  }
}
