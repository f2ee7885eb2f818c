import { setImmediate } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { type CancelSignal, CallSignal } from '../../contracts/cancel-signal.js';
import type { Principal } from '../../contracts/principal.js';
import type { GuardrailPolicy, ServerEntry } from '../../contracts/server-entry.js';
import { UNCHECKED, type Verdict } from '../../contracts/verdict.js';
import { GatewayError } from '../../errors.js';
import { CheckDeadline } from '../../guardrails/check-deadline.js';
import { GuardrailEngine } from '../../guardrails/engine.js';
import { type LocalDefinition, RemoteChecks } from '../../guardrails/providers/remote-checks.js';
import { auditCoverage } from '../../telemetry/audit-coverage.js';
import { AuditLog } from '../../telemetry/audit-log.js';
import { LOGGER } from '../../telemetry/logger.js';
import { Metrics } from '../../telemetry/metrics.js';
import { Limit } from './check-limit.js';
import { type Offer, OFFER_KINDS, type OfferKind, type OfferList } from './offer.js';

/** Longest stretch of work between two turns of the event loop, about. */
const SLICE_MS = 2;
/** One server may offer ten thousand; the log line has the whole number. */
const MAX_AUDIT_LINES = 100;

type Offers = ReadonlyMap<string, Offer>;

const NONE: ReadonlySet<string> = new Set();

/** Judges prompts, resources and templates as tools are judged: their texts reach a model just the same, under `tool_guardrails_policy`. */
@Injectable()
export class OfferCheck {
  constructor(
    private readonly engine: GuardrailEngine,
    private readonly deadline: CheckDeadline,
    private readonly remote: RemoteChecks,
    private readonly audit: AuditLog,
    private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * What may be shown of it; the rest can be neither listed nor used.
   * @throws GatewayError guardrail_unavailable, guardrail_timeout
   */
  async judge(principal: Principal, server: ServerEntry, kind: OfferKind, offers: Offers): Promise<OfferList> {
    const policy = server.definitionPolicy;
    if (policy === null || offers.size === 0) return { shown: offers, withheld: NONE };
    const over = new CallSignal();
    try {
      return await this.deadline.within(server, this.judgeAll(principal, { server, policy }, { kind, offers }, over));
    } finally {
      over.abort(new GatewayError('cancelled', 'The check has taken too long.'));
    }
  }

  private async judgeAll(
    principal: Principal,
    { server, policy }: { readonly server: ServerEntry; readonly policy: GuardrailPolicy },
    { kind, offers }: { readonly kind: OfferKind; readonly offers: Offers },
    over: CancelSignal,
  ): Promise<OfferList> {
    const limit = new Limit(this.deadline.limitMs(server), over);
    const definitions: LocalDefinition[] = [];
    let since = performance.now();
    for (const { id, definition } of offers.values()) {
      const context = { channel: 'tool_description', server: server.name, tool: id } as const;
      const value = { definition };
      const { verdict } = await this.engine.inspectInput(policy, value, context);
      definitions.push({ context, value, verdict });
      if (performance.now() - since < SLICE_MS) continue;
      await setImmediate();
      if (over.aborted) throw over.reason;
      since = performance.now();
    }
    const verdicts =
      policy.remote === undefined
        ? definitions.map(({ verdict }) => verdict)
        : await this.remote.definitions(policy, definitions, limit.left());
    const shown = new Map<string, Offer>();
    const withheld = new Map<string, Verdict>();
    for (const [index, offer] of [...offers.values()].entries()) {
      const verdict = verdicts[index];
      if (verdict === undefined) continue;
      this.count(verdict);
      if (verdict.kind === 'block') withheld.set(offer.id, verdict);
      else shown.set(offer.id, offer);
    }
    this.report(principal, server, kind, [...withheld.values()]);
    return { shown, withheld: new Set(withheld.keys()) };
  }

  private count(verdict: Verdict): void {
    const blocking: readonly string[] = verdict.kind === 'block' ? verdict.detectors : [];
    for (const detector of new Set(verdict.findings.map((finding) => finding.detector))) {
      this.metrics.detection('definition', detector, blocking.includes(detector));
    }
  }

  /** Without their names: those are text of the server as well, and may be what was found. */
  private report(principal: Principal, server: ServerEntry, kind: OfferKind, withheld: readonly Verdict[]): void {
    if (withheld.length === 0) return;
    this.log.warn({ event: 'offers_withheld', server: server.name, kind, count: withheld.length });
    for (const verdict of withheld.slice(0, MAX_AUDIT_LINES)) {
      this.audit.record({
        requestId: null,
        principal,
        era: null,
        method: OFFER_KINDS[kind].method,
        server: server.name,
        tool: null,
        argsSha256: null,
        decision: 'refused',
        reasons: verdict.kind === 'block' ? verdict.detectors : [],
        detectors: verdict.receipt.detectors,
        scannedChars: verdict.receipt.chars,
        coverage: auditCoverage(verdict, UNCHECKED),
        upstreamMs: 0,
        totalMs: 0,
      });
    }
  }
}
