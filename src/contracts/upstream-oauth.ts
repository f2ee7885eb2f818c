/** How the gateway proves to an authorization server that it is the client (RFC 6749 2.3, RFC 7523, RFC 8705). */
export type ClientAuthentication =
  | { readonly method: 'client_secret_basic' | 'client_secret_post'; readonly secret: string }
  | { readonly method: 'private_key_jwt'; readonly key: string; readonly keyId: string | null }
  | { readonly method: 'tls_client_auth' | 'none' };

/** Certificates for the connections to an authorization server, in PEM; null = the system's. */
export interface OAuthTls {
  readonly cert: string | null;
  readonly key: string | null;
  readonly ca: string | null;
}

/** Names and values, in the order of the config. */
export type NamedValues = readonly (readonly [name: string, value: string])[];

/** How the gateway gets tokens for one server. Validated, secrets resolved, immutable. */
export interface UpstreamOAuth {
  readonly grant: 'client_credentials' | 'authorization_code';
  /**
   * What a token belongs to, except for the person: SHA-256 (hex) over the authorization server, the client, resource, audience, scope
   * and the server that the token is for; for client credentials over what proves the client, too.
   */
  readonly tokenScope: string;
  /** As the authorization server calls itself (RFC 9207); null = not configured, and `iss` cannot be compared. */
  readonly issuer: string | null;
  /** Whether it says so in every answer, so that one without `iss` is not its own; absent = not known. */
  readonly issuerSendsIss?: boolean;
  readonly clientId: string;
  readonly authentication: ClientAuthentication;
  readonly tokenUrl: string;
  readonly authorizationUrl: string | null;
  readonly redirectUri: string | null;
  readonly revocationUrl: string | null;
  /** `host:port` of those URLs that the operator has named and that may therefore be loopback or private. */
  readonly ownEndpoints: readonly string[];
  /** Sorted, each once. */
  readonly scopes: readonly string[];
  readonly audience: string | null;
  readonly organization: string | null;
  readonly resource: string | null;
  readonly validatesScopes: boolean;
  readonly enforcesHttps: boolean;
  /** A token is renewed this long before it expires. */
  readonly expiryBufferMs: number;
  readonly tls: OAuthTls | null;
  /** Of the token request. */
  readonly additionalParams: NamedValues;
  readonly customHeaders: NamedValues;
}

type Preset =
  | 'issuer'
  | 'authentication'
  | 'redirectUri'
  | 'ownEndpoints'
  | 'scopes'
  | 'audience'
  | 'organization'
  | 'resource'
  | 'validatesScopes'
  | 'expiryBufferMs'
  | 'tls'
  | 'additionalParams'
  | 'customHeaders';

/**
 * What the config says of a server whose authorization server the gateway finds out itself (RFC 9728). `issuer` = the only one that is
 * taken, `resource` = what the server's metadata must be of, `scopes` = what is asked for in any case; `ownEndpoints` = the server and
 * the issuer, where the operator has named them.
 */
export interface OAuthDiscovery extends Pick<UpstreamOAuth, Preset> {
  /** `oauth_config` asks for it: nothing is sent without a token. false = it begins when the server answers HTTP 401. */
  readonly isDeclared: boolean;
  /** null = the gateway registers itself. */
  readonly clientId: string | null;
}
