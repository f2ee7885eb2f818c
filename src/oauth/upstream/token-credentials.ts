import type { Principal } from '../../contracts/principal.js';
import type { ServerEntry } from '../../contracts/server-entry.js';
import type { GatewayError } from '../../errors.js';
import { readChallenge } from './discovery/challenge.js';
import type { Discovery } from './discovery/discovery.js';
import { tooFew } from './discovery/step-up.js';
import type { HeldToken } from './held-token.js';
import { TokenError } from './token-error.js';
import { useFor } from './token-key.js';
import type { TokenUse, UpstreamTokens } from './upstream-tokens.js';

/** The same for all servers that are spoken to without credentials. */
const OPEN: Access = Object.freeze({ credential: undefined });

interface Access {
  readonly credential: TokenCredential | undefined;
  readonly challenged?: (challenge: string | undefined) => Promise<TokenCredential | undefined>;
}

/** Tokens as the credentials of upstream sessions. */
export class TokenCredentials {
  readonly #tokens: UpstreamTokens;
  readonly #discovery: Pick<Discovery, 'learn'>;

  constructor(tokens: UpstreamTokens, discovery: Pick<Discovery, 'learn'>) {
    this.#tokens = tokens;
    this.#discovery = discovery;
  }

  accessTo(server: ServerEntry, principal: Principal): Access {
    const use = this.#tokens.useOf(server, principal);
    if (server.discovery === undefined) {
      return use === undefined ? OPEN : { credential: new TokenCredential(this.#tokens, () => use) };
    }
    if (use !== undefined || server.discovery.isDeclared) return { credential: this.#discovered(server, principal) };
    return {
      credential: undefined,
      challenged: (challenge) => this.#challenged(server, principal, challenge),
    };
  }

  /** Asked each time: an authorization server that moves is found out about beside the calls. */
  #discovered(server: ServerEntry, principal: Principal): TokenCredential {
    const learnt = async (): Promise<TokenUse> => {
      const oauth = await this.#discovery.learn(server, undefined);
      return useFor(server.name, oauth, principal);
    };
    return new TokenCredential(this.#tokens, () => this.#tokens.useOf(server, principal) ?? learnt());
  }

  /** HTTP 401 may have another meaning: without metadata it is left as it is. */
  async #challenged(
    server: ServerEntry,
    principal: Principal,
    challenge: string | undefined,
  ): Promise<TokenCredential | undefined> {
    try {
      await this.#discovery.learn(server, challenge ?? '');
    } catch (error) {
      const isUnknown = error instanceof TokenError && error.reason === 'undiscovered';
      if (!isUnknown || (await readChallenge(challenge)).resourceMetadata !== null) throw error;
      return undefined;
    }
    return this.#discovered(server, principal);
  }
}

class TokenCredential {
  readonly #tokens: UpstreamTokens;
  readonly #useNow: () => TokenUse | Promise<TokenUse>;

  constructor(tokens: UpstreamTokens, useNow: () => TokenUse | Promise<TokenUse>) {
    this.#tokens = tokens;
    this.#useNow = useNow;
  }

  authorization(): string | Promise<string> {
    const use = this.#useNow();
    if (use instanceof Promise) return this.#authorizationAfter(use);
    const found = this.#tokens.token(use);
    return found instanceof Promise ? found.then(authorizationOf) : found.authorization;
  }

  async another(refused: string): Promise<string> {
    return authorizationOf(await this.#tokens.another(await this.#useNow(), refused));
  }

  /** Asks for the token as a call would, so that one that is due is renewed. */
  isCurrent(authorization: string): boolean {
    const found = this.authorization();
    if (typeof found === 'string') return found === authorization;
    // Whoever opens the next session hears of a failure.
    found.catch(() => undefined);
    return false;
  }

  async wider(refused: string, header: string | undefined): Promise<string | undefined> {
    const { error, scopes } = await readChallenge(header);
    if (error !== 'insufficient_scope') return undefined;
    return authorizationOf(await this.#tokens.wider(await this.#useNow(), refused, scopes));
  }

  async refusal(status: number, header: string | undefined): Promise<GatewayError | undefined> {
    const { server } = await this.#useNow();
    if (status === 401) {
      const what = 'the server refuses it, and a new one as well (HTTP 401)';
      const remedy = 'Check OAUTH_AUDIENCE, OAUTH_RESOURCE and OAUTH_SCOPE';
      return new TokenError({ server, step: 'using the token', reason: 'token_rejected', what, remedy });
    }
    const { error, scopes } = await readChallenge(header);
    return error === 'insufficient_scope' ? tooFew(server, scopes) : undefined;
  }

  async #authorizationAfter(use: Promise<TokenUse>): Promise<string> {
    return authorizationOf(await this.#tokens.token(await use));
  }
}

function authorizationOf(token: HeldToken): string {
  return token.authorization;
}
