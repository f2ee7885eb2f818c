import type { Logger } from 'pino';
import { isLoopbackHost } from '../../../config/oauth-urls.js';
import { hashInConfig } from '../../../contracts/client-requests.js';
import type { ServerConnection, ServerEntry } from '../../../contracts/server-entry.js';
import type { OAuthDiscovery, UpstreamOAuth } from '../../../contracts/upstream-oauth.js';
import { type GatewayError, toGatewayError } from '../../../errors.js';
import { TokenError, vaultError } from '../token-error.js';
import { type TokenVault, VaultFault } from '../token-vault.js';
import { type Challenge, readChallenge } from './challenge.js';
import { clientIdFor } from './client-metadata.js';
import { byHand, ClientRegistrations, type RegisteredClient } from './client-registrations.js';
import { discoveredOAuth, redirectUriOf } from './discovered-oauth.js';
import { type DiscoveryStep, documentError, unusable } from './discovery-error.js';
import { readIssuer, type UsableServer } from './issuer-metadata.js';
import { Outside } from './outside.js';
import { askForChallenge } from './probe.js';
import { Reach } from './reach.js';
import { readResource } from './resource-metadata.js';

type HttpConnection = Extract<ServerConnection, { kind: 'http' }>;

interface Parts {
  readonly vault: TokenVault;
  /** For everything that one discovery asks others. */
  readonly deadlineMs: () => number;
  /** Origin of the gateway as browsers see it; null = not known. */
  readonly publicUrl: () => string | null;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

/** What is known of one server. */
interface Place {
  readonly serverUrl: string;
  oauth: UpstreamOAuth | undefined;
  /** WWW-Authenticate that it was learnt from. */
  challenge: string | undefined;
  learntAt: number;
  flight: Promise<UpstreamOAuth> | undefined;
  failure: { readonly error: GatewayError; readonly until: number; readonly count: number } | undefined;
}

/** Metadata are read again after an hour, beside the calls, and believed for a day when that fails. */
const FRESH_MS = 3_600_000;
const STALE_MS = 86_400_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
const MAX_PLACES = 1_000;
/** An authorization server that forgets its clients at once is not asked for one after the other. */
const MIN_CLIENT_AGE_MS = 60_000;

/**
 * Finds out how tokens for a server are got (MCP 2025-11-25, authorization): from the server's challenge to its metadata, its authorization
 * server, and the gateway as a client there. One attempt at a time for each server; failures stand for a while.
 */
export class Discovery {
  readonly #parts: Parts;
  readonly #registrations: ClientRegistrations;
  readonly #now: () => number;
  readonly #places = new Map<string, Place>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#registrations = new ClientRegistrations(parts.vault);
    this.#now = parts.now ?? (() => performance.now());
  }

