import { setImmediate } from 'node:timers/promises';
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import type { DefinitionPinning } from '../../contracts/definition-pinning.js';
import { OPERATOR_ID, type Principal } from '../../contracts/principal.js';
import type { ServerEntry } from '../../contracts/server-entry.js';
import { GatewayError, toGatewayError } from '../../errors.js';
import { canonicalJson, definitionHash } from '../../guardrails/definitions/canonical-json.js';
import { judgePins, type PinOutcome } from '../../guardrails/definitions/pin-judgement.js';
import { type OfferedItem, SERVER_KEY, toolKey } from '../../guardrails/definitions/pin-record.js';
import { PinStore } from '../../guardrails/definitions/pin-store.js';
import { LOGGER } from '../../telemetry/logger.js';
import { Metrics } from '../../telemetry/metrics.js';
import type { Catalog, CatalogTool, PinGeneration, WithheldTool } from './catalog.js';
import { CatalogState } from './catalog-state.js';
import { PinReport, withheldByPin } from './pin-report.service.js';

/** Longest stretch of work between two turns of the event loop, about. */
const SLICE_MS = 2;

/**
 * Holds what a server offers against what it offered before (docs/guardrails/definitions.md). Runs when a list was read, never for a
 * call: calls follow the catalog.
 */
@Injectable()
export class PinCheck implements OnModuleInit, OnModuleDestroy {
  /** What catalogs of a server were last judged by, by config and server. */
  private readonly generations = new Map<string, Set<PinGeneration>>();
  /** A definition is hashed once. */
  private readonly hashed = new WeakMap<CatalogTool, OfferedItem | null>();

  constructor(
    private readonly store: PinStore,
    private readonly state: CatalogState,
    private readonly report: PinReport,
    private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    this.store.watch((config, server) => {
      this.outdate(config, server);
    });
  }

  onModuleDestroy(): void {
    this.store.close();
  }

  /**
   * The catalog without the tools that may not be shown.
   * @throws GatewayError server_blocked when what the server says of itself has changed, and its config says that this counts
   */
  async judge(principal: Principal, server: ServerEntry, catalog: Catalog): Promise<Catalog> {
    const { pinning } = server;
    if (pinning === null) return catalog;
    const pins = this.generation(principal.configId, server.name, pinning);
    // Whoever looks from the command line without a key is nobody's tenant: it leaves no trace.
    if (principal.keyId === OPERATOR_ID || server.connection.kind === 'canary') return { ...catalog, pins };
    const { items, unhashable } = await this.itemsOf(catalog);
    let outcomes: ReadonlyMap<string, PinOutcome>;
    try {
      outcomes = await this.outcomes(principal, server, pinning, items);
    } catch (error) {
      const failure = toGatewayError(error);
      if (failure.retryable)
        throw new GatewayError('guardrail_unavailable', failure.message, { cause: error, retryable: true });
      return { ...this.withholdAll(principal, server, catalog, error), pins };
    }
    this.report.outcomes(principal, server, items, outcomes);
    this.refuseServer(server, outcomes.get(SERVER_KEY));
    const { tools, withheld } = this.split(principal, server, catalog, { items, outcomes, unhashable });
    return { ...catalog, tools, withheld, pins };
  }

  private async outcomes(
    principal: Principal,
    server: ServerEntry,
    pinning: DefinitionPinning,
    items: ReadonlyMap<string, OfferedItem>,
  ): Promise<ReadonlyMap<string, PinOutcome>> {
    const { configId, tenant } = principal;
    const now = new Date().toISOString();
    const offered = [...items.values()];
    let outcomes: ReadonlyMap<string, PinOutcome> = new Map();
    const { saved } = await this.store.update(configId, server.name, (record) => {
      const judgement = judgePins(record, tenant, offered, pinning, now);
      ({ outcomes } = judgement);
      return judgement.record;
    });
    if (!saved) {
      this.metrics.pinFaults.add(1, 'not_saved');
      this.log.warn({ event: 'definition_pins_not_saved', server: server.name, folder: this.store.folder });
    }
    return outcomes;
  }

