import { Injectable } from '@nestjs/common';
import type { Catalog } from './catalog.js';
import { CatalogSlots, type Slot } from './catalog-slot.js';
import { CatalogVersions } from './catalog-versions.js';

/** The slots of all tenants, and who hears of their changes. */
@Injectable()
export class CatalogState {
  readonly slots = new CatalogSlots();
  readonly versions = new CatalogVersions();

  /** The tables of names follow at once: no route to a tool that is withheld now outlives this. */
  show(slot: Slot, catalog: Catalog | undefined): void {
    slot.catalog = catalog;
    this.versions.grow(slot.tenant);
  }

  /** Catalogs of this server are to be judged again: whoever listed them hears of it. */
  touch(serverName: string): void {
    const tenants = new Set(this.slots.all().flatMap((slot) => (slot.serverName === serverName ? [slot.tenant] : [])));
    for (const tenant of tenants) this.versions.grow(tenant);
  }

  /** Removes the slot; whoever saw its tools hears of it. */
  remove(slot: Slot): void {
    if (this.slots.delete(slot)) this.versions.grow(slot.tenant);
  }
}
