import { readFile } from 'node:fs/promises';
import { GatewayError } from '../../errors.js';
import { appendNextKey } from '../../telemetry/audit-once.js';
import type { AuditSettings } from '../../telemetry/audit-settings.js';
import { KeySource } from '../../telemetry/chain/key-source.js';
import {
  keyId,
  newKeyPem,
  readPublicKey,
  replaceKeyFile,
  type SigningKey,
  signingKey,
} from '../../telemetry/chain/signing-key.js';
import { type CliIo, EXIT } from '../cli-io.js';
import { auditPlace } from './audit-place.js';

export interface KeyOptions {
  readonly config?: string;
  readonly rotate?: boolean;
  readonly introduce?: string;
  readonly json?: boolean;
}

/** `audit key`: the public key, or a new one. */
export async function auditKey(options: KeyOptions, io: CliIo): Promise<number> {
  const settings = await auditPlace(options.config);
  const signing = settings.signing ?? {};
  if (options.rotate === true) await rotate(settings, io);
  if (options.introduce !== undefined) {
    const der = readPublicKey(await readFile(options.introduce, 'utf8'));
    await introduce(settings, { id: keyId(der), publicKey: der.toString('base64') }, io);
  }
  const key = await new KeySource(signing).current();
  const pem = publicPem(key);
  if (options.json === true)
    io.stdout(`${JSON.stringify({ id: key.id, public_key: pem, file: signing.file ?? null })}\n`);
  else {
    io.stdout(pem);
    io.stderr(`key ${key.id}${signing.file === undefined ? ' (from the environment)' : ` in ${signing.file}`}\n`);
  }
  return EXIT.ok;
}

async function rotate(settings: AuditSettings, io: CliIo): Promise<void> {
  const file = settings.signing?.file;
  if (file === undefined) {
    throw new GatewayError(
      'config_invalid',
      'The key is in the environment: make a new one with openssl, and use --introduce.',
    );
  }
  const pem = newKeyPem();
  const { id, publicKey } = signingKey(pem);
  // First the record, then the key: a crash in between leaves a record of a key that is never used.
  await introduce(settings, { id, publicKey }, io);
  await replaceKeyFile(file, pem);
}

async function introduce(settings: AuditSettings, next: { id: string; publicKey: string }, io: CliIo): Promise<void> {
  if (settings.path === '-') {
    throw new GatewayError(
      'config_invalid',
      'The audit log of this config goes to a stream: there is no file for the record.',
    );
  }
  await appendNextKey(settings, next);
  io.stderr(`recorded in ${settings.path}: the key in use vouches for ${next.id}\n`);
}

function publicPem({ publicKey }: SigningKey): string {
  return `-----BEGIN PUBLIC KEY-----\n${publicKey}\n-----END PUBLIC KEY-----\n`;
}
