import { Injectable } from '@nestjs/common';
import { ConfigStore } from '../../config/config-store.js';
import type { Principal } from '../../contracts/principal.js';
import type { ServerEntry } from '../../contracts/server-entry.js';
import { toGatewayError } from '../../errors.js';
import { Metrics } from '../../telemetry/metrics.js';
import { Operations } from '../deadlines/operations.js';
import { Settlement } from '../deadlines/settlement.js';
import { discoveryLimitMs } from '../deadlines/time-limits.js';
import { Deadline } from '../sessions/deadline.js';
import { UpstreamPool } from '../upstream/pool.js';
import { type Catalog, catalogOf } from './catalog.js';
import { listAllTools } from './discovery.js';

/** Asks one server for what it offers, within `discovery_timeout`. */
@Injectable()
export class CatalogDiscovery {
  constructor(
    private readonly pool: UpstreamPool,
    private readonly configStore: ConfigStore,
    private readonly metrics: Metrics,
    private readonly operations: Operations,
    private readonly settlement: Settlement,
  ) {}

  /**
   * Everything the server offers, not judged yet.
   * @throws GatewayError upstream_timeout, and what the pool and the session throw
   */
  async run(principal: Principal, server: ServerEntry): Promise<Catalog> {
    const { timeouts, toolCacheTtlMs } = this.configStore.current().settings;
    const target = { server: server.name, tool: null };
    const operation = this.operations.begin(principal.tenant, target, discoveryLimitMs(timeouts, server));
    const deadline = new Deadline();
    deadline.arm(operation);
    let outcome: 'success' | 'timeout' | 'failed' = 'success';
    try {
      const session = await this.pool.session(principal, server, null, deadline.signal);
      const definitions = await listAllTools(session, deadline.signal);
      this.metrics.serversDiscovered.add(1);
      const { serverInfo, instructions } = session;
      return catalogOf(definitions, Date.now(), toolCacheTtlMs, { serverInfo, instructions });
    } catch (error) {
      const failure = toGatewayError(error);
      outcome = failure.code === 'upstream_timeout' ? 'timeout' : 'failed';
      if (outcome === 'timeout') this.settlement.expect(operation, { principal, server, clientSessionId: null });
      throw failure;
    } finally {
      deadline.end();
      operation.end(outcome);
    }
  }
}
