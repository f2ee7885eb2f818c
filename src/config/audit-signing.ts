import { readFileSync } from 'node:fs';
import { GatewayError } from '../errors.js';
import type { AuditSettings } from '../telemetry/audit-settings.js';
import { signingKey } from '../telemetry/chain/signing-key.js';
import { environmentVariable } from './environment.js';
import { databaseAddress } from './postgres/database-address.js';
import type { GatewaySettings } from './settings.js';

const KEY = 'ENKRYPT_AUDIT_SIGNING_KEY';
const KEY_FILE = 'ENKRYPT_AUDIT_SIGNING_KEY_FILE';

/**
 * The audit log as the config and the environment want it.
 * @throws GatewayError `config_invalid` when the environment names a key file that cannot be read, or a key that is none
 */
export function auditSettings(settings: GatewaySettings): AuditSettings {
  const pem = pemFromEnvironment();
  const inFile = hookAuditSettings(settings);
  if (pem === undefined) return inFile;
  // A key that is none is told of now, not at the first line.
  signingKey(pem);
  return { ...inFile, signing: { pem } };
}

/** The same for hooks, which run in the environment of their client and sign with the key file. */
export function hookAuditSettings({ auditLog, audit }: GatewaySettings): AuditSettings {
  const { checkpointLines, checkpointMs, maxFileBytes, maxFiles, keyFile } = audit;
  return { path: auditLog, signing: { file: keyFile }, checkpointLines, checkpointMs, maxFileBytes, maxFiles };
}

/**
 * Where audit lines are copied to.
 * @throws GatewayError `config_invalid` when a place is asked for and nothing says where it is: a copy must not be off in silence
 */
export function auditCopyPlaces({ audit, telemetry }: GatewaySettings): {
  readonly databaseUrl: string | null;
  readonly isSentAsLogs: boolean;
} {
  const url = audit.postgres ? (databaseAddress()?.url ?? null) : null;
  if (audit.postgres && url === null) {
    throw new GatewayError('config_invalid', 'audit.postgres is set, but ENKRYPT_DATABASE_URL names no database.');
  }
  if (audit.otelLogs && !telemetry.enabled) {
    throw new GatewayError('config_invalid', 'audit.otel_logs is set, but plugins.telemetry is not enabled.');
  }
  return { databaseUrl: url, isSentAsLogs: audit.otelLogs };
}

/** The key that the environment names, in PEM form. @throws GatewayError `config_invalid` when its file cannot be read */
export function pemFromEnvironment(): string | undefined {
  const pem = environmentVariable(KEY);
  if (pem !== undefined && pem !== '') return pem;
  const file = environmentVariable(KEY_FILE);
  if (file === undefined || file === '') return undefined;
  try {
    // Named by the operator, so it is not made when it is missing: a new key in its place would pass for the old one.
    return readFileSync(file, 'utf8');
  } catch {
    throw new GatewayError('config_invalid', `The file that ${KEY_FILE} names cannot be read.`);
  }
}
