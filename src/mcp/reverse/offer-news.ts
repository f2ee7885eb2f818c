import { Injectable } from '@nestjs/common';
import type { ChangedKind } from '../../contracts/changed-kind.js';

type Listener = (tenant: string, server: string, kind: ChangedKind) => void;

/** Beyond that the oldest is forgotten, and its lists are asked for once more than needed. */
const MAX_COUNTED = 100_000;

/** What servers have announced of the lists of their prompts and resources. */
@Injectable()
export class OfferNews {
  private readonly counts = new Map<string, number>();
  private readonly listeners: Listener[] = [];
  private total = 0;

  onChange(listener: Listener): void {
    this.listeners.push(listener);
  }

  changed(tenants: Iterable<string>, server: string, kind: ChangedKind): void {
    for (const tenant of tenants) {
      const key = keyOf(tenant, server, kind);
      const [oldest] = this.counts.keys();
      if (this.counts.size >= MAX_COUNTED && oldest !== undefined) this.counts.delete(oldest);
      this.counts.set(key, ++this.total);
      for (const listener of this.listeners) listener(tenant, server, kind);
    }
  }

  /** Another number after each announcement. */
  countOf(tenant: string, server: string, kind: ChangedKind): number {
    return this.counts.get(keyOf(tenant, server, kind)) ?? 0;
  }
}

function keyOf(tenant: string, server: string, kind: ChangedKind): string {
  return `${kind}\0${tenant}\0${server}`;
}
