import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { generateKey, setKeyDisabled } from '../../src/config/administration/api-keys.js';
import { addConfig } from '../../src/config/administration/configs.js';
import type { Json } from '../../src/config/administration/document.js';
import { createUser } from '../../src/config/administration/users.js';
import { parseAddress } from '../../src/config/postgres/database-address.js';
import { Database } from '../../src/config/postgres/database.js';
import { MIGRATIONS } from '../../src/config/postgres/migrations.js';
import { openDatabase } from '../../src/config/postgres/open-database.js';
import { PostgresRepository } from '../../src/config/postgres/postgres-repository.js';
import { describeRepository } from '../support/config-repository.contract.js';
import { describeWithPostgres, PASSWORD, PostgresServer } from '../support/postgres.js';
import { sampleDocument, STORED } from '../unit/config/administration/sample-document.js';

let server: PostgresServer;
let folder: string;
let url: string;
let open: Database[];

function repositoryOn(address: string): PostgresRepository {
  const database = new Database(parseAddress(address, 'the URL'));
  open.push(database);
  return new PostgresRepository(database, join(folder, 'config.json'));
}

async function filled(): Promise<PostgresRepository> {
  await (await openDatabase(parseAddress(url, 'the URL'))).close();
  const repository = repositoryOn(url);
  await repository.change((document) => Object.assign(document, sampleDocument()));
  return repository;
}

describeWithPostgres('PostgreSQL as repository', () => {
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.close());

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'smg-postgres-'));
    url = await server.database();
    open = [];
  });
  afterEach(async () => {
    await Promise.all(open.map((database) => database.close()));
    rmSync(folder, { recursive: true });
  });

  describeRepository(async () => {
    await (await filled()).close();
    return { repository: () => repositoryOn(url), close: () => Promise.resolve() };
  });

  it('writes the row of a key that changes, and no other', async () => {
    const repository = await filled();
    await repository.change((document) => generateKey(document, 'u1', 'p1'), undefined, 'none');
    const before = await server.sql('SELECT hash, xmin FROM smg.api_keys ORDER BY position', url);
    await repository.change((document) => setKeyDisabled(document, STORED, true), undefined, { key: STORED });
    const after = await server.sql('SELECT hash, xmin FROM smg.api_keys ORDER BY position', url);
    expect(after[0]?.xmin).not.toBe(before[0]?.xmin);
    expect(after[1]).toEqual(before[1]);
    const [change] = await server.sql('SELECT document, keys FROM smg.changes ORDER BY generation DESC LIMIT 1', url);
    expect(change).toEqual({ document: false, keys: [STORED.slice('sha256:'.length)] });
  });

  it('keeps a key in clear as its hash', async () => {
    const repository = await filled();
    const clear = ['an', 'older', 'key', 'in', 'clear'].join('-');
    await repository.change((document) => {
      (document.apikeys as Record<string, Json>)[clear] = { project_id: 'p1', user_id: 'u1' };
    });
    expect(JSON.stringify(await repository.read())).not.toContain(clear);
    const rows = await server.sql(`SELECT count(*)::int AS n FROM smg.api_keys`, url);
    expect(rows).toEqual([{ n: 2 }]);
  });

  it('refuses a text that PostgreSQL cannot keep, and keeps nothing of the change', async () => {
    const repository = await filled();
    const before = await repository.read();
    const refused = repository.change((document) => {
      const servers = (document.mcp_configs as Record<string, Json>).c1?.mcp_config as Json[];
      Object.assign(servers[0] ?? {}, { description: 'a\u0000b' });
    });
    await expect(refused).rejects.toMatchObject({ name: 'AdministrationError', reason: 'invalid' });
    expect(await repository.read()).toEqual(before);
  });

  it('sets up the schema once, when several start at once', async () => {
    const databases = await Promise.all([1, 2, 3, 4].map(() => openDatabase(parseAddress(url, 'the URL'))));
    await Promise.all(databases.map((database) => database.close()));
    const rows = await server.sql('SELECT version FROM smg.migrations', url);
    expect(rows).toHaveLength(MIGRATIONS.length);
  });

  it('refuses a schema that a newer build made, and changes nothing', async () => {
    await filled();
    await server.sql(`INSERT INTO smg.migrations (version) VALUES (${String(MIGRATIONS.length + 1)})`, url);
    await expect(openDatabase(parseAddress(url, 'the URL'))).rejects.toThrow(/newer version of the gateway/);
  });

  describe('when the database is not usable', () => {
    it('names the cause and the remedy, and never the password', async () => {
      const wrong = parseAddress(server.url('postgres', 'wrong-password'), 'the URL');
      const messages = await Promise.all(
        [
          wrong,
          parseAddress(server.url('no_such_database'), 'the URL'),
          parseAddress(`postgresql://gateway:${encodeURIComponent(PASSWORD)}@127.0.0.1:1/postgres`, 'the URL'),
        ].map((address) => openDatabase(address).then(String, String)),
      );
      expect(messages[0]).toMatch(/refuses the password/);
      expect(messages[1]).toMatch(/there is no such database/);
      expect(messages[2]).toMatch(/start PostgreSQL/);
      expect(messages.join()).not.toContain(PASSWORD);
      expect(messages.join()).not.toContain('wrong-password');
    });

    it('ends a wait for a server that does not answer', async () => {
      const repository = await filled();
      const before = await repository.read();
      server.freeze();
      const [read, change] = await Promise.allSettled([
        repository.read(),
        repository.change((document) => createUser(document, 'late@example.com')),
      ]);
      server.thaw();
      expect(read).toMatchObject({ status: 'rejected', reason: { name: 'StoreUnavailableError' } });
      expect(change).toMatchObject({ status: 'rejected', reason: { name: 'StoreUnavailableError' } });
      expect((await repository.read()).revision).toBe(before.revision);
    }, 60_000);

    it('goes on after the server was restarted, with every write that was acknowledged', async () => {
      const repository = await filled();
      await repository.change((document) => addConfig(document, 'before the crash'));
      await server.stop();
      await expect(repository.read()).rejects.toMatchObject({ name: 'StoreUnavailableError' });
      await server.run();
      const { document } = await repository.read();
      expect(JSON.stringify(document)).toContain('before the crash');
    });
  });
});
