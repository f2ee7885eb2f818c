import type { ClientAuthentication, OAuthTls } from '../../../contracts/upstream-oauth.js';
import { TokenError } from '../token-error.js';
import { ForeignEntry, type TokenVault } from '../token-vault.js';
import { clientMetadata } from './client-metadata.js';
import { type DiscoveryStep, documentError, statusError, unusable } from './discovery-error.js';
import type { UsableServer } from './issuer-metadata.js';
import type { Outside } from './outside.js';

/** The gateway as one authorization server knows it. */
export interface RegisteredClient {
  readonly clientId: string;
  readonly authentication: ClientAuthentication;
}

/** Which registration. */
export interface RegistrationOf {
  readonly issuer: string;
  readonly redirectUri: string;
  /** URL of the MCP server: two of them are two clients, so that one's registration says nothing of the other. */
  readonly serverUrl: string;
}

interface Stored extends RegisteredClient {
  /** Epoch milliseconds; null = never. */
  readonly expiresAt: number | null;
}

/** Ten years: registrations end when the authorization server says so. */
const KEPT_MS = 10 * 365 * 86_400_000;
const SECRET_METHODS = ['client_secret_basic', 'client_secret_post'] as const;
/** Error codes of RFC 7591 3.2.2 and others. */
const CODE = /^[a-z_]{1,64}$/;
const WHAT = 'the registration';
/** Visible ASCII (RFC 6749 appendix A.1), without a space. */
const TEXT = /^[\x21-\x7e]{1,2048}$/;

/** Clients that were registered dynamically (RFC 7591), kept where tokens are, one for all replicas. */
export class ClientRegistrations {
  readonly #vault: TokenVault;
  readonly #wall: () => number;
  /** A vault in memory gives no turns. */
  readonly #flights = new Map<string, Promise<RegisteredClient>>();

  /** @param wall epoch milliseconds */
  constructor(vault: TokenVault, wall: () => number = Date.now) {
    this.#vault = vault;
    this.#wall = wall;
  }

  /** The registration that is there, else a new one. @throws TokenError, VaultFault */
  clientFor(
    out: Outside,
    as: UsableServer,
    of: RegistrationOf,
    at: DiscoveryStep & { readonly tls: OAuthTls | null },
  ): Promise<RegisteredClient> {
    const name = nameOf(of);
    let flight = this.#flights.get(name);
    if (flight === undefined) {
      flight = this.#vault
        .alone(name, async () => {
          const client = (await this.#read(name)) ?? (await this.#register(out, as, of, at));
          // Again, too: sealed with the first of the vault's keys, it outlives the others.
          await this.#vault.keep(name, JSON.stringify(client), KEPT_MS);
          return client;
        })
        .finally(() => this.#flights.delete(name));
      this.#flights.set(name, flight);
    }
    return flight;
  }

  /** Forgets a client that the authorization server has forgotten, unless another has taken its place. @throws VaultFault */
  async forget(of: RegistrationOf, clientId: string): Promise<void> {
    const name = nameOf(of);
    await this.#vault.alone(name, async () => {
      if ((await this.#read(name))?.clientId === clientId) await this.#vault.take(name);
    });
  }

  async #read(name: string): Promise<Stored | null> {
    const text = await this.#vault.look(name).catch((error: unknown) => {
      // Sealed with a key that was taken out: nobody can use it any more, and another client takes its place.
      if (error instanceof ForeignEntry) return null;
      throw error;
    });
    const stored = text === null ? null : (JSON.parse(text) as Stored);
    return stored?.expiresAt != null && stored.expiresAt <= this.#wall() ? null : stored;
  }

  async #register(
    out: Outside,
    as: UsableServer,
    { redirectUri }: RegistrationOf,
    at: DiscoveryStep & { readonly tls: OAuthTls | null },
  ): Promise<Stored> {
    const { lib } = out;
    const method = methodAt(as, at);
    const { grant_types_supported: grants } = as;
    const metadata = clientMetadata(redirectUri, method, Array.isArray(grants) ? grants : undefined);
    try {
      const response = await lib.dynamicClientRegistrationRequest(as, { ...metadata }, out.options(at.tls));
      if (response.status === 401 || response.status === 403) throw notForEverybody(redirectUri, at);
      if (response.status >= 300 && response.status !== 400) throw statusError(response.status, at, WHAT);
      const answer = await lib.processDynamicClientRegistrationResponse(response);
      return storedOf(answer, { redirectUri, method }, at);
    } catch (error) {
      throw registrationError(error, redirectUri, at);
    }
  }
}

/** A name no token can have: theirs begin with their owner. */
function nameOf({ issuer, redirectUri, serverUrl }: RegistrationOf): string {
  return ['registration', issuer, redirectUri, serverUrl].join('\u0000');
}

/** No secret, where the authorization server knows clients without one (RFC 8414 2: absent = client_secret_basic, which few mean). */
function methodAt({ token_endpoint_auth_methods_supported: methods }: UsableServer, at: DiscoveryStep): string {
  if (!Array.isArray(methods) || methods.includes('none')) return 'none';
  const known = SECRET_METHODS.find((method) => methods.includes(method));
  if (known !== undefined) return known;
  throw unusable(at, 'the authorization server knows no way for clients that the gateway knows', byHand(null));
}

function storedOf(
  answer: Readonly<Record<string, unknown>>,
  asked: { readonly redirectUri: string; readonly method: string },
  at: DiscoveryStep,
): Stored {
  const { client_id: clientId, redirect_uris: uris, client_secret_expires_at: ends } = answer;
  if (typeof clientId !== 'string' || !TEXT.test(clientId)) throw unusable(at, 'the client id is malformed');
  if (Array.isArray(uris) && !uris.includes(asked.redirectUri)) {
    throw unusable(at, 'the authorization server has registered another redirect URI', byHand(asked.redirectUri));
  }
  const authentication = authenticationOf(answer, asked.method);
  if (authentication === null) {
    throw unusable(at, 'the client is registered in a way that the gateway does not know', byHand(asked.redirectUri));
  }
  const hasEnd = 'secret' in authentication && typeof ends === 'number' && ends > 0;
  return { clientId, authentication, expiresAt: hasEnd ? ends * 1000 : null };
}

/** As registered, which the authorization server may have changed (RFC 7591 3.2.1). */
function authenticationOf(
  { token_endpoint_auth_method: registered, client_secret: secret }: Readonly<Record<string, unknown>>,
  asked: string,
): ClientAuthentication | null {
  const method = registered ?? asked;
  if (method === 'none') return { method };
  const known = SECRET_METHODS.find((one) => one === method);
  return known !== undefined && typeof secret === 'string' && TEXT.test(secret) ? { method: known, secret } : null;
}

function notForEverybody(redirectUri: string, at: DiscoveryStep): TokenError {
  return unusable(at, 'the authorization server does not register everybody', byHand(redirectUri));
}

/** Takes over an error code, never a text. */
function registrationError(error: unknown, redirectUri: string, at: DiscoveryStep): TokenError {
  if (!(error instanceof Error) || error instanceof TokenError || !('error' in error)) {
    return documentError(error, at, WHAT);
  }
  const { error: code } = error;
  const known = typeof code === 'string' && CODE.test(code) ? code : 'an unknown error';
  return unusable(at, `the authorization server answered ${known}`, byHand(redirectUri));
}

/** What to do when the gateway cannot register itself. */
export function byHand(redirectUri: string | null): string {
  const where = redirectUri === null ? 'there' : `there with the redirect URI ${redirectUri}`;
  return `Register the gateway ${where} and set OAUTH_CLIENT_ID`;
}
