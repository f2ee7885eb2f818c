import type { Span } from '../pii/chars.js';
import type { SecretRule } from './format-rules.js';
import { entropyOf, isPlaceholder, runEnd, valueStart } from './secret-value.js';

/** Names of passwords: what is assigned to one is a secret whatever it looks like. */
const PASSWORD = /(?:pass(?:word|wd|phrase|code)|passwd|pwd|kennwort|passwort|contrase|mot_?de_?passe|senha)/i;
/** Names that hold one of the words and are no secrets. */
const HARMLESS_NAME =
  /(?:public[_-]?key|key[_-]?(?:name|size|length|id|type|alias|word|board|space|vault|code|pair|press|file|path|ring|usage|set|map|store)|(?:secret|credential|token|password|pass|pwd)s?[_-]?(?:name|id|ref|type|url|uri|path|file|dir|size|length|count|expir|expires|ttl|hash|policy|field|label|hint|provider|manager|endpoint|reset|min|max|limit|usage|index|key_ref|version|arn)|primary[_-]?key|foreign[_-]?key|csrf|xsrf|token[_-]?(?:count|limit|usage|budget)|max[_-]?tokens?|next[_-]?(?:page)?[_-]?token|page[_-]?token|sort[_-]?key|partition[_-]?key|cache[_-]?key|api[_-]?(?:version|name|url|host|endpoint|base)|access[_-]?(?:or|id|control|log|mode|level))/i;
const MAX_VALUE = 200;
const NAME_TAIL = /[A-Za-z0-9_.-]{0,40}/y;
const NAME_HEAD_UNIT = /[A-Za-z0-9_.-]/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const CODE =
  /[({]|[a-z_]\+\d+[+*]|^[a-z]+(?:[A-Z][a-z]+)+$|^[A-Za-z_]+(?:\.[A-Za-z_]+)+|^(?:process|os|env|config|self|this|req|args|string|String|bool|int|number)\b|^(?:[A-Z]+_)+[A-Z]+$|^\/[\w./-]+$|^https?:|::|->|^@|^[\w-]+\/[\w./-]+$/;
const WORDS = /^\p{L}+(?:[-_.:]\p{L}+)*[.,!?]?$/u;

function matchAssignment(text: string, start: number, end: number): Span | null {
  const name = nameAround(text, start, end);
  if (HARMLESS_NAME.test(name)) return null;
  const from = valueStart(text, end);
  if (from === 0) return null;
  const run = runEnd(text, from);
  if (run - from > MAX_VALUE) return null;
  const to = trimmedEnd(text, from, run);
  const value = text.slice(from, to);
  if (value.length < 4 || isPlaceholder(value) || CODE.test(value)) return null;
  const isQuoted = /["'`]/.test(text.charAt(from - 1));
  const ok = PASSWORD.test(name) ? isPassword(value, isQuoted) : isKey(value, name);
  return ok ? { start: from, end: to, score: 0.85 } : null;
}

/** The identifier around the word. */
function nameAround(text: string, start: number, end: number): string {
  let from = start;
  while (from > start - 24 && from > 0 && NAME_HEAD_UNIT.test(text.charAt(from - 1))) from--;
  NAME_TAIL.lastIndex = end;
  NAME_TAIL.test(text);
  return text.slice(from, NAME_TAIL.lastIndex);
}

/** Full stops and the like at the end belong to the sentence. */
function trimmedEnd(text: string, from: number, to: number): number {
  let end = to;
  while (end > from && /[.:!?]/.test(text.charAt(end - 1)) && end - from > 5) end--;
  return end;
}

/** Not a word of prose (`Password: required`): digits or signs are in it. */
function isPassword(value: string, isQuoted: boolean): boolean {
  if (value.length < 5 || value.length > 128 || /^\d{1,4}$/.test(value)) return false;
  if (WORDS.test(value)) return false;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9\u0080-\uffff]/].filter((kind) => kind.test(value)).length;
  return kinds >= 2 && entropyOf(value) >= (isQuoted ? 2 : 2.3);
}

/** Random text: digits among letters, of some length. */
function isKey(value: string, name: string): boolean {
  if (UUID.test(value)) return isApiKeyName(name);
  if (value.length < 10 || value.length > 200) return false;
  if (!/\d/.test(value) || !/[A-Za-z]/.test(value) || !/^[\w+/=.~!@#$%^&*-]+$/.test(value)) return false;
  if (isVersionOrHost(value)) return false;
  if (/[a-z_]\+\w+[*+]/i.test(value) && value.includes('*')) return false;
  return entropyOf(value) >= 3.3 && letterDigitTurns(value) >= 3;
}

function isApiKeyName(name: string): boolean {
  return /api[-_]?(?:key|token)|access[-_]?token|auth[-_]?token|secret/i.test(name);
}

function isVersionOrHost(value: string): boolean {
  return (
    /\d+\.\d+\.\d+/.test(value) ||
    /\.(?:com|net|org|io|local|dev|js|ts|py|json|ya?ml|pem|p12|crt|key|txt)\b/i.test(value)
  );
}

/** Changes between letters and digits: names have one or two, random text many. */
function letterDigitTurns(value: string): number {
  let turns = 0;
  let was = '';
  for (const char of value) {
    const is = /\d/.test(char) ? 'd' : /[A-Za-z]/.test(char) ? 'l' : was;
    if (was !== '' && is !== was) turns++;
    was = is;
  }
  return turns;
}

/** `password=`, `api_key:`, `"secret": "…"`. */
export const ASSIGNMENT_RULE: SecretRule = {
  id: 'secret.generic.assignment',
  entity: 'SECRET',
  literals:
    'api_token|api-token|apitoken|password|passwd|passphrase|passcode|pwd|passwort|kennwort|contrase|senha|secret|token|api_key|api-key|apikey|access_key|access-key|accesskey|auth_key|authkey|private_key|privatekey|credential|encryption_key|signing_key|client_key|master_key|account_key|cookie_key'.split(
      '|',
    ),
  summary: 'Random-looking value assigned to a name such as password, secret, token or api_key',
  remedy:
    'If it is live, change it and hand it over by reference; if it is an example, write a placeholder such as <token>.',
  match: matchAssignment,
};
