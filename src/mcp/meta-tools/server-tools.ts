import { Injectable } from '@nestjs/common';
import type { McpConfig } from '../../contracts/server-entry.js';
import { Metrics } from '../../telemetry/metrics.js';
import { CatalogService } from '../catalog/catalog.service.js';
import { type DiscoveryOutcome, ServerDiscovery } from '../catalog/server-discovery.service.js';
import type { ClientRequest } from '../client-request.js';
import { Router } from '../router.js';
import { type MetaAnswer, succeeded } from './envelope.js';
import { optionalBoolean, optionalString, requiredString } from './parameters.js';
import { ServerView } from './server-view.js';
import { limitOf, ToolSearch } from './tool-search.js';

type Arguments = Readonly<Record<string, unknown>>;

/** enkrypt_list_all_servers, enkrypt_get_server_info, enkrypt_discover_all_tools and enkrypt_search_tools. */
@Injectable()
export class ServerTools {
  constructor(
    private readonly router: Router,
    private readonly catalogs: CatalogService,
    private readonly discovery: ServerDiscovery,
    private readonly view: ServerView,
    private readonly metrics: Metrics,
    private readonly tools: ToolSearch,
  ) {}

  /** @throws GatewayError arguments_invalid */
  async search(request: ClientRequest, config: McpConfig, args: Arguments): Promise<MetaAnswer> {
    const query = requiredString(args, 'query');
    const limit = limitOf(args.limit);
    const { principal, scope } = request;
    // Nobody can find what was never asked for.
    const outcomes = await this.discovery.discoverAll(principal, config, scope.signal);
    const { tools, matches, total } = this.tools.find(principal, config, { query, limit });
    const missing = outcomes.filter(({ status }) => status !== 'ready').map(({ server }) => server.name);
    return succeeded({
      status: 'success',
      tools,
      total_matches: matches,
      total_tools: total,
      ...(missing.length === 0 ? {} : { unavailable_servers: missing }),
    });
  }

  async list(request: ClientRequest, config: McpConfig, args: Arguments): Promise<MetaAnswer> {
    this.metrics.listServersCalls.add(1);
    const answer = optionalBoolean(args, 'discover_tools', true)
      ? await this.discoverAll(request, config)
      : await this.known(request, config);
    return this.withCosts(request, config, answer);
  }

  private async known({ principal }: ClientRequest, config: McpConfig): Promise<MetaAnswer> {
    const servers = [...config.servers.values()];
    await this.catalogs.recall(principal, servers);
    return succeeded({
      status: 'success',
      available_servers: entries(servers.map((server) => [server.name, this.view.entry(principal, server)])),
      servers_needing_discovery: servers
        .filter((server) => this.view.needsDiscovery(principal, server))
        .map(({ name }) => name),
    });
  }

  /** What a model pays for being given the definitions. */
  private withCosts({ principal }: ClientRequest, config: McpConfig, { payload, isError }: MetaAnswer): MetaAnswer {
    const listed = Object.entries(payload.available_servers as Record<string, Record<string, unknown>>);
    const costly = listed.map(([name, entry]): readonly [string, Record<string, unknown>] => {
      const server = config.servers.get(name);
      return [name, server === undefined ? entry : { ...entry, token_cost: this.view.tokenCost(principal, server) }];
    });
    const total = this.tools.costOf(principal, config);
    return { isError, payload: { ...payload, available_servers: entries(costly), total_token_cost: total } };
  }

  /** @throws GatewayError unknown_server */
  async info(request: ClientRequest, config: McpConfig, args: Arguments): Promise<MetaAnswer> {
    const server = this.router.server(config, requiredString(args, 'server_name'));
    await this.catalogs.recall(request.principal, [server]);
    const { server_name, ...info } = this.view.entry(request.principal, server);
    return succeeded({ status: 'success', server_name, server_info: { server_name, ...info } });
  }

  /** @throws GatewayError unknown_server, and what discovery of a named server throws */
  async discover(request: ClientRequest, config: McpConfig, args: Arguments): Promise<MetaAnswer> {
    const name = optionalString(args, 'server_name');
    if (name === null) return this.discoverAll(request, config);
    const server = this.router.server(config, name);
    const found = await this.catalogs.get(request.principal, server, request.scope.signal);
    const source = server.allowedTools !== null ? 'config' : found.source;
    const messages = {
      config: `Tools already defined in config for ${name}`,
      cache: `Tools retrieved from cache for ${name}`,
      discovery: `Tools discovered for ${name}`,
    };
    return succeeded({
      status: 'success',
      message: messages[source],
      server_name: name,
      tools: this.view.tools(request.principal, server),
      source,
      ...this.view.blocked(request.principal, config, server),
    });
  }

  private async discoverAll(request: ClientRequest, config: McpConfig): Promise<MetaAnswer> {
    const outcomes = await this.discovery.discoverAll(request.principal, config, request.scope.signal);
    const names = (test: (outcome: DiscoveryOutcome) => boolean): string[] =>
      outcomes.filter(test).map(({ server }) => server.name);
    const failed = names(({ status }) => status !== 'ready');
    return {
      // One server that is down is that server's status; the answer fails when none could be asked.
      isError: outcomes.length > 0 && failed.length === outcomes.length,
      payload: {
        status: outcomes.length > 0 && failed.length === outcomes.length ? 'error' : 'success',
        message: 'Tools discovery tried for all servers',
        discovery_failed_servers: failed,
        discovery_success_servers: names(({ status }) => status === 'ready'),
        available_servers: entries(
          outcomes.map((outcome) => [outcome.server.name, this.outcomeEntry(request, config, outcome)]),
        ),
      },
    };
  }

  private outcomeEntry(request: ClientRequest, config: McpConfig, outcome: DiscoveryOutcome): Record<string, unknown> {
    const entry = this.view.entry(request.principal, outcome.server);
    if (outcome.status === 'ready') {
      const blocked = this.view.blocked(request.principal, config, outcome.server);
      return { status: 'success', ...entry, source: outcome.source, ...blocked };
    }
    return { status: outcome.status === 'pending' ? 'pending' : 'error', error: outcome.message, ...entry };
  }
}

/** Own properties even for a server that is called `__proto__`. */
function entries(pairs: readonly (readonly [string, Record<string, unknown>])[]): Record<string, unknown> {
  return Object.fromEntries(pairs);
}
