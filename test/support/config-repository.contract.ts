import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { generateKey, setKeyDisabled } from '../../src/config/administration/api-keys.js';
import { getKey, listKeys } from '../../src/config/administration/key-summary.js';
import type { ConfigRepository } from '../../src/config/administration/config-repository.js';
import { addConfig, listConfigs, removeConfig } from '../../src/config/administration/configs.js';
import type { Json } from '../../src/config/administration/document.js';
import { addMember, createProject } from '../../src/config/administration/projects.js';
import { addServer } from '../../src/config/administration/servers.js';
import { createUser, deleteUser, listUsers } from '../../src/config/administration/users.js';
import { KEY, KEY_ID, sampleDocument, STORED } from '../unit/config/administration/sample-document.js';

/** A store of one test that holds `sampleDocument()`. */
export interface StoreUnderTest {
  /** Another view of the same store, as another process has. */
  readonly repository: () => ConfigRepository;
  readonly close: () => Promise<void>;
}

/** What every store of configs must do. */
export function describeRepository(make: () => Promise<StoreUnderTest>): void {
  let store: StoreUnderTest;
  let opened: ConfigRepository[];
  let repository: ConfigRepository;
  const open = (): ConfigRepository => {
    const one = store.repository();
    opened.push(one);
    return one;
  };
  beforeEach(async () => {
    opened = [];
    store = await make();
    repository = open();
  });
  afterEach(async () => {
    await Promise.all(opened.map((one) => one.close()));
    await store.close();
  });
  const emails = async (): Promise<string[]> => listUsers((await repository.read()).document).map(({ email }) => email);

  describe('as every store', () => {
    it('reads the document that was written, with its revision', async () => {
      const { document, revision } = await repository.read();
      expect(document).toEqual(sampleDocument());
      expect(revision).toMatch(/^[0-9a-f]{16}$/);
    });

    it('keeps what an operation made, and gives its result and the new revision', async () => {
      const before = await repository.read();
      const { result, revision } = await repository.change((document) => createUser(document, 'new@example.com'));
      const after = await open().read();
      expect(after.revision).toBe(revision);
      expect(revision).not.toBe(before.revision);
      expect(listUsers(after.document)).toContainEqual(expect.objectContaining(result));
    });

    it('keeps the order of configs, servers, projects and users, new ones last', async () => {
      await repository.change((document) => {
        addServer(document, 'team', 'zeta', { command: 'node' });
        addServer(document, 'team', 'beta', { command: 'node' });
        addConfig(document, 'a new one');
      });
      await repository.change((document) => createProject(document, 'a project'));
      const { document } = await repository.read();
      expect(listConfigs(document).map(({ mcp_config_name }) => mcp_config_name)).toEqual([
        'team',
        'empty',
        'a new one',
      ]);
      expect(serverNames(document)).toEqual(['echo', 'zeta', 'beta']);
    });

    it('writes nothing when an operation changes nothing, and the revision stays', async () => {
      const { revision } = await repository.read();
      const changed = await repository.change((document) => addMember(document, 'alpha', 'u1'));
      expect(changed).toEqual({ result: false, revision });
      expect((await repository.read()).revision).toBe(revision);
    });

    it('leaves everything as it was when an operation is refused half-way', async () => {
      const before = await repository.read();
      const refused = repository.change((document) => {
        createUser(document, 'new@example.com');
        return addConfig(document, 'team');
      });
      await expect(refused).rejects.toMatchObject({ name: 'AdministrationError', reason: 'conflict' });
      expect(await repository.read()).toEqual(before);
    });

    it('passes on what an operation throws', async () => {
      const odd = Object.assign(new Error('of the operation'), { code: '40001' });
      const thrown = repository.change(() => {
        throw odd;
      });
      await expect(thrown).rejects.toBe(odd);
    });

    it('refuses what would not load, with the place of the problem', async () => {
      const before = await repository.read();
      const broken = repository.change((document) => {
        addServer(document, 'team', 'nothing', {});
      });
      await expect(broken).rejects.toMatchObject({
        code: 'config_invalid',
        message: expect.stringMatching(/it would not load:\n {2}mcp_configs\.c1\.mcp_config\[1\]/),
      });
      expect(await repository.read()).toEqual(before);
    });

    it('refuses a key that would not load, also when nothing but keys is changed', async () => {
      const before = await repository.read();
      for (const broken of [{ expires_at: 'soon' }, { user_id: 1 }, { surprise: true }, { access: { deny: 'all' } }]) {
        const refused = repository.change(
          (document) => Object.assign((document.apikeys as Record<string, Json>)[STORED] ?? {}, broken),
          undefined,
          { key: KEY },
        );
        await expect(refused).rejects.toMatchObject({
          code: 'config_invalid',
          message: expect.stringMatching(/it would not load:\n {2}apikeys/),
        });
      }
      expect(await repository.read()).toEqual(before);
    });

    it.each(['__proto__', 'not an id'])('refuses an entity with the id %j', async (id) => {
      const odd = repository.change((document) => {
        document.users = JSON.parse(`{"${id}": {"email": "x@example.com"}}`) as unknown;
      });
      await expect(odd).rejects.toMatchObject({ code: 'config_invalid' });
    });

    it('changes only the revision that is expected', async () => {
      const { revision } = await repository.read();
      const first = await repository.change((document) => createUser(document, 'one@example.com'), revision);
      const stale = repository.change((document) => createUser(document, 'two@example.com'), revision);
      await expect(stale).rejects.toMatchObject({ reason: 'revision_mismatch' });
      await repository.change((document) => createUser(document, 'three@example.com'), first.revision);
      expect((await emails()).slice(2)).toEqual(['one@example.com', 'three@example.com']);
    });

    it('lets one of several that expect the same revision win', async () => {
      const { revision } = await repository.read();
      const outcomes = await Promise.allSettled(
        ['a', 'b', 'c'].map((name) =>
          open().change((document) => createUser(document, `${name}@example.com`), revision),
        ),
      );
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
      expect(await emails()).toHaveLength(3);
    });

    it('loses no write of two writers at once', async () => {
      const write = async (name: string): Promise<void> => {
        const own = open();
        for (let index = 0; index < 15; index++) {
          await own.change((document) => addConfig(document, `${name} ${String(index)}`));
        }
      };
      await Promise.all([write('one'), write('two')]);
      const names = listConfigs((await repository.read()).document).map(({ mcp_config_name }) => mcp_config_name);
      expect(names).toHaveLength(32);
      expect(new Set(names).size).toBe(32);
    });

    it('changes a key that is named by its text, its hash or its id, when nothing but that key was asked for', async () => {
      for (const [index, reference] of [KEY, STORED, KEY_ID].entries()) {
        const disabled = index % 2 === 0;
        const { result } = await repository.change(
          (document) => setKeyDisabled(document, reference, disabled),
          undefined,
          { key: reference },
        );
        expect(result).toBe(true);
        expect(getKey((await repository.read({ key: reference })).document, reference).disabled).toBe(disabled);
      }
    });

    it('adds a key when no key was asked for, and leaves the others alone', async () => {
      const { result } = await repository.change(
        (document) => generateKey(document, 'joe@example.com', 'alpha'),
        undefined,
        'none',
      );
      const { document } = await repository.read();
      expect(listKeys(document).map(({ key_id }) => key_id)).toEqual([KEY_ID, result.key_id]);
    });

    it.each([{ user: 'joe@example.com' }, { user: 'u1' }, { project: 'alpha' }, { project: 'p1' }])(
      'reads the keys of %j',
      async (scope) => {
        const { document } = await repository.read(scope);
        expect(listKeys(document).map(({ key_id }) => key_id)).toContain(KEY_ID);
      },
    );

    it('removes a user with its keys, and an entity with what belongs to it', async () => {
      await repository.change(
        (document) => {
          deleteUser(document, 'joe@example.com', true);
        },
        undefined,
        { user: 'joe@example.com' },
      );
      await repository.change((document) => {
        removeConfig(document, 'empty');
      });
      const { document } = await repository.read();
      expect(listKeys(document)).toEqual([]);
      expect(Object.keys(document.mcp_configs as Json)).toEqual(['c1']);
      expect((document.projects as Record<string, Json>).p1?.users).toEqual([]);
    });

    it('keeps when keys were last used, of several times the latest, whoever writes it down', async () => {
      const admin = hexOf(sampleDocument().admin_apikey).slice(0, 12);
      const [early, late] = [Date.parse('2026-01-01T00:00:00.123Z'), Date.parse('2026-01-02T00:00:00.456Z')];
      await open().keyUses.save(new Map([[KEY_ID, late]]));
      await open().keyUses.save(new Map(Object.entries({ [KEY_ID]: early, [admin]: early })));
      expect((await repository.keyUses.load('all')).get(KEY_ID)).toBe(late);
      expect((await repository.keyUses.load('admin')).get(admin)).toBe(early);
      for (const scope of [{ key: KEY }, { key: KEY_ID }, { user: 'u1' }, { project: 'alpha' }]) {
        expect((await repository.keyUses.load(scope)).get(KEY_ID)).toBe(late);
      }
      expect((await repository.read()).document).toEqual(sampleDocument());
    });

    it('keeps fields that no store knows by name, and text of every alphabet', async () => {
      const description = 'Zażółć 日本語 \u{1f511} "quoted" \\ \n';
      await repository.change((document) => {
        const servers = (document.mcp_configs as Record<string, Json>).c1?.mcp_config as Json[];
        Object.assign(servers[0] ?? {}, { description });
      });
      const { document } = await repository.read();
      expect(((document.mcp_configs as Record<string, Json>).c1?.mcp_config as Json[])[0]?.description).toBe(
        description,
      );
    });
  });
}

function hexOf(stored: unknown): string {
  return String(stored).slice('sha256:'.length);
}

function serverNames(document: Json): unknown[] {
  const { c1 } = document.mcp_configs as Record<string, Json>;
  return (c1?.mcp_config as Json[]).map(({ server_name }) => server_name);
}
