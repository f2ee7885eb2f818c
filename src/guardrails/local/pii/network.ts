import { isAsciiLetter, isDigitAt, isWordAt, type Span } from './chars.js';

const DOT = 0x2e;
const COLON = 0x3a;
const IPV4 = /(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})/y;
const VERSION_BEFORE =
  /(?:\bv|ver(?:sion)?\.?|release|build|rev(?:ision)?|section|rfc|chapter|oid|@|[=<>^~]|kernel|driver|firmware|chrome|safari|edge|firefox|agent)[ \t:/="'-]{0,4}$/i;
const ADDRESS_BEFORE = /(?:\bip(?:v4)?|address|host|addr|server|client|from|remote|peer)[ \t:/="'-]{0,4}$/i;

/** The IPv4 address that starts at `start`, or null. Loopback, unspecified, broadcast and network masks are nobody's. */
export function matchIpv4(text: string, start: number): Span | null {
  const before = text.charCodeAt(start - 1);
  if (isWordAt(text, start - 1) || before === DOT || (before === 0x2d && isDigitAt(text, start - 2))) return null;
  IPV4.lastIndex = start;
  const octets = IPV4.exec(text)?.slice(1);
  if (octets === undefined || goesOn(text, IPV4.lastIndex)) return null;
  const end = IPV4.lastIndex;
  if (octets.some((octet) => Number(octet) > 255 || (octet.length > 1 && octet.startsWith('0')))) return null;
  if (isNobodys(octets.map(Number), text, end, ADDRESS_BEFORE.test(text.slice(Math.max(0, start - 16), start))))
    return null;
  const lead = text.slice(Math.max(0, start - 16), start);
  return VERSION_BEFORE.test(lead) && !ADDRESS_BEFORE.test(lead) ? null : { start, end, score: 0.85 };
}

function goesOn(text: string, end: number): boolean {
  const after = text.charCodeAt(end);
  return isWordAt(text, end) || ((after === DOT || after === 0x2d) && isWordAt(text, end + 1));
}

/** RFC 1122 loopback and "this" network, masks, multicast; a network in CIDR notation is no host. */
function isNobodys(octets: readonly number[], text: string, end: number, isLabelled: boolean): boolean {
  const [a, b, c, d] = octets as [number, number, number, number];
  if (a === 0 || a === 255 || ((a === 127 || a === 224) && b === 0) || (d === 0 && c === 0)) return true;
  if (text.charCodeAt(end) === 0x2f && isDigitAt(text, end + 1)) return d === 0 || isNetworkPrefix(text, end);
  // Section numbers and versions such as 1.2.3.4.
  return !isLabelled && Math.max(a, b, c, d) < 10;
}

function isNetworkPrefix(text: string, end: number): boolean {
  const bits = Number.parseInt(text.slice(end + 1, end + 3), 10);
  return bits <= 30;
}

const MAC = /[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}/y;

/** The broadcast address, nothing, the usual example, six numbers with hyphens. */
const NOBODYS_MAC = /^(?:ff(?:.ff){5}|00(?:.00){5}|(?:00.)?11.22.33.44.55(?:.66)?|\d\d(?:-\d\d){5})$/i;

/** The EUI-48 address that starts at `start`, or null. */
export function matchMac(text: string, start: number): Span | null {
  const joint = text.charCodeAt(start + 2);
  if (joint !== COLON && joint !== 0x2d) return null;
  if (text.charCodeAt(start + 5) !== joint || text.charCodeAt(start + 8) !== joint) return null;
  if (isWordAt(text, start - 1) || text.charCodeAt(start - 1) === joint) return null;
  MAC.lastIndex = start;
  if (!MAC.test(text)) return null;
  const end = MAC.lastIndex;
  if (isWordAt(text, end) || (text.charCodeAt(end) === joint && isWordAt(text, end + 1))) return null;
  return NOBODYS_MAC.test(text.slice(start, end)) ? null : { start, end, score: 0.9 };
}

const IPV6_RUN = /(?:[0-9A-Fa-f]{0,4}:){2,7}(?:[0-9A-Fa-f]{1,4}|(?:\d{1,3}\.){3}\d{1,3})?/y;

/** The IPv6 address (RFC 4291) that starts at `start`, or null. At least three groups with letters or five in all. */
export function matchIpv6(text: string, start: number): Span | null {
  if (isWordAt(text, start - 1) || text.charCodeAt(start - 1) === COLON) return null;
  IPV6_RUN.lastIndex = start;
  if (!IPV6_RUN.test(text)) return null;
  const end = IPV6_RUN.lastIndex;
  const value = text.slice(start, end);
  if (isWordAt(text, end) || text.charCodeAt(end) === COLON) return null;
  const groups = value.split(':').filter((group) => group !== '').length;
  if (!hasGroups(groups, value.split('::').length - 1)) return null;
  if (/^(?:fe80|ff0\d|2001:0?db8)?::?1?$/i.test(value)) return null;
  return /[a-f]/i.test(value) || groups >= 4 ? { start, end, score: 0.85 } : null;
}

/** Eight groups, or three to seven and one gap: two and a gap are C++. */
function hasGroups(groups: number, gaps: number): boolean {
  return gaps === 0 ? groups === 8 : gaps === 1 && groups >= 3 && groups <= 7;
}

/** Cheap test for both: a colon behind two to four hexadecimal digits. */
export function maybeColonAddress(text: string, start: number): boolean {
  for (let at = start; at <= start + 4; at++) {
    const code = text.charCodeAt(at);
    if (code === COLON || (code === 0x2d && at === start + 2)) return at > start;
    const lower = code | 0x20;
    if (!isDigitAt(text, at) && !(isAsciiLetter(code) && lower <= 0x66)) return false;
  }
  return false;
}
