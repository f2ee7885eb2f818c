import { lookup as systemLookup } from 'node:dns/promises';
import { createRequire } from 'node:module';
import { BlockList, isIP } from 'node:net';
import type * as Undici from 'undici';
import type { Agent, buildConnector as BuildConnector, Pool as PoolType, RequestInit, Response } from 'undici';
import { GatewayError } from './errors.js';

const require = createRequire(import.meta.url);

/**
 * Only the parts that every gateway needs. The package's index loads fetch, WebSocket and caches as well: 60 ms of every start and
 * 8 MB; `guardedFetch` loads it when it is used.
 */
const buildConnector = require('undici/lib/core/connect.js') as typeof BuildConnector;
/** Connections to one origin; to be given a `guardedConnector`. */
export const ConnectionPool = require('undici/lib/dispatcher/pool.js') as typeof PoolType;

/** Address ranges a name from outside must never lead to, with the document that reserves each. */
const NOT_PUBLIC_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8], // "this network", RFC 1122 3.2.1.3; Linux connects 0.0.0.0 to itself
  ['10.0.0.0', 8], // private, RFC 1918
  ['100.64.0.0', 10], // carrier-grade NAT, RFC 6598; holds the metadata address 100.100.100.200
  ['127.0.0.0', 8], // loopback, RFC 1122 3.2.1.3
  ['168.63.129.16', 32], // a cloud's host agent behind a public-looking address
  ['169.254.0.0', 16], // link-local, RFC 3927; holds the metadata address 169.254.169.254
  ['172.16.0.0', 12], // private, RFC 1918
  ['192.0.0.0', 24], // protocol assignments, RFC 6890
  ['192.0.2.0', 24], // documentation, RFC 5737
  ['192.88.99.0', 24], // 6to4 relay, deprecated by RFC 7526
  ['192.168.0.0', 16], // private, RFC 1918
  ['198.18.0.0', 15], // benchmarking, RFC 2544
  ['198.51.100.0', 24], // documentation, RFC 5737
  ['203.0.113.0', 24], // documentation, RFC 5737
  ['224.0.0.0', 4], // multicast, RFC 5771
  ['240.0.0.0', 4], // reserved and broadcast, RFC 1112 section 4, RFC 919
];

/**
 * IPv6 is an allow-list: only global unicast (2000::/3, RFC 4291) may be reached, so loopback, v4-mapped (::ffff:0:0/96),
 * v4-compatible, NAT64 (64:ff9b::/96, RFC 6052; 64:ff9b:1::/48, RFC 8215), discard-only (100::/64, RFC 6666), unique-local
 * (fc00::/7, RFC 4193), link-local (fe80::/10), site-local (fec0::/10, RFC 3879) and multicast (ff00::/8) need no line.
 */
const GLOBAL_UNICAST_V6 = ['2000::', 3] as const;
const NOT_PUBLIC_V6: readonly (readonly [string, number])[] = [
  ['2001::', 23], // protocol assignments, RFC 2928: Teredo (RFC 4380, carries a v4 address), ORCHID (RFC 7343), benchmarking (RFC 5180)
  ['2001:db8::', 32], // documentation, RFC 3849
  ['2002::', 16], // 6to4, RFC 3056: carries a v4 address
  ['3fff::', 20], // documentation, RFC 9637
];

const refusedV4 = new BlockList();
for (const [net, prefix] of NOT_PUBLIC_V4) refusedV4.addSubnet(net, prefix, 'ipv4');
const refusedV6 = new BlockList();
for (const [net, prefix] of NOT_PUBLIC_V6) refusedV6.addSubnet(net, prefix, 'ipv6');
const globalV6 = new BlockList();
globalV6.addSubnet(...GLOBAL_UNICAST_V6, 'ipv6');

/** True when the text is an IP address on the public internet; anything else (names, zone ids, odd spellings) is not. */
export function isPublicAddress(address: string): boolean {
  const family = address.includes('%') ? 0 : isIP(address);
  if (family === 4) return !refusedV4.check(address, 'ipv4');
  return family === 6 && globalV6.check(address, 'ipv6') && !refusedV6.check(address, 'ipv6');
}

/** Lower case, no brackets, no trailing dots: the one spelling in which host names are compared. */
export function canonicalHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.+$/, '');
}

/** Every address of a name, as the resolver gives them. */
export type AddressLookup = (hostname: string) => Promise<readonly { readonly address: string }[]>;

const allAddresses: AddressLookup = (hostname) => systemLookup(hostname, { all: true });

export interface GuardOptions {
  /** Hosts (`name`) or endpoints (`name:port`) that the operator's own config names: these may be loopback or private. */
  readonly allowedHosts: ReadonlySet<string>;
  /** Bound on looking up and on connecting, each; default 10 s. */
  readonly connectTimeoutMs?: number;
  readonly lookup?: AddressLookup;
  /** Certificates in PEM beside the system's, and the client's own (RFC 8705); null = none. */
  readonly tls?: { readonly cert: string | null; readonly key: string | null; readonly ca: string | null };
}

const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;

