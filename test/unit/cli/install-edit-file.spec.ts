import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ClientEdit, editClientFile } from '../../../src/cli/clients/edit-client-file.js';
import { setValue } from '../../../src/cli/clients/json-edit.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'smg-edit-'));
  path = join(folder, 'mcp.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** An edit during which another program, which takes no lock, writes the file on the given calls. */
function disturbed(onCall: (call: number) => string | null): ClientEdit {
  let call = 0;
  return (document) => {
    const text = onCall(++call);
    if (text !== null) writeFileSync(path, text);
    return setValue(document, ['mine'], true);
  };
}

describe('a client that writes its file while it is edited', () => {
  it('loses nothing: the edit is made anew on what the client wrote', async () => {
    writeFileSync(path, '{"count":1}');
    // The first call is the preview, the second the first attempt.
    const done = await editClientFile(
      path,
      disturbed((call) => (call === 2 ? '{"count":2}' : null)),
      false,
    );
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ count: 2, mine: true });
    expect(readFileSync(done.backup ?? '', 'utf8')).toBe('{"count":2}');
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it('is waited for only so often, and then has its last word', async () => {
    writeFileSync(path, '{"count":0}');
    const edit = disturbed((call) => JSON.stringify({ count: call }));
    await expect(editClientFile(path, edit, false)).rejects.toThrow(
      /being rewritten by another program.*close the client/,
    );
    expect(JSON.parse(readFileSync(path, 'utf8'))).not.toHaveProperty('mine');
    expect(readdirSync(folder)).toEqual(['mcp.json']);
  });

  it('and makes it, does not find it replaced', async () => {
    const edit = disturbed((call) => (call === 2 ? '{"theirs":1}' : null));
    await editClientFile(path, edit, false);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ theirs: 1, mine: true });
  });
});

it('keeps the mode of the file, and gives it to no other that a link was put up to meanwhile', async () => {
  const victim = join(folder, 'victim');
  writeFileSync(victim, 'theirs', { mode: 0o600 });
  writeFileSync(path, '{}');
  chmodSync(path, 0o646);
  await editClientFile(path, (document) => setValue(document, ['a'], 1), false);
  expect(statSync(path).mode & 0o777).toBe(0o646);
  let call = 0;
  const edit: ClientEdit = (document) => {
    if (++call === 2) {
      const staged = readdirSync(folder).find((name) => name.endsWith('.tmp')) ?? '';
      rmSync(join(folder, staged));
      symlinkSync(victim, join(folder, staged));
    }
    return setValue(document, ['b'], 1);
  };
  await editClientFile(path, edit, false);
  expect(statSync(victim).mode & 0o777).toBe(0o600);
});
