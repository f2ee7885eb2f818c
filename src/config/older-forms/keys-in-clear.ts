import { isKeyInClear, storedForm } from '../key-hash.js';
import type { ConfigPath } from '../problem.js';
import {
  counted,
  type Findings,
  isObject,
  type JsonObject,
  objectIn,
  type OlderForm,
  type Rewrite,
} from './older-form.js';

/** Texts that templates hold where a key belongs. Everybody knows them, so they open nothing. */
const PLACEHOLDER = /^(?:UNIQUE_GATEWAY_KEY(?:_\d+)?|AUTO_GENERATED_256_CHAR_ADMIN_API_KEY\w*)$/;

/** The table of one pass: what stood in clear, and what was no key at all. */
interface Clear {
  admin: number;
  api: number;
  rotated: number;
  readonly placeholders: ConfigPath[];
}

/**
 * Keys in clear, as the reference stored them: replaced by their hashes. Neither a key nor a part of it is told; the file on disk is
 * not touched by this.
 */
export const keysInClear: OlderForm = (config, findings) => {
  const clear: Clear = { admin: 0, api: 0, rotated: 0, placeholders: [] };
  hashAdminKey(config, clear);
  hashApiKeys(config, clear, findings);
  const found = describeClear(clear);
  if (found !== null) findings.rewrites.push(found);
  const [placeholder] = clear.placeholders;
  if (placeholder === undefined) return;
  const amount = counted(clear.placeholders.length, 'placeholder');
  const message = `${amount} where a key belongs, ignored: everybody knows it (generate-config makes real keys)`;
  findings.rewrites.push({ path: placeholder, message, remedy: 'config migrate' });
};

function hashAdminKey(config: JsonObject, clear: Clear): void {
  const key = config.admin_apikey;
  if (typeof key !== 'string') return;
  if (PLACEHOLDER.test(key)) {
    Reflect.deleteProperty(config, 'admin_apikey');
    clear.placeholders.push(['admin_apikey']);
  } else if (isKeyInClear(key)) {
    config.admin_apikey = storedForm(key);
    clear.admin += 1;
  }
}

function hashApiKeys(config: JsonObject, clear: Clear, findings: Findings): void {
  const keys = objectIn(config, 'apikeys');
  if (keys === null) return;
  const hashed = new Map<string, unknown>();
  for (const [key, record] of Object.entries(keys)) {
    const path = ['apikeys', key];
    if (isObject(record)) hashRotatedFrom(record, clear);
    if (PLACEHOLDER.test(key)) {
      clear.placeholders.push(path);
      continue;
    }
    const stored = isKeyInClear(key) ? storedForm(key) : key;
    if (stored !== key) {
      clear.api += 1;
      // Which of the two entries counts would decide whether a disabled key works.
      if (Object.hasOwn(keys, stored)) findings.problems.push({ path, message: TWICE });
      findings.moves.push({ from: path, to: ['apikeys', stored] });
    }
    hashed.set(stored, record);
  }
  config.apikeys = Object.fromEntries(hashed);
}

const TWICE = 'this key in clear stands a second time, as its hash; remove one of the two entries';

function hashRotatedFrom(record: JsonObject, clear: Clear): void {
  const { rotated_from: key } = record;
  if (typeof key !== 'string' || !isKeyInClear(key)) return;
  record.rotated_from = storedForm(key);
  clear.rotated += 1;
}

function describeClear({ admin, api, rotated }: Clear): Rewrite | null {
  const total = admin + api + rotated;
  if (total === 0) return null;
  const where = [
    ...(api > 0 ? [`${String(api)} in apikeys`] : []),
    ...(admin > 0 ? ['admin_apikey'] : []),
    ...(rotated > 0 ? [`${String(rotated)} in rotated_from`] : []),
  ];
  const verb = total === 1 ? 'stands' : 'stand';
  const message = `${counted(total, 'key')} ${verb} in clear (${where.join(', ')}): hashed in memory, but who reads the file has them`;
  return { path: [api + rotated > 0 ? 'apikeys' : 'admin_apikey'], message, remedy: 'config hash-keys' };
}