/**
 * A connector for undici that reaches the allowed hosts and the public internet, and nothing else. The address that was checked
 * is the address that is connected to: no second look-up happens, so a name cannot change its answer in between (DNS rebinding).
 * Connecting fails with GatewayError `upstream_unavailable` when any address of the name is not public.
 */
export function guardedConnector(options: GuardOptions): BuildConnector.connector {
  const timeoutMs = options.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS;
  const tls = Object.entries(options.tls ?? {}).filter(([, pem]) => pem !== null);
  const connect = buildConnector({ timeout: timeoutMs, ...Object.fromEntries(tls) });
  const lookup = options.lookup ?? allAddresses;
  return (target, callback) => {
    const host = canonicalHost(target.hostname);
    const port = target.port === '' ? defaultPort(target.protocol) : target.port;
    if (options.allowedHosts.has(host) || options.allowedHosts.has(`${host}:${port}`)) {
      connect(target, callback);
      return;
    }
    publicAddresses(host, lookup, timeoutMs).then(
      (addresses) => {
        connectInTurn(connect, target, addresses, callback);
      },
      (cause: unknown) => {
        callback(cause instanceof Error ? cause : new Error('lookup failed'), null);
      },
    );
  };
}

function defaultPort(protocol: string): string {
  return protocol === 'https:' ? '443' : '80';
}

/** @throws GatewayError `upstream_unavailable` */
async function publicAddresses(host: string, lookup: AddressLookup, timeoutMs: number): Promise<readonly string[]> {
  const found = isIP(host) === 0 ? await bounded(lookup(host), timeoutMs) : [{ address: host }];
  const addresses = found.map((entry) => entry.address);
  // One private address among public ones is refused as well: it is what a rebinding name looks like.
  if (addresses.length === 0 || !addresses.every(isPublicAddress)) {
    throw new GatewayError(
      'upstream_unavailable',
      'The address is not on the public internet and was not connected to. Only hosts named in the gateway config may be private.',
    );
  }
  return addresses;
}

async function bounded<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new GatewayError('upstream_unavailable', 'Looking up the host took too long.', { retryable: true }));
    }, timeoutMs).unref();
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Tries the checked addresses one after the other; TLS still verifies the name, because `host` keeps it. */
function connectInTurn(
  connect: BuildConnector.connector,
  target: BuildConnector.Options,
  addresses: readonly string[],
  callback: BuildConnector.Callback,
): void {
  const [address, ...rest] = addresses;
  if (address === undefined) return;
  connect({ ...target, hostname: address }, (...outcome) => {
    if (outcome[0] !== null && rest.length > 0) connectInTurn(connect, target, rest, callback);
    else callback(...outcome);
  });
}

export interface GuardedFetchOptions extends GuardOptions {
  /** Bytes of the decoded body; more is refused. */
  readonly maxResponseBytes: number;
  /** From the call to the last byte of the body. */
  readonly deadlineMs: number;
}

export interface GuardedFetch {
  /** Redirects are returned, never followed; the body is read in full under the cap and the deadline. */
  readonly fetch: (url: string | URL, init?: RequestInit) => Promise<Response>;
  readonly close: () => Promise<void>;
}

/**
 * `fetch` for everything that is not the hot path (metadata, tokens): http and https only, through the guarded connector.
 * @throws GatewayError upstream_unavailable (address refused, link lost, body too large), upstream_timeout; the reason of `init.signal`
 */
export function guardedFetch(options: GuardedFetchOptions): GuardedFetch {
  const undici = require('undici') as typeof Undici;
  const agent = new undici.Agent({ connect: guardedConnector(options) });
  return {
    fetch: (url, init = {}) => fetchWhole(undici, new URL(url), init, agent, options),
    close: () => agent.destroy(),
  };
}

async function fetchWhole(
  undici: typeof Undici,
  url: URL,
  init: RequestInit,
  agent: Agent,
  options: GuardedFetchOptions,
): Promise<Response> {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new GatewayError('upstream_unavailable', 'Only http and https URLs are fetched.');
  }
  const deadline = AbortSignal.timeout(options.deadlineMs);
  const caller = init.signal;
  const signal = caller == null ? deadline : AbortSignal.any([deadline, caller]);
  try {
    const response = await undici.fetch(url, { ...init, dispatcher: agent, redirect: 'manual', signal });
    const body = await readCapped(response, options.maxResponseBytes);
    const { status, statusText, headers } = response;
    return new undici.Response(body, { status, statusText, headers });
  } catch (error) {
    if (caller?.aborted === true) throw caller.reason;
    if (error instanceof GatewayError) throw error;
    if (deadline.aborted)
      throw new GatewayError('upstream_timeout', 'The host did not answer in time.', { cause: error });
    const cause = error instanceof Error ? error.cause : undefined;
    if (cause instanceof GatewayError) throw cause;
    throw new GatewayError('upstream_unavailable', 'The host could not be reached.', { cause: error, retryable: true });
  }
}

async function readCapped(response: Response, maxBytes: number): Promise<Buffer | null> {
  if (response.body === null) return null;
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body) {
    const chunk = part as Uint8Array;
    bytes += chunk.byteLength;
    if (bytes > maxBytes) {
      throw new GatewayError('upstream_unavailable', `The answer is larger than ${String(maxBytes)} bytes.`);
    }
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}
