import type { KeyUseScope, KeyUseStore, KeyUseTimes } from '../key-use-store.js';
import type { Database } from './database.js';
import { keyCondition } from './stored-rows.js';

/** Keys of one statement. */
const MAX_BATCH = 1000;
/** As many as one answer lists. */
const MAX_LISTED = 200_000;

const MS = '(extract(epoch FROM used_at) * 1000)::float8 AS ms';
/** A clock that is ahead would keep the key looking used until the others have caught up. */
const NOTED = `
  WITH noted AS (
    SELECT id, least(to_timestamp(ms / 1000), clock_timestamp()) AS at FROM unnest($1::text[], $2::float8[]) AS t (id, ms))`;
/**
 * The rows of other gateways are passed over unless this time is later. In the order of hashes, so that no two gateways wait for each
 * other. A key that is just being removed is left out: its time would be of no use, and nobody waits for it.
 */
const SAVE = `${NOTED}, keys AS (
    SELECT k.hash, noted.at FROM noted JOIN smg.api_keys k ON k.key_id = noted.id
    ORDER BY k.hash FOR KEY SHARE OF k SKIP LOCKED)
  INSERT INTO smg.key_uses (hash, used_at) SELECT hash, at FROM keys
  ON CONFLICT (hash) DO UPDATE SET used_at = excluded.used_at WHERE key_uses.used_at < excluded.used_at`;
const SAVE_ADMIN = `${NOTED}
  INSERT INTO smg.admin_key_uses (key_id, used_at)
    SELECT id, at FROM noted WHERE id IN (SELECT key_id FROM smg.admin_key_ids) ORDER BY id
  ON CONFLICT (key_id) DO UPDATE SET used_at = excluded.used_at WHERE admin_key_uses.used_at < excluded.used_at`;

interface UseRow {
  readonly key_id: string;
  readonly ms: number;
}

/** Times of last use in the database, of all gateways on it: each key has the latest, and loses it when it is removed. */
export class PostgresKeyUseStore implements KeyUseStore {
  constructor(private readonly database: Database) {}

  async load(keys: KeyUseScope): Promise<KeyUseTimes> {
    try {
      const rows = await (keys === 'admin' ? this.ofAdminKeys() : this.ofKeys(keys));
      return new Map(rows.map(({ key_id, ms }) => [key_id, ms]));
    } catch {
      return new Map();
    }
  }

  async save(times: KeyUseTimes): Promise<void> {
    const all = [...times];
    for (let from = 0; from < all.length; from += MAX_BATCH) {
      const batch = all.slice(from, from + MAX_BATCH);
      const values = [batch.map(([id]) => id), batch.map(([, ms]) => ms)];
      await this.database.query(SAVE, values);
      await this.database.query(SAVE_ADMIN, values);
    }
  }

  private ofAdminKeys(): Promise<UseRow[]> {
    return this.database.query<UseRow>(`SELECT key_id, ${MS} FROM smg.admin_key_uses`);
  }

  private async ofKeys(keys: Exclude<KeyUseScope, 'admin'>): Promise<UseRow[]> {
    const condition = keyCondition(keys);
    if (condition === null) return [];
    const { where, values } = condition;
    return this.database.query<UseRow>(
      `SELECT key_id, ${MS} FROM smg.api_keys JOIN smg.key_uses USING (hash) WHERE ${where} LIMIT ${String(MAX_LISTED)}`,
      values,
    );
  }
}
