import { readFile } from 'node:fs/promises';
import { GatewayError } from '../errors.js';
import { describeReadError } from './config-file.js';
import { parseConfigText } from './config-text.js';

/** A config file as it stands: nothing of it has been judged yet. */
export interface RawConfigFile {
  readonly bytes: Buffer;
  readonly json: Record<string, unknown>;
}

/**
 * The JSON object in a config file.
 * @throws GatewayError `config_invalid` when it cannot be read or holds something else
 */
export async function readConfigJson(path: string): Promise<RawConfigFile> {
  const bytes = await readConfigBytes(path);
  const parsed = parseConfigText(bytes);
  if ('fault' in parsed) throw new GatewayError('config_invalid', `${path} was not changed: ${parsed.fault}.`);
  const { value } = parsed;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new GatewayError('config_invalid', `${path} was not changed: it must hold one JSON object.`);
  }
  return { bytes, json: value as Record<string, unknown> };
}

/**
 * The bytes of a config file.
 * @throws GatewayError `config_invalid` with the reason and the remedy
 */
export async function readConfigBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new GatewayError('config_invalid', `${path}: ${describeReadError(cause)}`, { cause });
  }
}
