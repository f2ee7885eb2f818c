import { createPublicKey, verify } from 'node:crypto';
import type { SigningKey } from './signing-key.js';
import { keyId } from './signing-key.js';

/** Event name of the lines that sign a chain up to where they stand. */
const CHECKPOINT = 'audit_checkpoint';

/** A key that follows another: the one that is in use vouches for it. */
export interface NextKey {
  readonly id: string;
  /** Base64 of the SubjectPublicKeyInfo. */
  readonly publicKey: string;
}

/**
 * The line of a checkpoint without its chain members. Signed is the whole line with an empty signature: time, key, chain, place, and in
 * `prev` the digest of everything before it. To check it by hand, empty the signature with sed and hand the rest to openssl.
 * @param time ISO 8601, UTC
 * @param part the chain members as they will stand in the line
 */
export function checkpointText(time: string, key: SigningKey, part: string, next?: NextKey): string {
  const nextPart = next === undefined ? '' : `,"next_key":"${next.id}","next_public_key":"${next.publicKey}"`;
  const open = `{"time":"${time}","event":"${CHECKPOINT}","key":"${key.id}","public_key":"${key.publicKey}"${nextPart},"signature":"`;
  const signature = key.sign(Buffer.from(`${open}"${part}`, 'utf8'));
  return `${open}${signature}"`;
}

/** What a checkpoint says. */
export interface Checkpoint {
  readonly time: string;
  /** Id of the key that signed it, recomputed from the key itself. */
  readonly key: string;
  readonly next: string | null;
  /** Whether the signature fits the line and the key in it; whose key that is, is another question. */
  readonly isSigned: boolean;
}

const SIGNED =
  /^\{"time":"([^"]{1,40})","event":"audit_checkpoint","key":"([0-9a-f]{32})","public_key":"([A-Za-z0-9+/=]{1,200})"(?:,"next_key":"([0-9a-f]{32})","next_public_key":"([A-Za-z0-9+/=]{1,200})")?,"signature":"([A-Za-z0-9+/=]{1,200})",/;
const OPENING = Buffer.from('"event":"audit_checkpoint"');
/** The event stands behind the time. */
const OPENING_BYTES = 96;

/** @param line without its line feed; null = it is no checkpoint */
export function readCheckpoint(line: Buffer): Checkpoint | null {
  if (!line.subarray(0, OPENING_BYTES).includes(OPENING)) return null;
  const text = line.toString('utf8');
  const found = SIGNED.exec(text);
  if (found === null) return { time: '', key: '', next: null, isSigned: false };
  const [, time = '', id = '', publicKey = '', nextId, nextPublicKey = '', signature = ''] = found;
  const der = Buffer.from(publicKey, 'base64');
  const isNextTrue = nextId === undefined || keyId(Buffer.from(nextPublicKey, 'base64')) === nextId;
  const isSigned = keyId(der) === id && isNextTrue && fits(text, signature, der);
  return { time, key: id, next: nextId ?? null, isSigned };
}

function fits(text: string, signature: string, der: Buffer): boolean {
  const unsigned = text.replace(`"signature":"${signature}"`, '"signature":""');
  try {
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    const bytes = Buffer.from(signature, 'base64');
    // Base64 has several texts for the same bytes, and the last line of a file has nothing behind it that would refer to one of them.
    return bytes.toString('base64') === signature && verify(null, Buffer.from(unsigned, 'utf8'), key, bytes);
  } catch {
    return false;
  }
}
