import pg from 'pg';
import type { DatabaseAddress } from './database-address.js';
import { databaseFault, QueryFailure } from './database-fault.js';

/** A whole statement, waiting for its answer included. */
const STATEMENT_MS = 10_000;
/** How long to wait for a connection: for a free one of the pool, or to the server. */
const CONNECT_MS = 5000;
/** How long a writer waits for the writers before it. */
const LOCK_MS = 8000;
const IDLE_MS = 60_000;
const KEEP_ALIVE_MS = 10_000;
/** Few are enough: writers go one by one, and look-ups of keys are gathered. */
const MAX_CONNECTIONS = 4;

/** A connection inside a transaction. */
export class Session {
  constructor(private readonly client: pg.PoolClient) {}

  /** @throws QueryFailure */
  async query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    try {
      return (await this.client.query<Row>(text, [...values])).rows;
    } catch (error) {
      throw new QueryFailure(error);
    }
  }
}

/** A connection of its own, for notifications. */
export type Listener = pg.Client;

/** The connections to PostgreSQL. Every wait has an end, and no failure tells credentials or rows. */
export class Database {
  readonly place: string;
  readonly #url: string;
  readonly #pool: pg.Pool;
  #closed: Promise<void> | null = null;

  constructor({ url, place }: DatabaseAddress, connections = MAX_CONNECTIONS) {
    this.place = place;
    this.#url = url;
    this.#pool = new pg.Pool({
      ...this.#options('config'),
      max: connections,
      idleTimeoutMillis: IDLE_MS,
      query_timeout: STATEMENT_MS,
      allowExitOnIdle: true,
    });
    // An idle connection that breaks is replaced when it is needed; without a listener it would end the process.
    this.#pool.on('error', () => undefined);
  }

  /**
   * @param timeoutMs how long the answer may take
   * @throws StoreUnavailableError, GatewayError `internal` for a statement that the server refuses
   */
  async query<Row extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
    timeoutMs = STATEMENT_MS,
  ): Promise<Row[]> {
    try {
      // The driver takes the time for each statement; its types do not know.
      const statement = { text, values: [...values], query_timeout: timeoutMs };
      return (await this.#pool.query<Row>(statement)).rows;
    } catch (error) {
      throw databaseFault(new QueryFailure(error), this.place);
    }
  }

  /**
   * Runs work in a transaction. What work throws undoes it all and passes through as it is.
   * @param commit ends the transaction; a failure in it means that nobody knows whether it was committed
   * @throws QueryFailure
   */
  async transaction<T>(work: (session: Session) => Promise<T>, commit = commitNow): Promise<T> {
    const client = await this.#connect();
    let broken = true;
    try {
      const session = new Session(client);
      await session.query(
        `BEGIN; SET LOCAL lock_timeout = ${String(LOCK_MS)}; SET LOCAL statement_timeout = ${String(STATEMENT_MS)}`,
      );
      let result: T;
      try {
        result = await work(session);
      } catch (error) {
        await session.query('ROLLBACK');
        broken = false;
        throw error;
      }
      await commit(session);
      broken = false;
      return result;
    } finally {
      // A connection in an unknown state is closed, and the server undoes what was not committed.
      client.release(broken);
    }
  }

  /** A connection that hears of a channel. The caller ends it. @throws StoreUnavailableError */
  async listener(channel: string): Promise<Listener> {
    const client = new pg.Client({ ...this.#options('notifications'), query_timeout: STATEMENT_MS });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
      return client;
    } catch (error) {
      void client.end().catch(() => undefined);
      throw databaseFault(new QueryFailure(error), this.place);
    }
  }

  /** Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#pool.end();
    return this.#closed;
  }

  async #connect(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw new QueryFailure(error);
    }
  }

  #options(purpose: string): pg.ClientConfig {
    return {
      connectionString: this.#url,
      application_name: `secure-mcp-gateway ${purpose}`,
      connectionTimeoutMillis: CONNECT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    };
  }
}

async function commitNow(session: Session): Promise<void> {
  await session.query('COMMIT');
}
