import { createHash } from 'node:crypto';
import { isWordAt, type Span } from './chars.js';
import type { PiiRule } from './pii.rules.js';

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const BASE58_RUN = /[1-9A-HJ-NP-Za-km-z]{25,36}/y;

/** The base58check address (Bitcoin, Litecoin, Dogecoin, Dash, Tron) that starts at `start`, or null. */
export function matchBase58(text: string, start: number): Span | null {
  BASE58_RUN.lastIndex = start;
  if (!BASE58_RUN.test(text)) return null;
  const end = BASE58_RUN.lastIndex;
  if (isWordAt(text, end)) return null;
  const value = text.slice(start, end);
  if (!/\d/.test(value) || !/[a-z]/.test(value) || !/[A-Z]/.test(value)) return null;
  return passesBase58Check(value) ? { start, end, score: 1 } : null;
}

function passesBase58Check(value: string): boolean {
  let number = 0n;
  for (const char of value) number = number * 58n + BigInt(Math.max(0, ALPHABET.indexOf(char)));
  const hex = number.toString(16);
  if (hex.length > 50) return false;
  const bytes = Buffer.from(hex.padStart(50, '0'), 'hex');
  const body = bytes.subarray(0, 21);
  const once = createHash('sha256').update(body).digest();
  const twice = createHash('sha256').update(once).digest();
  return twice.subarray(0, 4).equals(bytes.subarray(21));
}

const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const BECH32_RUN = /(?:bc|tb|ltc)1[02-9ac-hj-np-z]{25,87}/iy;

/** BIP 173 and BIP 350. */
function matchBech32(text: string, start: number): Span | null {
  if (isWordAt(text, start - 1)) return null;
  BECH32_RUN.lastIndex = start;
  if (!BECH32_RUN.test(text)) return null;
  const end = BECH32_RUN.lastIndex;
  return isWordAt(text, end) || !passesBech32(text.slice(start, end).toLowerCase()) ? null : { start, end, score: 1 };
}

function passesBech32(address: string): boolean {
  const split = address.lastIndexOf('1');
  const human = address.slice(0, split);
  const values = [
    ...Array.from(human, (char) => char.charCodeAt(0) >> 5),
    0,
    ...Array.from(human, (char) => char.charCodeAt(0) & 31),
    ...Array.from(address.slice(split + 1), (char) => BECH32.indexOf(char)),
  ];
  let check = 1;
  for (const value of values) {
    const top = check >>> 25;
    check = ((check & 0x1ffffff) << 5) ^ value;
    for (const [bit, mask] of GENERATOR.entries()) if (((top >>> bit) & 1) === 1) check ^= mask;
  }
  return check === 1 || check === 0x2bc830a3;
}

const ETHEREUM = /0x[0-9a-fA-F]{40}/y;

/** Forty hexadecimal digits behind `0x`; the zero address and its like are nobody's. */
function matchEthereum(text: string, start: number): Span | null {
  if (isWordAt(text, start - 1)) return null;
  ETHEREUM.lastIndex = start;
  if (!ETHEREUM.test(text)) return null;
  const end = ETHEREUM.lastIndex;
  if (isWordAt(text, end) || /0{16}|f{16}|e{16}/i.test(text.slice(start + 2, end))) return null;
  return { start, end, score: 0.9 };
}

const MONERO = /4[0-9AB][1-9A-HJ-NP-Za-km-z]{93}(?:[1-9A-HJ-NP-Za-km-z]{11})?/y;

function matchMonero(text: string, start: number): Span | null {
  if (isWordAt(text, start - 1)) return null;
  MONERO.lastIndex = start;
  return MONERO.test(text) && !isWordAt(text, MONERO.lastIndex) ? { start, end: MONERO.lastIndex, score: 0.95 } : null;
}

function rule(id: string, literals: readonly string[], summary: string, match: PiiRule['match']): PiiRule {
  return { id: `pii.crypto.${id}`, entity: 'CRYPTO', literals, summary, match };
}

const MONERO_STARTS = Array.from('0123456789ab', (char) => `4${char}`);

export const CRYPTO_RULES: readonly PiiRule[] = [
  rule('bech32', ['bc1', 'tb1', 'ltc1'], 'Bitcoin or Litecoin address in bech32 (BIP 173)', matchBech32),
  rule('ethereum', ['0x'], 'Ethereum address', matchEthereum),
  rule('monero', MONERO_STARTS, 'Monero address', matchMonero),
];
