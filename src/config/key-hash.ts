import { createHash } from 'node:crypto';

/** How a key is stored: never itself, only its SHA-256 in lower-case hex. */
export const HASHED_KEY = /^sha256:[0-9a-f]{64}$/;

const PREFIX = 'sha256:';

/** What to do about a key in clear; the same words for API keys and the admin key. */
export const CLEAR_KEY_REMEDY =
  'keys are stored as sha256:<64 lower-case hex digits>, never in clear. Hash yours with: ' +
  `node -e "console.log('sha256:'+require('crypto').createHash('sha256').update(process.argv[1]).digest('hex'))" YOUR_KEY ` +
  '(generate-config makes new keys and stores them hashed)';

/** The stored form of a key in clear. */
export function storedForm(key: string): string {
  return PREFIX + createHash('sha256').update(key, 'utf8').digest('hex');
}

/** The 64 hex digits of a stored key. */
export function hexOfStored(stored: string): string {
  return stored.slice(PREFIX.length);
}
