import type { Principal } from '../../contracts/principal.js';
import type { ServerEntry } from '../../contracts/server-entry.js';
import type { UpstreamOAuth } from '../../contracts/upstream-oauth.js';
import { type GatewayError, toGatewayError } from '../../errors.js';
import type { OAuthTotals } from '../../telemetry/oauth-totals.js';
import type { Discovery } from './discovery/discovery.js';
import { widerScopes } from './discovery/step-up.js';
import { CHECK_MS, type Clock, HeldToken, SYSTEM_CLOCK } from './held-token.js';
import { patiently } from './patiently.js';
import type { StoredToken } from './stored-token.js';
import type { TokenEndpoint } from './token-endpoint.js';
import { rejected, TokenError, vaultError } from './token-error.js';
import { useFor } from './token-key.js';
import { type TokenState, tokenState } from './token-state.js';
import { type TokenPlace, TokenPlaces } from './token-places.js';
import { ForeignEntry, type TokenVault, VaultFault } from './token-vault.js';

/** What one token is for. */
export interface TokenUse {
  readonly key: string;
  readonly server: string;
  readonly oauth: UpstreamOAuth;
  readonly principal: Principal;
}

interface Parts {
  readonly endpoint: TokenEndpoint;
  readonly vault: TokenVault;
  readonly totals: OAuthTotals;
  /** The error for somebody who has to log in first. */
  readonly loginNeeded: (use: TokenUse) => GatewayError | Promise<GatewayError>;
  /** Absent = what the config says is all. */
  readonly discovery?: Pick<Discovery, 'oauthOf' | 'clientRefused'>;
  readonly clock?: Clock;
}

/** How long a failure stands before the authorization server is asked again: doubled each time. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * The tokens for servers: one for each identity, one request at a time for each, renewed before they end. Everything secret stays in
 * here, in the vault, and in the headers that are sent.
 */
