import { readFileSync } from 'node:fs';
import { GatewayError } from '../../errors.js';
import { databaseUrlSource } from '../environment.js';
import { systemErrorCode } from '../fs-error.js';

/** Where the database is. */
export interface DatabaseAddress {
  /** With the password: for the driver alone. */
  readonly url: string;
  /** What messages call it: `PostgreSQL at host:port/database`. */
  readonly place: string;
  /** Bytes go over a network without encryption. */
  readonly inClear: boolean;
}

/** libpq's placeholder for "no host" that URL does not take; the driver does the same. */
const NO_HOST = '___NO_HOST___';
const LOOPBACK: ReadonlySet<string> = new Set(['', NO_HOST.toLowerCase(), 'localhost', '127.0.0.1', '[::1]']);

/**
 * The database that `ENKRYPT_DATABASE_URL` or the file of `ENKRYPT_DATABASE_URL_FILE` names; null = none, so that the config is a file.
 * @throws GatewayError `config_invalid` with the reason; never with the URL
 */
export function databaseAddress(): DatabaseAddress | null {
  const { url, file } = databaseUrlSource();
  if (url !== undefined) return parseAddress(url, 'ENKRYPT_DATABASE_URL');
  return file === undefined ? null : parseAddress(readUrl(file), `${file} (ENKRYPT_DATABASE_URL_FILE)`);
}

/** @param source what to correct when this is no URL of a database */
export function parseAddress(url: string, source: string): DatabaseAddress {
  const parsed = parse(url.replace('@/', `@${NO_HOST}/`));
  if (parsed === null || !/^postgres(?:ql)?:$/.test(parsed.protocol)) {
    throw new GatewayError(
      'config_invalid',
      `${source} is no URL of a PostgreSQL database. It reads postgresql://user:password@host:5432/database, with special characters of the password percent-encoded.`,
    );
  }
  const { searchParams } = parsed;
  const host = searchParams.get('host') ?? (parsed.host === NO_HOST.toLowerCase() ? '' : parsed.host);
  const ssl = searchParams.get('sslmode') ?? searchParams.get('ssl') ?? 'disable';
  const isLocal = host.startsWith('/') || LOOPBACK.has(searchParams.get('host') ?? parsed.hostname);
  return {
    url,
    place: `PostgreSQL at ${host === '' ? 'the local socket' : host}${decodeURI(parsed.pathname)}`,
    inClear: !isLocal && ['disable', 'false', '0'].includes(ssl),
  };
}

function parse(url: string): URL | null {
  try {
    return new URL(url);
  } catch {
    // The error of the parser holds the URL, password included.
    return null;
  }
}

function readUrl(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const code = systemErrorCode(error) ?? 'unknown error';
    throw new GatewayError('config_invalid', `ENKRYPT_DATABASE_URL_FILE: ${file} cannot be read (${code}).`);
  }
}
