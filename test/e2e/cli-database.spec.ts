import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Administrator } from '../support/administrator.js';

jest.setTimeout(60_000);

/** Never connected to: these commands work with the file. */
const DATABASE = { ENKRYPT_DATABASE_URL: 'postgres://gateway:db-password-5b1c@127.0.0.1:9/none' };

let admin: Administrator;
beforeAll(() => {
  admin = new Administrator({ projects: [{ servers: [] }] });
});
afterAll(() => {
  admin.remove();
});

describe('with a database', () => {
  it.each([
    [['server', 'add', 'docs', '--url', 'https://mcp.example.com/mcp'], 'config add-server'],
    [['server', 'remove', 'docs'], 'config remove-server'],
  ])('a command that would change the file alone is refused: %j', async (args, instead) => {
    const before = admin.fileText();
    const { code, stderr } = await admin.run([...args], DATABASE);
    expect(code).toBe(1);
    expect(stderr).toContain('ENKRYPT_DATABASE_URL is set');
    expect(stderr).toContain(`secure-mcp-gateway ${instead}`);
    expect(stderr).not.toContain('db-password-5b1c');
    expect(admin.fileText()).toBe(before);
  });

  it.each([[['server', 'list']], [['config', 'validate']]])(
    'a command that reads the file says so: %j',
    async (args) => {
      const { code, stderr } = await admin.run([...args], DATABASE);
      expect(code).toBe(0);
      expect(stderr).toContain(
        `warning: ENKRYPT_DATABASE_URL is set; "${args.join(' ')}" works with the config file alone`,
      );
      expect((await admin.run([...args])).stderr).not.toContain('ENKRYPT_DATABASE_URL');
    },
  );

  it('a copy of the audit log in it is told of before a gateway refuses to start without it', async () => {
    const home = new Administrator({ projects: [{ servers: [] }], common: { audit: { postgres: true } } });
    try {
      const { code, stderr } = await home.run(['config', 'validate']);
      expect(code).toBe(1);
      expect(stderr).toMatch(/audit.postgres is set, but ENKRYPT_DATABASE_URL names no database/);
      expect(await home.run(['config', 'validate'], DATABASE)).toMatchObject({ code: 0 });
    } finally {
      home.remove();
    }
  });

  it('a hook judges by the file, says so, and does not give up over the database', async () => {
    const hook = ['hook', 'claude-code', 'Stop', '--config', admin.configPath];
    const [both, one, none] = [{ ...DATABASE, ENKRYPT_DATABASE_URL_FILE: '/nowhere' }, DATABASE, {}];
    for (const environment of [both, one]) {
      const { code, stderr } = await admin.run(hook, environment);
      expect(code).toBe(0);
      expect(stderr).toContain('warning: ENKRYPT_DATABASE_URL is set; "hook" works with the config file alone');
    }
    expect((await admin.run(hook, none)).stderr).not.toContain('ENKRYPT_DATABASE_URL');
  });
});
