import type { RawProblem } from './problem.js';
import type { SecretSources } from './secret-reference.js';

/** A key of the token vault. The first seals, every one opens. */
export interface VaultKey {
  readonly id: string;
  /** 32 bytes. */
  readonly key: Buffer;
}

/** Variable with the keys of the vault: not in the file, so that a copy of the file does not open the vault. */
const VARIABLE = 'ENKRYPT_VAULT_KEY';
const ENTRY = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/_-]{43}=?)$/;
const KEY_BYTES = 32;

/** `id:base64`, several with commas between; undefined = tokens stay in the process that got them. */
export function readVaultKeys(
  sources: SecretSources,
  path: readonly string[],
  problems: RawProblem[],
): readonly VaultKey[] | undefined {
  const text = sources.environment(VARIABLE) ?? '';
  if (text === '') return undefined;
  const keys: VaultKey[] = [];
  for (const entry of text.split(',')) {
    const [, id = '', encoded = ''] = ENTRY.exec(entry.trim()) ?? [];
    const key = Buffer.from(encoded, 'base64');
    if (key.length === KEY_BYTES && !keys.some((one) => one.id === id)) keys.push({ id, key });
    else {
      const message = `the environment variable ${VARIABLE} must be <id>:<32 bytes in base64>, several with commas between and each id once; make a key with: openssl rand -base64 32`;
      problems.push({ path: [...path], message });
      return undefined;
    }
  }
  return Object.freeze(keys);
}
