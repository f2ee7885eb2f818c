import { tenantOf } from '../../config/key-resolution.js';
import type { ConfigSnapshot } from '../../config/snapshot.js';
import type { McpConfig, ServerEntry } from '../../contracts/server-entry.js';
import type { UpstreamOAuth } from '../../contracts/upstream-oauth.js';
import { useFor } from './token-key.js';
import type { TokenUse } from './upstream-tokens.js';

/** How tokens for a server are got, as far as that is known. */
export type OAuthOf = (server: ServerEntry) => UpstreamOAuth | undefined;

/** Every token that there may be with this config, by its key; of servers that share one, one. */
export function tokenUsesIn(snapshot: ConfigSnapshot, oauthOf: OAuthOf): Map<string, TokenUse> {
  const uses = new Map<string, TokenUse>();
  for (const { use } of eachUse(snapshot, oauthOf)) uses.set(use.key, use);
  return uses;
}

/** Every person's token, or the gateway's, at every server: the same token as often as there is somebody or something that uses it. */
export function* eachUse(
  { directory }: ConfigSnapshot,
  oauthOf: OAuthOf,
): Iterable<{ readonly use: TokenUse; readonly config: McpConfig }> {
  for (const { userId, projectId, config } of directory.members()) {
    const tenant = tenantOf([userId, projectId, config.id]);
    const ids = { keyId: '', userId, projectId, configId: config.id, tenant };
    for (const server of config.servers.values()) {
      const oauth = oauthOf(server);
      if (oauth === undefined) continue;
      yield { use: useFor(server.name, oauth, { ...ids, scopes: [], expiresAt: null }), config };
    }
  }
}