export class UpstreamTokens {
  readonly #parts: Parts;
  readonly #clock: Clock;
  readonly #places = new TokenPlaces();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? SYSTEM_CLOCK;
    parts.totals.active = () => this.#places.active(this.#clock.monotonic());
  }

  /** Undefined for a server that needs no token. */
  useOf(server: ServerEntry, principal: Principal): TokenUse | undefined {
    const oauth = this.oauthOf(server);
    return oauth && useFor(server.name, oauth, principal);
  }

  /** How tokens for a server are got, as far as that is known. */
  oauthOf(server: ServerEntry): UpstreamOAuth | undefined {
    return server.oauth ?? (server.discovery && this.#parts.discovery?.oauthOf(server));
  }

  /**
   * A token that can be used now: at once when one is at hand. In the time before its end it is renewed beside the calls.
   * @throws GatewayError upstream_token, login_required: as a rejection
   */
  token(use: TokenUse): HeldToken | Promise<HeldToken> {
    const place = this.#places.get(use.key);
    const held = place?.held;
    if (held !== undefined) {
      const now = this.#clock.monotonic();
      if (now < held.renewAt) {
        this.#parts.totals.hits++;
        if (now >= held.checkAt && this.#parts.vault.shared) this.#check(use.key, held, now);
        return held;
      }
      if (now < held.endsAt) {
        this.#parts.totals.hits++;
        if (this.#mayAsk(place)) this.#renew(use, held.authorization).catch(() => undefined);
        return held;
      }
      this.#parts.totals.expirations++;
      if (place !== undefined) place.held = undefined;
    }
    this.#parts.totals.misses++;
    return this.#renew(use, held?.authorization);
  }

  /**
   * Another token than the one that the server has refused.
   * @throws GatewayError upstream_token, login_required
   */
  async another(use: TokenUse, refused: string): Promise<HeldToken> {
    const place = this.#places.get(use.key);
    const held = place?.held;
    if (held !== undefined && held.authorization !== refused) return held;
    if (held?.isNew(this.#clock.monotonic()) === true) throw rejected(use.server);
    this.#parts.totals.invalidations++;
    if (place !== undefined) place.held = undefined;
    return this.#renew(use, refused);
  }

  /**
   * Another token than the one whose scopes the server has found too few: with client credentials at once, else after a login.
   * @throws GatewayError upstream_token, login_required
   */
  async wider(use: TokenUse, refused: string, wanted: readonly string[]): Promise<HeldToken> {
    const held = this.#places.get(use.key)?.held;
    if (held !== undefined && held.authorization !== refused) return held;
    const widened = { ...use, oauth: { ...use.oauth, scopes: widerScopes(use, held, wanted) } };
    if (use.oauth.grant === 'authorization_code') throw await this.#parts.loginNeeded(widened);
    this.#parts.totals.invalidations++;
    return this.#renew(widened, refused);
  }

  /** Takes over what a login has brought, not in the middle of a renewal of the one before. @throws VaultFault */
  async adopt(use: TokenUse, token: StoredToken): Promise<void> {
    await this.#parts.vault.alone(use.key, () => this.#parts.vault.write(use.key, token));
    this.#hold(use, token);
  }

  /** Ends a login: the token is forgotten everywhere, then taken back where it is from (RFC 7009). @throws VaultFault */
  async giveUp(use: TokenUse): Promise<{ readonly removed: boolean; readonly revoked: boolean }> {
    const { vault } = this.#parts;
    // Of several replicas that do the same, one finds it.
    const stored = await vault.alone(use.key, async () => {
      const found = await readable(vault, use.key);
      await this.forget(use);
      return found;
    });
    if (stored === null) return { removed: false, revoked: false };
    const { endpoint } = this.#parts;
    // The refresh token first: with it ends whatever was made of it (RFC 7009 2.1).
    const ended = stored.refreshToken !== null && (await endpoint.revoke(use, stored.refreshToken, 'refresh_token'));
    const revoked = await endpoint.revoke(use, stored.accessToken, 'access_token');
    return { removed: true, revoked: ended || revoked };
  }

  /** What is kept for this use, in this process or beside it, without any of its secrets. @throws VaultFault */
  async state({ key, oauth }: TokenUse): Promise<TokenState> {
    const stored = await readable(this.#parts.vault, key);
    const isLogin = oauth.grant === 'authorization_code';
    const at = { isLogin, bufferMs: oauth.expiryBufferMs, wall: this.#clock.wall() };
    return tokenState(stored, this.#places.get(key)?.failure?.error, at);
  }

  /** Forgets a token everywhere. @throws VaultFault */
  async forget(use: Pick<TokenUse, 'key'>): Promise<void> {
    this.#places.delete(use.key);
    this.#parts.totals.invalidations++;
    await this.#parts.vault.remove(use.key);
  }

  close(): void {
    this.#places.clear();
    this.#parts.vault.close();
  }

  /** Beside the calls: a login that was ended on another replica ends here too. */
  #check(key: string, held: HeldToken, now: number): void {
    held.checkAt = now + CHECK_MS;
    readable(this.#parts.vault, key).then(
      (stored) => {
        const place = this.#places.get(key);
        if (stored === null && place?.held === held) place.held = undefined;
      },
      // A vault that is away takes nothing back.
      () => undefined,
    );
  }

  /** @param spent what another one is needed for: by a clock that was set back it may look new in the vault */
  #renew(use: TokenUse, spent: string | undefined): Promise<HeldToken> {
    const place = this.#places.open(use.key);
    if (place.flight !== undefined) return place.flight;
    const { failure } = place;
    if (failure !== undefined && this.#clock.monotonic() < failure.until) return Promise.reject(failure.error);
    const started = performance.now();
    const flight = this.#inTurn(use, spent)
      .then((token) => this.#hold(use, token))
      .catch((cause: unknown) => {
        throw this.#failed(place, use, cause);
      })
      .finally(() => {
        place.flight = undefined;
        this.#parts.totals.latency(performance.now() - started);
      });
    place.flight = flight;
    return flight;
  }

  /** Client credentials can be had without the vault, once for each replica. A login lives in it and is not touched without. */
  async #inTurn(use: TokenUse, spent: string | undefined): Promise<StoredToken> {
    try {
      return await this.#parts.vault.alone(use.key, () => this.#obtain(use, spent));
    } catch (error) {
      if (!(error instanceof VaultFault) || use.oauth.grant !== 'client_credentials') throw error;
      this.#parts.totals.failed('vault');
      const token = await patiently(() => this.#parts.endpoint.clientCredentials(use));
      this.#parts.totals.acquired();
      return token;
    }
  }

  /** In its turn: another replica may have been here before. */
  async #obtain(use: TokenUse, spent: string | undefined): Promise<StoredToken> {
    const { vault, endpoint, totals } = this.#parts;
    const stored = await readable(vault, use.key);
    if (stored !== null && `Bearer ${stored.accessToken}` !== spent && this.#isFresh(stored, use)) return stored;
    let token: StoredToken;
    if (use.oauth.grant === 'client_credentials') {
      token = await patiently(() => endpoint.clientCredentials(use));
      totals.acquired();
    } else {
      if (stored?.refreshToken == null) throw await this.#parts.loginNeeded(use);
      token = await this.#refresh(use, stored, stored.refreshToken);
      totals.refreshes++;
    }
    // Before its first use: a rotated refresh token that is lost is a login that is lost.
    await vault.write(use.key, token);
    return token;
  }

  async #refresh(use: TokenUse, { scopes, asked }: StoredToken, refreshToken: string): Promise<StoredToken> {
    try {
      const token = await this.#parts.endpoint.refresh(use, refreshToken, scopes);
      return asked === undefined ? token : { ...token, asked };
    } catch (error) {
      if (error instanceof TokenError && error.reason === 'invalid_client') {
        await this.#parts.discovery?.clientRefused(use.oauth);
      }
      if (!(error instanceof TokenError) || error.reason !== 'invalid_grant') throw error;
      await this.#parts.vault.remove(use.key);
      throw await this.#parts.loginNeeded(use);
    }
  }

  #isFresh(stored: StoredToken, { oauth }: TokenUse): boolean {
    return this.#clock.monotonic() < new HeldToken(stored, oauth.expiryBufferMs, this.#clock).renewAt;
  }

  #hold(use: TokenUse, token: StoredToken): HeldToken {
    const place = this.#places.open(use.key);
    place.failure = undefined;
    place.held = new HeldToken(token, use.oauth.expiryBufferMs, this.#clock);
    return place.held;
  }

  /** Remembers a failure for a while, so that a crowd of calls is no crowd of requests. */
  #failed(place: TokenPlace, use: TokenUse, cause: unknown): GatewayError {
    const error =
      cause instanceof VaultFault ? vaultError(use.server, 'getting a token', cause) : toGatewayError(cause);
    this.#parts.totals.failed(error instanceof TokenError ? error.reason : error.code);
    // Whoever has logged in meanwhile must not wait.
    if (error.code === 'login_required') return error;
    const count = (place.failure?.count ?? 0) + 1;
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (count - 1));
    place.failure = { error, count, until: this.#clock.monotonic() + pauseMs };
    return error;
  }

  #mayAsk(place: TokenPlace | undefined): boolean {
    if (place === undefined || place.flight !== undefined) return false;
    return place.failure === undefined || this.#clock.monotonic() >= place.failure.until;
  }
}

/** An entry that no key opens any more is a login that has to be done again. @throws VaultFault */
async function readable(vault: TokenVault, key: string): Promise<StoredToken | null> {
  try {
    return await vault.read(key);
  } catch (error) {
    if (error instanceof ForeignEntry) return null;
    throw error;
  }
}
