import { StoreUnavailableError } from '../store-unavailable-error.js';
import type { Database } from './database.js';
import type { KeyRow } from './stored-rows.js';

/** Keys of one statement. */
const MAX_BATCH = 500;
/** Statements at a time: look-ups share the connections with what follows changes. */
const MAX_AT_ONCE = 2;
/** Look-ups that wait; who comes then is turned away, so that a flood of wrong keys costs no memory. */
const MAX_WAITING = 10_000;
/** How long an answer may take. */
const LOOKUP_MS = 3000;

const BY_HASH = `SELECT encode(hash, 'hex') AS hash, body FROM smg.api_keys WHERE hash = ANY ($1::bytea[])`;

interface Waiting {
  readonly hex: string;
  readonly resolve: (body: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Asks the database for keys. Those that are asked for at the same time go in one statement. */
export class KeyLookup {
  private readonly waiting: Waiting[] = [];
  private running = 0;
  private scheduled = false;

  constructor(private readonly database: Database) {}

  /** The stored fields of a key; undefined = there is none. @throws StoreUnavailableError */
  one(hex: string): Promise<unknown> {
    if (this.waiting.length >= MAX_WAITING) {
      return Promise.reject(new StoreUnavailableError('Too many keys are being looked up. Try again.'));
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ hex, resolve, reject });
      this.schedule();
    });
  }

  /** The stored fields of those that there are. @throws StoreUnavailableError */
  async many(hexes: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
    const found = new Map<string, unknown>();
    for (let from = 0; from < hexes.length; from += MAX_BATCH) {
      for (const [hex, body] of await this.ask(hexes.slice(from, from + MAX_BATCH))) found.set(hex, body);
    }
    return found;
  }

  private async ask(hexes: readonly string[]): Promise<Map<string, unknown>> {
    const hashes = hexes.map((hex) => Buffer.from(hex, 'hex'));
    const rows = await this.database.query<KeyRow>(BY_HASH, [hashes], LOOKUP_MS);
    return new Map(rows.map(({ hash, body }) => [hash, body]));
  }

  private schedule(): void {
    if (this.scheduled || this.running >= MAX_AT_ONCE) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      void this.flush();
    });
  }

  private async flush(): Promise<void> {
    const batch = this.waiting.splice(0, MAX_BATCH);
    if (batch.length === 0) return;
    this.running++;
    if (this.waiting.length > 0) this.schedule();
    try {
      const found = await this.ask(batch.map(({ hex }) => hex));
      for (const { hex, resolve } of batch) resolve(found.get(hex));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      this.running--;
      if (this.waiting.length > 0) this.schedule();
    }
  }
}
