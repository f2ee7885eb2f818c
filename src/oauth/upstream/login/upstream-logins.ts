import { hash, randomUUID, timingSafeEqual } from 'node:crypto';
import { OPERATOR_ID } from '../../../contracts/principal.js';
import type { UpstreamOAuth } from '../../../contracts/upstream-oauth.js';
import { GatewayError } from '../../../errors.js';
import type { StoredToken } from '../stored-token.js';
import type { TokenEndpoint } from '../token-endpoint.js';
import { TokenError } from '../token-error.js';
import { VaultFault } from '../token-vault.js';
import type { TokenUse } from '../upstream-tokens.js';
import { authorizationRequest } from './authorization-request.js';
import { checkedResponse } from './authorization-response.js';
import {
  configChanged,
  LoginError,
  otherBrowser,
  overOrUnknown,
  refusedThere,
  tooManyAttempts,
} from './login-error.js';
import { linkOf, placeOf } from './login-place.js';
import {
  LOGIN_LIFE_MS,
  type LoginFor,
  loginFor,
  type LoginOutcome,
  type LoginTicket,
  type SentLogin,
} from './login-record.js';
import { type LoginStore, newSecret } from './login-store.js';

/** A link is told again for this long, so that a crowd of calls does not make a crowd of links. */
const TOLD_AGAIN_MS = LOGIN_LIFE_MS / 2;
const MAX_TOLD = 10_000;
/** Each attempt is kept for ten minutes: whoever has a link must not fill the vault with them. */
const MAX_ATTEMPTS = 20;
const MINUTE_MS = 60_000;

type Server = UpstreamOAuth & { readonly authorizationUrl: string };

interface Parts {
  readonly store: LoginStore;
  readonly endpoint: Pick<TokenEndpoint, 'code'>;
  /** What the config says now; undefined = the person may not use the server, or it needs no login. */
  readonly oauthOf: (login: LoginFor) => UpstreamOAuth | undefined | Promise<UpstreamOAuth | undefined>;
  readonly adopt: (login: LoginFor, oauth: UpstreamOAuth, token: StoredToken) => Promise<void>;
  /** Makes the gateway listen where the answer comes to, on this machine. @throws GatewayError login_required */
  readonly listen: (oauth: UpstreamOAuth, server: string) => Promise<void>;
  /** Hears of every answer to a login: undefined = it has brought a token, else why not. */
  readonly onAnswered?: (login: LoginFor, error: unknown) => Promise<void>;
  readonly now?: () => number;
}

/** Hears of every login that ends here. */
type EndListener = (login: LoginFor, elicitationId: string, outcome: LoginOutcome) => void;

/** A link for a person, and what is told of it. */
export interface LoginLink {
  readonly ticket: string;
  readonly elicitationId: string;
  /** null = the answer cannot come back to the gateway by itself. */
  readonly url: string | null;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** Logins of people at the authorization servers of MCP servers: authorization code with PKCE (OAuth 2.1, 4.1). */
export class UpstreamLogins {
  readonly #parts: Parts;
  readonly #now: () => number;
  readonly #told = new Map<string, LoginLink>();
  readonly #listeners = new Set<EndListener>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#now = parts.now ?? Date.now;
  }

  onEnd(listener: EndListener): void {
    this.#listeners.add(listener);
  }

