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

/** Lists are short-lived: no cache outside the process keeps them, and asking again costs one request. */
const MAX_AGE_MS = 60_000;
/** Lists of one server that are kept, over all tenants and kinds; the oldest gives way. */
const MAX_PLACES = 10_000;

interface Place {
  offers: OfferList | undefined;
  expiresAt: number;
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
  ) {}

  /**
   * What may be shown, by name, URI or template; empty for a server that knows no such list.
   * @throws GatewayError what listing met, or the signal's reason
   */
  async of(principal: Principal, server: ServerEntry, kind: OfferKind, signal: CancelSignal): Promise<OfferList> {
    const place = this.placeOf(principal, server, kind);
    if (place.offers !== undefined && performance.now() < place.expiresAt) return place.offers;
    place.flight ??= this.list(principal, server, kind)
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
    place = { offers: undefined, expiresAt: 0, flight: undefined };
    places.set(key, place);
    return place;
  }

  private async list(principal: Principal, server: ServerEntry, kind: OfferKind): Promise<OfferList> {
    return this.discovery.of(principal, server, async (session, signal) => {
      // A server that is withheld for what it says of itself offers nothing at all.
      if (server.checksServerInfo) await this.catalogs.get(principal, server, signal);
      const items = await listAll(session, OFFER_KINDS[kind], signal);
      return this.check.judge(principal, server, kind, offersIn(items, kind));
    });
  }
}
