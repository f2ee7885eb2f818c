import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { deleteKey, generateKey, setKeyDisabled } from '../../src/config/administration/api-keys.js';
import type { ConfigRepository } from '../../src/config/administration/config-repository.js';
import { removeMember } from '../../src/config/administration/projects.js';
import { addServer } from '../../src/config/administration/servers.js';
import { ConfigStore, type ConfigTrouble } from '../../src/config/config-store.js';
import { parseAddress } from '../../src/config/postgres/database-address.js';
import { Database } from '../../src/config/postgres/database.js';
import { openDatabase } from '../../src/config/postgres/open-database.js';
import { PostgresRepository } from '../../src/config/postgres/postgres-repository.js';
import { PostgresSource } from '../../src/config/postgres/postgres-source.js';
import type { KeyRecord } from '../../src/config/snapshot.js';
import { eventually } from '../support/gateway.js';
import { describeWithPostgres, PostgresServer } from '../support/postgres.js';
import { KEY, KEY_ID, sampleDocument, STORED } from '../unit/config/administration/sample-document.js';

const HEX = STORED.slice('sha256:'.length);
/** A second is promised; a busy machine may take longer, and a poll that does not happen takes for ever. */
const PROMISED_MS = 4000;

let server: PostgresServer;
let folder: string;
let url: string;
let repository: ConfigRepository;
let stores: ConfigStore[];

