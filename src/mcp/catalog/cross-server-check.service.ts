import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Principal } from '../../contracts/principal.js';
import type { McpConfig, ServerEntry } from '../../contracts/server-entry.js';
import { UNCHECKED } from '../../contracts/verdict.js';
import {
  blocksByPolicy,
  crossServerFindings,
  type DefinitionFinding,
} from '../../guardrails/definitions/look-alikes.js';
import { AuditLog } from '../../telemetry/audit-log.js';
import { LOGGER } from '../../telemetry/logger.js';
import { Metrics } from '../../telemetry/metrics.js';
import { allowed } from '../../config/tool-permission.js';
import type { Catalog, WithheldTool } from './catalog.js';

/** Findings told of once; past that they are only in answers and in scan. */
const MAX_TOLD = 10_000;

/** What the servers of a project show of each other. */
export interface CrossServerReport {
  readonly findings: readonly DefinitionFinding[];
  /** Tools that are withheld for it, by server and name. */
  readonly withheld: ReadonlyMap<string, ReadonlyMap<string, WithheldTool>>;
}

const NOTHING: CrossServerReport = { findings: [], withheld: new Map() };

/**
 * Compares the tools of all servers that a caller can reach: names that imitate, texts that speak of another server's tools. Runs when
 * a catalog has changed, never for a call.
 */
@Injectable()
export class CrossServerCheck {
  private readonly told = new Set<string>();
  private readonly last = new WeakMap<
    McpConfig,
    { readonly catalogs: readonly Catalog[]; readonly report: CrossServerReport }
  >();

  constructor(
    private readonly audit: AuditLog,
    private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** @param catalogs in the order of the config, those of servers that were not asked yet left out */
  report(principal: Principal, config: McpConfig, catalogs: ReadonlyMap<ServerEntry, Catalog>): CrossServerReport {
    if (catalogs.size < 2) return NOTHING;
    const now = [...catalogs.values()];
    const last = this.last.get(config);
    if (last?.catalogs.length === now.length && now.every((one, index) => one === last.catalogs[index]))
      return last.report;
    const report = this.compare(principal, catalogs);
    this.last.set(config, { catalogs: now, report });
    return report;
  }

  private compare(principal: Principal, catalogs: ReadonlyMap<ServerEntry, Catalog>): CrossServerReport {
    const seen = [...catalogs].flatMap(([server, { tools }]) =>
      [...tools.values()]
        .filter(({ name }) => allowed(server, name))
        .map(({ name: tool, definition }) => ({ server: server.name, tool, definition })),
    );
    // Honest servers share names, and names are told apart by their server: only a scan lists those.
    const findings = crossServerFindings(seen).filter(({ rule }) => rule !== 'definition.shadow.same-name');
    const withheld = new Map<string, Map<string, WithheldTool>>();
    for (const [{ name, definitionPolicy }] of catalogs) {
      const own = findings.filter(({ server }) => server === name);
      for (const finding of own) {
        const blocks = definitionPolicy?.block.has('injection_attack') === true && blocksByPolicy(finding);
        this.tell(principal, finding, blocks);
        if (!blocks) continue;
        const tools = withheld.get(name) ?? new Map<string, WithheldTool>();
        withheld.set(name, tools.set(finding.tool, withheldFor(finding)));
      }
    }
    return { findings, withheld };
  }

  private tell(principal: Principal, { rule, server, tool, other }: DefinitionFinding, blocks: boolean): void {
    const key = [principal.tenant, rule, server, tool, other?.server, other?.tool].join('\0');
    if (this.told.has(key) || this.told.size >= MAX_TOLD) return;
    this.told.add(key);
    this.metrics.detection('definition', 'injection_attack', blocks);
    this.log.warn({ event: 'definition_suspicious', rule, server, other: other?.server, withheld: blocks });
    this.audit.record({
      requestId: null,
      principal,
      era: null,
      method: 'tools/list',
      server,
      tool,
      argsSha256: null,
      decision: blocks ? 'refused' : 'allowed',
      reasons: [rule],
      detectors: [],
      scannedChars: 0,
      upstreamMs: 0,
      totalMs: 0,
    });
  }
}

function withheldFor({ rule, tool }: DefinitionFinding): WithheldTool {
  return { name: tool, shownName: tool, verdict: UNCHECKED, reasons: [rule] };
}
