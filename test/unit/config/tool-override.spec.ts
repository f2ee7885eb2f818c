import { describe, expect, it } from '@jest/globals';
import { ownName, shownName } from '../../../src/config/tool-override.js';
import type { ServerEntry } from '../../../src/contracts/server-entry.js';
import { type Json, problemsOf, sampleConfig, snapshotOf } from './sample-config.js';

const AT = 'mcp_configs.c1.mcp_config[0].tool_overrides';

function configWith(server: Record<string, Json>): Json {
  const config = sampleConfig() as Record<string, Record<string, { mcp_config: Record<string, Json>[] }>>;
  Object.assign(config.mcp_configs!.c1!.mcp_config[0]!, server);
  return config;
}

function entryWith(overrides: Json): ServerEntry {
  const server = snapshotOf(configWith({ tool_overrides: overrides }))
    .configs.get('c1')
    ?.servers.get('echo');
  if (server === undefined) throw new Error('no server');
  return server;
}

const TAKEN = (by: string): string => `two tools of one server cannot have one name: "${by}" has it already`;
const BAD_NAME = 'must be 1 to 64 characters of a-z, A-Z, 0-9, _ and -';

describe('tool_overrides', () => {
  it.each<[string, Record<string, Json>, string, string]>([
    ['a space', { tool_overrides: { a: { name: 'b c' } } }, '.a.name', BAD_NAME],
    ['no character', { tool_overrides: { a: { name: '' } } }, '.a.name', BAD_NAME],
    ['65 characters', { tool_overrides: { a: { name: 'x'.repeat(65) } } }, '.a.name', BAD_NAME],
    [
      'the prefix of the meta tools',
      { tool_overrides: { a: { name: 'enkrypt_clear_cache' } } },
      '.a.name',
      "must not begin with enkrypt_: so the gateway's do",
    ],
    ['nothing', { tool_overrides: { a: {} } }, '.a', 'must set name, title or description'],
    ['one name for two', { tool_overrides: { a: { name: 'x' }, b: { name: 'x' } } }, '.b.name', TAKEN('a')],
    [
      'the name of an overridden tool',
      { tool_overrides: { a: { name: 'b' }, b: { title: 'B' } } },
      '.a.name',
      TAKEN('b'),
    ],
    [
      'the name of a listed tool',
      { tools: { a: '', b: '' }, tool_overrides: { a: { name: 'b' } } },
      '.a.name',
      TAKEN('b'),
    ],
  ])('refuses %s', (_what, server, path, message) => {
    expect(problemsOf(configWith(server))).toEqual([{ path: `${AT}${path}`, message }]);
  });

  it('tells of a tool that the allow-list leaves out', () => {
    const { warnings } = snapshotOf(configWith({ tools: { a: '' }, tool_overrides: { z: { title: 'Z' } } }));
    expect(warnings).toContainEqual({ path: `${AT}.z`, message: 'has no effect: tools does not list this tool' });
  });

  it('maps names to and fro, also when two tools swap theirs', () => {
    const server = entryWith({ a: { name: 'b' }, b: { name: 'a' }, c: { name: 'd' }, e: { title: 'E' } });
    const shown = ['a', 'b', 'c', 'e', 'other', '__proto__'].map((own) => [own, shownName(server, own)]);
    expect(shown).toEqual([
      ['a', 'b'],
      ['b', 'a'],
      ['c', 'd'],
      ['e', 'e'],
      ['other', 'other'],
      ['__proto__', '__proto__'],
    ]);
    for (const [own, name] of shown) expect(ownName(server, name!)).toBe(own);
  });

  it('leaves nobody two names, and a name that was given away to whom it was given', () => {
    const server = entryWith({ c: { name: 'd' } });
    expect(ownName(server, 'c')).toBeUndefined();
    expect(ownName(server, 'd')).toBe('c');
    expect(shownName(server, 'd')).toBeUndefined();
  });
});
