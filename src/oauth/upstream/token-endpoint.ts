import { randomUUID } from 'node:crypto';
import type * as OAuth from 'oauth4webapi';
import type { UpstreamOAuth } from '../../contracts/upstream-oauth.js';
import { GatewayError } from '../../errors.js';
import { guardedFetch, type GuardedFetch } from '../../safe-fetch.js';
import { parseStrictJson } from '../../strict-json.js';
import { clientAuth } from './client-auth.js';
import type { StoredToken } from './stored-token.js';
import { tokenOf } from './token-answer.js';
import type { TokenStep } from './token-error.js';
import { tokenErrorOf } from './token-refusal.js';

/** Answers of authorization servers are a few kilobytes. */
const MAX_ANSWER_BYTES = 64 * 1024;

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json *(?:;|$)/i;

/** The server that a token is for, and how it is got. */
export interface TokenRequest {
  readonly server: string;
  readonly oauth: UpstreamOAuth;
  /** What an answer without scopes means; absent = those that are asked for. */
  readonly granted?: readonly string[];
}

/** What a login brought back: already checked by oauth4webapi's validateAuthResponse. */
export interface CodeAnswer {
  readonly parameters: URLSearchParams;
  readonly verifier: string;
}

/** What every request to an authorization server has in common. */
interface Exchange {
  readonly lib: typeof OAuth;
  readonly as: OAuth.AuthorizationServer;
  readonly client: OAuth.Client;
  readonly auth: OAuth.ClientAuth;
  readonly options: OAuth.TokenEndpointRequestOptions;
}

/**
 * Asks authorization servers for tokens. The protocol is oauth4webapi's; every request goes through the guarded connector, follows no
 * redirect, and reads a bounded answer in a bounded time.
 */
export class TokenEndpoint {
  readonly #deadlineMs: () => number;
  readonly #wall: () => number;

  /** @param deadlineMs of one request, asked each time; @param wall epoch milliseconds */
  constructor(deadlineMs: () => number, wall: () => number = Date.now) {
    this.#deadlineMs = deadlineMs;
    this.#wall = wall;
  }

  /** @throws TokenError */
  clientCredentials(request: TokenRequest): Promise<StoredToken> {
    return this.#token(request, 'getting a token', async ({ lib, as, client, auth, options }) => {
      const parameters = parametersOf(request.oauth, true);
      const response = await lib.clientCredentialsGrantRequest(as, client, auth, parameters, options);
      return lib.processClientCredentialsResponse(as, client, response);
    });
  }

  /**
   * The refresh token of the answer is the one that counts from now on.
   * @param scopes of the token before, which an answer without any confirms (RFC 6749 6)
   * @throws TokenError
   */
  async refresh(request: TokenRequest, refreshToken: string, scopes?: readonly string[]): Promise<StoredToken> {
    const granted = scopes ?? request.oauth.scopes;
    const token = await this.#token(
      { ...request, granted },
      'renewing the token',
      async ({ lib, as, client, auth, options }) => {
        const additionalParameters = parametersOf(request.oauth, false);
        const response = await lib.refreshTokenGrantRequest(as, client, auth, refreshToken, {
          ...options,
          additionalParameters,
        });
        return lib.processRefreshTokenResponse(as, client, response);
      },
    );
    // A server that does not rotate sends none (RFC 6749 6).
    return token.refreshToken === null ? { ...token, refreshToken } : token;
  }

  /** @throws TokenError */
  code(request: TokenRequest, { parameters, verifier }: CodeAnswer): Promise<StoredToken> {
    return this.#token(request, 'finishing the login', async ({ lib, as, client, auth, options }) => {
      const redirectUri = request.oauth.redirectUri ?? '';
      const response = await lib.authorizationCodeGrantRequest(as, client, auth, parameters, redirectUri, verifier, {
        ...options,
        additionalParameters: parametersOf(request.oauth, false),
      });
      return lib.processAuthorizationCodeResponse(as, client, response);
    });
  }

  /** RFC 7009. True = the authorization server has taken it back; false = it has no endpoint for that, or did not. Never rejects. */
  async revoke(request: TokenRequest, token: string, hint: 'access_token' | 'refresh_token'): Promise<boolean> {
    if (request.oauth.revocationUrl === null) return false;
    try {
      await this.#exchange(request, async ({ lib, as, client, auth, options }) => {
        const additionalParameters = { token_type_hint: hint };
        const response = await lib.revocationRequest(as, client, auth, token, { ...options, additionalParameters });
        await lib.processRevocationResponse(response);
      });
      return true;
    } catch {
      return false;
    }
  }

  async #token(
    request: TokenRequest,
    step: TokenStep,
    ask: (exchange: Exchange) => Promise<OAuth.TokenEndpointResponse>,
  ): Promise<StoredToken> {
    // Its life began no later than the answer, and no earlier than this.
    const wall = this.#wall();
    let answer: OAuth.TokenEndpointResponse;
    try {
      answer = await this.#exchange(request, ask);
    } catch (error) {
      throw tokenErrorOf(error, request.server, step);
    }
    return tokenOf(answer, { ...request, step }, wall);
  }

  async #exchange<T>({ oauth }: TokenRequest, ask: (exchange: Exchange) => Promise<T>): Promise<T> {
    const lib = await import('oauth4webapi');
    const deadlineMs = this.#deadlineMs();
    const guarded = guardedFetch({
      allowedHosts: new Set(oauth.ownEndpoints),
      maxResponseBytes: MAX_ANSWER_BYTES,
      deadlineMs,
      connectTimeoutMs: deadlineMs,
      ...(oauth.tls === null ? {} : { tls: oauth.tls }),
    });
    try {
      const as: OAuth.AuthorizationServer = {
        issuer: oauth.issuer ?? new URL(oauth.tokenUrl).origin,
        token_endpoint: oauth.tokenUrl,
        ...(oauth.revocationUrl === null ? {} : { revocation_endpoint: oauth.revocationUrl }),
      };
      const options = {
        [lib.customFetch]: withoutIdToken(guarded),
        [insecureOption(lib)]: !oauth.enforcesHttps,
        headers: headersOf(oauth),
      };
      return await ask({ lib, as, client: { client_id: oauth.clientId }, auth: await clientAuth(lib, oauth), options });
    } finally {
      await guarded.close();
    }
  }
}

