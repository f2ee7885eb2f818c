import { createHash } from 'node:crypto';

/** How a key is stored: never itself, only its SHA-256 in lower-case hex. */
export const HASHED_KEY = /^sha256:[0-9a-f]{64}$/;

const PREFIX = 'sha256:';

/** What a key must look like that is neither a hash nor usable in clear; the same words for API keys and the admin key. */
export const KEY_RULE =
  'must be sha256:<64 lower-case hex digits>, or a key in clear of 1 to 1024 visible ASCII characters, ' +
  'which the command config hash-keys then hashes';

/**
 * True for a text that is a key itself. One that starts like a hash is not: taking a misspelt hash for a key would turn what everybody
 * may see into what opens the door.
 */
export function isKeyInClear(text: string): boolean {
  return /^(?!sha\d*:)[\u0021-\u007e]{1,1024}$/i.test(text);
}

/** The stored form of a key in clear. */
export function storedForm(key: string): string {
  return PREFIX + createHash('sha256').update(key, 'utf8').digest('hex');
}

/** The 64 hex digits of a stored key. */
export function hexOfStored(stored: string): string {
  return stored.slice(PREFIX.length);
}
