import type { CancelSignal } from '../../contracts/cancel-signal.js';
import type { ServerConnection, ServerEntry } from '../../contracts/server-entry.js';
import { GatewayError } from '../../errors.js';
import type { AddressLookup } from '../../safe-fetch.js';
import type { ConnectTimeouts } from './connect-timeouts.js';
import { type ClientInfo, declaredTo } from './envelope.js';
import { HttpEndpoint } from './http-endpoint.js';
import type { HttpPeer } from './http-handshake.js';
import { configHeaders } from './http-headers.js';
import { HttpPools } from './http-pools.js';
import { openHttpSession } from './http-session.js';
import { MAX_MESSAGE_BYTES } from './json-rpc-wire.js';
import { openSseSession } from './sse-session.js';
import type { UpstreamAccess } from './upstream-credential.js';
import type { UpstreamLog } from './upstream-log.js';
import type { UpstreamSession } from './upstream-session.js';

export interface HttpConnectorOptions {
  readonly clientInfo: ClientInfo;
  readonly timeouts: ConnectTimeouts;
  readonly log: UpstreamLog;
  readonly maxMessageBytes?: number;
  /** How names of servers are looked up that the operator has not vouched for; default: by the system. */
  readonly lookup?: AddressLookup;
}

type HttpConnection = Extract<ServerConnection, { kind: 'http' }>;

/** Configs whose era is remembered; beyond that the oldest is asked again. */
const MAX_KNOWN = 1_000;

/** Opens sessions to servers with a URL, and remembers which of them are of the handshake era, so that the probe is paid once. */
export class HttpConnector {
  readonly #options: HttpConnectorOptions;
  readonly #pools: HttpPools;
  readonly #knownOld = new Set<string>();

  constructor(options: HttpConnectorOptions) {
    this.#options = options;
    this.#pools = new HttpPools(options.timeouts.connectionMs, options.lookup);
  }

  /** @throws GatewayError upstream_unavailable, upstream_protocol, config_invalid; the signal's reason */
  async open(
    server: ServerEntry,
    connection: HttpConnection,
    access: UpstreamAccess,
    signal: CancelSignal,
  ): Promise<UpstreamSession> {
    const newPeer = (): HttpPeer => this.#peer(server, connection, access);
    if (connection.transport === 'sse') return openSseSession(newPeer(), signal);
    try {
      return await this.#openStreamable(server, newPeer, signal);
    } catch (error) {
      if (connection.transport !== 'auto' || !isNotStreamable(error)) throw error;
      return await openSseSession(newPeer(), signal);
    }
  }

  async #openStreamable(server: ServerEntry, newPeer: () => HttpPeer, signal: CancelSignal): Promise<UpstreamSession> {
    const connectTimeoutMs = this.#options.timeouts.sessionMs(server);
    const knownEra = this.#knownOld.has(server.configHash) ? '2025' : undefined;
    try {
      const session = await openHttpSession(newPeer(), { connectTimeoutMs, knownEra }, signal);
      if (session.era === '2025') this.#remember(server.configHash);
      return session;
    } catch (error) {
      // It may have been replaced by a server of the other era: the next attempt probes.
      this.#knownOld.delete(server.configHash);
      throw error;
    }
  }

  #peer(server: ServerEntry, connection: HttpConnection, access: UpstreamAccess): HttpPeer {
    const { clientInfo, log, maxMessageBytes = MAX_MESSAGE_BYTES } = this.#options;
    const url = serverUrl(server.name, connection.url);
    const { sent, ignored } = configHeaders(server.name, connection.headers);
    if (ignored.length > 0) log.warn({ server: server.name, ignored }, 'configured headers belong to the gateway');
    const lease = this.#pools.acquire(server.configHash, url, connection.publicOnly);
    const endpoint = new HttpEndpoint(server.name, url, lease, { maxMessageBytes, access });
    const capabilities = declaredTo(server);
    return { server: server.name, endpoint, clientInfo, capabilities, headers: sent };
  }

  #remember(configHash: string): void {
    const oldest = this.#knownOld.values().next();
    if (this.#knownOld.size >= MAX_KNOWN && oldest.done === false) this.#knownOld.delete(oldest.value);
    this.#knownOld.add(configHash);
  }
}

/** @throws GatewayError `config_invalid` */
function serverUrl(server: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new GatewayError('config_invalid', `Server "${server}": the URL must start with http:// or https://.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new GatewayError('config_invalid', `Server "${server}": put credentials into "headers", not into the URL.`);
  }
  return url;
}

/** How a server of HTTP+SSE meets a POST to its stream's URL (2025-11-25, transports, backwards compatibility). */
function isNotStreamable(error: unknown): boolean {
  const status = error instanceof GatewayError ? error.data?.status : undefined;
  return status === 404 || status === 405;
}
