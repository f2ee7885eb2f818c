import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { type CancelSignal, CallSignal } from '../../contracts/cancel-signal.js';
import type { Principal } from '../../contracts/principal.js';
import type { GuardrailPolicy, ServerEntry } from '../../contracts/server-entry.js';
import { UNCHECKED, type Verdict } from '../../contracts/verdict.js';
import { GatewayError } from '../../errors.js';
import { CheckDeadline } from '../../guardrails/check-deadline.js';
import { invisibleRuns } from '../../guardrails/definitions/invisible-characters.js';
import { blocksByPolicy, type DefinitionFinding, suspectTexts } from '../../guardrails/definitions/look-alikes.js';
import { GuardrailEngine } from '../../guardrails/engine.js';
import { auditCoverage } from '../../telemetry/audit-coverage.js';
import { AuditLog } from '../../telemetry/audit-log.js';
import { LOGGER } from '../../telemetry/logger.js';
import { Metrics } from '../../telemetry/metrics.js';
import type { Catalog, CatalogTool, ServerAbout, WithheldTool } from './catalog.js';

/** Longest stretch of work between two turns of the event loop, about. */
const SLICE_MS = 2;
/** One server may offer ten thousand tools; the log line has the whole number. */
const MAX_AUDIT_LINES = 100;

/**
 * Judges what a server says of itself before anybody sees it: a definition is text that a model reads and follows. Every text of it is
 * checked (names, titles, descriptions, schemas with their property names, annotations), under the server's `tool_guardrails_policy`.
 */
@Injectable()
export class DefinitionCheck {
  /** What is being judged, by what it is judged: callers who want the same share it. */
  private readonly underWay = new WeakMap<
    Catalog,
    { readonly policy: GuardrailPolicy; readonly judged: Promise<Catalog> }
  >();

