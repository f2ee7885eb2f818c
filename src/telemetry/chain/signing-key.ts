import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GatewayError } from '../../errors.js';
import { errorCode } from '../error-code.js';

/** Signs checkpoints. Ed25519 (RFC 8032): no parameters to choose, deterministic, and openssl can check it. */
export interface SigningKey {
  /** First 32 hex digits of the SHA-256 of the public key (DER, SubjectPublicKeyInfo): stands in every checkpoint. */
  readonly id: string;
  /** The same bytes in base64. */
  readonly publicKey: string;
  /** @returns the signature in base64 */
  sign(bytes: Buffer): string;
}

const ID_DIGITS = 32;

/** The id of a public key. @param der SubjectPublicKeyInfo */
export function keyId(der: Buffer): string {
  return createHash('sha256').update(der).digest('hex').slice(0, ID_DIGITS);
}

/** The public half as it stands in checkpoints. */
function publicDer(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: 'spki', format: 'der' });
}

/** @param pem PKCS #8 @throws GatewayError config_invalid when it is no Ed25519 private key */
export function signingKey(pem: string | KeyObject): SigningKey {
  const key = typeof pem === 'string' ? parsePrivate(pem) : pem;
  const der = publicDer(key);
  return {
    id: keyId(der),
    publicKey: der.toString('base64'),
    sign: (bytes) => sign(null, bytes, key).toString('base64'),
  };
}

function parsePrivate(pem: string): KeyObject {
  let key: KeyObject | undefined;
  try {
    // Environments that cannot hold line feeds hold them as \n.
    key = createPrivateKey(pem.replaceAll('\\n', '\n'));
  } catch {
    // Said below, and never with the text.
  }
  if (key?.asymmetricKeyType === 'ed25519') return key;
  throw new GatewayError(
    'config_invalid',
    'The signing key of the audit log is not an Ed25519 private key in PEM form; make one with: openssl genpkey -algorithm ed25519',
  );
}

/** A public key in PEM form, or a private one, of which only the public half is used. @throws GatewayError config_invalid */
export function readPublicKey(pem: string): Buffer {
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key.export({ type: 'spki', format: 'der' });
  } catch {
    // Said below.
  }
  throw new GatewayError('config_invalid', 'It is not an Ed25519 public key in PEM form.');
}

/** A key that lives as long as the process. */
export function freshKey(): SigningKey {
  return signingKey(generateKeyPairSync('ed25519').privateKey);
}

/** PEM of a new private key. */
export function newKeyPem(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** The key in the file; made, with mode 0600, when there is none. Two processes that come first at the same time get the same key. */
export async function keyFromFile(path: string): Promise<SigningKey> {
  const known = await readKey(path);
  if (known !== null) return signingKey(known);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const staged = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(staged, newKeyPem(), { mode: 0o600, flag: 'wx', flush: true });
  try {
    // link, unlike rename, leaves the key of whoever was first.
    await link(staged, path);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  } finally {
    await rm(staged, { force: true });
  }
  return signingKey(await readFile(path, 'utf8'));
}

/** Puts a new key in the place of the one in the file. */
export async function replaceKeyFile(path: string, pem: string): Promise<void> {
  const staged = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(staged, pem, { mode: 0o600, flag: 'wx', flush: true });
  await rename(staged, path);
}

async function readKey(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
