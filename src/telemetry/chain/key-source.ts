import { stat } from 'node:fs/promises';
import { freshKey, keyFromFile, type SigningKey, signingKey } from './signing-key.js';
import { errorCode } from '../error-code.js';

/** Where the key that signs checkpoints is. */
export interface SigningSettings {
  /** The key itself, in PEM form; undefined = it is in the file. */
  readonly pem?: string | undefined;
  /** Made when absent. undefined with no `pem` = a key that ends with the process. */
  readonly file?: string | undefined;
}

/** Codes of places where nothing can be made, now or later. */
const NO_PLACE: ReadonlySet<string | null> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** True for failures that trying again does not mend. */
export function isNoPlace(error: unknown): boolean {
  return NO_PLACE.has(errorCode(error));
}

/** Hands out the signing key, and a new one soon after its file was replaced. */
export class KeySource {
  readonly #settings: SigningSettings;
  #key: SigningKey | undefined;
  #seen = '';

  constructor(settings: SigningSettings) {
    this.#settings = settings;
  }

  /** @throws GatewayError config_invalid when the key is none, or what the system says */
  async current(): Promise<SigningKey> {
    const { pem, file } = this.#settings;
    if (pem !== undefined || file === undefined) {
      this.#key ??= pem === undefined ? freshKey() : signingKey(pem);
      return this.#key;
    }
    const seen = await fingerprint(file);
    if (this.#key === undefined || seen !== this.#seen) {
      this.#key = await keyFromFile(file).catch((error: unknown) => {
        if (isNoPlace(error)) return this.#key ?? freshKey();
        throw error;
      });
      this.#seen = seen === '' ? await fingerprint(file) : seen;
    }
    return this.#key;
  }
}

async function fingerprint(file: string): Promise<string> {
  const seen = await stat(file).catch(() => null);
  return seen === null ? '' : `${String(seen.ino)} ${String(seen.mtimeMs)} ${String(seen.size)}`;
}
