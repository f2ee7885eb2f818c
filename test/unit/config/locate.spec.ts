import { homedir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { configPathFromEnvironment, credentialsFromEnvironment } from '../../../src/config/environment.js';
import { homeFolder } from '../../../src/config/home-folder.js';
import { locateConfig } from '../../../src/config/locate.js';

describe('the config file in use', () => {
  let before: string | undefined;
  beforeEach(() => {
    before = process.env.ENKRYPT_CONFIG;
    delete process.env.ENKRYPT_CONFIG;
  });
  afterEach(() => {
    if (before === undefined) delete process.env.ENKRYPT_CONFIG;
    else process.env.ENKRYPT_CONFIG = before;
  });

  it('is the one in the home folder by default', () => {
    expect(locateConfig(undefined)).toEqual({
      path: join(homedir(), '.enkrypt', 'enkrypt_mcp_config.json'),
      source: 'default',
    });
  });

  it.each(['', '.', 'home/ada'])('is never looked for below the current folder, as HOME=%j would have it', (home) => {
    expect(homeFolder(home)).toBe(userInfo().homedir);
    expect(homeFolder(resolve(home))).toBe(resolve(home));
  });

  it('is that of ENKRYPT_CONFIG unless the flag names another', () => {
    process.env.ENKRYPT_CONFIG = 'from-environment.json';
    expect(locateConfig(undefined)).toEqual({ path: resolve('from-environment.json'), source: 'environment' });
    expect(locateConfig('flag.json')).toEqual({ path: resolve('flag.json'), source: 'flag' });
  });
});

describe('environment variables', () => {
  it('count as unset when empty', () => {
    expect(configPathFromEnvironment({ ENKRYPT_CONFIG: '' })).toBeUndefined();
    expect(credentialsFromEnvironment({ ENKRYPT_GATEWAY_KEY: 'k', ENKRYPT_PROJECT_ID: '' })).toEqual({
      key: 'k',
      projectId: undefined,
      userId: undefined,
    });
  });

  it('with line breaks are refused by name, without their value', () => {
    const read = (): unknown => credentialsFromEnvironment({ ENKRYPT_GATEWAY_KEY: 'top\nsecret' });
    expect(read).toThrow(/ENKRYPT_GATEWAY_KEY must not hold spaces/);
    expect(read).not.toThrow(/secret/);
  });
});
