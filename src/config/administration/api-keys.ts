import { randomBytes } from 'node:crypto';
import { AdministrationError } from './administration-error.js';
import { HASHED_KEY, hexOfStored, isKeyInClear, storedForm } from '../key-hash.js';
import { parseIsoTime } from '../iso-time.js';
import { entityOf, idsOf, isObject, type Json, now, objectOf, quoted } from './document.js';
import { checkName } from './names.js';

const PREFIX = 'smg_';
const KEY_BYTES = 32;
/** Hex digits of the hash that name a key wherever it is named: in audit lines too. */
const ID_DIGITS = 12;
const WITH_ZONE = /(?:Z|[+-]\d{2}:\d{2})$/;

/** A key of the document. Its text is not kept: what names it is the beginning of its hash. */
export interface StoredKey {
  /** Its name in `apikeys`. */
  readonly stored: string;
  readonly id: string;
  readonly json: Json;
}

/** A key that was just made: the only time that it is shown. */
export interface MadeKey {
  readonly api_key: string;
  readonly key_id: string;
}

/** What is set of a key. `undefined` leaves it as it is; null takes the member away. */
export interface KeyWishes {
  readonly name?: string | null | undefined;
  /** ISO 8601 with a time zone. */
  readonly expiresAt?: string | null | undefined;
  /** As in the config: servers, tools and methods by globs. */
  readonly access?: Json | null | undefined;
  /** Addresses and ranges. */
  readonly allowedIps?: readonly string[] | null | undefined;
}

/** Every key of the document. */
export function keysOf(document: Json): StoredKey[] {
  return Object.entries(objectOf(document.apikeys)).flatMap(([stored, json]) =>
    isObject(json) ? [{ stored, id: keyIdOf(stored), json }] : [],
  );
}

/** 256 random bits with a prefix that secret scanners can know. */
export function makeKey(prefix = PREFIX): string {
  return prefix + randomBytes(KEY_BYTES).toString('base64url');
}

/** @throws AdministrationError `not_found`, `conflict` when the user is no member of the project, `invalid` */
export function generateKey(document: Json, user: string, project: string, wishes: KeyWishes = {}): MadeKey {
  const owner = entityOf(document, 'user', user);
  const place = entityOf(document, 'project', project);
  if (!idsOf(place.json.users).includes(owner.id)) {
    throw new AdministrationError(
      'conflict',
      `User ${quoted(owner.name)} is not in project ${quoted(place.name)}. Add the user first: project add-user.`,
    );
  }
  const json: Json = { project_id: place.id, user_id: owner.id, created_at: now(), disabled: false, expires_at: null };
  setWishes(json, wishes);
  return keepNewKey(document, json);
}

/** @throws AdministrationError `not_found`, `invalid` */
export function updateKey(document: Json, reference: string, wishes: KeyWishes): void {
  setWishes(keyOf(document, reference).json, wishes);
}

function setWishes(json: Json, { name, expiresAt, access, allowedIps }: KeyWishes): void {
  if (expiresAt !== undefined) json.expires_at = expiresAt === null ? null : futureTime(expiresAt);
  const checkedName = typeof name === 'string' ? checkName(name, 'key name') : name;
  for (const [member, value] of Object.entries({ name: checkedName, access, allowed_ips: allowedIps })) {
    if (value === null) Reflect.deleteProperty(json, member);
    else if (value !== undefined) json[member] = value;
  }
}

/** @returns false when nothing was to be changed */
export function setKeyDisabled(document: Json, reference: string, disabled: boolean): boolean {
  const { json } = keyOf(document, reference);
  if ((json.disabled === true) === disabled) return false;
  json.disabled = disabled;
  json[disabled ? 'disabled_at' : 'enabled_at'] = now();
  return true;
}

export function deleteKey(document: Json, reference: string): void {
  removeKeys(document, [keyOf(document, reference)]);
}

/** @returns how many there were */
export function deleteKeysOf(document: Json, user: string): number {
  const { id } = entityOf(document, 'user', user);
  const keys = keysOf(document).filter(({ json }) => json.user_id === id);
  removeKeys(document, keys);
  return keys.length;
}

export function removeKeys(document: Json, keys: readonly StoredKey[]): void {
  const gone = new Set(keys.map(({ stored }) => stored));
  const rest = Object.entries(objectOf(document.apikeys)).filter(([stored]) => !gone.has(stored));
  document.apikeys = Object.fromEntries(rest);
}

/**
 * A key by its text, its hash, or the beginning of its hash (its id).
 * @throws AdministrationError `not_found`; the message does not repeat what may be a key
 */
export function keyOf(document: Json, reference: string): StoredKey {
  const keys = keysOf(document);
  const hashed = HASHED_KEY.test(reference) ? reference : storedForm(reference);
  const found =
    keys.find(({ stored }) => storedNameOf(stored) === hashed) ??
    (reference.length === ID_DIGITS ? keys.find(({ id }) => id === reference) : undefined);
  if (found !== undefined) return found;
  throw new AdministrationError(
    'not_found',
    'There is no such API key. "user list-all-api-keys" names those there are by id.',
  );
}

/** Makes a key with these members. */
export function keepNewKey(document: Json, json: Json): MadeKey {
  const api_key = makeKey();
  const stored = storedForm(api_key);
  document.apikeys = { ...objectOf(document.apikeys), [stored]: json };
  return { api_key, key_id: keyIdOf(stored) };
}

/** The hash of a key; files of the reference hold keys in clear. */
export function storedNameOf(stored: string): string {
  return !HASHED_KEY.test(stored) && isKeyInClear(stored) ? storedForm(stored) : stored;
}

export function keyIdOf(stored: string): string {
  return hexOfStored(storedNameOf(stored)).slice(0, ID_DIGITS);
}

/** @throws AdministrationError `invalid` */
export function futureTime(text: string): string {
  // Whoever says when has a clock on the wall: without a zone it may be hours off.
  const time = WITH_ZONE.test(text) ? parseIsoTime(text) : null;
  if (time === null) {
    throw new AdministrationError('invalid', 'The expiry must be a time with its zone, such as 2027-01-31T12:00:00Z.');
  }
  if (time <= Date.now())
    throw new AdministrationError('invalid', 'The expiry is in the past: the key would open nothing.');
  return new Date(time).toISOString();
}
