import { isDeepStrictEqual } from 'node:util';
import type { Session } from './database.js';
import type { StoredRows } from './stored-rows.js';

/** What a change touched. */
export interface Touched {
  /** Anything besides keys. */
  readonly document: boolean;
  /** Hashes of keys that were added, changed or removed. */
  readonly keys: readonly string[];
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

/** Writes the rows that differ, and no others: a key more is one row more, however many there are. */
export async function writeDifference(session: Session, before: StoredRows, after: StoredRows): Promise<Touched> {
  const keys = differenceOf(before.keys, after.keys);
  await write(session, 'api_keys', keys);
  let document = false;
  for (const table of ['settings', 'configs', 'projects', 'users'] as const) {
    const difference = differenceOf(before[table], after[table]);
    document = (await write(session, table, difference)) || document;
    if (table === 'settings' && namesAdminKeys(difference)) await session.query(FORGET_ADMIN_KEYS);
  }
  for (const [configId, list] of after.servers) {
    const known = before.configs.has(configId) ? before.servers.get(configId) : [];
    if (isDeepStrictEqual(known, list)) continue;
    await writeServers(session, configId, list);
    document = true;
  }
  return { document, keys: [...keys.gone, ...keys.put.map(([id]) => id)] };
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

async function write(session: Session, table: Table, { gone, put }: Difference): Promise<boolean> {
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
  return gone.length + put.length > 0;
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
