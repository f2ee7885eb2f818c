import type { Principal } from '../contracts/principal.js';
import type { McpConfig } from '../contracts/server-entry.js';
import type { AdminKeyRecord } from './admin-key-resolution.js';
import type { AddressList } from './address-list.js';
import type { Directory } from './directory.js';
import type { InboundOAuth } from './inbound-oauth.js';
import type { ConfigProblem } from './problem.js';
import type { GatewaySettings } from './settings.js';

/** Why a key that stands in the file opens nothing. */
export type KeyRefusal = 'disabled' | 'user_disabled' | 'project_disabled' | 'not_a_member' | 'no_project' | 'no_user';

/** One stored key and what it opens. Expiry is judged by the reader, at the time of the request. */
export type KeyRecord = {
  /** SHA-256 of the key, 32 bytes, for a comparison in constant time. */
  readonly hash: Buffer;
  /** Epoch milliseconds; null = never. */
  readonly expiresAt: number | null;
} & (
  | {
      readonly status: 'active';
      readonly principal: Principal;
      /** Where the key may be used from; null = from anywhere. */
      readonly addresses: AddressList | null;
      /** null = the project has no config assigned. */
      readonly config: McpConfig | null;
    }
  | { readonly status: 'refused'; readonly reason: KeyRefusal }
);

/** A person in a project. */
export interface KeyOwner {
  readonly userId: string;
  readonly projectId: string;
}

/** Everything one revision of the config file says, validated and resolved. Immutable: a reload makes a new one. */
export interface ConfigSnapshot {
  /** First 16 hex digits of the SHA-256 of the file's bytes. */
  readonly revision: string;
  /** ISO 8601, UTC. */
  readonly loadedAt: string;
  /** Things that load but deserve a look; safe to log. */
  readonly warnings: readonly ConfigProblem[];
  readonly settings: GatewaySettings;
  /** By the 64 hex digits of the key's SHA-256. */
  readonly keys: ReadonlyMap<string, KeyRecord>;
  /** Whose last key was removed since the snapshot before, where keys are not in the snapshot; absent = they are in `keys`. */
  readonly keyless?: readonly KeyOwner[];
  readonly configs: ReadonlyMap<string, McpConfig>;
  readonly directory: Directory;
  /** null = access tokens are not taken. */
  readonly inboundOAuth: InboundOAuth | null;
  /** None: the admin routes refuse everybody. */
  readonly adminKeys: readonly AdminKeyRecord[];
}