  /** What has been found out; undefined = nothing yet. */
  oauthOf(server: ServerEntry): UpstreamOAuth | undefined {
    const place = this.#places.get(this.#keyOf(server));
    if (place?.oauth === undefined) return undefined;
    const age = this.#now() - place.learntAt;
    if (age < FRESH_MS) return place.oauth;
    if (age > STALE_MS) return undefined;
    if (place.flight === undefined && !this.#hasFailed(place)) this.#begin(server, place).catch(() => undefined);
    return place.oauth;
  }

  /**
   * Finds out, or tells what has been found out. Callers wait for one attempt.
   * @param challenge WWW-Authenticate of the server's HTTP 401, empty when there was none; undefined = the server has not been asked
   * @throws TokenError
   */
  async learn(server: ServerEntry, challenge: string | undefined): Promise<UpstreamOAuth> {
    const known = this.oauthOf(server);
    if (known !== undefined) return known;
    const place = this.#placeOf(server);
    if (place.flight !== undefined) return place.flight;
    if (place.failure !== undefined && this.#hasFailed(place)) throw place.failure.error;
    place.challenge = challenge ?? place.challenge;
    return this.#begin(server, place);
  }

  /**
   * How tokens for a server are got: as the config says, or found out; undefined = it needs none, as far as it tells.
   * @throws TokenError
   */
  async settled(server: ServerEntry): Promise<UpstreamOAuth | undefined> {
    if (server.discovery === undefined) return server.oauth;
    try {
      return await this.learn(server, undefined);
    } catch (error) {
      const isOpen = error instanceof TokenError && error.reason === 'undiscovered' && !server.discovery.isDeclared;
      if (isOpen) return undefined;
      throw error;
    }
  }

  /** The authorization server does not know the client any more: the next use registers another. @throws VaultFault */
  async clientRefused({ issuer, redirectUri, clientId }: UpstreamOAuth): Promise<void> {
    for (const place of this.#places.values()) {
      const { oauth } = place;
      if (oauth?.clientId !== clientId || oauth.issuer !== issuer || issuer === null || redirectUri === null) continue;
      if (this.#now() - place.learntAt < MIN_CLIENT_AGE_MS) continue;
      place.oauth = undefined;
      await this.#registrations.forget({ issuer, redirectUri, serverUrl: place.serverUrl }, clientId);
    }
  }

  #begin(server: ServerEntry, place: Place): Promise<UpstreamOAuth> {
    const flight = this.#find(server, place.challenge)
      .then((oauth) => {
        Object.assign(place, { oauth, learntAt: this.#now(), failure: undefined });
        this.#parts.log.info({ event: 'oauth_discovered', server: server.name, issuer: oauth.issuer });
        return oauth;
      })
      .catch((cause: unknown) => {
        throw this.#failed(place, server.name, cause);
      })
      .finally(() => {
        place.flight = undefined;
      });
    place.flight = flight;
    return flight;
  }

  async #find(server: ServerEntry, header: string | undefined): Promise<UpstreamOAuth> {
    const at = { server: server.name, step: 'discovering the authorization server' } as const;
    const { discovery, connection } = server;
    if (discovery === undefined || connection.kind !== 'http') throw unusable(at, 'the config does not let it');
    const url = new URL(connection.url);
    refuseClearText(url, at);
    const reach = new Reach(url, discovery.ownEndpoints);
    const out = new Outside({ lib: await import('oauth4webapi'), reach, deadlineMs: this.#parts.deadlineMs() });
    try {
      const challenge = await readChallenge(header ?? (await askForChallenge(out, connection)));
      return await this.#follow(out, { server: server.name, connection, discovery }, challenge);
    } catch (error) {
      if (error instanceof VaultFault) throw error;
      throw documentError(error, at, 'what the server tells');
    }
  }

  async #follow(
    out: Outside,
    { server, connection, discovery }: { server: string; connection: HttpConnection; discovery: OAuthDiscovery },
    challenge: Challenge,
  ): Promise<UpstreamOAuth> {
    const { url } = connection;
    const target = { server, url: new URL(url), resource: discovery.resource };
    const resource = await readResource(out, target, challenge);
    const issuer = chosenIssuer(resource.issuers, discovery, server);
    const as = await readIssuer(out, issuer, discovery.tls, server);
    const at = { server, step: 'registering the gateway' } as const;
    const redirectUri = redirectUriOf(discovery, issuer, this.#parts.publicUrl(), at);
    const client = await this.#client(out, as, { discovery, redirectUri, url }, at);
    return discoveredOAuth(discovery, { url, resource, as, client, redirectUri, scopes: challenge.scopes }, out.reach);
  }

  /** In the order of MCP 2025-11-25, "Client Registration Approaches". */
  #client(
    out: Outside,
    as: UsableServer,
    { discovery, redirectUri, url }: { discovery: OAuthDiscovery; redirectUri: string; url: string },
    at: DiscoveryStep,
  ): RegisteredClient | Promise<RegisteredClient> {
    const { clientId, authentication, tls } = discovery;
    if (clientId !== null) return { clientId, authentication };
    const own = clientIdFor(redirectUri);
    const isServedHere = own !== null && new URL(own).origin === this.#parts.publicUrl();
    if (as.client_id_metadata_document_supported === true && isServedHere) {
      return { clientId: own, authentication: { method: 'none' } };
    }
    if (as.registration_endpoint === undefined) {
      throw unusable(at, 'the authorization server does not register clients by itself', byHand(redirectUri));
    }
    return this.#registrations.clientFor(out, as, { issuer: as.issuer, redirectUri, serverUrl: url }, { ...at, tls });
  }

  #failed(place: Place, server: string, cause: unknown): GatewayError {
    const error =
      cause instanceof VaultFault ? vaultError(server, 'registering the gateway', cause) : toGatewayError(cause);
    const count = (place.failure?.count ?? 0) + 1;
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (count - 1));
    place.failure = { error, count, until: this.#now() + pauseMs };
    // Many servers mean something else with HTTP 401 than tokens.
    if (error instanceof TokenError && error.reason === 'undiscovered') return error;
    this.#parts.log.warn({ event: 'oauth_discovery_failed', server, code: error.code, reason: error.message });
    return error;
  }

  #hasFailed({ failure }: Place): boolean {
    return failure !== undefined && this.#now() < failure.until;
  }

  /** A config that says something else is another place; so is a gateway with another address, which is another client. */
  #keyOf({ name, configHash }: ServerEntry): string {
    return [name, hashInConfig(configHash), this.#parts.publicUrl()].join('\u0000');
  }

  #placeOf(server: ServerEntry): Place {
    const key = this.#keyOf(server);
    let place = this.#places.get(key);
    if (place === undefined) {
      const serverUrl = server.connection.kind === 'http' ? server.connection.url : '';
      place = { serverUrl, oauth: undefined, challenge: undefined, learntAt: 0, flight: undefined, failure: undefined };
      const [oldest] = this.#places.keys();
      if (this.#places.size >= MAX_PLACES && oldest !== undefined) this.#places.delete(oldest);
      this.#places.set(key, place);
    }
    return place;
  }
}

function refuseClearText({ protocol, hostname }: URL, at: DiscoveryStep): void {
  if (protocol === 'https:' || isLoopbackHost(hostname)) return;
  throw unusable(at, 'the server has an http URL, and a token would travel in clear', 'Use https in url');
}

/** The operator's, if the server trusts it, as the operator writes it; else the first (RFC 9728 7.6). @throws TokenError */
function chosenIssuer(issuers: readonly string[], { issuer }: OAuthDiscovery, server: string): string {
  if (issuer === null) return issuers[0] ?? '';
  const { href } = new URL(issuer);
  if (issuers.some((one) => URL.canParse(one) && new URL(one).href === href)) return issuer;
  const at = { server, step: 'discovering the authorization server' } as const;
  throw unusable(at, 'the server trusts other authorization servers than OAUTH_ISSUER', 'Check OAUTH_ISSUER');
}
