import type { Principal } from '../../contracts/principal.js';
import type { ServerEntry } from '../../contracts/server-entry.js';
import type { GatewayError } from '../../errors.js';

/** What proves to one server who calls, for one principal. Asked anew for every request. */
export interface UpstreamCredential {
  /**
   * The value of the header Authorization; at once when there is a valid one.
   * @throws GatewayError upstream_token, login_required: as a rejection
   */
  authorization(): string | Promise<string>;
  /** Another one than the server has refused with HTTP 401. @throws GatewayError upstream_token, login_required */
  another(refused: string): Promise<string>;
  /** Whether this is what a new session would be given. */
  isCurrent(authorization: string): boolean;
  /**
   * Another one with more scopes than the server has refused with HTTP 403; undefined when that is not about the token.
   * @throws GatewayError upstream_token, login_required
   */
  wider(refused: string, challenge: string | undefined): Promise<string | undefined>;
  /** The error for HTTP 401 or 403 with its WWW-Authenticate; undefined when it is not about the token. */
  refusal(status: number, challenge: string | undefined): Promise<GatewayError | undefined>;
}

/** What goes with the requests of one session. */
export interface UpstreamAccess {
  /** Undefined for a server that needs none as far as is known. */
  readonly credential: UpstreamCredential | undefined;
  /**
   * Of a server that may say with HTTP 401 that it needs one after all; undefined = it has not.
   * @throws GatewayError upstream_token
   */
  readonly challenged?: (challenge: string | undefined) => Promise<UpstreamCredential | undefined>;
}

/** To a server that is spoken to without credentials. */
export const OPEN_ACCESS: UpstreamAccess = Object.freeze({ credential: undefined });

/** Where credentials come from. */
export interface CredentialSource {
  accessTo(server: ServerEntry, principal: Principal): UpstreamAccess;
}

/** The token as processes of the reference find it (compatibility contract §8.2). */
export function tokenVariables(authorization: string | undefined): Readonly<Record<string, string>> {
  if (authorization === undefined) return {};
  const token = authorization.slice(authorization.indexOf(' ') + 1);
  return {
    ENKRYPT_ACCESS_TOKEN: token,
    OAUTH_ACCESS_TOKEN: token,
    OAUTH_TOKEN_TYPE: 'Bearer',
    AUTHORIZATION: authorization,
    AUTH_HEADER: authorization,
    HTTP_HEADER_Authorization: authorization,
    HTTP_HEADER_AUTHORIZATION: authorization,
  };
}
