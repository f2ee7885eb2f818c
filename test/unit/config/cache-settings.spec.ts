import { describe, expect, it } from '@jest/globals';
import type { ExternalCacheSettings } from '../../../src/config/cache-settings.js';
import { changed, type Json, problemsOf, sampleConfig, snapshotOf } from './sample-config.js';

const SECRET = 'a secret of at least thirty-two characters';
const SWITCH = 'common_mcp_gateway_config.enkrypt_mcp_use_external_cache';

function config(members: Record<string, Json>): Json {
  return changed(['common_mcp_gateway_config'], { enkrypt_mcp_use_external_cache: true, ...members });
}

function cacheOf(
  members: Record<string, Json>,
  environment: Record<string, string> = {},
): ExternalCacheSettings | null {
  return snapshotOf(config(members), environment).settings.externalCache;
}

describe('the external cache', () => {
  it('is off unless switched on, whatever stands beside the switch', () => {
    expect(snapshotOf(sampleConfig()).settings.externalCache).toBeNull();
    const off = {
      enkrypt_mcp_use_external_cache: false,
      enkrypt_cache_host: '',
      enkrypt_cache_password: '${env:NONE}',
    };
    expect(cacheOf(off)).toBeNull();
  });

  it('has the defaults of the reference', () => {
    expect(cacheOf({})).toEqual({
      host: 'localhost',
      port: 6379,
      db: 0,
      password: null,
      tls: false,
      prefix: 'smg',
      secret: null,
      commandMs: 200,
    });
  });

  it.each<[Json, string | null]>([
    [null, null],
    ['', null],
    ['in the file', 'in the file'],
    ['${env:CACHE_PASSWORD}', 'from outside'],
    ['${env:EMPTY}', null],
  ])('takes the password %j as %j', (written, password) => {
    const environment = { CACHE_PASSWORD: 'from outside', EMPTY: '' };
    expect(cacheOf({ enkrypt_cache_password: written }, environment)?.password).toBe(password);
  });

  it('waits 200 ms for a command at most, less when cache_timeout is less', () => {
    expect(cacheOf({ timeout_settings: { cache_timeout: 3 } })?.commandMs).toBe(200);
    expect(cacheOf({ timeout_settings: { cache_timeout: 0.05 } })?.commandMs).toBe(50);
  });

  it.each([['redis://localhost'], ['localhost:6379'], [''], ['a b'], ['-x']])('refuses the host %j', (host) => {
    expect(problemsOf(config({ enkrypt_cache_host: host }))).toMatchObject([
      { path: 'common_mcp_gateway_config.enkrypt_cache_host', message: expect.stringContaining('without scheme') },
    ]);
  });

  it('refuses a password whose reference leads nowhere', () => {
    expect(problemsOf(config({ enkrypt_cache_password: '${env:NONE}' }))).toMatchObject([
      { path: 'common_mcp_gateway_config.enkrypt_cache_password', message: expect.stringContaining('NONE') },
    ]);
  });

  it('takes a secret from the environment, and refuses one that is too short without telling it', () => {
    expect(cacheOf({}, { ENKRYPT_CACHE_KEY: SECRET })?.secret).toBe(SECRET);
    const problems = problemsOf(config({}), { ENKRYPT_CACHE_KEY: 'tooshort' });
    expect(problems).toMatchObject([{ path: SWITCH, message: expect.stringContaining('at least 32') }]);
    expect(JSON.stringify(problems)).not.toContain('tooshort');
  });

  it('warns of entries in clear, and of a way in clear to another machine', () => {
    const pathsOf = (members: Record<string, Json>, environment: Record<string, string> = {}): string[] =>
      snapshotOf(config(members), environment).warnings.map(({ path }) => path);
    const sealed = { ENKRYPT_CACHE_KEY: SECRET };
    expect(pathsOf({})).toEqual([SWITCH]);
    expect(pathsOf({}, sealed)).toEqual([]);
    for (const host of ['127.0.0.1', '::1', 'localhost'])
      expect(pathsOf({ enkrypt_cache_host: host }, sealed)).toEqual([]);
    for (const host of ['redis.internal', '10.0.0.7', '127.evil.example']) {
      expect(pathsOf({ enkrypt_cache_host: host }, sealed)).toEqual(['common_mcp_gateway_config.enkrypt_cache_host']);
      expect(pathsOf({ enkrypt_cache_host: host, enkrypt_cache_tls: true }, sealed)).toEqual([]);
    }
  });
});
