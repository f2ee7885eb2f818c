import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { eventually, TestGateway } from '../support/gateway.js';
import { send } from '../support/raw-http.js';

jest.setTimeout(60_000);

let gateway: TestGateway | undefined;
afterEach(async () => {
  await gateway?.stop();
});

const status = async (origin: string, path: string): Promise<number> => {
  const headers = ['Authorization', `Bearer ${gateway!.config.adminKey}`];
  return (await send(`${origin}${path}`, { method: 'GET', headers })).status;
};

describe('the admin routes with a port of their own', () => {
  it('listen on loopback although the gateway listens everywhere, and are not served on its port', async () => {
    gateway = await TestGateway.start({ projects: [{ servers: [] }] }, ['--host', '0.0.0.0'], () => ({
      ENKRYPT_ADMIN_PORT: '0',
    }));
    const admin = /^admin (http:\/\/[^/]+)/m.exec(gateway.stderr)?.[1];
    expect(admin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const main = gateway.origin.replace('0.0.0.0', '127.0.0.1');
    for (const path of ['/api/v1/users', '/metrics', '/docs', '/openapi.json']) {
      expect([path, await status(String(admin), path), await status(main, path)]).toEqual([path, 200, 404]);
    }
  });

  it('listen where ENKRYPT_ADMIN_HOST says, with a warning beyond loopback', async () => {
    gateway = await TestGateway.start({ projects: [{ servers: [] }] }, [], () => ({
      ENKRYPT_ADMIN_HOST: '0.0.0.0',
      ENKRYPT_ADMIN_PORT: '0',
    }));
    expect(gateway.stderr).toMatch(/^admin http:\/\/0\.0\.0\.0:\d+/m);
    await eventually(
      () => gateway?.stderr ?? '',
      (text) => text.includes('"event":"admin_exposed"'),
    );
  });
});
