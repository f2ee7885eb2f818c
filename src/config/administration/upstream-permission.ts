import { refuseMovedReferences } from './reference-places.js';
import { isIP } from 'node:net';
import { isAllowedUpstream } from '../allowed-host.js';
import { canonicalHost, isPublicAddress } from '../../safe-fetch.js';
import { readMcpRemote } from '../mcp-remote.js';
import { AdministrationError } from './administration-error.js';
import { type CommandPermission, refuseCommand } from './commands/judge-command.js';
import { urlsIn } from './commands/outside-text.js';
import { connectionsIn, type Placed } from './connections-in.js';
import { canonical, type Json, objectOf, quoted, textOf } from './document.js';
import { sameTarget } from './server-secrets.js';

/** What the operator allows servers that are made over the API. */
export interface UpstreamPermission extends CommandPermission {
  /** `HOST` or `HOST:PORT`. */
  readonly allowedHosts: ReadonlySet<string>;
}

/**
 * The operator's own settings: what the API may do, whose word makes a caller (whose URLs are fetched, private ones too), where lines are
 * written, whose word on addresses is taken, how often keys may be guessed, and where the gateway connects by itself.
 */
const OPERATORS_OWN = [
  'admin_api',
  'inbound_oauth',
  'public_url',
  'oauth_discovery',
  'audit_log',
  'audit',
  'allowed_hosts',
  'trusted_proxies',
  'failed_keys_per_minute',
  'enkrypt_cache_host',
  'enkrypt_cache_port',
  'enkrypt_cache_tls',
  'enkrypt_cache_password',
] as const;
const HOSTS = 'common_mcp_gateway_config.admin_api.allowed_upstream_hosts';
/** Where a reference leads outside the document. */
const REFERENCE = /\$\{(?:env|file):[^}]*\}?/g;
/** Names that a resolver of the own network answers (RFC 6761, RFC 6762, RFC 8375, ICANN's .internal). */
const OWN_NETWORK = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home|corp|home\.arpa|localdomain)$/;

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
  refuseMovedReferences(before, after);
  for (const section of OPERATORS_OWN) {
    if (canonical(settingOf(before, section)) === canonical(settingOf(after, section))) continue;
    throw new AdministrationError(
      'forbidden',
      `common_mcp_gateway_config.${section} can be changed in the file alone.`,
    );
  }
}

/** Refuses an address that is not on the public internet, unless its host is allowed. @throws AdministrationError `forbidden` */
export function refuseAddress(text: string, allowedHosts: ReadonlySet<string>): void {
  if (!URL.canParse(text)) throw new AdministrationError('invalid', 'The address is not a URL.');
  const url = new URL(text);
  // Another scheme than http has no host that could be judged.
  const host = /^https?:$/.test(url.protocol) ? canonicalHost(url.hostname) : '';
  if (host !== '' && isAllowedUpstream(url, allowedHosts)) return;
  if (isIP(host) === 0 ? host.includes('.') && !OWN_NETWORK.test(host) : isPublicAddress(host)) return;
  throw new AdministrationError(
    'forbidden',
    `The API sets no address outside the public internet: ${quoted(host)}. The operator can allow the host in ${HOSTS}.`,
  );
}

function refuseConnection({ server, connection }: Placed, permission: UpstreamPermission): void {
  const { command, url } = connection;
  const { allowedHosts } = permission;
  if (typeof url === 'string') refuseAddress(url, allowedHosts);
  if (typeof command !== 'string') return;
  const args = Array.isArray(connection.args) ? connection.args.map(textOf) : [];
  const remote = readMcpRemote(command, args);
  if (remote !== null) {
    refuseAddress(remote.url?.text ?? '', allowedHosts);
    return;
  }
  const env = objectOf(connection.env);
  refuseCommand(server, { command, args, env }, permission);
  const values = Object.values(env).filter((value) => typeof value === 'string');
  for (const address of [...args, ...values].flatMap(urlsIn)) refuseAddress(address, allowedHosts);
}

/** @param before what may hold a reference already */
export function refuseReferences(after: unknown, before: unknown): void {
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

function settingOf(document: Json, section: string): unknown {
  return objectOf(document.common_mcp_gateway_config)[section];
}
