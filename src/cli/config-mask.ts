import { HASHED_KEY } from '../config/key-hash.js';
import { NAMED_BY_KEYS } from '../config/problem.js';

const MASK = '***';
/** Members whose text opens something, wherever they stand. */
const SECRET_NAME = /key|rotated_from|secret|password|token|credential|auth|code_verifier/i;
/** Objects and lists whose every text may be one. */
const SECRET_HOLDERS = new Set(['env', 'headers', 'args', 'oauth_config']);
/** References say where a secret is, and the placeholder that there is none. */
const NO_SECRET = /^(?:\$\{(?:env|file):[^}]*\}|YOUR_ENKRYPT_API_KEY)$/;

/** A copy of a config file that may be shown: the same members, secrets replaced. Keys in clear become their position. */
export function maskSecrets(config: unknown): unknown {
  return mask(config, '', false);
}

/** @param name of the member that holds the value; @param secret true inside a holder of secrets */
function mask(value: unknown, name: string, secret: boolean): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => mask(item, name, secret));
  if (typeof value !== 'object' || value === null) return maskScalar(value, name, secret);
  const entries = Object.entries(value).map(([key, item], index): [string, unknown] => {
    const masked = mask(item, key, secret || SECRET_HOLDERS.has(key));
    return [NAMED_BY_KEYS.has(name) ? keyName(key, index) : key, masked];
  });
  return Object.fromEntries(entries);
}

function maskScalar(value: unknown, name: string, secret: boolean): unknown {
  if (typeof value === 'number') return SECRET_NAME.test(name) ? MASK : value;
  if (typeof value !== 'string' || value === '' || NO_SECRET.test(value)) return value;
  if (HASHED_KEY.test(value)) return short(value);
  if (secret || SECRET_NAME.test(name)) return MASK;
  return /(?:^|_)url$|^endpoint$/i.test(name) ? maskUrl(value) : value;
}

/** Scheme and host are told; a path or a query may hold a token. */
function maskUrl(text: string): string {
  if (!URL.canParse(text)) return MASK;
  const { protocol, host, origin } = new URL(text);
  return text === origin || text === `${origin}/` ? text : `${protocol}//${host}/${MASK}`;
}

function keyName(key: string, index: number): string {
  return HASHED_KEY.test(key) ? short(key) : `<key ${String(index + 1)} in clear>`;
}

/** As much of a hash as the log shows of it. */
function short(stored: string): string {
  return `${stored.slice(0, 'sha256:'.length + 12)}…`;
}
