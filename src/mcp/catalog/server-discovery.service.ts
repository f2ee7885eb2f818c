import { type CancelSignal, CallSignal } from '../../contracts/cancel-signal.js';
import { Injectable } from '@nestjs/common';
import { ConfigStore } from '../../config/config-store.js';
import type { Principal } from '../../contracts/principal.js';
import type { McpConfig, ServerEntry } from '../../contracts/server-entry.js';
import { toGatewayError } from '../../errors.js';
import { CatalogService, type CatalogSource } from './catalog.service.js';

/** How long a list waits for servers that are asked for the first time, `default_timeout` at most. A later one is announced by list_changed. */
const PATIENCE_MS = 3000;
/** Servers asked at the same time. */
const PARALLEL = 8;
/** A server that takes longer does not keep those behind it waiting. */
const PLACE_MS = 1_000;

/** How discovery of one server went; `pending` = it goes on. */
export type DiscoveryOutcome =
  | { readonly server: ServerEntry; readonly status: 'ready'; readonly source: CatalogSource }
  | { readonly server: ServerEntry; readonly status: 'failed' | 'pending'; readonly message: string };

/** Discovery of all servers of a config at once: none of them delays or hides the others. */
@Injectable()
export class ServerDiscovery {
  /** Servers that were once too slow: as those that failed, nobody waits for them again until they answer. */
  private readonly slow = new WeakSet<ServerEntry>();

  constructor(
    private readonly catalogs: CatalogService,
    private readonly configStore: ConfigStore,
  ) {}

  /** Whether every catalog is at hand. */
  isComplete(principal: Principal, config: McpConfig): boolean {
    for (const server of config.servers.values()) if (this.catalogs.peek(principal, server) === undefined) return false;
    return true;
  }

  /** Asks every server whose catalog is not at hand, a bounded number at a time, and returns after a bounded wait; the rest goes on. */
  async discoverAll(principal: Principal, config: McpConfig, signal: CancelSignal): Promise<DiscoveryOutcome[]> {
    const servers = [...config.servers.values()];
    const outcomes = new Map<ServerEntry, DiscoveryOutcome>();
    const queue: ServerEntry[] = [];
    for (const server of servers) {
      if (this.catalogs.peek(principal, server) === undefined) queue.push(server);
      else outcomes.set(server, { server, status: 'ready', source: 'cache' });
    }
    if (queue.length > 0) await this.discoverQueued(principal, queue, outcomes, signal);
    return servers.map((server) => outcomes.get(server) ?? this.unsettled(principal, server));
  }

  private async discoverQueued(
    principal: Principal,
    missing: readonly ServerEntry[],
    outcomes: Map<ServerEntry, DiscoveryOutcome>,
    signal: CancelSignal,
  ): Promise<void> {
    // Known laggards go last, so that they do not hold the places of the others.
    const isSlow = (server: ServerEntry): boolean =>
      this.slow.has(server) || this.catalogs.failureOf(principal, server) !== undefined;
    const queue = [...missing.filter((server) => !isSlow(server)), ...missing.filter(isSlow)];
    const prompt = missing.filter((server) => !isSlow(server));
    let open = prompt.length;
    const patienceMs = Math.min(PATIENCE_MS, this.configStore.current().settings.timeouts.defaultMs);
    await new Promise<void>((resolve) => {
      const settled = (server: ServerEntry): void => {
        if (prompt.includes(server) && --open === 0) done();
      };
      const timer = setTimeout(done, prompt.length === 0 ? 0 : patienceMs);
      function done(): void {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      }
      signal.addEventListener('abort', done, { once: true });
      const worker = async (): Promise<void> => {
        for (let server = queue.shift(); server !== undefined; server = queue.shift()) {
          await settlesSoon(ask(server));
        }
      };
      const ask = async (server: ServerEntry): Promise<void> => {
        outcomes.set(server, await this.discover(principal, server));
        settled(server);
      };
      for (let i = 0; i < Math.min(PARALLEL, missing.length); i++) void worker();
    });
    for (const server of prompt) if (!outcomes.has(server)) this.slow.add(server);
  }

  /** Never throws: what went wrong with one server is that server's status. */
  private async discover(principal: Principal, server: ServerEntry): Promise<DiscoveryOutcome> {
    try {
      // Discovery has its own deadline; one client's patience does not end it for others.
      const { source } = await this.catalogs.get(principal, server, new CallSignal());
      this.slow.delete(server);
      return { server, status: 'ready', source };
    } catch (error) {
      return { server, status: 'failed', message: toGatewayError(error).message };
    }
  }

  /** What was met the last time is what is known of a server that nobody waits for. */
  private unsettled(principal: Principal, server: ServerEntry): DiscoveryOutcome {
    const failure = this.catalogs.failureOf(principal, server);
    if (failure !== undefined) return { server, status: 'failed', message: failure.message };
    const message = `Server '${server.name}' has not answered yet. Discovery goes on; ask again in a moment.`;
    return { server, status: 'pending', message };
  }
}

async function settlesSoon(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PLACE_MS);
  });
  await Promise.race([work, patience]);
  clearTimeout(timer);
}
