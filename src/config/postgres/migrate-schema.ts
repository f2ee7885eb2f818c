import { GatewayError } from '../../errors.js';
import type { Database, Session } from './database.js';
import { databaseFault } from './database-fault.js';
import { MIGRATIONS } from './migrations.js';

/** One number for everybody who migrates: any constant that no other program of the same database uses. */
const ADVISORY_LOCK = 7_461_502_031;

/**
 * Brings the database to the schema of this build. Several processes may do that at once: one works, the others wait and find it done.
 * @throws GatewayError `config_invalid` when a newer build made the schema, StoreUnavailableError
 */
export async function migrateSchema(database: Database): Promise<void> {
  if ((await schemaVersion(database)) === MIGRATIONS.length) return;
  try {
    await database.transaction((session) => migrate(session, database.place));
  } catch (error) {
    throw databaseFault(error, database.place);
  }
}

async function migrate(session: Session, place: string): Promise<void> {
  await session.query('SELECT pg_advisory_xact_lock($1)', [ADVISORY_LOCK]);
  await session.query('CREATE SCHEMA IF NOT EXISTS smg');
  await session.query(
    'CREATE TABLE IF NOT EXISTS smg.migrations (version integer PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())',
  );
  const rows = await session.query<{ version: number | null }>('SELECT max(version) AS version FROM smg.migrations');
  const version = rows[0]?.version ?? 0;
  refuseNewer(version, place);
  for (const [index, step] of MIGRATIONS.entries()) {
    if (index < version) continue;
    await session.query(step);
    await session.query('INSERT INTO smg.migrations (version) VALUES ($1)', [index + 1]);
  }
}

/** Of the schema in the database; 0 = there is none. @throws as migrateSchema */
async function schemaVersion(database: Database): Promise<number> {
  const [found] = await database.query<{ present: boolean }>(
    `SELECT to_regclass('smg.migrations') IS NOT NULL AS present`,
  );
  if (found?.present !== true) return 0;
  const [row] = await database.query<{ version: number | null }>('SELECT max(version) AS version FROM smg.migrations');
  const version = row?.version ?? 0;
  refuseNewer(version, database.place);
  return version;
}

function refuseNewer(version: number, place: string): void {
  if (version <= MIGRATIONS.length) return;
  throw new GatewayError(
    'config_invalid',
    `${place} was set up by a newer version of the gateway: its schema is ${String(version)}, and this build knows ${String(MIGRATIONS.length)}. ` +
      'Nothing was changed. Run the newer version, or name another database.',
  );
}
