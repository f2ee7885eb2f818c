import { isSpace, type Span } from '../pii/chars.js';
import type { SecretRule } from './format-rules.js';
import { continuesWord, entropyOf, isMasked, isPlaceholder } from './secret-value.js';

type Match = (text: string, start: number, end: number) => Span | null;

const ROTATE = 'Change the password or key, and hand it to the server by reference instead of in the text.';

function rule(id: string, literals: string, summary: string, match: Match): SecretRule {
  return { id: `secret.${id}`, entity: 'SECRET', literals: literals.split('|'), summary, remedy: ROTATE, match };
}

const PEM = /-----BEGIN[ A-Z0-9_-]{0,60}PRIVATE KEY(?: BLOCK)?-----/y;
const PEM_END = /-----END[ A-Z0-9_-]{0,60}-----/y;
/** The body of the longest keys in use (RSA 16384) is below this. */
const MAX_PEM = 16_384;

/** RFC 7468. An armour without its end counts up to the end of the text, at most {@link MAX_PEM}. */
function matchPem(text: string, start: number): Span | null {
  PEM.lastIndex = start;
  if (!PEM.test(text)) return null;
  const body = PEM.lastIndex;
  if (text.slice(body, body + 96).includes('-----BEGIN')) return null;
  const close = text.slice(body, body + MAX_PEM).indexOf('-----END');
  if (close < 0) {
    const end = bodyEnd(text, body);
    return end - body < 48 ? null : { start, end, score: 0.95 };
  }
  if (close < 24) return null;
  PEM_END.lastIndex = body + close;
  return { start, end: PEM_END.test(text) ? PEM_END.lastIndex : body + close + 8, score: 1 };
}

const PEM_BODY = /[A-Za-z0-9+/=\\\s]{1,16384}/y;

function bodyEnd(text: string, body: number): number {
  PEM_BODY.lastIndex = body;
  return PEM_BODY.test(text) ? PEM_BODY.lastIndex : body;
}

const PUTTY = /PuTTY-User-Key-File-[23]:[^\n]{1,80}\n/y;

function matchPutty(text: string, start: number): Span | null {
  PUTTY.lastIndex = start;
  if (!PUTTY.test(text)) return null;
  return { start, end: Math.min(text.length, start + MAX_PEM), score: 1 };
}

/** RFC 7519: header and payload are JSON objects, so both begin with `{"` in base64url. */
const JWT =
  /eyJ[A-Za-z0-9_-]{8,2048}\.(?:eyJ[A-Za-z0-9_-]{8,4096})\.[A-Za-z0-9_-]{10,1024}|eyJ[A-Za-z0-9_-]{14,2048}\.[A-Za-z0-9_-]{0,1024}\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]{10,4096}\.[A-Za-z0-9_-]{22}/y;

function matchJwt(text: string, start: number): Span | null {
  if (continuesWord(text, start) || text.charAt(start - 1) === '-') return null;
  if (start > 0 && text.charAt(start - 1) === '.' && continuesWord(text, start - 1)) return null;
  JWT.lastIndex = start;
  return JWT.test(text) && !isMasked(text.slice(start, JWT.lastIndex)) ? { start, end: JWT.lastIndex, score: 1 } : null;
}

