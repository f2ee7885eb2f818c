import { type BeforeApplicationShutdown, Injectable, type OnModuleInit } from '@nestjs/common';
import { ConfigStore } from '../config/config-store.js';
import { hashInConfig } from '../contracts/client-requests.js';
import type { Caller } from '../oauth/inbound/api-key.authenticator.js';
import { CallerAuthenticator } from '../oauth/inbound/caller.authenticator.js';
import { CatalogService } from './catalog/catalog.service.js';
import { McpHttpHandler } from './http/mcp-http.handler.js';
import { SessionStore } from './sessions/session-store.js';
import { ToolChanges } from './tool-changes.js';
import { UpstreamPool } from './upstream/pool.js';

/** How long requests under way may take once shutdown has begun. */
const DRAIN_MS = 10_000;

/** Owner of what lives longer than a request: applies reloads to live sessions, and closes everything in order at the end. */
@Injectable()
export class McpLifecycle implements OnModuleInit, BeforeApplicationShutdown {
  private stopFollowing: (() => void) | undefined;

  constructor(
    private readonly configStore: ConfigStore,
    private readonly authenticator: CallerAuthenticator,
    private readonly sessions: SessionStore,
    private readonly pool: UpstreamPool,
    private readonly catalogs: CatalogService,
    private readonly changes: ToolChanges,
  ) {}

  /** Set by the HTTP door; the stdio door drains itself. */
  http: McpHttpHandler | undefined;

  onModuleInit(): void {
    this.sessions.startSweeping(
      () => this.configStore.current().settings.clientSessionIdleMs,
      (principal) => this.authenticator.isCurrent(principal),
    );
    this.sessions.onEnd((session) => {
      this.pool.closeClientSession(session.principal.tenant, session.id);
    });
    this.stopFollowing = this.configStore.onChange(() => {
      this.apply();
    });
  }

  /** Runs before Nest closes the HTTP server, which would otherwise wait for ever for the open streams. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopFollowing?.();
    this.sessions.drain();
    await this.http?.drain(DRAIN_MS);
    this.changes.close();
    this.sessions.close();
    await this.pool.close();
  }

  /** A disabled key, a removed member, a changed server: live sessions feel it now, not at their next login. */
  private apply(): void {
    this.sessions.revoke((principal) => this.authenticator.isCurrent(principal));
    const current = currentServers(this.authenticator.callers());
    const isCurrent = (tenant: string, serverName: string, configHash: string): boolean =>
      current.get(tenant)?.get(serverName) === hashInConfig(configHash);
    this.pool.retain(isCurrent);
    this.catalogs.retain(isCurrent);
    for (const tenant of current.keys()) this.changes.announce(tenant);
  }
}

/** tenant -> server name -> config hash; keys of one tenant may reach different servers. */
function currentServers(callers: Iterable<Caller>): Map<string, Map<string, string>> {
  const tenants = new Map<string, Map<string, string>>();
  for (const { principal, config } of callers) {
    let servers = tenants.get(principal.tenant);
    if (servers === undefined) tenants.set(principal.tenant, (servers = new Map<string, string>()));
    for (const server of config?.servers.values() ?? []) servers.set(server.name, server.configHash);
  }
  return tenants;
}
