import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { deleteAdminKey, generateAdminKey } from '../../src/config/administration/admin-keys.js';
import { deleteKey, generateKey } from '../../src/config/administration/api-keys.js';
import type { Json } from '../../src/config/administration/document.js';
import { rotateKey } from '../../src/config/administration/key-rotation.js';
import { parseAddress } from '../../src/config/postgres/database-address.js';
import { openDatabase } from '../../src/config/postgres/open-database.js';
import { PostgresRepository } from '../../src/config/postgres/postgres-repository.js';
import { describeWithPostgres, PostgresServer } from '../support/postgres.js';
import { KEY, KEY_ID, sampleDocument, STORED } from '../unit/config/administration/sample-document.js';

const OVERLAP_SECONDS = 3600;
const REPLICAS = 3;
/** More than one statement takes. */
const KEYS = 1500;

let server: PostgresServer;
let folder: string;
let url: string;
let repositories: PostgresRepository[];
let repository: PostgresRepository;

async function open(): Promise<PostgresRepository> {
  const one = new PostgresRepository(await openDatabase(parseAddress(url, 'the URL')), join(folder, 'config.json'));
  repositories.push(one);
  return one;
}

const uses = (): Promise<Record<string, unknown>[]> =>
  server.sql('SELECT key_id FROM smg.key_uses JOIN smg.api_keys USING (hash) ORDER BY key_id', url);

describeWithPostgres('keys in PostgreSQL', () => {
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'smg-postgres-'));
    url = await server.database();
    repositories = [];
    repository = await open();
    await repository.change((document) => Object.assign(document, sampleDocument()));
  });
  afterEach(async () => {
    await Promise.all(repositories.map((one) => one.close()));
    rmSync(folder, { recursive: true });
  });

  it('lose their last use with them, and a replica that was about to write it down does not bring it back', async () => {
    await repository.keyUses.save(new Map([[KEY_ID, Date.now()]]));
    expect(await uses()).toEqual([{ key_id: KEY_ID }]);
    await repository.change(
      (document) => {
        deleteKey(document, KEY);
      },
      undefined,
      { key: KEY },
    );
    await repository.keyUses.save(new Map([[KEY_ID, Date.now()]]));
    expect(await server.sql('SELECT FROM smg.key_uses', url)).toEqual([]);
    expect(await repository.keyUses.load('all')).toEqual(new Map());
  });

  it('are written down by several replicas at once, each with the latest of its times', async () => {
    const ids: string[] = [];
    await repository.change((document) => {
      const template = (document.apikeys as Record<string, Json>)[STORED];
      const made = Array.from({ length: KEYS }, (_, index) => index.toString(16).padStart(12, '0'));
      ids.push(...made);
      document.apikeys = Object.fromEntries(made.map((id) => [`sha256:${id.padEnd(64, '0')}`, template]));
    });
    const base = Date.now() - 1_000_000;
    const replicas = await Promise.all(Array.from({ length: REPLICAS }, open));
    await Promise.all(
      replicas.map(async ({ keyUses }, replica) => {
        for (let round = 0; round < 3; round++) {
          // Each in an order of its own: none may wait for one that waits for it.
          const turned = [...ids.slice(replica * 400), ...ids.slice(0, replica * 400)];
          await keyUses.save(new Map(turned.map((id) => [id, base + ((replica + round) % REPLICAS) * 1000])));
        }
      }),
    );
    const times = await repository.keyUses.load('all');
    expect(times.size).toBe(KEYS);
    expect(new Set(times.values())).toEqual(new Set([base + (REPLICAS - 1) * 1000]));
  });

  it('do not look used in the future because of a clock that is ahead', async () => {
    await repository.keyUses.save(new Map([[KEY_ID, Date.now() + 86_400_000]]));
    expect((await repository.keyUses.load({ key: KEY_ID })).get(KEY_ID)).toBeLessThan(Date.now() + 60_000);
  });

  it('of administrators have their last use as long as they exist', async () => {
    const { result: made } = await repository.change(
      (document) => generateAdminKey(document, { role: 'viewer' }),
      undefined,
      'none',
    );
    const times = new Map([[made.key_id, Date.now()]]);
    await repository.keyUses.save(times);
    expect(await repository.keyUses.load('admin')).toEqual(times);
    await repository.change(
      (document) => {
        deleteAdminKey(document, made.key_id);
      },
      undefined,
      'none',
    );
    await repository.keyUses.save(times);
    expect(await repository.keyUses.load('admin')).toEqual(new Map());
  });

  it('that were replaced go with the next rotation once their overlap is over, though only one key is read', async () => {
    const rotate = (key: string) =>
      repository.change((document) => rotateKey(document, key, OVERLAP_SECONDS), undefined, { key });
    const second = (await rotate(KEY)).result;
    await server.sql(
      `UPDATE smg.api_keys SET body = body || '{"expires_at": "2020-01-01T00:00:00Z"}' WHERE key_id = '${KEY_ID}'`,
      url,
    );
    await repository.change((document) => generateKey(document, 'u1', 'p1'), undefined, 'none');
    const third = (await rotate(second.api_key)).result;
    const rows = await server.sql('SELECT key_id FROM smg.api_keys ORDER BY position', url);
    const ids = rows.map(({ key_id }) => key_id);
    expect(ids).toHaveLength(3);
    expect(ids).toEqual(expect.arrayContaining([second.key_id, third.key_id]));
    expect(ids).not.toContain(KEY_ID);
    const [change] = await server.sql('SELECT keys FROM smg.changes ORDER BY generation DESC LIMIT 1', url);
    expect(change?.keys).toContain(STORED.slice('sha256:'.length));
  });
});
