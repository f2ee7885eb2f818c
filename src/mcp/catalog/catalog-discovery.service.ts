import { Injectable } from '@nestjs/common';
import { ConfigStore } from '../../config/config-store.js';
import type { Principal } from '../../contracts/principal.js';
import type { ServerEntry } from '../../contracts/server-entry.js';
import { Metrics } from '../../telemetry/metrics.js';
import { type Catalog, catalogOf } from './catalog.js';
import { listAllTools } from './discovery.js';
import { DiscoveryRun } from './discovery-run.service.js';

/** Asks one server for its tools. */
@Injectable()
export class CatalogDiscovery {
  constructor(
    private readonly discovery: DiscoveryRun,
    private readonly configStore: ConfigStore,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Everything the server offers, not judged yet.
   * @throws GatewayError as DiscoveryRun
   */
  run(principal: Principal, server: ServerEntry): Promise<Catalog> {
    return this.discovery.of(principal, server, async (session, signal) => {
      const definitions = await listAllTools(session, signal);
      this.metrics.serversDiscovered.add(1);
      const { serverInfo, instructions } = session;
      const { toolCacheTtlMs } = this.configStore.current().settings;
      return catalogOf(definitions, Date.now(), toolCacheTtlMs, { serverInfo, instructions });
    });
  }
}
