import type { Limit } from './limits.js';

/** User, project and key id of whoever looks at servers from the command line without a key. No key has it: key ids are hex. */
export const OPERATOR_ID = 'operator';

/** Who calls: made from an API key and the config snapshot; always passed as a parameter, never read from ambient context. */
export interface Principal {
  /** Short, non-secret name of the key: the first 12 hex digits of its SHA-256. With an access token `oauth-` and 16 of issuer and subject. */
  readonly keyId: string;
  readonly userId: string;
  readonly projectId: string;
  readonly configId: string;
  /** `<user>_<project>_<config>`, with an access token the key id behind it: first part of every cache, session and pool key (architecture D9). */
  readonly tenant: string;
  readonly scopes: readonly string[];
  /** Epoch milliseconds; null = the key does not expire. */
  readonly expiresAt: number | null;
  /** From where the key could be used when it was recognised; absent = from anywhere. */
  readonly addresses?: string;
  /** What its key, user and project may use; absent = no limit. */
  readonly limits?: readonly Limit[];
}
