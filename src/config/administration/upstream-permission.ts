import { isIP } from 'node:net';
import { canonicalHost, isPublicAddress } from '../../safe-fetch.js';
import { readMcpRemote } from '../mcp-remote.js';
import { AdministrationError } from './administration-error.js';
import { canonical, type Json, objectOf, quoted, textOf } from './document.js';
import { sameTarget } from './server-secrets.js';

/** What the operator allows servers that are made over the API. */
export interface UpstreamPermission {
  readonly allowedCommands: ReadonlySet<string>;
  /** `HOST` or `HOST:PORT`. */
  readonly allowedHosts: ReadonlySet<string>;
}

const COMMANDS = 'common_mcp_gateway_config.admin_api.allowed_commands (or ENKRYPT_ADMIN_ALLOWED_COMMANDS)';
const HOSTS = 'common_mcp_gateway_config.admin_api.allowed_upstream_hosts';
/** Where a reference leads outside the document. */
const REFERENCE = /\$\{(?:env|file):[^}]*\}?/g;
/** Variables that make a command run other code than its own: an allowed command would stand for any other. */
const CODE_VARIABLE =
  /^(?:PATH|PATHEXT|LD_.*|DYLD_.*|GCONV_PATH|NODE_OPTIONS|NODE_PATH|NPM_CONFIG_.*|PYTHON(?:PATH|STARTUP|HOME|BREAKPOINT)|UV_.*|PIP_.*|PERL5(?:OPT|LIB|DB)|RUBY(?:OPT|LIB)|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|BASH_ENV|ENV|SHELLOPTS|BASHOPTS|PROMPT_COMMAND|IFS|HOME|COMSPEC|GIT_.*|SSH_.*)$/i;
/** Names that a resolver of the own network answers (RFC 6761, RFC 6762, RFC 8375, ICANN's .internal). */
const OWN_NETWORK = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home|corp|home\.arpa|localdomain)$/;

/** A connection and where it stands. */
interface Placed {
  readonly config: string;
  readonly server: string;
  readonly connection: Json;
}

/**
 * Refuses a change that would start a command, or reach an address, that the operator has not allowed. What was in the document before
 * is the operator's own, or was allowed then.
 * @throws AdministrationError `forbidden` with the setting that would allow it
 */
export function refuseForbidden(before: Json, after: Json, permission: UpstreamPermission): void {
  const old = connectionsIn(before);
  const known = new Set(old.map(({ connection }) => canonical(connection)));
  for (const placed of connectionsIn(after)) {
    if (known.has(canonical(placed.connection))) continue;
    const previous = old.find(({ config, server }) => config === placed.config && server === placed.server);
    refuseReferences(placed.connection, sameTargetOrNothing(placed.connection, previous?.connection));
    refuseConnection(placed, permission);
  }
  refuseReferences(after, before);
  if (canonical(ownerOf(before)) !== canonical(ownerOf(after))) {
    throw new AdministrationError('forbidden', 'common_mcp_gateway_config.admin_api can be changed in the file alone.');
  }
}

/** Refuses an address that is not on the public internet, unless its host is allowed. @throws AdministrationError `forbidden` */
export function refuseAddress(text: string, allowedHosts: ReadonlySet<string>): void {
  if (!URL.canParse(text)) throw new AdministrationError('invalid', 'The address is not a URL.');
  const url = new URL(text);
  const host = canonicalHost(url.hostname);
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  if (allowedHosts.has(host) || allowedHosts.has(`${host}:${port}`)) return;
  if (isIP(host) === 0 ? host.includes('.') && !OWN_NETWORK.test(host) : isPublicAddress(host)) return;
  throw new AdministrationError(
    'forbidden',
    `The API sets no address outside the public internet: ${quoted(host)}. The operator can allow the host in ${HOSTS}.`,
  );
}

function refuseConnection({ server, connection }: Placed, { allowedCommands, allowedHosts }: UpstreamPermission): void {
  const { command, url } = connection;
  if (typeof url === 'string') refuseAddress(url, allowedHosts);
  if (typeof command !== 'string') return;
  const args = Array.isArray(connection.args) ? connection.args.map(textOf) : [];
  const remote = readMcpRemote(command, args);
  if (remote !== null) {
    refuseAddress(remote.url?.text ?? '', allowedHosts);
    return;
  }
  if (!allowedCommands.has(command)) {
    throw new AdministrationError(
      'forbidden',
      `Server ${quoted(server)}: the API may not start ${quoted(command)}. The operator can allow it in ${COMMANDS}.`,
    );
  }
  const variable = Object.keys(objectOf(connection.env)).find((name) => CODE_VARIABLE.test(name));
  if (variable === undefined) return;
  throw new AdministrationError(
    'forbidden',
    `Server ${quoted(server)}: the variable ${quoted(variable)} decides which code runs. It can be set in the config file alone.`,
  );
}

/** @param before what may hold a reference already */
function refuseReferences(after: unknown, before: unknown): void {
  const known = new Set(referencesIn(before));
  const added = referencesIn(after).find((reference) => !known.has(reference));
  if (added === undefined) return;
  throw new AdministrationError(
    'forbidden',
    `The API takes no references to variables and files (${quoted(added)}): they are read with the rights of the gateway. ` +
      'Send the value, or write the reference into the config file.',
  );
}

function referencesIn(value: unknown): string[] {
  return [...JSON.stringify(value ?? null).matchAll(REFERENCE)].map(([reference]) => reference);
}

/** A secret that a reference leads to must not go elsewhere than before. */
function sameTargetOrNothing(connection: Json, previous: Json | undefined): Json | null {
  return previous !== undefined && sameTarget(connection, previous) ? previous : null;
}

function connectionsIn(document: Json): Placed[] {
  return Object.entries(objectOf(document.mcp_configs)).flatMap(([config, json]) => {
    const list = objectOf(json).mcp_config;
    return (Array.isArray(list) ? list : []).map((entry: unknown) => {
      const { server_name, config: connection } = objectOf(entry);
      return { config, server: textOf(server_name), connection: objectOf(connection) };
    });
  });
}

/** The operator's own section. */
function ownerOf(document: Json): unknown {
  return objectOf(document.common_mcp_gateway_config).admin_api;
}
