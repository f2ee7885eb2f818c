import { GatewayError } from '../../errors.js';
import { parseStrictJson } from '../../strict-json.js';
import type { EntrySeal } from './entry-seal.js';

/** Largest entry that is written or looked at: what is larger costs more time to fetch than a command has. */
export const MAX_ENTRY_BYTES = 4 * 1024 * 1024;

/** Between a value of ours and what the external cache holds: JSON, in clear or as one sealed string. */
export class EntryCodec {
  readonly #seal: EntrySeal | null;

  /** @param seal null = entries are in clear */
  constructor(seal: EntrySeal | null) {
    this.#seal = seal;
  }

  /** What to store under the name; null when it would be larger than MAX_ENTRY_BYTES. */
  encode(name: string, value: unknown): { readonly stored: unknown } | null {
    const text = JSON.stringify(value);
    if (Buffer.byteLength(text) > MAX_ENTRY_BYTES) return null;
    if (this.#seal === null) return { stored: value };
    const sealed = this.#seal.seal(name, text);
    return sealed.length + 2 > MAX_ENTRY_BYTES ? null : { stored: sealed };
  }

  /** The value in these bytes of outside origin; undefined when they are not what `encode` writes for that name. */
  decode(name: string, bytes: Buffer): unknown {
    if (bytes.length > MAX_ENTRY_BYTES) return undefined;
    const value = parsed(bytes);
    if (this.#seal === null) return value;
    const opened = typeof value === 'string' ? this.#seal.open(name, value) : null;
    return opened === null ? undefined : parsed(opened);
  }
}

function parsed(bytes: Buffer): unknown {
  try {
    return parseStrictJson(bytes);
  } catch (error) {
    if (error instanceof GatewayError) return undefined;
    throw error;
  }
}
