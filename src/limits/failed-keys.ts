import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

const WINDOW_MS = 60_000;
/** Addresses that are remembered; past this the one that was seen least lately is forgotten. Some 2 MB. */
const MAX_ADDRESSES = 10_000;
/** Who has no address of its own. */
const UNKNOWN = '-';
const IPV6_PREFIX_PARTS = 4;

interface Failures {
  count: number;
  readonly endsAt: number;
}

/**
 * Counts wrong keys by address, to answer a flood of them with as little work as possible. Only somebody whose key is wrong ever comes
 * here: the key is looked at first, so that nobody behind a shared address is locked out by a neighbour.
 */
export class FailedKeys {
  readonly #addresses = new Map<string, Failures>();

  /**
   * @param perMinute asked each time, because the config may change; 0 = no limit
   * @param now milliseconds of a clock that never goes back
   */
  constructor(
    private readonly perMinute: () => number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get size(): number {
    return this.#addresses.size;
  }

  /** Notes one more wrong key. @returns milliseconds until this address is answered as usual again; 0 = now */
  failed(address: string | undefined): number {
    const max = this.perMinute();
    if (max === 0) return 0;
    const now = this.now();
    const name = address === undefined ? UNKNOWN : networkOf(address);
    const known = this.#addresses.get(name);
    const failures = known === undefined || known.endsAt <= now ? { count: 0, endsAt: now + WINDOW_MS } : known;
    failures.count++;
    this.#remember(name, failures);
    return failures.count > max ? failures.endsAt - now : 0;
  }

  #remember(name: string, failures: Failures): void {
    this.#addresses.delete(name);
    this.#addresses.set(name, failures);
    if (this.#addresses.size <= MAX_ADDRESSES) return;
    const oldest = this.#addresses.keys().next();
    if (oldest.done !== true) this.#addresses.delete(oldest.value);
  }
}

/** An IPv4 address, or the /64 of an IPv6 address: what one household or machine has to itself (RFC 6177, RFC 7421). */
export function networkOf(address: string): string {
  if (isIPv4(address)) return address;
  if (!ipaddr.isValid(address)) return UNKNOWN;
  const parsed = ipaddr.process(address);
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString();
  return `${parsed.parts
    .slice(0, IPV6_PREFIX_PARTS)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}
