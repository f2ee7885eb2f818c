import { readFileSync } from 'node:fs';
import { GatewayError } from '../errors.js';
import { environmentVariable } from './environment.js';

/**
 * `ENKRYPT_DATABASE_URL`, or what stands in the file of `ENKRYPT_DATABASE_URL_FILE`; undefined when neither is set. Holds a password.
 * @throws GatewayError `config_invalid` when the file cannot be read
 */
export function databaseUrl(): string | undefined {
  const url = environmentVariable('ENKRYPT_DATABASE_URL') ?? '';
  if (url !== '') return url;
  const file = environmentVariable('ENKRYPT_DATABASE_URL_FILE') ?? '';
  if (file === '') return undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new GatewayError('config_invalid', 'The file that ENKRYPT_DATABASE_URL_FILE names cannot be read.');
  }
}
