import { createHash } from 'node:crypto';
import { GatewayError } from '../../errors.js';
import { AdministrationError } from './administration-error.js';
import { readConfigJson } from '../read-config-json.js';
import { updateConfigFile } from '../update-config-file.js';
import { configBytes } from '../write-config-file.js';
import type { Changed, ConfigRepository, StoredConfig } from './config-repository.js';
import type { Json } from './document.js';

/** The config file as a repository. */
export class FileRepository implements ConfigRepository {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async read(): Promise<StoredConfig> {
    const { bytes, json } = await readConfigJson(this.#path);
    return { document: json, revision: revisionOf(bytes) };
  }

  async change<T>(operation: (document: Json) => T, expected?: string): Promise<Changed<T>> {
    let outcome: { readonly result: T; readonly document: Json; readonly before: Buffer } | undefined;
    const { backup } = await updateConfigFile(this.#path, (document, before) => {
      if (expected !== undefined && expected !== revisionOf(before)) throw changedMeanwhile();
      outcome = { result: operation(document), document, before };
      return document;
    });
    if (outcome === undefined) throw new GatewayError('internal', 'The change was not made.');
    // Not read back: it would be the revision of whoever wrote next, and a condition on it would pass over that write.
    const after = backup === null ? outcome.before : configBytes(outcome.document);
    return { result: outcome.result, revision: revisionOf(after) };
  }
}

/** As in ConfigSnapshot. */
function revisionOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}

function changedMeanwhile(): AdministrationError {
  const message = 'The config was changed since it was read. Read it again, and repeat the change.';
  return new AdministrationError('revision_mismatch', message);
}
