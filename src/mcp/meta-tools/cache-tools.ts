import { Injectable } from '@nestjs/common';
import { ConfigStore } from '../../config/config-store.js';
import type { McpConfig } from '../../contracts/server-entry.js';
import { GatewayError } from '../../errors.js';
import { CatalogService } from '../catalog/catalog.service.js';
import type { ClientRequest } from '../client-request.js';
import { Router } from '../router.js';
import { type MetaAnswer, succeeded } from './envelope.js';
import { optionalString } from './parameters.js';
import { ServerView } from './server-view.js';

const HOUR_MS = 3_600_000;
const CONFIG_TYPES = new Set(['gateway_config', 'gateway', 'gateway_cache', 'gateway_config_cache']);
const SERVER_TYPES = new Set(['server', 'server_cache', 'tools', 'server_tools']);

/** enkrypt_get_cache_status and enkrypt_clear_cache; each speaks of the caller's own tenant only. */
@Injectable()
export class CacheTools {
  constructor(
    private readonly router: Router,
    private readonly catalogs: CatalogService,
    private readonly view: ServerView,
    private readonly configStore: ConfigStore,
  ) {}

  async status(request: ClientRequest, config: McpConfig): Promise<MetaAnswer> {
    const { settings } = this.configStore.current();
    const { principal } = request;
    await this.catalogs.recall(principal, config.servers.values());
    const servers = [...config.servers.values()].map((server) => {
      const catalog = this.catalogs.held(principal, server);
      const shown = {
        tool_count: this.view.tools(principal, server).length,
        error: this.catalogs.failureOf(principal, server)?.message ?? null,
        are_tools_explicitly_defined: server.allowedTools !== null,
        needs_discovery: this.view.needsDiscovery(principal, server),
        exists: catalog !== undefined,
        ...(catalog === undefined ? {} : expiry(catalog.expiresAt)),
      };
      return [server.name, shown] as const;
    });
    return succeeded({
      status: 'success',
      cache_status: {
        gateway_specific: {
          // The configuration is a snapshot that follows its file: always there, never stale.
          config: { exists: true, revision: this.configStore.current().revision, is_expired: false },
          tools: { server_count: servers.length, servers: Object.fromEntries(servers) },
        },
        global: {
          total_gateways: 1,
          total_tool_caches: servers.filter(([, { exists }]) => exists).length,
          total_config_caches: 1,
          tool_cache_expiration_hours: settings.toolCacheTtlMs / HOUR_MS,
          config_cache_expiration_hours: settings.gatewayCacheTtlMs / HOUR_MS,
          ...this.cacheType(),
        },
      },
    });
  }

  /** The reference's words for what is in use now; the field beside it says whether that is what was configured. */
  private cacheType(): Record<string, unknown> {
    const external = this.catalogs.externalCache;
    if (external === null) return { cache_type: 'local' };
    return { cache_type: external.state === 'up' ? 'external_cache' : 'local', external_cache: external };
  }

  /** @throws GatewayError arguments_invalid, unknown_server, forbidden */
  async clear(request: ClientRequest, config: McpConfig, args: Readonly<Record<string, unknown>>): Promise<MetaAnswer> {
    const type = optionalString(args, 'cache_type') ?? 'all';
    const serverName = optionalString(args, 'server_name');
    const id = optionalString(args, 'id');
    if (id !== null && id !== request.principal.tenant) {
      throw new GatewayError('forbidden', 'Only your own cache can be cleared; leave id out.');
    }
    if (CONFIG_TYPES.has(type)) {
      await this.configStore.refresh();
      return succeeded({ status: 'success', message: `Gateway config cache cleared for ${request.principal.tenant}` });
    }
    if (type !== 'all' && !SERVER_TYPES.has(type)) {
      throw new GatewayError('arguments_invalid', 'arguments/cache_type: must be all, server or gateway_config');
    }
    return this.clearTools(request, config, serverName, type === 'all');
  }

  private async clearTools(
    request: ClientRequest,
    config: McpConfig,
    serverName: string | null,
    withConfig: boolean,
  ): Promise<MetaAnswer> {
    if (serverName !== null) {
      const cleared = await this.catalogs.clear(request.principal, [this.router.server(config, serverName)]);
      return cleared.length > 0
        ? succeeded({ status: 'success', message: `Cache cleared for server: ${serverName}` })
        : succeeded({ status: 'info', message: `No cache found for server: ${serverName}` });
    }
    const cleared = await this.catalogs.clearAll(request.principal, [...config.servers.values()]);
    if (withConfig) await this.configStore.refresh();
    const count = `${String(cleared.length)} servers`;
    const message = withConfig
      ? `Cache cleared for all servers (${count}) and gateway config (cleared)`
      : `Cache cleared for all servers (${count})`;
    return succeeded({ status: 'success', message });
  }
}

/** ISO 8601 in UTC. */
function expiry(expiresAt: number): Record<string, unknown> {
  return {
    expires_at: new Date(expiresAt).toISOString(),
    expires_in_hours: Math.round(((expiresAt - Date.now()) / HOUR_MS) * 100) / 100,
    is_expired: false,
  };
}
