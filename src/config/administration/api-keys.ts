import { randomBytes } from 'node:crypto';
import { AdministrationError } from './administration-error.js';
import { HASHED_KEY, hexOfStored, isKeyInClear, storedForm } from '../key-hash.js';
import { parseIsoTime } from '../iso-time.js';
import { entitiesOf, entityOf, idsOf, isObject, type Json, now, objectOf, quoted, textOf } from './document.js';
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

/** What can be said of a key. */
export interface KeySummary {
  readonly key_id: string;
  readonly name: string | null;
  readonly user_id: string;
  readonly user_email: string | null;
  readonly project_id: string;
  readonly project_name: string | null;
  readonly mcp_config_id: string | null;
  readonly mcp_config_name: string | null;
  readonly created_at: string | null;
  readonly expires_at: string | null;
  readonly disabled: boolean;
  readonly disabled_at: string | null;
  readonly enabled_at: string | null;
}

/** A key that was just made: the only time that it is shown. */
export interface MadeKey {
  readonly api_key: string;
  readonly key_id: string;
}

export interface KeyWishes {
  readonly name?: string;
  /** ISO 8601 with a time zone. */
  readonly expiresAt?: string;
}

/** Every key of the document. */
export function keysOf(document: Json): StoredKey[] {
  return Object.entries(objectOf(document.apikeys)).flatMap(([stored, json]) =>
    isObject(json) ? [{ stored, id: idOf(stored), json }] : [],
  );
}

/** 256 random bits with a prefix that secret scanners can know. */
export function makeKey(): string {
  return PREFIX + randomBytes(KEY_BYTES).toString('base64url');
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
  const json: Json = { project_id: place.id, user_id: owner.id, created_at: now(), disabled: false };
  json.expires_at = wishes.expiresAt === undefined ? null : futureTime(wishes.expiresAt);
  if (wishes.name !== undefined) json.name = checkName(wishes.name, 'key name');
  return keep(document, json);
}

/**
 * Another key for the same user and project, with the same expiry, disabled if the old one is; the old one opens nothing from then on.
 * @throws AdministrationError `not_found`, `conflict` for a key that has expired: so would the new one have
 */
export function rotateKey(document: Json, reference: string): MadeKey {
  const old = keyOf(document, reference);
  const expiry = parseIsoTime(textOf(old.json.expires_at));
  if (expiry !== null && expiry <= Date.now()) {
    throw new AdministrationError(
      'conflict',
      'The key has expired, and one made from it would have too. Make a new one: user generate-api-key.',
    );
  }
  const json = { ...old.json, created_at: now(), rotated_from: storedNameOf(old.stored) };
  removeKeys(document, [old]);
  return keep(document, json);
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

export function getKey(document: Json, reference: string): KeySummary {
  return summaryOf(document, keyOf(document, reference));
}

/** Keys of one user, of one project if wanted; of everybody without a user. */
export function listKeys(document: Json, user?: string, project?: string): KeySummary[] {
  const owner = user === undefined ? undefined : entityOf(document, 'user', user).id;
  const place = project === undefined ? undefined : entityOf(document, 'project', project).id;
  return keysOf(document)
    .filter(({ json }) => owner === undefined || json.user_id === owner)
    .filter(({ json }) => place === undefined || json.project_id === place)
    .map((key) => summaryOf(document, key));
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

function keep(document: Json, json: Json): MadeKey {
  const api_key = makeKey();
  const stored = storedForm(api_key);
  document.apikeys = { ...objectOf(document.apikeys), [stored]: json };
  return { api_key, key_id: idOf(stored) };
}

/** The hash of a key; files of the reference hold keys in clear. */
function storedNameOf(stored: string): string {
  return !HASHED_KEY.test(stored) && isKeyInClear(stored) ? storedForm(stored) : stored;
}

function idOf(stored: string): string {
  return hexOfStored(storedNameOf(stored)).slice(0, ID_DIGITS);
}

function futureTime(text: string): string {
  // Whoever says when has a clock on the wall: without a zone it may be hours off.
  const time = WITH_ZONE.test(text) ? parseIsoTime(text) : null;
  if (time === null) {
    throw new AdministrationError('invalid', 'The expiry must be a time with its zone, such as 2027-01-31T12:00:00Z.');
  }
  if (time <= Date.now())
    throw new AdministrationError('invalid', 'The expiry is in the past: the key would open nothing.');
  return new Date(time).toISOString();
}

function summaryOf(document: Json, { id, json }: StoredKey): KeySummary {
  const user = entitiesOf(document, 'user').find((entry) => entry.id === json.user_id);
  const project = entitiesOf(document, 'project').find((entry) => entry.id === json.project_id);
  const config = entitiesOf(document, 'config').find((entry) => entry.id === project?.json.mcp_config_id);
  return {
    key_id: id,
    name: orNull(json.name),
    user_id: textOf(json.user_id),
    user_email: user?.name ?? null,
    project_id: textOf(json.project_id),
    project_name: project?.name ?? null,
    mcp_config_id: orNull(project?.json.mcp_config_id),
    mcp_config_name: config?.name ?? null,
    created_at: orNull(json.created_at),
    expires_at: orNull(json.expires_at),
    disabled: json.disabled === true,
    disabled_at: orNull(json.disabled_at),
    enabled_at: orNull(json.enabled_at),
  };
}

function orNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
