import type { Principal } from '../../contracts/principal.js';
import type { ServerEntry } from '../../contracts/server-entry.js';
import type { GatewayError } from '../../errors.js';
import type { HeldToken } from './held-token.js';
import { TokenError } from './token-error.js';
import type { TokenUse, UpstreamTokens } from './upstream-tokens.js';

/** `error="insufficient_scope"` in a Bearer challenge (RFC 6750 3.1). */
const INSUFFICIENT = /\berror="?insufficient_scope"?/i;
/** Its scopes: the characters of RFC 6749 3.3, and no more of them than fit a message. */
const CHALLENGED_SCOPE = /\bscope="([\x20\x21\x23-\x5b\x5d-\x7e]{1,512})"/i;

/** Tokens as the credentials of upstream sessions. */
export class TokenCredentials {
  readonly #tokens: UpstreamTokens;

  constructor(tokens: UpstreamTokens) {
    this.#tokens = tokens;
  }

  credentialOf(server: ServerEntry, principal: Principal): TokenCredential | undefined {
    const use = this.#tokens.useOf(server, principal);
    return use === undefined ? undefined : new TokenCredential(this.#tokens, use);
  }
}

class TokenCredential {
  readonly #tokens: UpstreamTokens;
  readonly #use: TokenUse;

  constructor(tokens: UpstreamTokens, use: TokenUse) {
    this.#tokens = tokens;
    this.#use = use;
  }

  authorization(): string | Promise<string> {
    const found = this.#tokens.token(this.#use);
    return found instanceof Promise ? found.then(authorizationOf) : found.authorization;
  }

  async another(refused: string): Promise<string> {
    return authorizationOf(await this.#tokens.another(this.#use, refused));
  }

  /** Asks for the token as a call would, so that one that is due is renewed. */
  isCurrent(authorization: string): boolean {
    const found = this.authorization();
    if (typeof found === 'string') return found === authorization;
    // Whoever opens the next session hears of a failure.
    found.catch(() => undefined);
    return false;
  }

  refusal(status: number, challenge: string | undefined): GatewayError | undefined {
    const at = { server: this.#use.server, step: 'using the token' } as const;
    if (status === 401) {
      const what = 'the server refuses it, and a new one as well (HTTP 401)';
      const remedy = 'Check OAUTH_AUDIENCE, OAUTH_RESOURCE and OAUTH_SCOPE';
      return new TokenError({ ...at, reason: 'token_rejected', what, remedy });
    }
    if (challenge === undefined || !INSUFFICIENT.test(challenge)) return undefined;
    const scopes = CHALLENGED_SCOPE.exec(challenge)?.[1];
    const what = `the server asks for more scopes${scopes === undefined ? '' : `: ${scopes}`}`;
    return new TokenError({ ...at, reason: 'insufficient_scope', what, remedy: 'Add them to OAUTH_SCOPE' });
  }
}

function authorizationOf(token: HeldToken): string {
  return token.authorization;
}
