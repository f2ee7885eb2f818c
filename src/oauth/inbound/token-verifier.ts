import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { ConfigStore } from '../../config/config-store.js';
import type { InboundOAuth, TokenIssuer } from '../../config/inbound-oauth.js';
import { LOGGER } from '../../telemetry/logger.js';
import { AuthenticationError } from './api-key.authenticator.js';
import { IssuerKeys } from './issuer-keys.js';
import type { KeySet } from './key-set.js';
import { factsOf, type TokenFacts } from './token-facts.js';
import { readToken } from './token-reader.js';

/** A token whose signature and claims were right. */
export interface VerifiedToken {
  readonly facts: TokenFacts;
  /** Of the issuer's settings that it was judged by. */
  readonly fingerprint: string;
  readonly keys: IssuerKeys;
  readonly kid: string | undefined;
  /** Material of the key that signed it. */
  readonly print: string;
}

/** Access token -> what it says, if it can be believed (RFC 9068 §4). */
@Injectable()
export class TokenVerifier {
  private readonly keys = new Map<string, IssuerKeys>();

  constructor(
    private readonly configStore: ConfigStore,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** @throws AuthenticationError; GatewayError overloaded when the issuer's keys cannot be had */
  async verify(token: string, { issuers }: InboundOAuth): Promise<VerifiedToken> {
    const unverified = readToken(token);
    if (unverified === null) throw new AuthenticationError('token_malformed');
    const named = unverified.claims.get('iss');
    const issuer = typeof named === 'string' ? issuers.get(named) : undefined;
    if (issuer === undefined) throw new AuthenticationError('token_issuer');
    // Before any key is looked for: what is wrong in itself must not cost the issuer a request.
    const facts = factsOf(unverified, issuer, Date.now());
    if (typeof facts === 'string') throw new AuthenticationError(facts);
    const kid = unverified.header.get('kid') as string | undefined;
    const keys = this.keysOf(issuer);
    const set = await keys.forToken(kid);
    const print = set.printOf(kid);
    if (print === undefined) throw new AuthenticationError('token_key');
    await checkSignature(token, set.find, issuer);
    return { facts, fingerprint: issuer.fingerprint, keys, kid, print };
  }

  /** One for each place where keys are: a change of other settings must not lose what serves while the issuer is away. */
  private keysOf(issuer: TokenIssuer): IssuerKeys {
    const place = placeOf(issuer);
    let keys = this.keys.get(place);
    if (keys === undefined) {
      const current = this.configStore.current().inboundOAuth?.issuers.values() ?? [];
      const known = new Set([...current].map(placeOf));
      for (const each of this.keys.keys()) if (!known.has(each)) this.keys.delete(each);
      const timeoutMs = (): number => this.configStore.current().settings.timeouts.authMs;
      this.keys.set(place, (keys = new IssuerKeys(issuer, timeoutMs, this.log)));
    }
    return keys;
  }
}

function placeOf({ issuer, jwksUri }: TokenIssuer): string {
  return `${issuer}\n${jwksUri ?? ''}`;
}

/** @throws AuthenticationError */
async function checkSignature(
  token: string,
  find: KeySet['find'],
  { issuer, audience, algorithms, clockSkewSeconds }: TokenIssuer,
): Promise<void> {
  const { errors, jwtVerify } = await import('jose');
  try {
    await jwtVerify(token, find, {
      issuer,
      audience,
      algorithms: [...algorithms],
      clockTolerance: clockSkewSeconds,
      requiredClaims: ['exp', 'sub'],
    });
  } catch (cause) {
    // The key set may have no key for the algorithm, or the key may be too small for it (TypeError).
    if (cause instanceof errors.JOSEError || cause instanceof TypeError)
      throw new AuthenticationError('token_signature');
    throw cause;
  }
}
