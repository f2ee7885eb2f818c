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
import { type LocalDefinition, RemoteChecks } from '../../guardrails/providers/remote-checks.js';
import { auditCoverage } from '../../telemetry/audit-coverage.js';
import { AuditLog } from '../../telemetry/audit-log.js';
import { LOGGER } from '../../telemetry/logger.js';
import { Metrics } from '../../telemetry/metrics.js';
import type { Catalog, CatalogTool, ServerAbout, WithheldTool } from './catalog.js';
import { Limit } from './check-limit.js';
import { isUnavailable, serverBlocked, toolsUnchecked } from './definition-refusals.js';

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
    private readonly remote: RemoteChecks,
    private readonly audit: AuditLog,
    private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * The catalog with what the server's policy lets through.
   * @throws GatewayError server_blocked (with `data` in the shape of the reference), definitions_unchecked and
   *   guardrail_timeout (the same)
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
    const limit = new Limit(this.deadline.limitMs(server), over);
    if (server.checksServerInfo) await this.judgeServer(principal, server, policy, catalog.about, limit);
    const offered = [...catalog.offered.values()];
    const definitions: LocalDefinition[] = [];
    let since = performance.now();
    for (const { name, definition } of offered) {
      const context = { channel: 'tool_description', server: server.name, tool: name } as const;
      const value = { definition };
      const { verdict } = await this.engine.inspectInput(policy, value, context);
      definitions.push({ context, value, verdict });
      if (policy.remote === undefined) this.count(verdict);
      if (performance.now() - since < SLICE_MS) continue;
      await setImmediate();
      if (over.aborted) throw over.reason;
      since = performance.now();
    }
    const verdicts = await this.askAboutTools(server, policy, definitions, limit);
    const tools = new Map<string, CatalogTool>();
    const withheld = new Map<string, WithheldTool>();
    for (const [index, tool] of offered.entries()) {
      const verdict = verdicts[index];
      if (verdict === undefined) continue;
      if (policy.remote !== undefined) this.count(verdict);
      const rules = this.blockingRules(
        policy,
        suspectTexts({ server: server.name, tool: tool.name, definition: tool.definition }),
      );
      if (verdict.kind !== 'block' && rules.length === 0) tools.set(tool.name, tool);
      else withheld.set(tool.name, await this.withheld(server, policy, tool.name, { verdict, rules }));
    }
    this.report(principal, server, policy, withheld);
    return { ...catalog, tools, withheld, judgedBy: policy };
  }

  /** The verdicts with what remote providers say. Without an answer of theirs no tool is shown. */
  private async askAboutTools(
    server: ServerEntry,
    policy: GuardrailPolicy,
    definitions: readonly LocalDefinition[],
    limit: Limit,
  ): Promise<readonly Verdict[]> {
    if (policy.remote === undefined) return definitions.map(({ verdict }) => verdict);
    try {
      return await this.remote.definitions(policy, definitions, limit.left());
    } catch (error) {
      throw isUnavailable(error) ? toolsUnchecked(server, error) : error;
    }
  }

  private async withheld(
    server: ServerEntry,
    policy: GuardrailPolicy,
    name: string,
    { verdict, rules }: { verdict: Verdict; rules: readonly string[] },
  ): Promise<WithheldTool> {
    const context = { channel: 'tool_description', server: server.name, tool: name } as const;
    const ofName = await this.engine.inspectInput(policy, { name }, context);
    // A provider judges the definition as a whole: a name that is more than a word may be what it found.
    const isPlain = policy.remote === undefined || PLAIN_NAME.test(name);
    const isShown = ofName.verdict.kind !== 'block' && isPlain && invisibleRuns(name).length === 0;
    const detectors: readonly string[] = verdict.kind === 'block' ? verdict.detectors : [];
    return { name, shownName: isShown ? name : standIn(name), verdict, reasons: [...detectors, ...rules] };
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
    limit: Limit,
  ): Promise<void> {
    const { name, description } = server;
    const value = { name, description, ...about };
    const context = { channel: 'server_description', server: name, tool: '' } as const;
    const local = await this.engine.inspectInput(policy, value, context);
    const verdict = await this.askAboutServer(server, policy, { context, value, verdict: local.verdict }, limit);
    this.count(verdict);
    if (verdict.kind !== 'block') return;
    this.record(principal, server, { tool: null, verdict, reasons: verdict.detectors });
    throw serverBlocked(server, verdict.detectors.join(', '), verdict.detectors);
  }

  private async askAboutServer(
    server: ServerEntry,
    policy: GuardrailPolicy,
    local: LocalDefinition,
    limit: Limit,
  ): Promise<Verdict> {
    if (policy.remote === undefined) return local.verdict;
    try {
      const [verdict] = await this.remote.definitions(policy, [local], limit.left());
      return verdict ?? local.verdict;
    } catch (error) {
      if (isUnavailable(error) && error.code === 'guardrail_unavailable') {
        throw serverBlocked(server, error.message, [], error);
      }
      throw error;
    }
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

const PLAIN_NAME = /^[A-Za-z0-9_.-]{1,64}$/;

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
