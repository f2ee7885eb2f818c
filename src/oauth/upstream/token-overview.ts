import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ConfigStore } from '../../config/config-store.js';
import type { UpstreamOAuth } from '../../contracts/upstream-oauth.js';
import type { TokenState } from './token-state.js';
import { eachUse } from './token-uses.js';
import { type TokenUse, UpstreamTokens } from './upstream-tokens.js';

/** One token, without it. */
export interface TokenSummary {
  /** 16 hex digits; the same on every replica and after a restart. */
  readonly id: string;
  readonly grant: UpstreamOAuth['grant'];
  /** Who has logged in; null = it is the gateway's own. */
  readonly user: string | null;
  readonly project: string | null;
  /** Where it is sent to. */
  readonly servers: readonly { readonly config: string; readonly server: string }[];
  /** Null = the vault cannot be asked. */
  readonly state: TokenState | null;
}

/** Names or ids; absent = all. */
export interface TokenFilter {
  readonly config?: string | undefined;
  readonly server?: string | undefined;
  readonly user?: string | undefined;
  readonly project?: string | undefined;
}

type Row = Omit<TokenSummary, 'state'> & { readonly use: TokenUse };

/** The vault is asked for this many at once. */
const PARALLEL = 16;

/** The tokens of everybody at every server, as the config says that there may be some. For operators. */
@Injectable()
export class TokenOverview {
  constructor(
    private readonly store: ConfigStore,
    private readonly tokens: UpstreamTokens,
  ) {}

  /** @param page what of them the vault is asked for */
  async list(
    filter: TokenFilter,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<{ readonly total: number; readonly tokens: readonly TokenSummary[] }> {
    const rows = [...this.rows(filter)];
    const wanted = rows.slice(page.offset, page.offset + page.limit);
    const tokens: TokenSummary[] = [];
    for (let from = 0; from < wanted.length; from += PARALLEL) {
      tokens.push(...(await Promise.all(wanted.slice(from, from + PARALLEL).map((row) => this.summary(row)))));
    }
    return { total: rows.length, tokens };
  }

  /** Ends a token for everybody who uses it; undefined = there is none that could have this id. @throws VaultFault */
  async end(id: string): Promise<{ readonly removed: boolean; readonly revoked: boolean } | undefined> {
    for (const row of this.rows({})) if (row.id === id) return this.tokens.giveUp(row.use);
    return undefined;
  }

  private async summary({ use, ...row }: Row): Promise<TokenSummary> {
    // One entry that cannot be read hides no other.
    return { ...row, state: await this.tokens.state(use).catch(() => null) };
  }

  private rows(filter: TokenFilter): Iterable<Row> {
    const snapshot = this.store.current();
    const rows = new Map<string, Row & { readonly servers: { readonly config: string; readonly server: string }[] }>();
    for (const { use, config } of eachUse(snapshot, (server) => this.tokens.oauthOf(server))) {
      const { userId, projectId } = use.principal;
      const isOwn = use.oauth.grant === 'client_credentials';
      const names = snapshot.directory.namesOf(userId, projectId);
      const fits =
        isOneOf(filter.config, config.id, config.name) &&
        isOneOf(filter.server, use.server) &&
        (isOwn ? filter.user === undefined : isOneOf(filter.user, userId, names.user)) &&
        (isOwn ? filter.project === undefined : isOneOf(filter.project, projectId, names.project));
      if (!fits) continue;
      const place = { config: config.name, server: use.server };
      const known = rows.get(use.key);
      if (known === undefined) {
        const whose = isOwn ? { user: null, project: null } : names;
        rows.set(use.key, { id: idOf(use.key), grant: use.oauth.grant, ...whose, servers: [place], use });
      } else if (!known.servers.some((one) => one.config === place.config && one.server === place.server)) {
        known.servers.push(place);
      }
    }
    return rows.values();
  }
}

function isOneOf(wanted: string | undefined, ...names: readonly string[]): boolean {
  return wanted === undefined || names.includes(wanted);
}

/** Names a token in addresses without the ids that its key is made of. */
function idOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 16);
}
