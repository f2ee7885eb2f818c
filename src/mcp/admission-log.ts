import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { type GatewayError } from '../errors.js';
import { AuthenticationError } from '../oauth/inbound/api-key.authenticator.js';
import { AuditLog } from '../telemetry/audit-log.js';
import { LineLimit, MAX_DENIAL_LINES_PER_SECOND } from '../telemetry/line-limit.js';
import { LOGGER } from '../telemetry/logger.js';
import { Metrics } from '../telemetry/metrics.js';

/** Counts who came in at a door and writes down who was turned away: the true reason here, one text for all of them outside. */
@Injectable()
export class AdmissionLog {
  private readonly lines = new LineLimit(MAX_DENIAL_LINES_PER_SECOND, (count) => {
    this.log.warn({ event: 'request_denials_suppressed', count });
  });

  constructor(
    private readonly audit: AuditLog,
    private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  admitted(): void {
    this.metrics.authSuccess.add(1);
  }

  /**
   * @param method what was asked for, for example `HTTP POST`
   * @param remote address of the peer; undefined on stdio
   */
  denied(method: string, error: GatewayError, remote: string | undefined): void {
    const reason = error instanceof AuthenticationError ? error.reason : error.code;
    this.metrics.authFailure.add(1, reason);
    if (!this.lines.take()) return;
    const client = error instanceof AuthenticationError ? error.address : undefined;
    this.log.warn({ event: 'request_denied', reason, remote, ...(client !== undefined && { client }) });
    this.audit.record({
      requestId: randomUUID(),
      principal: null,
      era: null,
      method,
      server: null,
      tool: null,
      argsSha256: null,
      decision: 'refused',
      reasons: [reason],
      detectors: [],
      scannedChars: 0,
      upstreamMs: 0,
      totalMs: 0,
    });
  }
}
