import type { CancelSignal } from '../../contracts/cancel-signal.js';
import type { ServerEntry } from '../../contracts/server-entry.js';
import { CanarySession } from './canary-session.js';
import { childEnvironment, type Environment } from './child-env.js';
import { ChildRegistry } from './child-registry.js';
import type { ConnectTimeouts } from './connect-timeouts.js';
import { type ClientInfo, declaredTo } from './envelope.js';
import type { HttpConnector } from './http-connector.js';
import { unavailable } from './pending-request.js';
import { openStdioSession } from './stdio-session.js';
import { tokenVariables, type UpstreamAccess } from './upstream-credential.js';
import type { UpstreamLog } from './upstream-log.js';
import type { UpstreamSession } from './upstream-session.js';

export interface ConnectorOptions {
  /** What children may be given a part of (see childEnvironment). */
  readonly baseEnv: Environment;
  /** Where the children are listed for the next gateway; null = nowhere. */
  readonly registryDir: string | null;
  readonly clientInfo: ClientInfo;
  readonly timeouts: ConnectTimeouts;
  readonly log: UpstreamLog;
}

/** Opens a session to a server of any kind. Owns what outlives single sessions: connections, the list of children. */
export class UpstreamConnector {
  readonly #options: ConnectorOptions;
  readonly #registry: ChildRegistry;
  #http: Promise<HttpConnector> | undefined;

  constructor(options: ConnectorOptions) {
    this.#options = options;
    this.#registry = new ChildRegistry(options.registryDir);
  }

  /** @throws GatewayError upstream_unavailable, upstream_protocol, config_invalid; the signal's reason */
  async open(server: ServerEntry, access: UpstreamAccess, signal: CancelSignal): Promise<UpstreamSession> {
    const { connection, discovery } = server;
    const { credential } = access;
    // No token, no call (architecture D8): whatever leads here without one.
    const needsToken = server.oauth !== undefined || discovery?.isDeclared === true;
    if (needsToken && credential === undefined) throw unavailable(server.name, 'needs a token');
    const { baseEnv, clientInfo, log } = this.#options;
    switch (connection.kind) {
      case 'canary':
        return new CanarySession();
      case 'stdio': {
        const tokens = tokenVariables(await credential?.authorization());
        const env = childEnvironment(baseEnv, { ...tokens, ...connection.env });
        const own = [...Object.values(connection.env), ...(connection.secretArgs ?? [])];
        const secrets = [...own, ...Object.values(tokens)];
        const command = { command: connection.command, args: connection.args, env, secrets };
        const capabilities = declaredTo(server);
        const registry = this.#registry;
        return openStdioSession({ server: server.name, command, registry, clientInfo, capabilities, log }, signal);
      }
      case 'http':
        this.#http ??= this.#loadHttp();
        return (await this.#http).open(server, connection, access, signal);
    }
  }

  /** Ends every child that is left. */
  close(): void {
    this.#registry.close();
  }

  /** Loaded on first use: a gateway with stdio servers only starts without an HTTP client. */
  async #loadHttp(): Promise<HttpConnector> {
    const loaded = await import('./http-connector.js');
    return new loaded.HttpConnector(this.#options);
  }
}
