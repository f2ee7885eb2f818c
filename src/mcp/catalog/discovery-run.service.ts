import { Injectable } from '@nestjs/common';
import { ConfigStore } from '../../config/config-store.js';
import type { CancelSignal } from '../../contracts/cancel-signal.js';
import type { Principal } from '../../contracts/principal.js';
import type { ServerEntry } from '../../contracts/server-entry.js';
import { toGatewayError } from '../../errors.js';
import { Operations } from '../deadlines/operations.js';
import { Settlement } from '../deadlines/settlement.js';
import { discoveryLimitMs } from '../deadlines/time-limits.js';
import { Deadline } from '../sessions/deadline.js';
import { UpstreamPool } from '../upstream/pool.js';
import type { UpstreamSession } from '../upstream/upstream-session.js';

/** Asks one server what it offers, within `discovery_timeout`. */
@Injectable()
export class DiscoveryRun {
  constructor(
    private readonly pool: UpstreamPool,
    private readonly configStore: ConfigStore,
    private readonly operations: Operations,
    private readonly settlement: Settlement,
  ) {}

  /**
   * @param ask what is done over a link to it
   * @throws GatewayError upstream_timeout, and what the pool, the session and `ask` throw
   */
  async of<T>(
    principal: Principal,
    server: ServerEntry,
    ask: (session: UpstreamSession, signal: CancelSignal) => Promise<T>,
  ): Promise<T> {
    const { timeouts } = this.configStore.current().settings;
    const target = { server: server.name, tool: null };
    const operation = this.operations.begin(principal.tenant, target, { limitMs: discoveryLimitMs(timeouts, server) });
    const deadline = new Deadline();
    deadline.arm(operation);
    let outcome: 'success' | 'timeout' | 'failed' = 'success';
    try {
      const session = await this.pool.session(principal, server, null, deadline.signal);
      return await ask(session, deadline.signal);
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
