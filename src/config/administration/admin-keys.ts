import { ADMIN_ROLES, type AdminRole } from '../admin-role.js';
import { parseIsoTime } from '../iso-time.js';
import { HASHED_KEY, isKeyInClear, storedForm } from '../key-hash.js';
import type { KeyUseTimes } from '../key-use-store.js';
import { AdministrationError } from './administration-error.js';
import { futureTime, keyIdOf, makeKey, storedNameOf } from './api-keys.js';
import { isObject, type Json, now, objectOf, quoted, textOf } from './document.js';
import { checkName } from './names.js';

const PREFIX = 'smg_admin_';
const KEY_ID = /^[0-9a-f]{12}$/;

/** What can be said of an admin key. */
export interface AdminKeySummary {
  readonly key_id: string;
  readonly name: string | null;
  readonly role: AdminRole;
  readonly created_at: string | null;
  readonly expires_at: string | null;
  readonly disabled: boolean;
  readonly last_used_at: string | null;
}

/** An admin key that was just made: the only time that it is shown. */
export interface MadeAdminKey {
  readonly admin_api_key: string;
  readonly key_id: string;
}

export interface AdminKeyWishes {
  readonly role: string;
  readonly name?: string | undefined;
  /** ISO 8601 with a time zone. */
  readonly expiresAt?: string | undefined;
}

interface Entry {
  /** Its hash, or for an older file the key itself. */
  readonly stored: string;
  /** null = it is the one of `admin_apikey`. */
  readonly json: Json | null;
}

export function listAdminKeys(document: Json, times: KeyUseTimes = new Map()): AdminKeySummary[] {
  return entriesOf(document).map(({ stored, json }) => {
    const id = keyIdOf(stored);
    const used = times.get(id);
    return {
      key_id: id,
      name: json === null ? 'admin_apikey' : orNull(json.name),
      role: roleOf(json),
      created_at: orNull(json?.created_at),
      expires_at: orNull(json?.expires_at),
      disabled: json?.disabled === true,
      last_used_at: used === undefined ? null : new Date(used).toISOString(),
    };
  });
}

/** @throws AdministrationError `invalid` */
export function generateAdminKey(document: Json, { role, name, expiresAt }: AdminKeyWishes): MadeAdminKey {
  const known = ADMIN_ROLES.find((one) => one === role);
  if (known === undefined) {
    throw new AdministrationError('invalid', `The role must be ${ADMIN_ROLES.join(', ')}.`);
  }
  const json: Json = { role: known, created_at: now(), expires_at: null, disabled: false };
  if (name !== undefined) json.name = checkName(name, 'key name');
  if (expiresAt !== undefined) json.expires_at = futureTime(expiresAt);
  return add(document, json);
}

/** Another key with the same name, role and expiry; the old one opens nothing from then on. @throws AdministrationError `not_found`, `conflict` */
export function rotateAdminKey(document: Json, reference: string): MadeAdminKey {
  const { stored, json } = entryOf(document, reference);
  if (json === null) {
    const admin_api_key = makeKey(PREFIX);
    document.admin_apikey = storedForm(admin_api_key);
    return { admin_api_key, key_id: keyIdOf(document.admin_apikey as string) };
  }
  const expiry = parseIsoTime(textOf(json.expires_at));
  if (expiry !== null && expiry <= Date.now()) {
    throw new AdministrationError(
      'conflict',
      'The key has expired, and one made from it would have too. Make a new one.',
    );
  }
  remove(document, stored);
  return add(document, { ...json, created_at: now() });
}

/**
 * @returns false when nothing was to be changed
 * @throws AdministrationError `not_found`, `conflict` for the last active owner
 */
export function setAdminKeyDisabled(document: Json, reference: string, disabled: boolean): boolean {
  const { json } = entryOf(document, reference);
  if (json === null) {
    if (!disabled) return false;
    throw new AdministrationError(
      'conflict',
      'The key of admin_apikey cannot be disabled. Make another owner key, and delete this one.',
    );
  }
  if ((json.disabled === true) === disabled) return false;
  json.disabled = disabled;
  if (disabled) refuseWithoutOwner(document);
  return true;
}

/** @throws AdministrationError `not_found`, `conflict` for the last active owner */
export function deleteAdminKey(document: Json, reference: string): void {
  const { stored, json } = entryOf(document, reference);
  if (json === null) document.admin_apikey = undefined;
  else remove(document, stored);
  refuseWithoutOwner(document);
}

function entriesOf(document: Json): Entry[] {
  const { admin_apikey: single } = document;
  const several = Object.entries(objectOf(document.admin_keys)).flatMap(([stored, json]) =>
    isObject(json) ? [{ stored, json }] : [],
  );
  return typeof single === 'string' ? [{ stored: single, json: null }, ...several] : several;
}

/** An admin key by its text, its hash or its id. The message does not repeat what may be a key. */
function entryOf(document: Json, reference: string): Entry {
  const entries = entriesOf(document);
  const hashed = HASHED_KEY.test(reference) || !isKeyInClear(reference) ? reference : storedForm(reference);
  const found =
    entries.find(({ stored }) => storedNameOf(stored) === hashed) ??
    (KEY_ID.test(reference) ? entries.find(({ stored }) => keyIdOf(stored) === reference) : undefined);
  if (found !== undefined) return found;
  throw new AdministrationError(
    'not_found',
    'There is no such admin key. "admin-key list" names those there are by id.',
  );
}

function add(document: Json, json: Json): MadeAdminKey {
  const admin_api_key = makeKey(PREFIX);
  const stored = storedForm(admin_api_key);
  document.admin_keys = { ...objectOf(document.admin_keys), [stored]: json };
  return { admin_api_key, key_id: keyIdOf(stored) };
}

function remove(document: Json, stored: string): void {
  const rest = Object.entries(objectOf(document.admin_keys)).filter(([name]) => name !== stored);
  document.admin_keys = Object.fromEntries(rest);
}

/** Whoever removes the last key that can make keys has to go to the machine of the gateway. */
function refuseWithoutOwner(document: Json): void {
  const isActive = ({ json }: Entry): boolean => {
    const expiry = parseIsoTime(textOf(json?.expires_at));
    return roleOf(json) === 'owner' && json?.disabled !== true && (expiry === null || expiry > Date.now());
  };
  if (entriesOf(document).some(isActive)) return;
  throw new AdministrationError(
    'conflict',
    `It is the last active key with the role ${quoted('owner')}: without one, nobody can make admin keys. Make another first.`,
  );
}

function roleOf(json: Json | null): AdminRole {
  return json === null ? 'owner' : (ADMIN_ROLES.find((role) => role === json.role) ?? 'viewer');
}

function orNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
