import { isDeepStrictEqual } from 'node:util';
import { objectOf } from '../administration/document.js';
import type { KeyOwner } from '../snapshot.js';
import type { Session } from './database.js';
import type { StoredRows } from './stored-rows.js';

/** What a change touched. */
export interface Touched {
  /** Anything besides keys. */
  readonly document: boolean;
  /** Hashes of keys that were added, changed or removed. */
  readonly keys: readonly string[];
  /** Whose keys were removed. */
  readonly owners: readonly KeyOwner[];
}

type Table = 'settings' | 'configs' | 'projects' | 'users' | 'api_keys';
type Rows = ReadonlyMap<string, unknown>;

interface Difference {
  readonly gone: readonly string[];
  /** Added or changed. */
  readonly put: readonly (readonly [string, unknown])[];
}

/** How the id of a row is written, by table. */
const IDS: Readonly<Record<Table, { readonly column: string; readonly value: string }>> = {
  settings: { column: 'name', value: 'id' },
  configs: { column: 'id', value: 'id' },
  projects: { column: 'id', value: 'id' },
  users: { column: 'id', value: 'id' },
  api_keys: { column: 'hash', value: `decode(id, 'hex')` },
};

/** The rows in which two documents differ. */
export interface Differences extends Touched {
  readonly tables: readonly (readonly [Table, Difference])[];
  readonly servers: readonly (readonly [string, readonly unknown[]])[];
}

const TABLES = ['settings', 'configs', 'projects', 'users'] as const;

export function differencesOf(before: StoredRows, after: StoredRows): Differences {
  const keys = differenceOf(before.keys, after.keys);
  const others = TABLES.map((table) => [table, differenceOf(before[table], after[table])] as const);
  const servers = [...after.servers].filter(
    ([id, list]) => !isDeepStrictEqual(before.configs.has(id) ? before.servers.get(id) : [], list),
  );
  return {
    tables: [['api_keys', keys], ...others],
    servers,
    document: servers.length > 0 || others.some(([, { gone, put }]) => gone.length + put.length > 0),
    keys: [...keys.gone, ...keys.put.map(([id]) => id)],
    owners: keys.gone.flatMap((id) => ownerOf(before.keys.get(id)) ?? []),
  };
}

function ownerOf(key: unknown): KeyOwner | null {
  const { user_id: userId, project_id: projectId } = objectOf(key);
  return typeof userId === 'string' && typeof projectId === 'string' ? { userId, projectId } : null;
}

/** Writes the rows that differ, and no others: a key more is one row more, however many there are. */
export async function writeDifferences(session: Session, { tables, servers }: Differences): Promise<void> {
  for (const [table, difference] of tables) {
    await write(session, table, difference);
    if (table === 'settings' && namesAdminKeys(difference)) await session.query(FORGET_ADMIN_KEYS);
  }
  for (const [configId, list] of servers) await writeServers(session, configId, list);
}

/** Those of API keys go with their rows; admin keys have none. */
const FORGET_ADMIN_KEYS = 'DELETE FROM smg.admin_key_uses WHERE key_id NOT IN (SELECT key_id FROM smg.admin_key_ids)';

function namesAdminKeys({ gone, put }: Difference): boolean {
  return [...gone, ...put.map(([name]) => name)].some((name) => name === 'admin_keys' || name === 'admin_apikey');
}

function differenceOf(before: Rows, after: Rows): Difference {
  return {
    gone: [...before.keys()].filter((id) => !after.has(id)),
    put: [...after].filter(([id, body]) => !before.has(id) || !isDeepStrictEqual(before.get(id), body)),
  };
}

async function write(session: Session, table: Table, { gone, put }: Difference): Promise<void> {
  const { column, value } = IDS[table];
  if (gone.length > 0) {
    const ids = `SELECT ${value} FROM unnest($1::text[]) AS t (id)`;
    await session.query(`DELETE FROM smg.${table} WHERE ${column} IN (${ids})`, [gone]);
  }
  if (put.length > 0) {
    await session.query(
      `INSERT INTO smg.${table} (${column}, body)
         SELECT ${value}, body::jsonb FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS t (id, body, n) ORDER BY n
       ON CONFLICT (${column}) DO UPDATE SET body = excluded.body`,
      [put.map(([id]) => id), put.map(([, body]) => JSON.stringify(body))],
    );
  }
}

async function writeServers(session: Session, configId: string, list: readonly unknown[]): Promise<void> {
  await session.query('DELETE FROM smg.servers WHERE config_id = $1', [configId]);
  if (list.length === 0) return;
  await session.query(
    `INSERT INTO smg.servers (config_id, position, body)
       SELECT $1, n, body::jsonb FROM unnest($2::text[]) WITH ORDINALITY AS t (body, n)`,
    [configId, list.map((server) => JSON.stringify(server))],
  );
}
