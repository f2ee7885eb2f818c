import type { DatabaseAddress } from '../../config/postgres/database-address.js';
import { Database } from '../../config/postgres/database.js';
import { openPostgresSource } from '../../config/postgres/open-postgres-source.js';
import { describeProblem } from '../../config/problem.js';
import type { ConfigSnapshot } from '../../config/snapshot.js';
import { GatewayError } from '../../errors.js';
import { type Check, fail, ok, warn } from './check.js';

const NAME = 'database';
/** More than this for one question makes every look-up of a key slow. */
const SLOW_MS = 50;

const COUNTS = `
  SELECT count(*)::int AS keys, (count(*) FILTER (WHERE (body -> 'disabled') = 'true'))::int AS disabled FROM smg.api_keys`;

/** Whether the database can be used, and what stands in it. @param path of the config file that there would be without it */
export async function checkDatabase(
  address: DatabaseAddress,
  path: string,
): Promise<{ readonly checks: readonly Check[]; readonly snapshot: ConfigSnapshot | null }> {
  try {
    const source = await openPostgresSource(address, path);
    try {
      const loaded = await source.look();
      const problems = loaded?.ok === false ? loaded.problems : [];
      const broken = problems.map((problem) =>
        fail(
          'config',
          describeProblem(problem),
          `Correct it in ${address.place}: config, server and system commands change it.`,
        ),
      );
      const doubtful = (loaded?.ok === true ? loaded.snapshot.warnings : []).map((problem) =>
        warn('config', describeProblem(problem), `It stands in ${address.place}.`),
      );
      const checks = [...(await look(address)), ...broken, ...doubtful];
      return { checks, snapshot: loaded?.ok === true ? loaded.snapshot : null };
    } finally {
      source.close();
    }
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { checks: [fail(NAME, error.message, 'No gateway starts like this.')], snapshot: null };
  }
}

async function look(address: DatabaseAddress): Promise<Check[]> {
  const database = new Database(address);
  try {
    const started = performance.now();
    await database.query('SELECT 1');
    await database.query('SELECT 1');
    const ms = Math.round((performance.now() - started) / 2);
    const [counts] = await database.query<{ keys: number; disabled: number }>(COUNTS);
    const { keys, disabled } = counts ?? { keys: 0, disabled: 0 };
    const told = `${address.place} answers in ${String(ms)} ms`;
    return [
      ms > SLOW_MS
        ? warn(NAME, told, 'Run the gateway nearer to the database: keys are looked up there.')
        : ok(NAME, told),
      ...(address.inClear ? [inClear()] : []),
      keys - disabled > 0
        ? ok('keys', `${String(keys)}, of which ${String(disabled)} are disabled`)
        : fail('keys', 'none is usable: nobody can connect', 'Make one: secure-mcp-gateway user generate-api-key.'),
    ];
  } finally {
    await database.close();
  }
}

function inClear(): Check {
  return warn(NAME, 'is reached over a network without TLS', 'Add ?sslmode=verify-full to the URL.');
}
