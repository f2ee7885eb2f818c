import type { CancelSignal } from '../contracts/cancel-signal.js';
import { Injectable } from '@nestjs/common';
import { hasOwnNames, isInView, serverNames } from '../config/config-view.js';
import type { Principal } from '../contracts/principal.js';
import type { McpConfig, ServerEntry } from '../contracts/server-entry.js';
import { GatewayError } from '../errors.js';
import { allowed, isOpen, serverDisabled, toolDisabled } from '../config/tool-permission.js';
import { ownName, shownName } from '../config/tool-override.js';
import type { Route } from './catalog/route.js';
import type { Catalog, WithheldTool } from './catalog/catalog.js';
import { CrossServerCheck, type CrossServerReport } from './catalog/cross-server-check.service.js';
import { CatalogService } from './catalog/catalog.service.js';
import { exposedName, mayBelongTo } from './catalog/tool-name.js';

interface NameTable {
  readonly version: number;
  readonly routes: ReadonlyMap<string, Route>;
  /** Exposed names of tools that would be routes if they were not disabled, with what their callers are told. */
  readonly disabled: ReadonlyMap<string, GatewayError>;
  readonly crossServer: CrossServerReport;
}

/** A tool that is missing may be new: ask its server again unless it was asked this recently. */
const RECHECK_MS = 30_000;

/** Name -> (server, tool), for what this principal may reach. Listing and calling both go through here, so they always agree. */
@Injectable()
export class Router {
  /** Per config object of the snapshot (a reload makes new ones), then per tenant. */
  private readonly tables = new WeakMap<McpConfig, Map<string, NameTable>>();

  constructor(
    private readonly catalogs: CatalogService,
    private readonly crossServer: CrossServerCheck,
  ) {}

  /** Grows whenever the tools of this principal change. */
  version(principal: Principal): number {
    return this.catalogs.version(principal.tenant);
  }

  /** Every exposed tool that is known now, in the order of the config. */
  directTools(principal: Principal, config: McpConfig): ReadonlyMap<string, Route> {
    return this.table(principal, config).routes;
  }

  /** What the servers known now show of each other. */
  crossServerReport(principal: Principal, config: McpConfig): CrossServerReport {
    return this.table(principal, config).crossServer;
  }

  /**
   * The route of an exposed name; synchronous when its catalog is at hand.
   * @throws GatewayError unknown_tool, disabled, or why the one server that could have it cannot be asked
   */
  resolveDirect(principal: Principal, config: McpConfig, name: string, signal: CancelSignal): Route | Promise<Route> {
    const route = this.table(principal, config).routes.get(name);
    if (route !== undefined && this.catalogs.peek(principal, route.server) !== undefined) return route;
    return this.resolveDirectSlow(principal, config, name, signal);
  }

  /**
   * The route of a tool by its server's name and what clients call it.
   * @throws GatewayError unknown_server, unknown_tool, disabled, and what discovery throws
   */
  resolve(
    principal: Principal,
    config: McpConfig,
    names: { readonly server: string; readonly tool: string },
    signal: CancelSignal,
  ): Route | Promise<Route> {
    const server = this.server(config, names.server);
    const own = ownName(server, names.tool);
    if (own === undefined) throw notFound(names.tool);
    const tool = this.catalogs.peek(principal, server)?.tools.get(own);
    if (tool !== undefined && allowed(server, own)) return this.unlessShadow(principal, config, { server, tool });
    return this.resolveSlow(principal, server, own, signal).then((route) =>
      this.unlessShadow(principal, config, route),
    );
  }

  /** @throws GatewayError unknown_server, disabled */
  server(config: McpConfig, name: string): ServerEntry {
    const server = config.servers.get(name);
    if (server !== undefined) return server;
    throw serverDisabled(config, name) ?? new GatewayError('unknown_server', `Server '${name}' not available.`);
  }

  /** @throws GatewayError unknown_tool when the tool is withheld because of what it is to other servers */
  private unlessShadow(principal: Principal, config: McpConfig, route: Route): Route {
    const { withheld } = this.table(principal, config).crossServer;
    const shadow = withheld.get(route.server.name)?.get(route.tool.name);
    if (shadow !== undefined) throw withheldError(shadow);
    return route;
  }

  private async resolveSlow(
    principal: Principal,
    server: ServerEntry,
    toolName: string,
    signal: CancelSignal,
  ): Promise<Route> {
    const unknown = notFound(shownName(server, toolName) ?? toolName);
    if (!allowed(server, toolName)) throw (isOpen(server, toolName) ? toolDisabled(server, toolName) : null) ?? unknown;
    let { catalog } = await this.catalogs.get(principal, server, signal);
    if (!catalog.offered.has(toolName)) {
      catalog = await this.catalogs.refresh(principal, server, RECHECK_MS, signal);
    }
    const tool = catalog.tools.get(toolName);
    if (tool !== undefined) return { server, tool };
    const withheld = catalog.withheld.get(toolName);
    throw withheld === undefined ? unknown : withheldError(withheld);
  }

