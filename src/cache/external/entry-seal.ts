import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const SEALED = /^1\.[A-Za-z0-9_-]+$/;

/** Two keys from the operator's secret: one for the names of entries, one for what is in them. */
export function deriveKeys(secret: string): { readonly names: Buffer; readonly values: Buffer } {
  const derive = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, 'secure-mcp-gateway cache', purpose, KEY_BYTES));
  return { names: derive('names'), values: derive('values') };
}

/**
 * Encrypts entries with AES-256-GCM under the name they are stored by, so that an entry that was changed, made up, or moved to another
 * name does not open. An older entry of the same name does, until it expires.
 */
export class EntrySeal {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** `1.` and base64url of iv (12 bytes), tag (16 bytes) and ciphertext. */
  seal(name: string, text: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, iv).setAAD(Buffer.from(name));
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return `1.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')}`;
  }

  /** The text's bytes; null when it was not sealed with this key for this name. */
  open(name: string, sealed: string): Buffer | null {
    if (!SEALED.test(sealed)) return null;
    const bytes = Buffer.from(sealed.slice(2), 'base64url');
    if (bytes.length < IV_BYTES + TAG_BYTES) return null;
    const decipher = createDecipheriv(CIPHER, this.#key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(name))
      .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
    } catch {
      return null;
    }
  }
}
