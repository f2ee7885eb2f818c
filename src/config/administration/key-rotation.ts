import { parseIsoTime } from '../iso-time.js';
import { AdministrationError } from './administration-error.js';
import { keepNewKey, keyIdOf, keyOf, keysOf, type MadeKey, removeKeys, storedNameOf } from './api-keys.js';
import { type Json, now, textOf } from './document.js';

/** Thirty days: a key that is to live longer beside its successor was not replaced. */
export const MAX_OVERLAP_SECONDS = 30 * 86_400;

/**
 * Another key for the same user and project, with the same name, expiry and restrictions, disabled if the old one is.
 * @param overlapSeconds how long the old key works on; 0 = it opens nothing from then on
 * @throws AdministrationError `not_found`, `invalid`, `conflict` for a key that has expired, as the new one would have, or was replaced before
 */
export function rotateKey(document: Json, reference: string, overlapSeconds = 0): MadeKey {
  const old = keyOf(document, reference);
  const expiry = parseIsoTime(textOf(old.json.expires_at));
  checkRotation(old.json, expiry, overlapSeconds);
  const name = storedNameOf(old.stored);
  removeKeys(document, overlapSeconds === 0 ? [old] : endedPredecessors(document, name));
  const made = keepNewKey(document, { ...old.json, created_at: now(), rotated_from: name });
  if (overlapSeconds > 0) {
    const end = Math.min(expiry ?? Infinity, Date.now() + overlapSeconds * 1000);
    old.json.expires_at = new Date(end).toISOString();
    old.json.rotated_at = now();
    old.json.replaced_by = keysOf(document).find(({ id }) => id === made.key_id)?.stored;
  }
  return made;
}

function checkRotation(json: Json, expiry: number | null, overlapSeconds: number): void {
  if (!Number.isInteger(overlapSeconds) || overlapSeconds < 0 || overlapSeconds > MAX_OVERLAP_SECONDS) {
    const most = String(MAX_OVERLAP_SECONDS);
    throw new AdministrationError('invalid', `The overlap must be 0 to ${most} whole seconds (30 days).`);
  }
  if (json.replaced_by !== undefined) {
    const successor = keyIdOf(textOf(json.replaced_by));
    throw new AdministrationError(
      'conflict',
      `The key was replaced by ${successor} already, and works until its overlap ends. Rotate that one, or delete this one.`,
    );
  }
  if (expiry !== null && expiry <= Date.now()) {
    throw new AdministrationError(
      'conflict',
      'The key has expired, and one made from it would have too. Make a new one: user generate-api-key.',
    );
  }
}

/** Keys that this one took the place of, and whose time is over: each rotation clears away the one before. */
function endedPredecessors(document: Json, stored: string) {
  return keysOf(document).filter(({ json }) => {
    const end = parseIsoTime(textOf(json.expires_at));
    return json.replaced_by === stored && end !== null && end <= Date.now();
  });
}