  private async resolveDirectSlow(
    principal: Principal,
    config: McpConfig,
    name: string,
    signal: CancelSignal,
  ): Promise<Route> {
    const isCandidate = (server: ServerEntry): boolean => hasOwnNames(config) || mayBelongTo(name, server.name);
    const candidates = [...config.servers.values()].filter(isCandidate);
    const outcomes = await Promise.allSettled(candidates.map((server) => this.catalogs.get(principal, server, signal)));
    let route = this.table(principal, config).routes.get(name);
    // A list that could not be read again shows tools, but no call rests on it: its definitions may not be those of now.
    const own = outcomes[candidates.findIndex(({ name: server }) => server === route?.server.name)];
    if (route !== undefined && own?.status !== 'rejected') return route;
    const off = this.table(principal, config).disabled.get(name);
    if (off !== undefined) throw off;
    throwFirst(own === undefined ? outcomes : [own]);
    await Promise.allSettled(candidates.map((server) => this.catalogs.refresh(principal, server, RECHECK_MS, signal)));
    route = this.table(principal, config).routes.get(name);
    if (route !== undefined) return route;
    throw this.table(principal, config).disabled.get(name) ?? disabledOwner(config, name) ?? unknownTool(name);
  }

  private table(principal: Principal, config: McpConfig): NameTable {
    let tables = this.tables.get(config);
    if (tables === undefined) {
      tables = new Map();
      this.tables.set(config, tables);
    }
    const known = tables.get(principal.tenant);
    const version = this.catalogs.version(principal.tenant);
    if (known?.version === version) return known;
    const table = { version, ...this.build(principal, config) };
    tables.set(principal.tenant, table);
    return table;
  }

  private build(principal: Principal, config: McpConfig): Omit<NameTable, 'version'> {
    const routes = new Map<string, Route>();
    const disabled = new Map<string, GatewayError>();
    const names = serverNames(config);
    const catalogs = this.knownCatalogs(principal, config);
    const crossServer = this.shadowsIn(principal, config, catalogs);
    for (const [server, catalog] of catalogs) {
      const others = names.filter((name) => name !== server.name);
      const shadows = crossServer.withheld.get(server.name);
      for (const tool of catalog.tools.values()) {
        if (!isOpen(server, tool.name) || !isInView(config, server, 'tools', tool.name)) continue;
        if (shadows?.has(tool.name) === true) continue;
        const shown = shownName(server, tool.name);
        if (shown === undefined) continue;
        const exposed = nameAt(config, server, shown, others);
        // The first in the config keeps the name: no server can take over another's tool by imitating it.
        if (routes.has(exposed) || disabled.has(exposed)) continue;
        const off = toolDisabled(server, tool.name);
        if (off === undefined) routes.set(exposed, { server, tool });
        else disabled.set(exposed, off);
      }
    }
    return { routes, disabled, crossServer };
  }

  /** What a server does to others is wrong at an endpoint that does not show them as well. */
  private shadowsIn(
    principal: Principal,
    config: McpConfig,
    catalogs: ReadonlyMap<ServerEntry, Catalog>,
  ): CrossServerReport {
    const whole = config.view?.whole;
    if (whole === undefined) return this.crossServer.report(principal, config, catalogs);
    return this.crossServer.report(principal, whole, this.knownCatalogs(principal, whole));
  }

  private knownCatalogs(principal: Principal, config: McpConfig): Map<ServerEntry, Catalog> {
    const catalogs = new Map<ServerEntry, Catalog>();
    for (const server of config.servers.values()) {
      const catalog = this.catalogs.known(principal, server);
      if (catalog !== undefined) catalogs.set(server, catalog);
    }
    return catalogs;
  }
}

function nameAt(config: McpConfig, server: ServerEntry, tool: string, others: readonly string[]): string {
  return hasOwnNames(config) ? tool : exposedName(server.name, tool, others);
}

function throwFirst(outcomes: readonly PromiseSettledResult<unknown>[]): void {
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason as Error;
}

/** To the caller a tool that is not there, with the reason. */
function withheldError({ name, reasons, remedy }: WithheldTool): GatewayError {
  const blocked = `its definition is withheld by tool_guardrails_policy (${reasons.join(', ')})`;
  const why = remedy === undefined ? blocked : `its definition is withheld (${reasons.join(', ')}): ${remedy}`;
  const message = `Tool '${name}' not found for this server: ${why}.`;
  return new GatewayError('unknown_tool', message);
}

/** What a caller is told whose tool may be one of a disabled server: its tools are not known. */
function disabledOwner(config: McpConfig, name: string): GatewayError | undefined {
  const owner = [...(config.disabled?.keys() ?? [])].find((server) => mayBelongTo(name, server));
  return owner === undefined ? undefined : serverDisabled(config, owner);
}

function notFound(name: string): GatewayError {
  return new GatewayError('unknown_tool', `Tool '${name}' not found for this server.`);
}

function unknownTool(name: string): GatewayError {
  return new GatewayError('unknown_tool', `Unknown tool: '${name}'. tools/list has the tools that this key may call.`);
}
