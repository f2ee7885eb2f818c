import { isIP } from 'node:net';
import type { RawProblem } from './problem.js';
import type { CommonSection } from './schema-common.js';
import { resolveReferences, type SecretSources } from './secret-reference.js';
import { readVaultKeys, type VaultKey } from './vault-keys.js';

/** Where the external cache is and how it is spoken to; null in the settings = the cache is in memory. */
export interface ExternalCacheSettings {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  /** null = none */
  readonly password: string | null;
  readonly tls: boolean;
  /** First part of every key. */
  readonly prefix: string;
  /** What the entries are encrypted with, as the environment has it; null = they are stored in clear. */
  readonly secret: string | null;
  /** How long one command may take. */
  readonly commandMs: number;
  /** Keys of the token vault; absent = tokens stay in the process that got them. */
  readonly vaultKeys?: readonly VaultKey[];
}

/** What the reader shares with the other checks of the file. */
interface Scope {
  readonly sources: SecretSources;
  readonly problems: RawProblem[];
  readonly warnings: RawProblem[];
}

const SECTION = 'common_mcp_gateway_config';
/** Variable with the secret of the entries: not in the file, so that a copy of the file does not open the cache. */
const SECRET_VARIABLE = 'ENKRYPT_CACHE_KEY';
const MIN_SECRET_CHARS = 32;
/** A call never waits longer than this for the cache, whatever `cache_timeout` says. */
const MAX_COMMAND_MS = 200;
const HOST_NAME = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,252})$/;

/** The settings of the external cache; null when it is off or something is wrong with them (then `problems` says what). */
export function readExternalCache(common: CommonSection, scope: Scope): ExternalCacheSettings | null {
  if (!common.enkrypt_mcp_use_external_cache) return null;
  const { problems, sources } = scope;
  const before = problems.length;
  const host = readHost(common, scope);
  const path = [SECTION, 'enkrypt_cache_password'];
  const password = resolveReferences(common.enkrypt_cache_password ?? '', path, sources, problems);
  const secret = readSecret(scope);
  const vaultKeys = readVaultKeys(sources, [SECTION, 'enkrypt_mcp_use_external_cache'], problems);
  if (problems.length > before) return null;
  return Object.freeze({
    host,
    port: common.enkrypt_cache_port,
    db: common.enkrypt_cache_db,
    password: password === '' ? null : password,
    tls: common.enkrypt_cache_tls,
    prefix: common.enkrypt_cache_prefix,
    secret,
    commandMs: Math.min(MAX_COMMAND_MS, common.timeout_settings.cache_timeout * 1000),
    ...(vaultKeys === undefined ? {} : { vaultKeys }),
  });
}

function readHost(common: CommonSection, { problems, warnings }: Scope): string {
  const { enkrypt_cache_host: host, enkrypt_cache_tls: tls } = common;
  const path = [SECTION, 'enkrypt_cache_host'];
  if (isIP(host) === 0 && !HOST_NAME.test(host)) {
    problems.push({ path, message: 'must be a host name or an IP address, without scheme and port' });
  } else if (!tls && !isLoopback(host)) {
    const message = 'what is cached, and the password, travel in clear to another machine; set enkrypt_cache_tls';
    warnings.push({ path, message });
  }
  return host;
}

/** null = there is none, which is worth a warning. */
function readSecret({ sources, problems, warnings }: Scope): string | null {
  const secret = sources.environment(SECRET_VARIABLE) ?? '';
  const path = [SECTION, 'enkrypt_mcp_use_external_cache'];
  if (secret === '') {
    const message = `whoever can write to the cache can change the tool definitions that models read; set the environment variable ${SECRET_VARIABLE} to have them encrypted and signed`;
    warnings.push({ path, message });
    return null;
  }
  if (secret.length >= MIN_SECRET_CHARS) return secret;
  const message = `the environment variable ${SECRET_VARIABLE} needs at least ${String(MIN_SECRET_CHARS)} characters; make one with: openssl rand -base64 32`;
  problems.push({ path, message });
  return null;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