/** RFC 3986 userinfo with a password: `scheme://user:password@host`. */
const USERINFO =
  /:\/\/([^\s/?#"'`<>:@]{0,64}):([^\s/"'`<>@]{2,128}(?:@(?=[^\s/"'`<>@]{1,64}@)[^\s/"'`<>@]{1,64})?)@[\w.\-[\]:$,{}]{1,200}/y;
const SAMPLE_PASSWORD =
  /^(?:pass(?:word|wd)?|pwd|secret|user(?:name)?|token|key|xxx+|\*+|\.+|mypass(?:word)?|your[-_]?\w{0,20})$/i;

function matchUserinfo(text: string, start: number): Span | null {
  USERINFO.lastIndex = start;
  const found = USERINFO.exec(text);
  const [whole, user, password] = found ?? [];
  if (whole === undefined || user === undefined || password === undefined) return null;
  if (isPlaceholderOfUrl(password)) return null;
  const from = start + 3 + user.length + 1;
  return { start: from, end: from + password.length, score: 0.95 };
}

function isPlaceholderOfUrl(password: string): boolean {
  return SAMPLE_PASSWORD.test(password) || /^[<[{$%(].*|[>}]$|^\*+$/.test(password) || /^x+$/i.test(password);
}

/** RFC 7617. Credentials are base64 of `user:password`. */
const AUTHORIZATION =
  /["'`]?[ \t]{0,4}[:=,]{1,2}>?[ \t]{0,4}["'`]?[ \t]{0,2}((?:basic|bearer|token|api-?token|apikey|key|bot|digest)[ \t:=]{1,3})?["'`]?([A-Za-z0-9._~+/=|%:!$*-]{8,1024})/iy;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function matchAuthorization(text: string, _: number, end: number): Span | null {
  AUTHORIZATION.lastIndex = end;
  const found = AUTHORIZATION.exec(text);
  const [whole, scheme, value] = found ?? [];
  if (whole === undefined || value === undefined) return null;
  if (!isCredential(value, scheme?.trim().toLowerCase())) return null;
  const to = AUTHORIZATION.lastIndex;
  return { start: to - value.length, end: to, score: 0.95 };
}

function isCredential(value: string, scheme: string | undefined): boolean {
  if (isPlaceholder(value)) return false;
  if (scheme === 'basic') return isUserAndPassword(value);
  if (UUID.test(value)) return true;
  if (value.length < (scheme === undefined ? 20 : 12)) return false;
  return /\d/.test(value) && /[A-Za-z]/.test(value) && entropyOf(value) >= 3;
}

function isUserAndPassword(value: string): boolean {
  const decoded = Buffer.from(value, 'base64').toString('latin1');
  const colon = decoded.indexOf(':');
  if (colon < 0 || !/^[\x20-\x7e]+$/.test(decoded)) return value.length >= 24 && entropyOf(value) > 3.5;
  const password = decoded.slice(colon + 1);
  return (password === '' || !isPlaceholder(password)) && decoded.length > 4;
}

const BARE_SCHEME = /[ \t]{1,2}([A-Za-z0-9._~+/=-]{20,1024})/y;

/** `Bearer eyJ…` in running text. */
function matchBearer(text: string, start: number, end: number): Span | null {
  if (continuesWord(text, start)) return null;
  BARE_SCHEME.lastIndex = end;
  const value = BARE_SCHEME.exec(text)?.[1];
  if (value === undefined || isPlaceholder(value) || !/\d/.test(value) || entropyOf(value) < 3.2) return null;
  return { start: BARE_SCHEME.lastIndex - value.length, end: BARE_SCHEME.lastIndex, score: 0.9 };
}

/** `curl -u user:password`. */
const CURL_USER = /[ \t=]{1,3}(?:"([^"\s]{3,128})"|'([^'\s]{3,128})'|([^\s"'<>]{3,128}))/y;

function matchCurlUser(text: string, start: number, end: number): Span | null {
  if (!isSpace(text.charCodeAt(start - 1))) return null;
  if (!text.slice(Math.max(0, start - 400), start).includes('curl')) return null;
  CURL_USER.lastIndex = end;
  const found = CURL_USER.exec(text);
  const value = found?.slice(1).find((group: string | undefined) => group !== undefined);
  if (found === null || value === undefined || !isUserPair(value)) return null;
  const at = found.index + found[0].indexOf(value);
  return { start: at, end: at + value.length, score: 0.9 };
}

const VARIABLE = /[$<>{}](?:[A-Z_{(]|[a-z]{3})|^\$|^<|\$[A-Za-z_]/;

/** `user:password`, or a key and a colon; not `$USER:$PASSWORD`. */
function isUserPair(value: string): boolean {
  const colon = value.indexOf(':');
  if (colon < 0 || VARIABLE.test(value)) return false;
  const password = value.slice(colon + 1);
  return password === '' ? entropyOf(value.slice(0, colon)) >= 3 : !isPlaceholder(password);
}

/** Entra ID application secrets: `Q~` after the first four characters. */
const AZURE = /[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.-]{31,34}/y;

function matchAzure(text: string, start: number): Span | null {
  const from = start - 4;
  if (from < 0) return null;
  AZURE.lastIndex = from;
  if (!AZURE.test(text)) return null;
  if (from > 0 && /[A-Za-z0-9_~-]/.test(text.charAt(from - 1))) return null;
  const value = text.slice(from, AZURE.lastIndex);
  return entropyOf(value) < 3 ? null : { start: from, end: AZURE.lastIndex, score: 0.95 };
}

/** Telegram bot tokens: `digits:AA…`. */
const TELEGRAM = /:AA[\w-]{33}(?![\w-])/y;

function matchTelegram(text: string, start: number): Span | null {
  let from = start;
  while (from > start - 12 && /\d/.test(text.charAt(from - 1))) from--;
  TELEGRAM.lastIndex = start;
  return start - from < 6 || !TELEGRAM.test(text) ? null : { start: from, end: TELEGRAM.lastIndex, score: 1 };
}

const TEAMS =
  /webhook\.office\.com\/webhookb2\/[0-9a-f-]{36}@[0-9a-f-]{36}\/IncomingWebhook\/[0-9a-f]{32}\/[0-9a-f-]{36}/iy;

function matchTeams(text: string, start: number): Span | null {
  TEAMS.lastIndex = start;
  return TEAMS.test(text) ? { start, end: TEAMS.lastIndex, score: 1 } : null;
}

/** Query parameters that carry a signature or key: `?sig=`, `&X-Amz-Signature=`. */
const SIGNATURE = /[\w%+/=-]{20,512}/y;

function matchSignature(text: string, start: number, end: number): Span | null {
  if (!/[?&;]/.test(text.charAt(start - 1))) return null;
  SIGNATURE.lastIndex = end;
  if (!SIGNATURE.test(text)) return null;
  const value = text.slice(end, SIGNATURE.lastIndex);
  return isPlaceholder(value) || entropyOf(value) < 3.2 ? null : { start: end, end: SIGNATURE.lastIndex, score: 0.9 };
}

/** Secrets that are known by what carries them. */
export const CARRIER_RULES: readonly SecretRule[] = [
  rule('private-key.pem', '-----begin', 'Private key in PEM armour (RFC 7468) or OpenPGP armour', matchPem),
  rule('private-key.putty', 'putty-user-key-file-', 'PuTTY private key file', matchPutty),
  rule('token.jwt', 'eyj', 'JSON Web Token (RFC 7519)', matchJwt),
  rule('connection.userinfo', '://', 'Password in the user part of a URL (RFC 3986)', matchUserinfo),
  rule(
    'header.authorization',
    'authorization|proxy-authorization|x-auth-token|x-api-key|x-access-token',
    'Credentials in an HTTP header',
    matchAuthorization,
  ),
  rule('header.bearer', 'bearer', 'Bearer token (RFC 6750)', matchBearer),
  rule('command.curl-user', '-u|--user', 'User and password in a curl command', matchCurlUser),
  rule('azure.client-secret', 'q~', 'Entra ID application secret', matchAzure),
  rule('telegram.bot-token', ':aa', 'Telegram bot token', matchTelegram),
  rule('microsoft.teams-webhook', 'webhook.office.com', 'Microsoft Teams webhook', matchTeams),
  rule('url.signature', 'sig=|x-amz-signature=|x-goog-signature=', 'Signature of a pre-signed URL', matchSignature),
];
