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
  /** The error for HTTP 401 or 403 with its WWW-Authenticate; undefined when it is not about the token. */
  refusal(status: number, challenge: string | undefined): GatewayError | undefined;
}

/** Where credentials come from. */
export interface CredentialSource {
  /** Undefined for a server that needs none. */
  credentialOf(server: ServerEntry, principal: Principal): UpstreamCredential | undefined;
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
