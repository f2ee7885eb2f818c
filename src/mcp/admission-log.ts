import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { ConfigStore } from '../config/config-store.js';
import { type GatewayError } from '../errors.js';
import { FailedKeys } from '../limits/failed-keys.js';
import { RateLimitError } from '../limits/rate-limit-error.js';
import { AuthenticationError } from '../oauth/inbound/api-key.authenticator.js';
import { clientAddress, type Peer } from '../oauth/inbound/client-address.js';
import { InsufficientScopeError } from '../oauth/inbound/token-refusal.js';
import { AuditLog } from '../telemetry/audit-log.js';
import { LineLimit, MAX_DENIAL_LINES_PER_SECOND } from '../telemetry/line-limit.js';
import { LOGGER } from '../telemetry/logger.js';
import { Metrics } from '../telemetry/metrics.js';

/** Of a client that has nothing to guess with, or had something good. */
const NO_GUESSES: ReadonlySet<string> = new Set(['no_key', 'token_expired']);

/** Counts who came in at a door and writes down who was turned away: the true reason here, one text for all of them outside. */
@Injectable()
export class AdmissionLog {
  private readonly lines = new LineLimit(MAX_DENIAL_LINES_PER_SECOND, (count) => {
    this.log.warn({ event: 'request_denials_suppressed', count });
  });

  private readonly failedKeys: FailedKeys;

  constructor(
    private readonly audit: AuditLog,
    private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly log: Logger,
    private readonly configStore: ConfigStore,
  ) {
    this.failedKeys = new FailedKeys(() => configStore.current().settings.failedKeysPerMinute);
  }

  admitted(): void {
    this.metrics.authSuccess.add(1);
  }

  /**
   * @param method what was asked for, for example `HTTP POST`
   * @param peer where the request comes from; undefined on stdio
   * @returns what to answer: somebody who keeps sending wrong keys hears when to try again
   */
  denied(method: string, error: GatewayError, peer: Peer | undefined): GatewayError {
    const reason = reasonOf(error);
    this.metrics.authFailure.add(1, reason);
    const answer = this.slowed(error, peer);
    if (!this.lines.take()) return answer;
    const remote = peer?.socket.remoteAddress;
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
    return answer;
  }

  /** A client that asks how to authenticate, or whose token has run out, is told each time. */
  private slowed(error: GatewayError, peer: Peer | undefined): GatewayError {
    if (peer === undefined || !(error instanceof AuthenticationError) || NO_GUESSES.has(error.reason)) return error;
    const { trustedProxies } = this.configStore.current().settings;
    const waitMs = this.failedKeys.failed(clientAddress(peer, trustedProxies));
    if (waitMs === 0) return error;
    this.metrics.rateLimited.add(1, 'address', 'failed_keys_per_minute');
    return RateLimitError.ofAddress(waitMs);
  }
}

function reasonOf(error: GatewayError): string {
  if (error instanceof AuthenticationError) return error.reason;
  return error instanceof InsufficientScopeError ? 'insufficient_scope' : error.code;
}
