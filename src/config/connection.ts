import { createHash } from 'node:crypto';
import type { ServerConnection } from '../contracts/server-entry.js';
import type { OAuthDiscovery, UpstreamOAuth } from '../contracts/upstream-oauth.js';
import { maskedArgs } from './administration/server-secrets.js';
import { type McpRemote, readMcpRemote } from './mcp-remote.js';
import type { ConfigPath, RawProblem } from './problem.js';
import type { ConnectionSection } from './schema-server.js';
import { resolveReferences, type SecretSources, type VariableLookup } from './secret-reference.js';

type HttpConnection = Extract<ServerConnection, { kind: 'http' }>;

/** What the functions below share: where to look up, where they stand, where faults go. */
interface Scope {
  readonly path: ConfigPath;
  readonly sources: SecretSources;
  readonly problems: RawProblem[];
}

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;
/** Headers that frame a message or belong to the MCP session: the gateway sets them, a second value would break the link. */
const OWN_HEADERS = new Set([
  'connection',
  'content-length',
  'transfer-encoding',
  'mcp-session-id',
  'mcp-protocol-version',
]);

/**
 * A server's `config` with every reference resolved and mcp-remote replaced by what it stands for.
 * @returns null when something is wrong; the reasons are then in `problems`
 */
export function resolveConnection(
  section: ConnectionSection,
  path: ConfigPath,
  sources: SecretSources,
  problems: RawProblem[],
): ServerConnection | null {
  const scope = { path, sources, problems };
  const before = problems.length;
  const connection =
    section.command === undefined
      ? resolveHttp(section.url ?? '', section.headers ?? {}, section.transport, scope)
      : resolveCommand(section.command, section, scope);
  return problems.length === before ? connection : null;
}

/** SHA-256 (hex) of a connection and how its tokens are got; equal for equal ones whatever the order of their keys. */
export function hashConnection(connection: ServerConnection, oauth?: UpstreamOAuth | OAuthDiscovery): string {
  // It says how arguments are shown, not which.
  const told = { ...connection, secretArgs: undefined };
  return hashOf(oauth === undefined ? told : { connection: told, oauth });
}

/** SHA-256 (hex) of a value as JSON with sorted keys. */
export function hashOf(json: unknown): string {
  const canonical = JSON.stringify(json, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value)
          .filter(([, member]) => member !== undefined)
          .sort(([a], [b]) => (a < b ? -1 : 1))
      : value,
  );
  return createHash('sha256').update(canonical, 'utf8').digest('hex');
}

function resolveCommand(command: string, section: ConnectionSection, scope: Scope): ServerConnection {
  const env = new Map<string, string>();
  for (const [name, value] of Object.entries(section.env ?? {}))
    env.set(name, processText(value, ['env', name], scope));
  const args = section.args ?? [];
  const remote = readMcpRemote(command, args);
  if (remote !== null) return resolveRemote(remote, env, scope);
  const resolved = args.map((arg, index) => processText(arg, ['args', index], scope));
  const secretArgs = secretsAmong(args, resolved);
  return Object.freeze({
    kind: 'stdio',
    command: processText(command, ['command'], scope),
    args: Object.freeze(resolved),
    env: Object.freeze(Object.fromEntries(env)),
    ...(secretArgs.length === 0 ? {} : { secretArgs: Object.freeze(secretArgs) }),
  });
}

/** Arguments that come from references, and those that are not shown over the API; the values of options alone as well. */
function secretsAmong(args: readonly string[], resolved: readonly string[]): string[] {
  const shown = maskedArgs(resolved);
  const secrets = resolved
    .filter((arg, index) => arg !== args[index]?.replaceAll('$${', '${') || arg !== shown[index])
    .flatMap((arg) => [arg, /^-[^=]*=(.+)$/s.exec(arg)?.[1] ?? arg, /\?(.+)$/s.exec(arg)?.[1] ?? arg]);
  return [...new Set(secrets)];
}

