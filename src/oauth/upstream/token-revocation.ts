import type { Logger } from 'pino';
import type { ConfigSnapshot, KeyOwner } from '../../config/snapshot.js';
import type { LoginAudit } from './login/login-audit.js';
import { type OAuthOf, tokenUsesIn } from './token-uses.js';
import type { TokenUse, UpstreamTokens } from './upstream-tokens.js';

/** At the same time; authorization servers see a crowd when a server with many people is removed. */
const PARALLEL = 4;
/** Before each further attempt, when the vault is away. */
const RETRY_MS = [1_000, 10_000, 60_000];

interface Parts {
  readonly tokens: Pick<UpstreamTokens, 'giveUp'>;
  /** How tokens for a server are got, as far as that is known. */
  readonly oauthOf: OAuthOf;
  readonly audit: LoginAudit;
  readonly log: Logger;
}

/**
 * Takes back the tokens of who and what was removed from the config: people, memberships, the last key of somebody in a project, projects,
 * servers, and whatever decides for whom a token is (RFC 7009). What is only disabled keeps its tokens. Each replica does it, and of them
 * the one that finds the token in the vault.
 */
export class TokenRevocation {
  readonly #parts: Parts;
  #before: ConfigSnapshot;
  /** Of servers that are disabled: nothing in the config tells of them until they come back or go. */
  #paused = new Map<string, TokenUse>();
  readonly #retries = new Set<NodeJS.Timeout>();
  #closed = false;

  constructor(first: ConfigSnapshot, parts: Parts) {
    this.#before = first;
    this.#parts = parts;
  }

  /** Returns at once; what there is to take back is taken back beside. */
  follow(after: ConfigSnapshot): void {
    const before = this.#before;
    this.#before = after;
    // With a database most changes are of a key alone, and there may be many people.
    if (before.directory === after.directory && after.keyless?.length === 0) return;
    const { oauthOf } = this.#parts;
    const known = new Map([...this.#paused, ...tokenUsesIn(before, oauthOf)]);
    if (known.size === 0) return;
    const now = tokenUsesIn(after, oauthOf);
    const { keyless = keylessIn(before, after) } = after;
    const withoutKey = new Set(keyless.map(nameOf));
    const paused = new Map<string, TokenUse>();
    const gone: TokenUse[] = [];
    for (const [key, use] of known) {
      const isLogin = use.oauth.grant === 'authorization_code';
      if (isLogin && withoutKey.has(nameOf(use.principal))) gone.push(use);
      else if (now.has(key)) continue;
      else if (isPaused(after, use)) paused.set(key, use);
      else gone.push(use);
    }
    this.#paused = paused;
    void this.#takeBack(gone, 0);
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#retries) clearTimeout(timer);
  }

  async #takeBack(uses: readonly TokenUse[], attempt: number): Promise<void> {
    const left = [...uses];
    const failed: TokenUse[] = [];
    const work = async (): Promise<void> => {
      for (let use = left.pop(); use !== undefined && !this.#closed; use = left.pop()) {
        if (!(await this.#giveUp(use))) failed.push(use);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
    if (failed.length === 0 || this.#closed) return;
    const waitMs = RETRY_MS[attempt];
    if (waitMs === undefined) {
      const servers = [...new Set(failed.map(({ server }) => server))];
      this.#parts.log.error({ event: 'oauth_tokens_left', count: failed.length, servers });
      return;
    }
    const timer = setTimeout(() => {
      this.#retries.delete(timer);
      void this.#takeBack(failed, attempt + 1);
    }, waitMs).unref();
    this.#retries.add(timer);
  }

  /** False when it has to be tried again. */
  async #giveUp(use: TokenUse): Promise<boolean> {
    const { tokens, audit, log } = this.#parts;
    try {
      const { removed, revoked } = await tokens.giveUp(use);
      const { userId, projectId } = use.principal;
      const isLogin = use.oauth.grant === 'authorization_code';
      const whose = isLogin ? { user: userId, project: projectId } : {};
      if (removed) log.info({ event: 'oauth_token_removed', server: use.server, ...whose, revoked });
      if (removed && isLogin) audit.loggedOut(use.principal, use.server, revoked);
      return true;
    } catch {
      return false;
    }
  }
}

/** Those all of whose keys were removed. */
function keylessIn(before: ConfigSnapshot, after: ConfigSnapshot): readonly KeyOwner[] {
  const removed = new Map<string, KeyOwner>();
  for (const [hash, record] of before.keys) {
    if (record.status === 'active' && !after.keys.has(hash)) removed.set(nameOf(record.principal), record.principal);
  }
  if (removed.size === 0) return [];
  for (const [hash, record] of before.keys) {
    if (record.status === 'active' && after.keys.has(hash)) removed.delete(nameOf(record.principal));
  }
  for (const record of after.keys.values()) if (record.status === 'active') removed.delete(nameOf(record.principal));
  return [...removed.values()];
}

/** Ids hold no NUL. */
function nameOf({ userId, projectId }: KeyOwner): string {
  return `${userId}\u0000${projectId}`;
}

function isPaused({ directory, configs }: ConfigSnapshot, { server, oauth, principal }: TokenUse): boolean {
  const config = configs.get(principal.configId);
  if (config?.disabled?.has(server) !== true) return false;
  if (oauth.grant === 'client_credentials') return true;
  const { userId, projectId, configId, keyId } = principal;
  const membership = directory.membership(userId, projectId, { keyId, access: undefined });
  if (typeof membership === 'string') return membership === 'user_disabled' || membership === 'project_disabled';
  return membership.config?.id === configId;
}