describeWithPostgres('a config kept in PostgreSQL', () => {
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'smg-postgres-'));
    url = await server.database();
    stores = [];
    repository = new PostgresRepository(await openDatabase(parseAddress(url, 'the URL')), join(folder, 'config.json'));
    await repository.change((document) => Object.assign(document, sampleDocument()));
  });
  afterEach(async () => {
    for (const store of stores) store.close();
    await repository.close();
    rmSync(folder, { recursive: true });
  });

  async function replica(onProblem?: (trouble: ConfigTrouble) => void, trustMs?: number): Promise<ConfigStore> {
    const address = parseAddress(url, 'the URL');
    const path = join(folder, 'config.json');
    const own = new PostgresRepository(new Database(address), path);
    const source = new PostgresSource(new Database(address), own, path, trustMs);
    const store = await ConfigStore.over(source, path, onProblem === undefined ? {} : { onProblem });
    stores.push(store);
    return store;
  }

  /** What a key is to a replica, asked until it holds. */
  const state = async (store: ConfigStore, hex = HEX): Promise<string> => {
    const record: KeyRecord | undefined = await store.keys.find(hex);
    if (record === undefined) return 'unknown';
    return record.status === 'active' ? 'active' : record.reason;
  };

  it('is the same on every replica, keys looked up when they are asked for and known from then on', async () => {
    const [one, two] = [await replica(), await replica()];
    expect(one.current().revision).toBe(two.current().revision);
    expect(one.current().configs.get('c1')?.servers.has('echo')).toBe(true);
    expect(one.keys.size).toBe(0);
    const found = one.keys.find(HEX);
    expect(found).toBeInstanceOf(Promise);
    // One look-up for all who ask at the same time.
    expect(one.keys.find(HEX)).toBe(found);
    const record = await found;
    expect(record).toMatchObject({ status: 'active', principal: { userId: 'u1', projectId: 'p1', keyId: KEY_ID } });
    expect(one.keys.find(HEX)).toBe(record);
    expect(one.keys.byId(KEY_ID)).toBe(record);
    expect(two.keys.byId(KEY_ID)).toBeUndefined();
  });

  it('is in force within a second on every replica, and tells their listeners', async () => {
    const [one, two] = [await replica(), await replica()];
    const heard: string[] = [];
    two.onChange(({ revision }) => heard.push(revision));
    const { revision } = await one.repository.change((document) => {
      addServer(document, 'team', 'late', { command: 'node' });
    });
    const started = Date.now();
    await eventually(
      () => [one, two].every((store) => store.current().configs.get('c1')?.servers.has('late') === true),
      (all) => all,
    );
    expect(Date.now() - started).toBeLessThan(PROMISED_MS);
    expect(two.current().revision).toBe(revision);
    expect(heard).toEqual([revision]);
  });

  it('closes a key on every replica within a second, in its sessions too, and leaves other keys known', async () => {
    const [one, two] = [await replica(), await replica()];
    const { result: other, revision } = await one.repository.change((document) => generateKey(document, 'u1', 'p1'));
    await Promise.all([one, two].map((store) => state(store)));
    // What comes before is not counted: the other replica hears of it a moment later.
    await eventually(
      () => two.current().revision,
      (now) => now === revision,
    );
    const before = two.current().configs;
    let heard = 0;
    two.onChange(() => heard++);
    await one.repository.change((document) => setKeyDisabled(document, KEY, true), undefined, { key: KEY });
    const started = Date.now();
    await eventually(
      () => Promise.all([one, two].map((store) => state(store))),
      (states) => states.every((one) => one === 'disabled'),
    );
    expect(Date.now() - started).toBeLessThan(PROMISED_MS);
    expect(two.keys.byId(KEY_ID)).toBeUndefined();
    expect(heard).toBe(1);
    // Nothing but keys changed, so that nothing else was read.
    expect(two.current().configs).toBe(before);
    await one.repository.change((document) => {
      deleteKey(document, other.key_id);
    });
    await eventually(
      () => state(two),
      (now) => now === 'disabled',
    );
  });

  it('judges a known key by the config as it is now', async () => {
    const store = await replica();
    expect(await state(store)).toBe('active');
    await repository.change((document) => removeMember(document, 'alpha', 'u1'));
    await eventually(
      () => state(store),
      (now) => now === 'not_a_member',
    );
    expect([...store.keys.active()]).toEqual([]);
  });

  it('finds a key that was asked for before it was made', async () => {
    const store = await replica();
    await repository.change((document) => {
      deleteKey(document, KEY);
    });
    expect(await state(store)).toBe('unknown');
    expect(store.keys.find(HEX)).toBeUndefined();
    await repository.change((document) => Object.assign(document, { apikeys: sampleDocument().apikeys }));
    await eventually(
      () => state(store),
      (now) => now === 'active',
    );
  });

  it('makes up for a notification that was lost', async () => {
    const store = await replica();
    await state(store);
    await server.sql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '%notifications'`,
    );
    await repository.change((document) => setKeyDisabled(document, KEY, true));
    const started = Date.now();
    await eventually(
      () => state(store),
      (now) => now === 'disabled',
    );
    expect(Date.now() - started).toBeLessThan(PROMISED_MS);
  });

  it('reads everything anew when more was changed than the database remembers', async () => {
    const store = await replica();
    await state(store);
    await server.sql(`UPDATE smg.api_keys SET body = body || '{"disabled": true}'`, url);
    await server.sql(`UPDATE smg.state SET generation = generation + 5`, url);
    await eventually(
      () => state(store),
      (now) => now === 'disabled',
    );
  });

  it('goes on with what is known while the database is away, tells so, and catches up afterwards', async () => {
    const troubles: ConfigTrouble[] = [];
    const store = await replica((trouble) => troubles.push(trouble));
    expect(await state(store)).toBe('active');
    await server.stop();
    try {
      await eventually(
        () => store.health().ok,
        (ok) => !ok,
      );
      expect(await state(store)).toBe('active');
      await expect(store.keys.find('0'.repeat(64))).rejects.toMatchObject({ name: 'StoreUnavailableError' });
      const change = store.repository.change((document) => setKeyDisabled(document, KEY, true));
      await expect(change).rejects.toMatchObject({ name: 'StoreUnavailableError' });
    } finally {
      await server.run();
    }
    // One line for one outage.
    expect(troubles).toHaveLength(1);
    expect(JSON.stringify(troubles)).toMatch(/PostgreSQL at 127\.0\.0\.1/);
    await repository.change((document) => setKeyDisabled(document, KEY, true));
    await eventually(
      () => state(store),
      (now) => now === 'disabled',
      10_000,
    );
    expect(store.health().ok).toBe(true);
  });

  it('lets nobody in once the database has been away for too long, and everybody again when it is back', async () => {
    const store = await replica(undefined, 1500);
    expect(await state(store)).toBe('active');
    await server.stop();
    try {
      await eventually(
        () => store.keys.byId(KEY_ID),
        (record) => record === undefined,
      );
      expect(() => store.keys.find(HEX)).toThrow(/cannot be checked now/);
      expect(store.health()).toMatchObject({ ok: false, isLost: true });
    } finally {
      await server.run();
    }
    await eventually(
      () => store.keys.byId(KEY_ID)?.status,
      (status) => status === 'active',
      10_000,
    );
    expect(store.health().isLost).toBeUndefined();
  });

  it('cannot be opened without the database, and says why', async () => {
    const gone = parseAddress('postgresql://gateway:wrong@127.0.0.1:1/postgres', 'the URL');
    await expect(openDatabase(gone)).rejects.toThrow(/nothing listens there: start PostgreSQL/);
  });
});
