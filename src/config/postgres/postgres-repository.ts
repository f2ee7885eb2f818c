import { randomBytes } from 'node:crypto';
import { GatewayError } from '../../errors.js';
import { AdministrationError, changedMeanwhile } from '../administration/administration-error.js';
import type { Changed, ConfigRepository, StoredConfig } from '../administration/config-repository.js';
import type { KeyScope } from '../administration/key-scope.js';
import { isObject, type Json } from '../administration/document.js';
import { judgeDocument } from '../config-file.js';
import { newProblems, refuseProblems } from '../new-problems.js';
import { toNewestForm } from '../older-forms/newest-form.js';
import { StoreUnavailableError } from '../store-unavailable-error.js';
import { CHANNEL } from './change-signal.js';
import type { Database, Session } from './database.js';
import { databaseFault, isContention } from './database-fault.js';
import { PostgresKeyUseStore } from './postgres-key-use-store.js';
import { documentOf, keyQuery, type KeyRow, READ, type ReadRow, rowsOf } from './stored-rows.js';
import { differencesOf, type Touched, writeDifferences } from './write-difference.js';

/** How often a change is made again because of the work of others. */
const ATTEMPTS = 5;
/** More keys than this are not put into one document: it would not fit a config file either, and each costs memory. */
const MAX_KEYS = 200_000;
/** More keys than this are not named in one row of `changes`. */
const MAX_NAMED_KEYS = 1000;
/** Rows of `changes` that are kept: a replica that missed more reads everything anew. */
const KEPT_CHANGES = 10_000;
/** How often it is asked whether a commit whose answer did not come was done, and how long is waited before each time. */
const COMMIT_QUESTIONS = 5;
const COMMIT_QUESTION_MS = 500;

interface Read extends StoredConfig {
  readonly generation: number;
}

/** A database as a repository: one document, kept as rows. Writers go one by one, and write the rows that differ. */
export class PostgresRepository implements ConfigRepository {
  readonly place: string;
  readonly keyUses: PostgresKeyUseStore;
  readonly #database: Database;
  readonly #path: string;

  /** @param path of the config file that would be used without a database: what a config refers to by path lies beside it */
  constructor(database: Database, path: string) {
    this.#database = database;
    this.#path = path;
    this.place = database.place;
    this.keyUses = new PostgresKeyUseStore(database);
  }

  async read(keys: KeyScope = 'all'): Promise<StoredConfig> {
    try {
      const { document, revision } = await this.#database.transaction(async (session) => {
        await session.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
        return this.#readIn(session, keys);
      });
      return { document, revision };
    } catch (error) {
      throw databaseFault(error, this.place);
    }
  }

  async change<T>(operation: (document: Json) => T, expected?: string, keys: KeyScope = 'all'): Promise<Changed<T>> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(operation, expected, keys);
      } catch (error) {
        if (attempt === ATTEMPTS || !isContention(error)) throw databaseFault(error, this.place);
      }
    }
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  async #attempt<T>(operation: (document: Json) => T, expected: string | undefined, keys: KeyScope) {
    const revision = randomBytes(8).toString('hex');
    let wrote = false;
    const work = async (session: Session): Promise<Changed<T>> => {
      await session.query('SELECT FROM smg.state FOR UPDATE');
      // A statement of its own: it sees what the writers before have committed.
      const before = await this.#readIn(session, keys);
      if (expected !== undefined && expected !== before.revision) throw changedMeanwhile();
      const document = structuredClone(before.document);
      const result = operation(document);
      const after = toNewestForm(document).json;
      if (!isObject(after)) throw new GatewayError('internal', 'The document is no object.');
      const differences = differencesOf(rowsOf(before.document), rowsOf(after));
      this.#judge(before, differences.document ? document : onlyKeys(document), revision);
      if (!differences.document && differences.keys.length === 0) return { result, revision: before.revision };
      await writeDifferences(session, differences);
      await record(session, before.generation + 1, revision, differences);
      wrote = true;
      return { result, revision };
    };
    return this.#database.transaction(work, async (session) => {
      try {
        await session.query('COMMIT');
      } catch (error) {
        if (wrote && !(await this.#isCommitted(revision))) throw error;
      }
    });
  }

  async #readIn(session: Session, keys: KeyScope): Promise<Read> {
    const [row] = await session.query<ReadRow>(READ);
    if (row === undefined) throw new GatewayError('internal', `${this.place} has lost its state.`);
    const query = keyQuery(keys, MAX_KEYS + 1);
    const found = query === null ? [] : await session.query<KeyRow>(query.text, query.values);
    if (found.length > MAX_KEYS) throw tooManyKeys();
    return { document: documentOf(row, found), revision: row.revision, generation: Number(row.generation) };
  }

  #judge(before: Read, document: Json, revision: string): void {
    const after = judgeDocument(document, revision, this.#path);
    if (after.ok) return;
    refuseProblems(this.place, newProblems(judgeDocument(before.document, before.revision, this.#path), after));
  }

  /** A commit whose answer was lost is done or not: the database knows. @throws StoreUnavailableError when it cannot be asked */
  async #isCommitted(revision: string): Promise<boolean> {
    for (let question = 0; question < COMMIT_QUESTIONS; question++) {
      try {
        return await this.#database.transaction(async (session) => {
          // Waits until a commit under way has ended: it holds this row.
          await session.query('SELECT FROM smg.state FOR UPDATE');
          return (await session.query('SELECT FROM smg.changes WHERE revision = $1', [revision])).length > 0;
        });
      } catch {
        await new Promise((resolve) => setTimeout(resolve, COMMIT_QUESTION_MS));
      }
    }
    throw new StoreUnavailableError(
      `${this.place} went away while the change was being written: whether it was made is not known. Look before you repeat it.`,
      true,
    );
  }
}

/** Those of the owners who have no key any more. */
const KEYLESS = `
  SELECT jsonb_agg(DISTINCT jsonb_build_array(o.u, o.p)) FROM unnest($5::text[], $6::text[]) AS o (u, p)
    WHERE NOT EXISTS (SELECT FROM smg.api_keys k WHERE k.user_id = o.u AND k.project_id = o.p)`;

async function record(session: Session, generation: number, revision: string, touched: Touched): Promise<void> {
  await session.query('UPDATE smg.state SET generation = $1, revision = $2', [generation, revision]);
  const keys = touched.keys.length > MAX_NAMED_KEYS ? null : touched.keys;
  await session.query(
    `INSERT INTO smg.changes (generation, revision, document, keys, keyless) VALUES ($1, $2, $3, $4, (${KEYLESS}))`,
    [
      ...[generation, revision, touched.document, keys],
      ...[touched.owners.map(({ userId }) => userId), touched.owners.map(({ projectId }) => projectId)],
    ],
  );
  await session.query('DELETE FROM smg.changes WHERE generation <= $1', [generation - KEPT_CHANGES]);
  // An acknowledged write outlives a crash of the server, whatever its default is.
  await session.query(
    `SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'`,
  );
  await session.query('SELECT pg_notify($1, $2)', [CHANNEL, String(generation)]);
}

/**
 * The rest is as it was, and judging that anew takes most of the time of a change where there are thousands of users. Nothing of the rest makes a
 * key invalid: one whose user, project or membership is gone is refused when it is used.
 */
function onlyKeys({ apikeys }: Json): Json {
  return { apikeys };
}

function tooManyKeys(): AdministrationError {
  return new AdministrationError(
    'invalid',
    `There are more than ${String(MAX_KEYS)} API keys, which is too many for one answer. Ask for those of a user or a project.`,
  );
}
