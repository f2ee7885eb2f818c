import type { Pool } from 'pg';
import { chainMembersOf, lineDigest } from './chain/chain-members.js';
import type { CopyTarget } from './audit-copy.js';

/** Serialises makers of the table: two of them at once fail in the catalog, `IF NOT EXISTS` or not. */
const MIGRATION_LOCK = 0x61756474;

/**
 * Makes the table of audit records when there is none. May run any number of times, also at once.
 * The digest is part of the key: a line that was changed and comes again stands beside the first one, and does not vanish.
 */
async function migrateAuditTable(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ there: string | null }>("SELECT to_regclass('audit_records')::text AS there");
  // A gateway whose role may only insert finds the table that the operator made.
  if (rows[0]?.there != null) return;
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await client.query(`
      CREATE TABLE IF NOT EXISTS audit_records (
        chain text NOT NULL,
        seq bigint NOT NULL,
        digest text NOT NULL,
        recorded_at timestamptz NOT NULL,
        event text NOT NULL,
        line text NOT NULL,
        PRIMARY KEY (chain, seq, digest)
      )`);
    await client.query('CREATE INDEX IF NOT EXISTS audit_records_time ON audit_records (recorded_at)');
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

/** Every audit line begins with these two. */
const OPENING = /^\{"time":"([^"]{1,40})","event":"([a-z_]{1,40})"/;
const OPENING_BYTES = 96;

/** Copies lines into the table. @param pool its own: a slow database must not keep others waiting */
export function postgresTarget(pool: Pool): CopyTarget {
  let migrated: Promise<void> | undefined;
  // An idle connection that breaks is replaced by the next query.
  pool.on('error', () => undefined);
  return {
    name: 'postgres',
    async deliver(lines, signal) {
      migrated ??= migrateAuditTable(pool);
      const work = migrated.then(() => insert(pool, lines));
      migrated.catch(() => {
        migrated = undefined;
      });
      await Promise.race([work, aborted(signal)]);
    },
    close: () => pool.end(),
  };
}

async function insert(pool: Pool, lines: readonly Buffer[]): Promise<void> {
  const columns: [string[], number[], string[], string[], string[], string[]] = [[], [], [], [], [], []];
  for (const line of lines) {
    const members = chainMembersOf(line);
    const opening = OPENING.exec(line.toString('latin1', 0, OPENING_BYTES));
    if (members === null || opening === null) continue;
    const row = [
      members.chain,
      members.seq,
      lineDigest(line),
      opening[1] ?? '',
      opening[2] ?? '',
      line.toString('utf8'),
    ];
    row.forEach((value, column) => (columns[column] as (string | number)[]).push(value));
  }
  await pool.query(
    `INSERT INTO audit_records (chain, seq, digest, recorded_at, event, line)
     SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::timestamptz[], $5::text[], $6::text[])
     ON CONFLICT DO NOTHING`,
    columns,
  );
}

/** Rejects when the time is up; the query itself is ended by the pool's own timeout. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener(
      'abort',
      () => {
        reject(Object.assign(new Error('The database is too slow.'), { code: 'timeout' }));
      },
      { once: true },
    );
  });
}
