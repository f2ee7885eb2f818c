import { createCipheriv, createDecipheriv, createHmac, hash, randomBytes } from 'node:crypto';
import type { VaultKey } from '../../config/vault-keys.js';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const SEALED = /^v1\.([A-Za-z0-9_-]{1,32})\.([A-Za-z0-9_-]+)$/;

/**
 * AES-256-GCM under the name that an entry is stored by and the id of its key: what was changed, made up, or moved to another name does
 * not open. Rotation: a new key in front seals from then on, those behind it still open.
 */
export class VaultSeal {
  readonly #first: VaultKey;
  readonly #byId: ReadonlyMap<string, VaultKey>;

  /** @param keys one at least */
  constructor(keys: readonly [VaultKey, ...VaultKey[]]) {
    this.#first = keys[0];
    this.#byId = new Map(keys.map((key) => [key.id, key]));
  }

  /**
   * The name that a token is stored by. Those of client credentials cover the secret of the client, so that they are keyed: a plain hash
   * would let a reader try guesses. They are only asked for again after a rotation; a login must be found again.
   */
  name(key: string): string {
    const isGateway = key.startsWith('gateway\u0000');
    return isGateway ? createHmac('sha256', this.#first.key).update(key).digest('hex') : hash('sha256', key, 'hex');
  }

  seal(name: string, text: string): string {
    const { id, key } = this.#first;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, key, iv).setAAD(Buffer.from(`${id}.${name}`));
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return `v1.${id}.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')}`;
  }

  /** Null when it was not sealed for this name with one of the keys. */
  open(name: string, sealed: string): string | null {
    const [, id = '', encoded = ''] = SEALED.exec(sealed) ?? [];
    const bytes = Buffer.from(encoded, 'base64url');
    const key = this.#byId.get(id);
    if (key === undefined || bytes.length < IV_BYTES + TAG_BYTES) return null;
    const decipher = createDecipheriv(CIPHER, key.key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(`${id}.${name}`))
      .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
    } catch {
      return null;
    }
  }
}
