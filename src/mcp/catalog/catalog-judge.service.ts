import { Injectable } from '@nestjs/common';
import type { Principal } from '../../contracts/principal.js';
import type { ServerEntry } from '../../contracts/server-entry.js';
import { type Catalog, isJudged } from './catalog.js';
import type { Slot } from './catalog-slot.js';
import { CatalogState } from './catalog-state.js';
import { DefinitionCheck } from './definition-check.service.js';
import { PinCheck } from './pin-check.service.js';

/** Decides what of a server's offer is shown, and that what is shown was judged as the caller's own config says. */
@Injectable()
export class CatalogJudge {
  constructor(
    private readonly definitions: DefinitionCheck,
    private readonly pins: PinCheck,
    private readonly state: CatalogState,
  ) {}

  /**
   * The offer with what may be shown of it.
   * @throws GatewayError server_blocked, guardrail_unavailable
   */
  async judge(principal: Principal, server: ServerEntry, offered: Catalog): Promise<Catalog> {
    // What is blocked for its text is pinned too: it may be shown one day, and must not have changed by then.
    return this.pins.judge(principal, server, await this.definitions.judge(principal, server, offered));
  }

  /**
   * The catalog under the caller's own policy: after a reload it may have been judged under another one, also by work that began before
   * it and that this caller joined. undefined = that takes more than the definitions, and the server must be asked.
   */
  async current(
    principal: Principal,
    server: ServerEntry,
    slot: Slot,
    catalog: Catalog | undefined,
  ): Promise<Catalog | undefined> {
    if (catalog === undefined || isJudged(catalog, server)) return catalog;
    if (server.checksServerInfo && catalog.about === null) return undefined;
    const judged = await this.judge(principal, server, catalog);
    // A discovery that ended meanwhile knows better.
    if (slot.catalog === catalog) this.state.show(slot, judged);
    return judged;
  }
}
