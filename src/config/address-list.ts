import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = readonly [Address, number];

/** An address, alone or with the length of its prefix (CIDR, RFC 4632 §3.1 and RFC 4291 §2.3). */
const RANGE = /^([^/]{2,64})(?:\/(\d{1,3}))?$/;
/** IPv4-mapped IPv6 addresses are `::ffff:0:0/96` (RFC 4291 §2.5.5.2). */
const MAPPED_BITS = 96;

/** Internet addresses by single ones and ranges. An IPv4 address is the same however its socket writes it (`::ffff:192.0.2.1`). */
export class AddressList {
  /** The same for lists that hold the same ranges in the same order. */
  readonly text: string;
  private readonly ranges: readonly Range[];

  /** @param ranges texts that `isAddressRange` */
  constructor(ranges: readonly string[]) {
    this.text = ranges.join(' ');
    this.ranges = ranges.flatMap((range) => readRange(range) ?? []);
  }

  /** False for what is no address. */
  includes(text: string | undefined): boolean {
    // Node alone decides what an address is: ipaddr.js also reads octal numbers and addresses of fewer than four parts.
    if (text === undefined || isIP(text) === 0) return false;
    const address = ipaddr.process(text);
    return this.ranges.some(([base, bits]) => address.kind() === base.kind() && address.match(base, bits));
  }
}

export function isAddressRange(text: string): boolean {
  return readRange(text) !== null;
}

function readRange(text: string): [Range] | null {
  const [, start = '', length] = RANGE.exec(text) ?? [];
  if (isIP(start) === 0 || start.includes('%')) return null;
  const written = ipaddr.parse(start);
  const address = ipaddr.process(start);
  const most = address.kind() === 'ipv4' ? 32 : 128;
  const isMapped = written.kind() !== address.kind();
  const bits = length === undefined ? most : Number(length) - (isMapped ? MAPPED_BITS : 0);
  return bits < 0 || bits > most ? null : [[address, bits]];
}
