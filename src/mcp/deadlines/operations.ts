import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { ConfigStore } from '../../config/config-store.js';
import { LOGGER } from '../../telemetry/logger.js';
import { Metrics } from '../../telemetry/metrics.js';
import type { OperationEnd } from '../../telemetry/timeout-totals.js';
import { SlotTable } from '../upstream/slot-table.js';
import { Operation, type OperationLimits, type OperationObserver, type OperationTarget } from './operation.js';

/** Tenants whose counts are kept; past that the oldest one with nothing under way is forgotten. */
const MAX_TENANTS = 10_000;
/** Operations under way that are named; the number of all is told beside them. */
const MAX_NAMED = 100;

/** Operations of one tenant since the start. `total` = successful + failed + timedOut + cancelled + active. */
export interface OperationCounts {
  readonly total: number;
  readonly successful: number;
  /** Errors of the tool, blocks and refusals included. */
  readonly failed: number;
  readonly timedOut: number;
  readonly cancelled: number;
  /** Ended before the warning. */
  readonly normal: number;
  /** Reached the warning, those that then timed out included. */
  readonly warned: number;
  /** Timed out, and the server did not answer afterwards either. */
  readonly unresponsive: number;
  readonly active: number;
}

type Mutable = { -readonly [K in keyof Omit<OperationCounts, 'active'>]: number };
interface Tenant {
  readonly counts: Mutable;
  readonly running: SlotTable<Operation>;
}

/** Everything that runs under a time limit, counted by tenant, so that one project learns nothing of another. */
@Injectable()
export class Operations implements OperationObserver {
  private readonly tenants = new Map<string, Tenant>();

  constructor(
    private readonly configStore: ConfigStore,
    private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** The thresholds are those of the config as it is now. */
  begin(tenant: string, target: OperationTarget, limits: OperationLimits): Operation {
    const { counts, running } = this.tenants.get(tenant) ?? this.addTenant(tenant);
    const { escalation } = this.configStore.current().settings.timeouts;
    const operation = new Operation(this, tenant, running.reserve(), target, limits, escalation);
    running.set(operation.key, operation);
    counts.total++;
    this.metrics.timeouts.active++;
    this.metrics.timeouts.total++;
    return operation;
  }

  counts(tenant: string): OperationCounts {
    const known = this.tenants.get(tenant);
    return known === undefined ? { ...none(), active: 0 } : { ...known.counts, active: known.running.size };
  }

  /** Ids of what is under way for this tenant, the first hundred. */
  active(tenant: string): string[] {
    const running = this.tenants.get(tenant)?.running.values() ?? [];
    return running.slice(0, MAX_NAMED).map(({ id }) => id);
  }

  warned(operation: Operation): void {
    const counts = this.tenants.get(operation.tenant)?.counts;
    if (counts !== undefined) counts.warned++;
    this.metrics.timeouts.warned++;
    this.log.warn(
      { ...named(operation), event: 'operation_late', timeout_s: operation.timeoutMs / 1000 },
      'an operation has used most of its time',
    );
  }

  ended(operation: Operation, how: OperationEnd): void {
    this.metrics.timeouts.ended(how, performance.now() - operation.startedAt);
    const tenant = this.tenants.get(operation.tenant);
    if (tenant === undefined) return;
    const { counts } = tenant;
    tenant.running.delete(operation.key);
    if (!operation.late) counts.normal++;
    if (how === 'success') counts.successful++;
    else if (how === 'timeout') counts.timedOut++;
    else if (how === 'cancelled') counts.cancelled++;
    else counts.failed++;
  }

  failed(operation: Operation): void {
    const counts = this.tenants.get(operation.tenant)?.counts;
    if (counts !== undefined) counts.unresponsive++;
    this.metrics.timeouts.unresponsive++;
    const text = 'the server answers nothing after a timeout; its session was closed';
    this.log.warn({ ...named(operation), event: 'upstream_unresponsive' }, text);
  }

  private addTenant(name: string): Tenant {
    if (this.tenants.size >= MAX_TENANTS) {
      for (const [other, { running }] of this.tenants) {
        if (running.size > 0) continue;
        this.tenants.delete(other);
        break;
      }
    }
    const tenant = { counts: none(), running: new SlotTable<Operation>() };
    this.tenants.set(name, tenant);
    return tenant;
  }
}

/** Field by field: a target may be part of something larger, arguments included. */
function named({ id, target }: Operation): Record<string, unknown> {
  const { server, tool, traceId } = target;
  return { operation: id, server, tool, ...(traceId !== undefined && { trace_id: traceId }) };
}

function none(): Mutable {
  return { total: 0, successful: 0, failed: 0, timedOut: 0, cancelled: 0, normal: 0, warned: 0, unresponsive: 0 };
}