  constructor(
    private readonly engine: GuardrailEngine,
    private readonly deadline: CheckDeadline,
    private readonly audit: AuditLog,
    private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * The catalog with what the server's policy lets through.
   * @throws GatewayError server_blocked (with `data` in the shape of the reference), guardrail_unavailable
   */
  async judge(principal: Principal, server: ServerEntry, catalog: Catalog): Promise<Catalog> {
    const policy = server.definitionPolicy;
    if (policy === null) return unjudged(catalog);
    const known = this.underWay.get(catalog);
    if (known?.policy === policy) return known.judged;
    const over = new CallSignal();
    const judged = this.deadline.within(server, this.judgeAll(principal, server, policy, catalog, over));
    this.underWay.set(catalog, { policy, judged });
    try {
      return await judged;
    } finally {
      // What is late is not used any more, so it must not go on beside the next attempt.
      over.abort(new GatewayError('cancelled', 'The check has taken too long.'));
      if (this.underWay.get(catalog)?.judged === judged) this.underWay.delete(catalog);
    }
  }

  private async judgeAll(
    principal: Principal,
    server: ServerEntry,
    policy: GuardrailPolicy,
    catalog: Catalog,
    over: CancelSignal,
  ): Promise<Catalog> {
    if (server.checksServerInfo) await this.judgeServer(principal, server, policy, catalog.about);
    const tools = new Map<string, CatalogTool>();
    const withheld = new Map<string, WithheldTool>();
    let since = performance.now();
    for (const tool of catalog.offered.values()) {
      const blocked = await this.judgeTool(server, policy, tool);
      if (blocked === null) tools.set(tool.name, tool);
      else withheld.set(tool.name, blocked);
      if (performance.now() - since < SLICE_MS) continue;
      await setImmediate();
      if (over.aborted) throw over.reason;
      since = performance.now();
    }
    this.report(principal, server, policy, withheld);
    return { ...catalog, tools, withheld, judgedBy: policy };
  }

  /** Null when the tool may be shown. */
  private async judgeTool(
    server: ServerEntry,
    policy: GuardrailPolicy,
    tool: CatalogTool,
  ): Promise<WithheldTool | null> {
    const { name, definition } = tool;
    const context = { channel: 'tool_description', server: server.name, tool: name } as const;
    const { verdict } = await this.engine.inspectInput(policy, { definition }, context);
    this.count(verdict);
    const rules = this.blockingRules(policy, suspectTexts({ server: server.name, tool: name, definition }));
    const detectors: readonly string[] = verdict.kind === 'block' ? verdict.detectors : [];
    if (detectors.length + rules.length === 0) return null;
    const ofName = await this.engine.inspectInput(policy, { name }, context);
    const isBadName = ofName.verdict.kind === 'block' || invisibleRuns(name).length > 0;
    return { name, shownName: isBadName ? standIn(name) : name, verdict, reasons: [...detectors, ...rules] };
  }

  /** Invisible characters have no honest use in a definition; the other signs block where injection_attack does. */
  private blockingRules(policy: GuardrailPolicy, findings: readonly DefinitionFinding[]): readonly string[] {
    const strict = policy.block.has('injection_attack');
    const blocking = findings.filter((finding) => isInvisible(finding) || (strict && blocksByPolicy(finding)));
    if (findings.length > 0) this.metrics.detection('definition', 'injection_attack', blocking.length > 0);
    return [...new Set(blocking.map(({ rule }) => rule))];
  }

  private async judgeServer(
    principal: Principal,
    server: ServerEntry,
    policy: GuardrailPolicy,
    about: ServerAbout | null,
  ): Promise<void> {
    const { name, description } = server;
    const { verdict } = await this.engine.inspectInput(
      policy,
      { name, description, ...about },
      { channel: 'server_description', server: name, tool: '' },
    );
    this.count(verdict);
    if (verdict.kind !== 'block') return;
    this.record(principal, server, { tool: null, verdict, reasons: verdict.detectors });
    const reasons = verdict.detectors.join(', ');
    throw new GatewayError('server_blocked', `Server '${name}' blocked by security guardrails: ${reasons}`, {
      data: { server_name: name, blocked: true, violations: verdict.detectors },
    });
  }

  private count(verdict: Verdict): void {
    const blocking: readonly string[] = verdict.kind === 'block' ? verdict.detectors : [];
    for (const detector of new Set(verdict.findings.map((finding) => finding.detector))) {
      this.metrics.detection('definition', detector, blocking.includes(detector));
    }
  }

  private report(
    principal: Principal,
    server: ServerEntry,
    policy: GuardrailPolicy,
    withheld: ReadonlyMap<string, WithheldTool>,
  ): void {
    if (withheld.size === 0) return;
    this.log.warn({ event: 'tools_withheld', server: server.name, tools: withheld.size, policy: policy.policyName });
    for (const { shownName, verdict, reasons } of [...withheld.values()].slice(0, MAX_AUDIT_LINES)) {
      this.record(principal, server, { tool: shownName, verdict, reasons });
    }
  }

  private record(
    principal: Principal,
    server: ServerEntry,
    { tool, verdict, reasons }: { tool: string | null; verdict: Verdict; reasons: readonly string[] },
  ): void {
    this.audit.record({
      requestId: null,
      principal,
      era: null,
      method: 'tools/list',
      server: server.name,
      tool,
      argsSha256: null,
      decision: 'refused',
      reasons,
      detectors: verdict.receipt.detectors,
      scannedChars: verdict.receipt.chars,
      coverage: auditCoverage(verdict, UNCHECKED),
      upstreamMs: 0,
      totalMs: 0,
    });
  }
}

function isInvisible({ rule }: DefinitionFinding): boolean {
  return rule.startsWith('definition.invisible.');
}

/** The same for the same name, so that an operator can find the tool at its server. */
function standIn(name: string): string {
  return `withheld-name-${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;
}

function unjudged(catalog: Catalog): Catalog {
  return catalog.judgedBy === null && catalog.tools.size === catalog.offered.size
    ? catalog
    : { ...catalog, tools: catalog.offered, withheld: new Map(), judgedBy: null };
}