/** Text for a child process; the operating system ends it at a NUL. */
function processText(text: string, tail: ConfigPath, scope: Scope): string {
  const resolved = resolve(text, tail, scope);
  if (resolved.includes('\0')) report(scope, tail, 'must not hold a NUL character');
  return resolved;
}

function resolveRemote(remote: McpRemote, env: ReadonlyMap<string, string>, scope: Scope): HttpConnection {
  for (const problem of remote.problems) report(scope, ['args', problem.arg], problem.message);
  const lookup: VariableLookup = (name) => env.get(name) ?? null;
  const headers = new HeaderSet(scope);
  for (const header of remote.headers) {
    const tail = ['args', header.arg];
    headers.add(header.name, resolve(header.value, tail, scope, lookup), tail);
  }
  let url = '';
  if (remote.url !== null) {
    const tail = ['args', remote.url.arg];
    url = resolveUrl(remote.url.text, tail, scope);
    if (!remote.allowHttp && isPlainHttpElsewhere(url)) {
      report(scope, tail, 'mcp-remote refuses http to another machine; use https or add --allow-http');
    }
  }
  return Object.freeze({ kind: 'http', url, headers: headers.freeze(), transport: remote.transport });
}

function resolveHttp(
  url: string,
  headers: Readonly<Record<string, string>>,
  transport: 'streamable-http' | 'sse' | undefined,
  scope: Scope,
): HttpConnection {
  const set = new HeaderSet(scope);
  for (const [name, value] of Object.entries(headers)) {
    const tail = ['headers', name];
    set.add(name, resolve(value, tail, scope), tail);
  }
  const checked = resolveUrl(url, ['url'], scope);
  return Object.freeze({ kind: 'http', url: checked, headers: set.freeze(), transport: transport ?? 'auto' });
}

/** Headers of one connection, checked as they come; names are compared without regard to case, as HTTP does. */
class HeaderSet {
  private readonly seen = new Set<string>();
  private readonly values = new Map<string, string>();

  constructor(private readonly scope: Scope) {}

  add(name: string, value: string, tail: ConfigPath): void {
    const lower = name.toLowerCase();
    if (!HEADER_NAME.test(name)) report(this.scope, tail, 'is not a usable HTTP header name');
    else if (OWN_HEADERS.has(lower))
      report(this.scope, tail, `the header ${lower} is set by the gateway itself; remove it`);
    else if (this.seen.has(lower)) report(this.scope, tail, `the header ${lower} is given twice; keep one`);
    if (!HEADER_VALUE.test(value))
      report(this.scope, tail, 'the header value holds characters that HTTP does not allow');
    this.seen.add(lower);
    this.values.set(name, value);
  }

  freeze(): Readonly<Record<string, string>> {
    return Object.freeze(Object.fromEntries(this.values));
  }
}

/** The URL with its references resolved, or '' after a problem. */
function resolveUrl(template: string, tail: ConfigPath, scope: Scope): string {
  const before = scope.problems.length;
  const text = resolve(template, tail, scope);
  // A reference that could not be resolved has been reported; "is not a URL" beside it would only confuse.
  if (scope.problems.length > before) return '';
  if (!URL.canParse(text)) {
    report(scope, tail, 'is not a URL');
    return '';
  }
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') report(scope, tail, 'must be an http or https URL');
  if (url.username !== '' || url.password !== '') {
    report(scope, tail, 'must not hold a user name or password; give them in a header');
  }
  return text;
}

function isPlainHttpElsewhere(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  const loopback = hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
  return protocol === 'http:' && !loopback;
}

function resolve(text: string, tail: ConfigPath, scope: Scope, variables?: VariableLookup): string {
  return resolveReferences(text, [...scope.path, ...tail], scope.sources, scope.problems, variables);
}

function report(scope: Scope, tail: ConfigPath, message: string): void {
  scope.problems.push({ path: [...scope.path, ...tail], message });
}
