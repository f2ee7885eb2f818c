import { GatewayError } from '../../errors.js';
import { FileKeyUseStore } from '../file-key-use-store.js';
import { changedMeanwhile } from './administration-error.js';
import { revisionOf } from '../loader.js';
import { readConfigJson } from '../read-config-json.js';
import { updateConfigFile } from '../update-config-file.js';
import { configBytes } from '../write-config-file.js';
import type { Changed, ConfigRepository, StoredConfig } from './config-repository.js';
import type { Json } from './document.js';

/** The config file as a repository. */
export class FileRepository implements ConfigRepository {
  /** Path of the file. */
  readonly place: string;
  readonly keyUses: FileKeyUseStore;

  constructor(path: string) {
    this.place = path;
    this.keyUses = new FileKeyUseStore(path);
  }

  async read(): Promise<StoredConfig> {
    const { bytes, json } = await readConfigJson(this.place);
    return { document: json, revision: revisionOf(bytes) };
  }

  async change<T>(operation: (document: Json) => T, expected?: string): Promise<Changed<T>> {
    let outcome: { readonly result: T; readonly document: Json; readonly before: Buffer } | undefined;
    const { backup } = await updateConfigFile(this.place, (document, before) => {
      if (expected !== undefined && expected !== revisionOf(before)) throw changedMeanwhile();
      outcome = { result: operation(document), document, before };
      return document;
    });
    if (outcome === undefined) throw new GatewayError('internal', 'The change was not made.');
    // Not read back: it would be the revision of whoever wrote next, and a condition on it would pass over that write.
    const after = backup === null ? outcome.before : configBytes(outcome.document);
    return { result: outcome.result, revision: revisionOf(after) };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
