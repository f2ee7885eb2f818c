import type { AddressList } from '../../config/address-list.js';

/** Where a request comes from, as node:http has it. */
export interface Peer {
  readonly socket: { readonly remoteAddress?: string | undefined };
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Whoever is on stdin has no address, and is on this machine: a key must let that in as it must let in a client over HTTP. */
export const THIS_MACHINE: Peer = { socket: { remoteAddress: '127.0.0.1' }, headers: {} };

/** An address of X-Forwarded-For, behind which some proxies write a port. */
const HOP = /^(?:\[([0-9a-f:.%]+)\]|([0-9a-f:.%]+?))(?::\d{1,5})?$/i;
const MAX_HOPS = 64;

/**
 * The address of the client: that of the socket, unless it is a trusted proxy's; then the last hop of X-Forwarded-For that is none.
 * What stands further left was written by whoever sent the request. undefined = it cannot be told.
 */
export function clientAddress({ socket, headers }: Peer, trusted: AddressList | null): string | undefined {
  const { remoteAddress } = socket;
  if (trusted?.includes(remoteAddress) !== true) return remoteAddress;
  const forwarded = headers['x-forwarded-for'];
  // Node joins several such headers with commas, in their order.
  if (typeof forwarded !== 'string') return remoteAddress;
  const hops = forwarded.split(',');
  if (hops.length > MAX_HOPS) return undefined;
  let address = remoteAddress;
  for (const hop of hops.reverse()) {
    address = addressOf(hop.trim());
    // A hop that is no address ends the way: nothing left of it is known to be true.
    if (!trusted.includes(address)) return address;
  }
  return address;
}

function addressOf(hop: string): string | undefined {
  // An IPv6 address without brackets has no port: its last part would be taken for one.
  if ((hop.match(/:/g)?.length ?? 0) > 1 && !hop.startsWith('[')) return hop;
  const [, bracketed, plain] = HOP.exec(hop) ?? [];
  return bracketed ?? plain;
}
