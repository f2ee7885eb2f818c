import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ConfigStore } from '../../config/config-store.js';
import type { ConfigSnapshot } from '../../config/snapshot.js';
import type { Principal } from '../../contracts/principal.js';
import type { McpConfig } from '../../contracts/server-entry.js';
import { AuthenticationError, type Caller } from './api-key.authenticator.js';
import type { Credentials } from './credentials.js';
import { callerOf } from './token-caller.js';
import type { InsufficientScopeError } from './token-refusal.js';
import { TokenVerifier, type VerifiedToken } from './token-verifier.js';

/** Verified tokens kept, so that the hot path checks no signature; those used longest ago give way. Some 2 KB each. */
const MAX_KEPT = 10_000;

/** A verified token and what it opens at present. */
interface Grant {
  readonly token: VerifiedToken;
  snapshot: ConfigSnapshot | null;
  generation: number;
  /** null = it has to be verified again: other settings, other keys. */
  caller: Caller | AuthenticationError | InsufficientScopeError | null;
}

/** Access token -> principal. What was verified once is known by its digest until it expires; the config is asked every time. */
@Injectable()
export class TokenAuthenticator {
  private readonly kept = new Map<string, Grant>();
  private readonly underWay = new Map<string, Promise<Grant>>();
  /** By every principal that a grant has had. */
  private readonly grants = new WeakMap<Principal, Grant>();

  constructor(
    private readonly configStore: ConfigStore,
    private readonly verifier: TokenVerifier,
  ) {}

  /** @throws AuthenticationError, InsufficientScopeError (or rejects with them; with GatewayError overloaded when there are no keys) */
  authenticate(credentials: Credentials): Caller | Promise<Caller> {
    const { key: token } = credentials;
    if (token === undefined) throw new AuthenticationError('no_key');
    const digest = hash('sha256', token, 'hex');
    const grant = this.kept.get(digest);
    if (grant !== undefined) {
      this.kept.delete(digest);
      if (grant.token.facts.expiresAt <= Date.now()) throw new AuthenticationError('token_expired');
      const caller = this.judge(grant);
      if (caller !== null) {
        this.kept.set(digest, grant);
        grant.token.keys.refreshWhenOld();
        return admitted(caller, credentials);
      }
    }
    return this.verify(token, digest, credentials);
  }

  /** @throws AuthenticationError, InsufficientScopeError (or rejects with them) */
  renew(caller: Caller, credentials: Credentials): Caller | Promise<Caller> {
    const grant = this.grants.get(caller.principal);
    const isSame = grant !== undefined && this.isCurrent(caller.principal) && grant.caller === caller;
    return isSame ? caller : this.authenticate(credentials);
  }

  isCurrent(principal: Principal): boolean {
    const caller = this.standing(principal);
    return caller !== null && caller.principal.tenant === principal.tenant;
  }

  configOf(principal: Principal): McpConfig | undefined {
    return this.reachOf(principal) ?? undefined;
  }

  /** null = the project has no config. */
  reachOf(principal: Principal): McpConfig | null | undefined {
    return this.isCurrent(principal) ? this.standing(principal)?.config : undefined;
  }

  *callers(): Iterable<Caller> {
    for (const grant of this.kept.values()) {
      const caller = this.judge(grant);
      if (caller !== null && !(caller instanceof Error)) yield caller;
    }
  }

  /** What a principal's token opens now. */
  private standing(principal: Principal): Caller | null {
    const grant = this.grants.get(principal);
    if (grant === undefined || grant.token.facts.expiresAt <= Date.now()) return null;
    const caller = this.judge(grant);
    return caller === null || caller instanceof Error ? null : caller;
  }

  /** Two comparisons unless the config or the issuer's keys have changed. */
  private judge(grant: Grant): Grant['caller'] {
    const snapshot = this.configStore.current();
    const { token } = grant;
    if (grant.snapshot === snapshot && grant.generation === token.keys.generation) return grant.caller;
    grant.snapshot = snapshot;
    grant.generation = token.keys.generation;
    const oauth = snapshot.inboundOAuth;
    const issuer = oauth?.issuers.get(token.facts.issuer);
    const isStale = issuer?.fingerprint !== token.fingerprint || !token.keys.holds(token.kid, token.print);
    grant.caller = oauth === null || issuer === undefined || isStale ? null : callerOf(token.facts, issuer, oauth);
    if (grant.caller !== null && !(grant.caller instanceof Error)) this.grants.set(grant.caller.principal, grant);
    return grant.caller;
  }

  private async verify(token: string, digest: string, credentials: Credentials): Promise<Caller> {
    const grant = await this.verifyOnce(token, digest);
    const caller = this.judge(grant);
    // The settings changed while the token was looked at.
    if (caller === null) throw new AuthenticationError('token_issuer');
    return admitted(caller, credentials);
  }

  /** Requests that come with the same new token wait for one verification. */
  private verifyOnce(token: string, digest: string): Promise<Grant> {
    const known = this.underWay.get(digest);
    if (known !== undefined) return known;
    const work = this.grantFor(token, digest).finally(() => this.underWay.delete(digest));
    this.underWay.set(digest, work);
    return work;
  }

  private async grantFor(token: string, digest: string): Promise<Grant> {
    const oauth = this.configStore.current().inboundOAuth;
    if (oauth === null) throw new AuthenticationError('token_issuer');
    const verified = await this.verifier.verify(token, oauth);
    const grant: Grant = { token: verified, snapshot: null, generation: 0, caller: null };
    this.kept.set(digest, grant);
    if (this.kept.size > MAX_KEPT) {
      for (const oldest of this.kept.keys()) {
        this.kept.delete(oldest);
        break;
      }
    }
    return grant;
  }
}

/** Headers beside the token may repeat what it says and nothing else. @throws AuthenticationError, InsufficientScopeError */
function admitted(found: Exclude<Grant['caller'], null>, { projectId, userId }: Credentials): Caller {
  if (found instanceof Error) throw found;
  const { principal } = found;
  const agrees =
    (projectId === undefined || projectId === principal.projectId) &&
    (userId === undefined || userId === principal.userId);
  if (!agrees) throw new AuthenticationError('ids_disagree');
  return found;
}
