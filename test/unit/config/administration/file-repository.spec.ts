import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { addConfig, listConfigs } from '../../../../src/config/administration/configs.js';
import { FileRepository } from '../../../../src/config/administration/file-repository.js';
import { addMember } from '../../../../src/config/administration/projects.js';
import { createUser, listUsers } from '../../../../src/config/administration/users.js';
import { loadConfigFile } from '../../../../src/config/config-file.js';
import { describeRepository } from '../../../support/config-repository.contract.js';
import { sampleDocument } from './sample-document.js';

let folder: string;
let path: string;
let repository: FileRepository;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smg-repository-'));
  path = join(folder, 'config.json');
  await writeFile(path, JSON.stringify(sampleDocument()), { mode: 0o600 });
  repository = new FileRepository(path);
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('a config file as repository', () => {
  describeRepository(() =>
    Promise.resolve({ repository: () => new FileRepository(path), close: () => Promise.resolve() }),
  );

  it('reads the document with the revision that a gateway has of it', async () => {
    const { document, revision } = await repository.read();
    expect(document).toEqual(sampleDocument());
    expect(revision).toBe((await loadConfigFile(path)).revision);
  });

  it('writes what an operation made of it, for its owner alone, and gives its result and the new revision', async () => {
    const before = await repository.read();
    const { result, revision } = await repository.change((document) => createUser(document, 'new@example.com'));
    const after = await repository.read();
    expect(after.revision).toBe(revision);
    expect(revision).not.toBe(before.revision);
    expect(listUsers(after.document)).toContainEqual(expect.objectContaining(result));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('writes nothing when an operation changes nothing, and the revision stays', async () => {
    const { revision } = await repository.read();
    const changed = await repository.change((document) => addMember(document, 'alpha', 'u1'));
    expect(changed).toEqual({ result: false, revision });
    expect(await readdir(folder)).toEqual(['config.json']);
  });

  it('leaves the file as it was when an operation is refused, or throws', async () => {
    const before = await readFile(path, 'utf8');
    const refused = repository.change((document) => {
      createUser(document, 'new@example.com');
      return addConfig(document, 'team');
    });
    await expect(refused).rejects.toMatchObject({ name: 'AdministrationError', reason: 'conflict' });
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  it('gives the revision of its own write, also when somebody writes right after', async () => {
    const change = repository.change((document) => createUser(document, 'mine@example.com'));
    let mine = readFileSync(path);
    while (!mine.includes('mine@example.com')) {
      await nextTurn();
      mine = readFileSync(path);
    }
    // An editor, which knows no lock.
    writeFileSync(path, mine.toString().replace('mine@example.com', 'other@example.com'));
    const { revision } = await change;
    expect(revision).toBe(createHash('sha256').update(mine).digest('hex').slice(0, 16));
    const conditional = repository.change((document) => createUser(document, 'next@example.com'), revision);
    await expect(conditional).rejects.toMatchObject({ reason: 'revision_mismatch' });
  });

  it('loses no write of two writers at once', async () => {
    const write = async (name: string): Promise<void> => {
      const own = new FileRepository(path);
      for (let index = 0; index < 15; index++) {
        await own.change((document) => addConfig(document, `${name} ${String(index)}`));
      }
    };
    await Promise.all([write('one'), write('two')]);
    const names = listConfigs((await repository.read()).document).map(({ mcp_config_name }) => mcp_config_name);
    expect(names).toHaveLength(32);
    expect(new Set(names).size).toBe(32);
    expect((await readdir(folder)).filter((name) => name.includes('.tmp') || name.endsWith('.lock'))).toEqual([]);
  });

  it('says what is wrong with a file that is not there or no JSON', async () => {
    await expect(new FileRepository(join(folder, 'none.json')).read()).rejects.toThrow(/there is no such file/);
    await writeFile(path, '{');
    await expect(repository.read()).rejects.toThrow(/not valid JSON at line 1/);
  });
});
