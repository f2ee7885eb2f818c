import type { GatewaySettings } from '../../config/settings.js';
import { GatewayError } from '../../errors.js';
import type { OperationEnd } from '../../telemetry/timeout-totals.js';
import type { Limited } from '../sessions/deadline.js';

/** What is under a time limit; null tool = discovery of the server's tools. */
export interface OperationTarget {
  readonly server: string;
  readonly tool: string | null;
  /** Absent = not traced. */
  readonly traceId?: string | undefined;
}

/** Whoever keeps the counts. */
export interface OperationObserver {
  /** It has used up its limit as far as the warning. */
  warned(operation: Operation): void;
  ended(operation: Operation, how: OperationEnd): void;
  /** It timed out, and its server did not answer anything afterwards either. */
  failed(operation: Operation): void;
}

/** Milliseconds. */
export interface OperationLimits {
  /** What the thresholds are fractions of. */
  readonly limitMs: number;
  /** Of what shows progress; absent = progress changes nothing. */
  readonly totalMs?: number;
}

/** One tool call, or one discovery, from its start to its end. */
export class Operation implements Limited {
  /** Whether the warning was reached. */
  late = false;
  readonly startedAt = performance.now();
  private ended = false;

  /**
   * @param key its number among the tenant's operations
   */
  constructor(
    private readonly observer: OperationObserver,
    readonly tenant: string,
    readonly key: number,
    readonly target: OperationTarget,
    private readonly limits: OperationLimits,
    private readonly thresholds: GatewaySettings['timeouts']['escalation'],
  ) {}

  get warnMs(): number {
    return Math.round(this.limits.limitMs * this.thresholds.warn);
  }

  get timeoutMs(): number {
    return Math.round(this.limits.limitMs * this.thresholds.timeout);
  }

  get totalMs(): number | undefined {
    return this.limits.totalMs;
  }

  /** How long after its timeout the server must have shown that it still listens. */
  get graceMs(): number {
    return Math.round(this.limits.limitMs * (this.thresholds.fail - this.thresholds.timeout));
  }

  /** Unique within its tenant, for as long as the gateway runs. */
  get id(): string {
    return `${this.target.tool === null ? 'discovery' : 'tool_execution'}_${String(this.key)}`;
  }

  warn(): void {
    if (this.late || this.ended) return;
    this.late = true;
    this.observer.warned(this);
  }

  timeoutError(): GatewayError {
    const { server, tool } = this.target;
    const what = tool === null ? `The server '${server}' did not list its tools` : 'The tool did not answer';
    const spentMs = performance.now() - this.startedAt;
    const total = this.totalMs;
    const isTotal = total !== undefined && total > this.timeoutMs && spentMs >= total - 1;
    const message = isTotal
      ? `${what} within ${String(total / 1000)} s (max_total_timeout), although it showed progress.`
      : `${what} within ${String(this.timeoutMs / 1000)} s.`;
    return new GatewayError('upstream_timeout', message, { retryable: true });
  }

  /** Only the first end counts. */
  end(how: OperationEnd): void {
    if (this.ended) return;
    // Whatever timed out was late, by whichever clock.
    if (how === 'timeout') this.warn();
    this.ended = true;
    this.observer.ended(this, how);
  }

  /** After a timeout. */
  fail(): void {
    this.observer.failed(this);
  }
}