  private async itemsOf(
    catalog: Catalog,
  ): Promise<{ readonly items: Map<string, OfferedItem>; readonly unhashable: ReadonlySet<string> }> {
    const items = new Map<string, OfferedItem>();
    const unhashable = new Set<string>();
    let since = performance.now();
    for (const tool of catalog.offered.values()) {
      const item = this.itemOf(tool);
      if (item === null) unhashable.add(tool.name);
      else items.set(item.key, item);
      if (performance.now() - since < SLICE_MS) continue;
      await setImmediate();
      since = performance.now();
    }
    const { about } = catalog;
    if (about !== null) {
      const { serverInfo, instructions } = about;
      const item = itemOf(SERVER_KEY, { serverInfo, ...(instructions === undefined ? {} : { instructions }) });
      if (item !== null) items.set(SERVER_KEY, item);
    }
    return { items, unhashable };
  }

  private itemOf(tool: CatalogTool): OfferedItem | null {
    let item = this.hashed.get(tool);
    if (item === undefined) {
      item = itemOf(toolKey(tool.name), tool.definition);
      this.hashed.set(tool, item);
    }
    return item;
  }

  private split(
    { configId }: Principal,
    server: ServerEntry,
    catalog: Catalog,
    judged: {
      readonly items: ReadonlyMap<string, OfferedItem>;
      readonly outcomes: ReadonlyMap<string, PinOutcome>;
      readonly unhashable: ReadonlySet<string>;
    },
  ): Pick<Catalog, 'tools' | 'withheld'> {
    const tools = new Map<string, CatalogTool>();
    const withheld = new Map<string, WithheldTool>(catalog.withheld);
    for (const [name, tool] of catalog.tools) {
      const item = judged.items.get(toolKey(name));
      const outcome = judged.outcomes.get(toolKey(name));
      if (judged.unhashable.has(name) || item === undefined) {
        withheld.set(
          name,
          withheldByPin(name, 'definition.pin.unhashable', 'it holds a value that JSON does not have'),
        );
      } else if (outcome?.kind === 'withheld') {
        const address = { config: configId, server: server.name, key: item.key, hash: item.hash };
        withheld.set(name, this.report.withheld(name, outcome, address));
      } else tools.set(name, tool);
    }
    return { tools, withheld };
  }

  private refuseServer({ name, checksServerInfo }: ServerEntry, outcome: PinOutcome | undefined): void {
    if (!checksServerInfo || outcome?.kind !== 'withheld') return;
    throw new GatewayError(
      'server_blocked',
      `Server '${name}' blocked by security guardrails: what it says of itself has changed and is quarantined; "secure-mcp-gateway definitions list" shows it`,
      { data: { server_name: name, blocked: true, violations: ['definition.pin.changed'] } },
    );
  }

  /** Without the record nobody can say what was approved, so nothing is shown. */
  private withholdAll(principal: Principal, server: ServerEntry, catalog: Catalog, error: unknown): Catalog {
    const { message } = toGatewayError(error);
    this.metrics.pinFaults.add(1, 'unreadable');
    this.log.error({ event: 'definition_pins_unreadable', server: server.name, err: error }, message);
    this.report.unreadable(principal, server);
    const withheld = new Map<string, WithheldTool>(catalog.withheld);
    for (const name of catalog.tools.keys()) {
      withheld.set(
        name,
        withheldByPin(
          name,
          'definition.pin.unreadable',
          'the record of pinned definitions cannot be read; the gateway log names the file',
        ),
      );
    }
    return { ...catalog, tools: new Map(), withheld };
  }

  private generation(config: string, server: string, policy: DefinitionPinning): PinGeneration {
    const key = `${config}\0${server}`;
    const known = this.generations.get(key) ?? new Set();
    this.generations.set(key, known);
    for (const one of known) if (one.policy === policy) return one;
    // Those of policies that are gone hold nothing but their name.
    if (known.size > 8) known.clear();
    const made: PinGeneration = { policy, isCurrent: true };
    known.add(made);
    return made;
  }

  private outdate(config: string, server: string): void {
    const key = `${config}\0${server}`;
    for (const generation of this.generations.get(key) ?? []) generation.isCurrent = false;
    this.generations.delete(key);
    this.state.touch(server);
  }
}

/** null = it holds what no JSON can say. */
function itemOf(key: string, definition: unknown): OfferedItem | null {
  try {
    const text = canonicalJson(definition);
    return { key, hash: definitionHash(text), text };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
