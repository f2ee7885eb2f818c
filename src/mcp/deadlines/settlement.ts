import { Injectable } from '@nestjs/common';
import type { Principal } from '../../contracts/principal.js';
import type { ServerEntry } from '../../contracts/server-entry.js';
import { UpstreamPool } from '../upstream/pool.js';
import type { Operation } from './operation.js';

/** With a short limit the grace would be shorter than a pause of a healthy server. */
const MIN_GRACE_MS = 1_000;

/**
 * What follows a timeout. The server was told to stop, which it need not confirm (2025-11-25, "Cancellation"), so it is asked for a
 * sign of life: one that gives none until `fail_threshold` loses its session, and the next call gets a new one.
 */
@Injectable()
export class Settlement {
  constructor(private readonly pool: UpstreamPool) {}

  /** Nobody waits for it, and it never fails. */
  expect(
    operation: Operation,
    link: { readonly principal: Principal; readonly server: ServerEntry; readonly clientSessionId: string | null },
  ): void {
    const graceMs = Math.max(MIN_GRACE_MS, operation.graceMs);
    void this.pool.answersWithin(link.principal, link.server, link.clientSessionId, graceMs).then((answers) => {
      if (!answers) operation.fail();
    });
  }
}
