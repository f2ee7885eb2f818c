import type { Changed, ConfigRepository, StoredConfig } from '../../config/administration/config-repository.js';
import type { Json } from '../../config/administration/document.js';
import type { KeyScope } from '../../config/administration/key-scope.js';
import type { KeyUseStore } from '../../config/key-use-store.js';
import type { Deed } from './change-record.js';

/**
 * A repository whose changes are recorded in the audit log of its config as those over the admin API are: `intended` is on disk before
 * anything is changed, `done` before the command says so (ADR 0019). A gateway may write the same log: each process has a chain of its own.
 */
export class RecordedRepository implements ConfigRepository {
  readonly #inner: ConfigRepository;
  readonly #path: string;
  readonly #deed: Deed;

  /** @param path of the config file, beside which the log is unless the config says otherwise */
  constructor(inner: ConfigRepository, path: string, deed: Deed) {
    this.#inner = inner;
    this.#path = path;
    this.#deed = deed;
  }

  get place(): string {
    return this.#inner.place;
  }
  get keyUses(): KeyUseStore {
    return this.#inner.keyUses;
  }

  read(keys?: KeyScope): Promise<StoredConfig> {
    return this.#inner.read(keys);
  }

  /** @throws GatewayError config_invalid when the change cannot be recorded: nothing is changed then, unless it says so */
  async change<T>(operation: (document: Json) => T, expected?: string, keys?: KeyScope): Promise<Changed<T>> {
    // Commands that only read need none of it.
    const [{ document }, { ChangeRecord }] = await Promise.all([
      this.#inner.read('none'),
      import('./change-record.js'),
    ]);
    const record = await ChangeRecord.begin(document, this.#path, this.#deed);
    try {
      const changed = await this.#inner.change(operation, expected, keys).catch((error: unknown) => {
        record.failed(error);
        throw error;
      });
      await record.done(changed.revision);
      return changed;
    } finally {
      await record.close();
    }
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
