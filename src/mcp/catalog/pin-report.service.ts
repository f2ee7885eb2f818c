import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Principal } from '../../contracts/principal.js';
import type { ServerEntry } from '../../contracts/server-entry.js';
import { UNCHECKED } from '../../contracts/verdict.js';
import { type PinAddress, pinId } from '../../guardrails/definitions/pin-id.js';
import type { PinOutcome } from '../../guardrails/definitions/pin-judgement.js';
import { type OfferedItem, SERVER_KEY } from '../../guardrails/definitions/pin-record.js';
import { AuditLog } from '../../telemetry/audit-log.js';
import { LOGGER } from '../../telemetry/logger.js';
import { Metrics } from '../../telemetry/metrics.js';
import type { WithheldTool } from './catalog.js';

/** One server may offer ten thousand tools; the log line has the whole number. */
const MAX_AUDIT_LINES = 100;

type Withheld = Extract<PinOutcome, { kind: 'withheld' }>;

const RULES: Readonly<Record<Withheld['reason'], string>> = {
  changed: 'definition.pin.changed',
  review: 'definition.pin.review',
  rejected: 'definition.pin.rejected',
  full: 'definition.pin.full',
};

/** Tells what pinning decided: audit log, log, metrics, and the words of refusals. Never with text of a definition. */
@Injectable()
export class PinReport {
  constructor(
    private readonly audit: AuditLog,
    private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** One line for each definition that did not simply pass. */
  outcomes(
    principal: Principal,
    server: ServerEntry,
    items: ReadonlyMap<string, OfferedItem>,
    outcomes: ReadonlyMap<string, PinOutcome>,
  ): void {
    const told = [...outcomes].flatMap(([key, outcome]) =>
      outcome.kind === 'pass' || !items.has(key) ? [] : [{ key, outcome, held: isHeld(server, key, outcome) }],
    );
    if (told.length === 0) return;
    for (const { outcome, held } of told) this.count(outcome.changes, held ? 'withheld' : 'alarm');
    for (const { key, outcome, held } of told.slice(0, MAX_AUDIT_LINES)) {
      const rule = outcome.kind === 'alarm' ? 'definition.pin.alarm' : RULES[outcome.reason];
      const tool = key === SERVER_KEY ? null : key.slice(key.indexOf(':') + 1);
      this.record(principal, server, tool, held ? 'refused' : 'allowed', [rule, ...outcome.changes]);
    }
    const withheld = told.filter(({ held }) => held).length;
    this.log.warn({ event: 'definitions_changed', server: server.name, withheld, alarms: told.length - withheld });
  }

  private count(changes: readonly string[], action: 'withheld' | 'alarm'): void {
    for (const change of changes.length === 0 ? ['new'] : changes)
      this.metrics.definitionChanges.add(1, change, action);
  }

  /** The record of a server is damaged, so all of its tools are withheld. */
  unreadable(principal: Principal, server: ServerEntry): void {
    this.record(principal, server, null, 'refused', ['definition.pin.unreadable']);
  }

  /** A tool that pinning withholds, with what there is to do. */
  withheld(name: string, { reason, changes }: Withheld, address: PinAddress): WithheldTool {
    const id = pinId(address);
    const commands = `"secure-mcp-gateway definitions diff ${id}" shows it, "definitions approve ${id}" releases it`;
    const why: Readonly<Record<Withheld['reason'], string>> = {
      changed: `it has changed (${changes.join(', ')}) and is quarantined; ${commands}`,
      review: `it is new and waits for review; ${commands}`,
      rejected: `an operator has rejected it; ${commands}`,
      full: 'its server has offered more definitions than are kept',
    };
    return withheldByPin(name, RULES[reason], why[reason]);
  }

  private record(
    principal: Principal,
    server: ServerEntry,
    tool: string | null,
    decision: 'allowed' | 'refused',
    reasons: readonly string[],
  ): void {
    this.audit.record({
      requestId: null,
      principal,
      era: null,
      method: 'tools/list',
      server: server.name,
      tool,
      argsSha256: null,
      decision,
      reasons,
      detectors: [],
      scannedChars: 0,
      upstreamMs: 0,
      totalMs: 0,
    });
  }
}

/** What a server says of itself reaches no client: a change of it only counts where the config says so. */
function isHeld({ checksServerInfo }: ServerEntry, key: string, { kind }: PinOutcome): boolean {
  return kind === 'withheld' && (key !== SERVER_KEY || checksServerInfo);
}

/** No detector has looked: the verdict is that of an unchecked one. */
export function withheldByPin(name: string, rule: string, remedy: string): WithheldTool {
  return { name, shownName: name, verdict: UNCHECKED, reasons: [rule], remedy };
}