/** The library marks the option as one not to be used; whether http is, is the operator's to say (OAUTH_ENFORCE_HTTPS). */
function insecureOption(lib: typeof OAuth): symbol {
  return Reflect.get(lib, 'allowInsecureRequests');
}

/** @param withScope whether the scope is asked for; a code and a refresh token have theirs */
function parametersOf(oauth: UpstreamOAuth, withScope: boolean): URLSearchParams {
  const parameters = new URLSearchParams(
    oauth.additionalParams.map(([name, value]): [string, string] => [name, value]),
  );
  if (withScope && oauth.scopes.length > 0) parameters.set('scope', oauth.scopes.join(' '));
  if (oauth.audience !== null) parameters.set('audience', oauth.audience);
  if (oauth.organization !== null) parameters.set('organization', oauth.organization);
  if (oauth.resource !== null) parameters.set('resource', oauth.resource);
  return parameters;
}

function headersOf(oauth: UpstreamOAuth): Headers {
  const headers = new Headers(oauth.customHeaders.map(([name, value]) => [name, value] as [string, string]));
  const id = randomUUID();
  for (const name of ['x-correlation-id', 'x-request-id']) if (!headers.has(name)) headers.set(name, id);
  return headers;
}

/**
 * Nobody logs in to the gateway with the tokens of a server, so that an ID token is not looked at: its checks need an issuer and keys that
 * a config of the reference does not name.
 */
function withoutIdToken(guarded: GuardedFetch) {
  return async (url: string, init: OAuth.CustomFetchOptions<string, unknown>): Promise<Response> => {
    const response = await guarded.fetch(url, init as unknown as Parameters<GuardedFetch['fetch']>[1]);
    const text = await response.text();
    const body = bodyOf(text);
    refuseOtherType(body, response.headers.get('content-type'));
    const shown =
      typeof body === 'object' && body !== null && 'id_token' in body
        ? JSON.stringify({ ...body, id_token: undefined })
        : text;
    const { status } = response;
    const headers = new Headers([...response.headers].map(([name, value]) => [name, value]));
    return new Response(status === 204 || status === 304 ? null : shown, { status, headers });
  };
}

/** Undefined for what is no JSON, which the library has its own error for. @throws GatewayError parse_error */
function bodyOf(text: string): unknown {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  // Of two equal names one would win: which, is not for chance to say.
  return parseStrictJson(Buffer.from(text));
}

/** What was meant as something else is no token (RFC 6749 5.1); the library looks at the type only when the text is no JSON. */
function refuseOtherType(body: unknown, type: string | null): void {
  if (typeof body !== 'object' || body === null || !('access_token' in body)) return;
  if (type !== null && JSON_TYPE.test(type)) return;
  throw new GatewayError('upstream_protocol', 'The answer is not of the type application/json.');
}
