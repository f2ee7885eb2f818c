import type { Principal } from '../../../contracts/principal.js';
import type { TokenUse } from '../upstream-tokens.js';

/** For how long a login can be begun and finished, in milliseconds. */
export const LOGIN_LIFE_MS = 10 * 60_000;

/** Who logs in, and for what: everything that is compared with the config again when the login ends. */
export interface LoginFor {
  /** Under which the token is kept. */
  readonly key: string;
  readonly server: string;
  readonly tokenScope: string;
  /** More than the config names, when the server has asked for them. */
  readonly scopes: readonly string[];
  readonly principal: Pick<Principal, 'keyId' | 'userId' | 'projectId' | 'configId' | 'tenant'>;
}

/** Somebody was told to log in. */
export interface LoginTicket {
  readonly login: LoginFor;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Names the login in elicitations (MCP 2025-11-25, "URL Mode"); not the secret in the link. */
  readonly elicitationId: string;
  readonly outcome: LoginOutcome;
  /** How often somebody was sent to the authorization server. */
  readonly sent: number;
}

export type LoginOutcome =
  { readonly state: 'waiting' | 'done' } | { readonly state: 'failed'; readonly message: string };

/** Somebody was sent to the authorization server with this state. */
export interface SentLogin {
  readonly login: LoginFor;
  readonly ticket: string;
  readonly verifier: string;
  readonly redirectUri: string;
  /** SHA-256 (hex) of the browser's cookie; null = the answer is brought with the gateway key of the same person. */
  readonly browser: string | null;
  /** Epoch milliseconds. */
  readonly sentAt: number;
}

export function loginFor({ key, server, oauth, principal }: TokenUse): LoginFor {
  const { keyId, userId, projectId, configId, tenant } = principal;
  const { tokenScope, scopes } = oauth;
  return { key, server, tokenScope, scopes, principal: { keyId, userId, projectId, configId, tenant } };
}
