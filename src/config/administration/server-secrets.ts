import { readMcpRemote } from '../mcp-remote.js';
import { AdministrationError } from './administration-error.js';
import { isObject, type Json, objectOf, quoted, textOf } from './document.js';
import { MASK, maskedUrl, REFERENCES_ONLY } from './mask.js';
import { maskedOAuth } from './oauth-secrets.js';

const HOLDERS = ['env', 'headers'] as const;
/** Options whose value opens something: of mcp-remote, and what other servers call theirs. */
const SECRET_OPTION = /^--?[\w-]*(?:header|token|key|secret|password|auth|credential)[\w-]*$/i;
const SECRET_ASSIGNMENT = /^(--?[\w-]*(?:header|token|key|secret|password|auth|credential)[\w-]*=).+$/is;

/** A server's entry as it may be shown. */
export function withoutSecrets(server: Json): Json {
  const oauth = server.oauth_config === undefined ? {} : { oauth_config: maskedOAuth(server.oauth_config) };
  if (!isObject(server.config)) return { ...server, ...oauth };
  const config: Json = { ...server.config };
  for (const holder of HOLDERS) if (isObject(config[holder])) config[holder] = maskedValues(config[holder]);
  if (Array.isArray(config.args)) config.args = maskedArgs(config.args);
  if (typeof config.url === 'string') config.url = maskedUrl(config.url);
  return { ...server, config, ...oauth };
}

/** Arguments as they may be shown. */
export function maskedArgs(args: readonly unknown[]): unknown[] {
  return args.map((arg, index) => {
    if (typeof arg !== 'string') return arg;
    const before = args[index - 1];
    if (typeof before === 'string' && SECRET_OPTION.test(before)) return MASK;
    if (/^https?:/i.test(arg)) return maskedUrl(arg);
    return arg.replace(SECRET_ASSIGNMENT, (_whole, option: string) => option + MASK);
  });
}

/** A copy of a config's JSON with every server as it may be shown. */
export function configWithoutSecrets(config: Json): Json {
  const list: unknown = config.mcp_config;
  if (!Array.isArray(list)) return config;
  return { ...config, mcp_config: list.map((server: unknown) => (isObject(server) ? withoutSecrets(server) : server)) };
}

/**
 * A connection as it was sent, with every masked value replaced by the one that is kept.
 * @throws AdministrationError `invalid` when there is no such value, or when it would go to another process or address than before
 */
export function keepingSecrets(sent: Json, stored: Json): Json {
  const whole = JSON.stringify(sent);
  if (!whole.includes(MASK)) return sent;
  const kept: Json = { ...sent };
  if (isMaskedUrl(sent.url)) kept.url = isSameButQuery(sent.url, stored.url) ? stored.url : missing('url');
  const isSame = sameTarget(kept, stored);
  for (const holder of HOLDERS) {
    if (isObject(sent[holder])) kept[holder] = keptValues(sent[holder], objectOf(stored[holder]), isSame);
  }
  if (Array.isArray(sent.args)) kept.args = keptArgs(sent.args, stored.args, isSame);
  return kept;
}

/** Whether two connections start the same command or go to the same origin. */
export function sameTarget(one: Json, other: Json): boolean {
  if (typeof one.command === 'string' && one.command !== other.command) return false;
  const [a, b] = [addressOf(one), addressOf(other)];
  if (a === null && b === null) return true;
  if (a === null || b === null) return false;
  return URL.canParse(a) && URL.canParse(b) && new URL(a).origin === new URL(b).origin;
}

/** null = it is a process. What runs mcp-remote leads to the address among its arguments. */
function addressOf({ command, args, url }: Json): string | null {
  if (typeof command !== 'string') return textOf(url);
  const remote = readMcpRemote(command, Array.isArray(args) ? args.map(textOf) : []);
  return remote === null ? null : (remote.url?.text ?? '');
}

function maskedValues(values: Json): Json {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' && (value === '' || REFERENCES_ONLY.test(value)) ? value : MASK,
    ]),
  );
}

function keptValues(sent: Json, stored: Json, isSame: boolean): Json {
  return Object.fromEntries(
    Object.entries(sent).map(([name, value]) => {
      if (value !== MASK) return [name, value];
      return [name, isSame && Object.hasOwn(stored, name) ? stored[name] : missing(name)];
    }),
  );
}

/** Masked arguments keep what stands at their place, if what may be shown of it is what was sent. */
function keptArgs(sent: readonly unknown[], stored: unknown, isSame: boolean): unknown[] {
  const before: unknown[] = Array.isArray(stored) ? stored : [];
  const shown = maskedArgs(before);
  return sent.map((arg, index) => {
    if (typeof arg !== 'string' || !arg.endsWith(MASK)) return arg;
    return isSame && shown[index] === arg ? before[index] : missing(`args[${String(index)}]`);
  });
}

function isMaskedUrl(url: unknown): url is string {
  return typeof url === 'string' && url.endsWith(`?${MASK}`);
}

function isSameButQuery(sent: string, stored: unknown): boolean {
  return typeof stored === 'string' && maskedUrl(stored) === sent;
}

function missing(name: string): never {
  throw new AdministrationError(
    'invalid',
    `${quoted(name)} is masked ("${MASK}"), and there is no value of it to keep for this command or address. Send the value itself.`,
  );
}