  /** What a call is answered that needs a login first. */
  async needed(use: TokenUse): Promise<GatewayError> {
    const { server, oauth } = use;
    if (use.principal.userId === OPERATOR_ID) {
      return loginError(server, 'A person has to log in', `Use: secure-mcp-gateway oauth login ${server}`);
    }
    const link = await this.link(use);
    const command = `secure-mcp-gateway oauth login ${server}`;
    if (link.url === null) return loginError(server, 'You have to log in', `Use in a terminal: ${command}`);
    const minutes = String(Math.max(1, Math.floor((link.expiresAt - this.#now()) / MINUTE_MS)));
    const where = placeOf(oauth) === 'loopback' ? ' on the machine of the gateway' : '';
    return new GatewayError(
      'login_required',
      `Server "${server}" was not called: you have to log in first. Open this link${where} within ${minutes} minutes, then try again: ${link.url}`,
      { retryable: true, data: { url: link.url, elicitationId: link.elicitationId, server } },
    );
  }

  /**
   * @param by who brings the answer: a browser, for which the gateway listens, or whoever has the key
   * @throws VaultFault; GatewayError login_required when the gateway cannot listen for the answer
   */
  async link(use: TokenUse, by: 'browser' | 'key' = 'browser'): Promise<LoginLink> {
    if (by === 'browser' && placeOf(use.oauth) === 'loopback') await this.#parts.listen(use.oauth, use.server);
    const login = loginFor(use);
    const mark = `${login.key}\u0000${login.scopes.join(' ')}`;
    const told = this.#told.get(mark);
    if (told !== undefined && told.expiresAt - this.#now() > LOGIN_LIFE_MS - TOLD_AGAIN_MS) return told;
    const ticket = newSecret();
    const elicitationId = randomUUID();
    const createdAt = this.#now();
    await this.#parts.store.keepTicket(ticket, {
      login,
      createdAt,
      elicitationId,
      outcome: { state: 'waiting' },
      sent: 0,
    });
    const url = placeOf(use.oauth) === 'elsewhere' ? null : linkOf(use.oauth, ticket);
    const link = { ticket, elicitationId, url, expiresAt: createdAt + LOGIN_LIFE_MS };
    this.#remember(mark, link);
    return link;
  }

  /** @throws LoginError, VaultFault */
  async ticket(id: string): Promise<{ readonly ticket: LoginTicket; readonly oauth: Server }> {
    const ticket = await this.#parts.store.ticket(id);
    if (ticket === null) throw overOrUnknown();
    return { ticket, oauth: await this.#current(ticket.login) };
  }

  /**
   * Begins the login: where the person is sent.
   * @param browser secret of the cookie that has to come back; null = the answer is brought with the person's gateway key
   * @throws LoginError, VaultFault
   */
  async send(id: string, browser: string | null): Promise<{ readonly url: string; readonly state: string }> {
    const { ticket, oauth } = await this.ticket(id);
    if (ticket.outcome.state === 'done') throw overOrUnknown();
    if (ticket.sent >= MAX_ATTEMPTS) throw tooManyAttempts();
    await this.#parts.store.keepTicket(id, { ...ticket, sent: ticket.sent + 1 });
    const state = newSecret();
    // 43 characters of 256 bits (RFC 7636 4.1).
    const verifier = newSecret();
    await this.#parts.store.keepSent(state, {
      login: ticket.login,
      ticket: id,
      verifier,
      redirectUri: oauth.redirectUri ?? '',
      browser: browser === null ? null : hash('sha256', browser, 'hex'),
      sentAt: this.#now(),
    });
    return { url: authorizationRequest(oauth, { state, verifier, scopes: ticket.login.scopes }), state };
  }

  /**
   * Takes the answer that a browser brings.
   * @param at the address that the browser came to
   * @param cookieOf the secret that the browser has for a state
   * @returns the name of the server
   * @throws LoginError, TokenError, VaultFault
   */
  async answeredByBrowser(at: URL, cookieOf: (state: string) => string | undefined): Promise<string> {
    const state = singleOf(at.searchParams, 'state');
    const sent = await this.#parts.store.sent(state);
    if (sent === null || !isSameAddress(at, sent.redirectUri)) throw overOrUnknown();
    if (sent.browser === null) {
      const remedy = 'Copy the address of this page into the terminal that waits for it.';
      throw new LoginError(409, 'Back to the terminal', 'This login was begun in a terminal.', remedy);
    }
    const cookie = cookieOf(state);
    if (cookie === undefined || !isSameSecret(sent.browser, cookie)) throw otherBrowser();
    return this.#finish(state, at.searchParams);
  }

  /**
   * Takes the answer that somebody brings with a gateway key: of a login that the same person has begun.
   * @throws LoginError, TokenError, VaultFault
   */
  async answeredByKey(parameters: URLSearchParams, tenant: string): Promise<string> {
    const state = singleOf(parameters, 'state');
    const sent = await this.#parts.store.sent(state);
    if (sent?.login.principal.tenant !== tenant || sent.browser !== null) throw overOrUnknown();
    return this.#finish(state, parameters);
  }

  async #finish(state: string, parameters: URLSearchParams): Promise<string> {
    const sent = await this.#parts.store.takeSent(state);
    if (sent === null) throw overOrUnknown();
    const { login } = sent;
    try {
      const oauth = await this.#current(login);
      const checked = await checkedResponse(parameters, state, oauth);
      const use = { server: login.server, oauth: { ...oauth, scopes: login.scopes } };
      const token = await this.#parts.endpoint.code(use, { parameters: checked, verifier: sent.verifier });
      // Who was removed meanwhile gets no token any more.
      await this.#parts.adopt(login, await this.#current(login), token);
    } catch (error) {
      await this.#parts.onAnswered?.(login, error);
      await this.#end(sent, { state: 'failed', message: messageOf(error) });
      throw error instanceof TokenError ? refusedThere(error.message) : error;
    }
    await this.#parts.onAnswered?.(login, undefined);
    await this.#end(sent, { state: 'done' });
    return login.server;
  }

  /** Only what is done ends a link: who was refused may try again while it lasts. */
  async #end({ ticket: id, login }: SentLogin, outcome: LoginOutcome): Promise<void> {
    const ticket = await this.#parts.store.ticket(id).catch(() => null);
    if (ticket !== null && ticket.outcome.state !== 'done') {
      await this.#parts.store.keepTicket(id, { ...ticket, outcome }).catch(() => undefined);
    }
    for (const [mark, link] of this.#told) if (link.ticket === id && outcome.state === 'done') this.#told.delete(mark);
    for (const listener of this.#listeners) listener(login, ticket?.elicitationId ?? '', outcome);
  }

  /** @throws LoginError when it is not what the login was begun for */
  async #current(login: LoginFor): Promise<Server> {
    const oauth = await this.#parts.oauthOf(login);
    if (oauth?.tokenScope !== login.tokenScope || !hasAuthorization(oauth)) throw configChanged(login.server);
    return oauth;
  }

  #remember(mark: string, link: LoginLink): void {
    this.#told.delete(mark);
    const [oldest] = this.#told.keys();
    if (this.#told.size >= MAX_TOLD && oldest !== undefined) this.#told.delete(oldest);
    this.#told.set(mark, link);
  }
}

function hasAuthorization(oauth: UpstreamOAuth | undefined): oauth is Server {
  return oauth !== undefined && oauth.authorizationUrl !== null;
}

/** A parameter that must be there once (RFC 6749 3.1). @throws LoginError */
function singleOf(parameters: URLSearchParams, name: string): string {
  const [value, ...more] = parameters.getAll(name);
  if (value === undefined || more.length > 0) throw overOrUnknown();
  return value;
}

/** Exactly the address that was registered: another one may belong to another authorization server. */
function isSameAddress(at: URL, redirectUri: string): boolean {
  return URL.canParse(redirectUri) && new URL(redirectUri).pathname === at.pathname;
}

function isSameSecret(digest: string, secret: string): boolean {
  return timingSafeEqual(Buffer.from(digest, 'hex'), Buffer.from(hash('sha256', secret, 'hex'), 'hex'));
}

function messageOf(error: unknown): string {
  if (error instanceof LoginError || error instanceof TokenError) return error.message;
  return error instanceof VaultFault ? 'The token could not be kept.' : 'The login has failed.';
}

function loginError(server: string, what: string, remedy: string): GatewayError {
  return new GatewayError('login_required', `Server "${server}" was not called. ${what}. ${remedy}`, {
    data: { server },
  });
}
