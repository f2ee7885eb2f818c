import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  addConfig,
  copyConfig,
  exportConfig,
  getConfig,
  importConfig,
  listConfigs,
  projectsUsing,
  removeConfig,
  renameConfig,
} from '../../../../src/config/administration/configs.js';
import { entityOf, idOf, type Json } from '../../../../src/config/administration/document.js';
import { searchConfigs, searchProjects, searchUsers } from '../../../../src/config/administration/search.js';
import { refusal, sampleDocument, section } from './sample-document.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let document: Json;
beforeEach(() => {
  document = sampleDocument();
});

describe('configs', () => {
  it('are listed with the number of their servers and the projects that use them', () => {
    expect(listConfigs(document)).toEqual([
      {
        mcp_config_id: 'c1',
        mcp_config_name: 'team',
        servers: 1,
        used_by_projects: [{ project_id: 'p1', project_name: 'alpha' }],
      },
      { mcp_config_id: 'c2', mcp_config_name: 'empty', servers: 0, used_by_projects: [] },
    ]);
    expect(projectsUsing(document, 'c1')).toEqual([{ project_id: 'p1', project_name: 'alpha' }]);
  });

  it('are read by id and by name', () => {
    expect(getConfig(document, 'c1')).toEqual(getConfig(document, 'team'));
    expect(getConfig(document, 'c1')).toMatchObject({ mcp_config_id: 'c1', mcp_config_name: 'team' });
  });

  it('get an id of their own when they are added, and begin without servers', () => {
    const { config_id, config_name } = addConfig(document, 'new');
    expect([config_id, config_name]).toEqual([expect.stringMatching(UUID), 'new']);
    expect(section(document, 'mcp_configs')[config_id]).toEqual({
      mcp_config: [],
      mcp_config_name: 'new',
      created_at: expect.any(String),
    });
  });

  it('cannot take a name that another one has, in whatever letter case', () => {
    for (const operation of [
      (target: Json) => addConfig(target, 'TEAM'),
      (target: Json) => copyConfig(target, 'c2', 'Team'),
      (target: Json) => importConfig(target, 'team', { mcp_config: [] }),
      (target: Json) => {
        renameConfig(target, 'c2', 'teaM');
      },
    ]) {
      expect(refusal(document, operation)).toEqual(['conflict', 'There is a config "team" already (id c1).']);
    }
  });

  it.each(['', ' team', 'team ', '\u00a0team', 'a\nb', 'a\u202eb', 'a\u0000', 'x'.repeat(129)])(
    'cannot be called %j',
    (name) => {
      expect(refusal(document, (target) => addConfig(target, name))[0]).toBe('invalid');
      expect(
        refusal(document, (target) => {
          renameConfig(target, 'c1', name);
        })[0],
      ).toBe('invalid');
    },
  );

  it.each(['__proto__', 'constructor', 'toString', 'équipe 7 ✓', 'x'.repeat(128)])('can be called %j', (name) => {
    const { config_id } = addConfig(document, name);
    expect(idOf(document, 'config', { name })).toBe(config_id);
    expect(listConfigs(document).at(-1)).toMatchObject({ mcp_config_name: name, servers: 0 });
    removeConfig(document, name);
    expect(document).toEqual(sampleDocument());
  });

  it.each(['__proto__', 'constructor', 'hasOwnProperty'])('are not found by the id %j that nobody gave', (id) => {
    const { id: known } = entityOf(document, 'config', 'c1');
    expect(known).toBe('c1');
    expect(refusal(document, (target) => getConfig(target, id))[0]).toBe('not_found');
  });

  it('keep a member called __proto__ of a file as what it is: an own member', () => {
    const odd = JSON.parse('{"mcp_configs": {"__proto__": {"mcp_config_name": "odd", "mcp_config": []}}}') as Json;
    expect(getConfig(odd, '__proto__')).toMatchObject({ mcp_config_name: 'odd' });
    addConfig(odd, 'another');
    expect(Object.keys(section(odd, 'mcp_configs'))).toHaveLength(2);
    removeConfig(odd, '__proto__');
    expect(listConfigs(odd).map(({ mcp_config_name }) => mcp_config_name)).toEqual(['another']);
    expect(({} as Json).mcp_config_name).toBeUndefined();
  });

  it('keep their id when they are renamed, also to the same letters in another case', () => {
    renameConfig(document, 'team', 'Team');
    expect(section(document, 'mcp_configs').c1).toMatchObject({ mcp_config_name: 'Team' });
    expect(refusal(document, (target) => getConfig(target, 'team'))[0]).toBe('not_found');
  });

  it('are copied deeply, as something new', () => {
    const { config_id } = copyConfig(document, 'team', 'trial');
    const { c1, [config_id]: copy } = section(document, 'mcp_configs');
    expect(copy).toMatchObject({ mcp_config_name: 'trial', mcp_config: c1!.mcp_config });
    expect(copy).not.toHaveProperty('updated_at');
    expect(copy!.created_at).not.toBe(c1!.created_at);
    (copy!.mcp_config as Json[])[0]!.description = 'changed';
    expect((c1!.mcp_config as Json[])[0]!.description).toBe('Echo');
  });

  it('cannot be removed while a project uses them, and can afterwards', () => {
    const [reason, message] = refusal(document, (target) => {
      removeConfig(target, 'team');
    });
    expect([reason, message]).toEqual(['conflict', expect.stringContaining('"alpha"')]);
    section(document, 'projects').p1!.mcp_config_id = null;
    removeConfig(document, 'team');
    expect(Object.keys(section(document, 'mcp_configs'))).toEqual(['c2']);
  });

  it('come back from an export, and from what "get" prints', () => {
    const exported = exportConfig(document, 'team');
    expect(exported).toMatchObject({ mcp_config_id: 'c1', exported_at: expect.any(String) });
    const one = importConfig(document, 'one', exported);
    const two = importConfig(document, 'two', getConfig(document, 'team'));
    for (const { config_id, config_name } of [one, two]) {
      expect(getConfig(document, config_id)).toMatchObject({
        mcp_config_name: config_name,
        mcp_config: getConfig(document, 'c1').mcp_config,
        imported_at: expect.any(String),
      });
      expect(section(document, 'mcp_configs')[config_id]).not.toHaveProperty('mcp_config_id');
    }
  });

  it.each<Json>([{}, { config: {} }, { config: { mcp_config: {} } }, { config: [] }, { projects: {} }])(
    'are not made from %j',
    (exported) => {
      expect(refusal(document, (target) => importConfig(target, 'x', exported))[0]).toBe('invalid');
    },
  );
});

describe('naming an entity', () => {
  beforeEach(() => {
    section(document, 'mcp_configs').c3 = { mcp_config_name: 'c1', mcp_config: [] };
    section(document, 'mcp_configs').c4 = { mcp_config_name: 'empty', mcp_config: [] };
  });

  it('takes an id before a name, so that nobody can stand in front of an id with a name', () => {
    expect(entityOf(document, 'config', 'c1').name).toBe('team');
  });

  it('keeps ids and names apart when it is said which of them it is', () => {
    expect(idOf(document, 'config', { id: 'c1' })).toBe('c1');
    expect(idOf(document, 'config', { name: 'c1' })).toBe('c3');
    expect(refusal(document, (target) => idOf(target, 'config', { id: 'team' }))[0]).toBe('not_found');
    expect(refusal(document, (target) => idOf(target, 'config', { name: 'c2' }))[0]).toBe('not_found');
  });

  it('refuses a name that several have, and says how to name one', () => {
    const expected = ['conflict', 'Several are called "empty": name the config by its id.'];
    expect(refusal(document, (target) => entityOf(target, 'config', 'empty'))).toEqual(expected);
    expect(refusal(document, (target) => idOf(target, 'config', { name: 'empty' }))).toEqual(expected);
  });

  it('reports what does not exist without an endless or broken line', () => {
    const [, message] = refusal(document, (target) => entityOf(target, 'config', `${'x'.repeat(500)}\n`));
    expect(message.length).toBeLessThan(250);
    expect(message).not.toContain('\n');
  });

  it('lives with sections that are no objects: the loader reports them', () => {
    const broken: Json = { mcp_configs: [], projects: { p: 7 }, users: null };
    expect(listConfigs(broken)).toEqual([]);
    expect(searchProjects(broken, '')).toEqual([]);
    expect(searchUsers(broken, '')).toEqual([]);
  });
});

describe('searching', () => {
  it('finds configs by their name before the names of their servers, without regard to letter case', () => {
    expect(searchConfigs(document, 'TEA')).toEqual([
      { mcp_config_id: 'c1', mcp_config_name: 'team', match_type: 'config_name', servers: ['echo'] },
    ]);
    expect(searchConfigs(document, 'cho')).toMatchObject([{ mcp_config_id: 'c1', match_type: 'server_name' }]);
    expect(searchConfigs(document, 'nothing')).toEqual([]);
  });

  it('finds projects by name and by the addresses of their users', () => {
    expect(searchProjects(document, 'Alph')).toEqual([
      { project_id: 'p1', project_name: 'alpha', match_type: 'project_name', users: ['joe@example.com'] },
    ]);
    expect(searchProjects(document, 'joe@')).toMatchObject([{ project_id: 'p1', match_type: 'user_email' }]);
    expect(searchProjects(document, 'ann@')).toEqual([]);
  });

  it('finds users by address and by the names of their projects', () => {
    expect(searchUsers(document, 'ANN')).toEqual([
      { user_id: 'u2', email: 'ann@example.com', match_type: 'email', api_keys: 0 },
    ]);
    expect(searchUsers(document, 'alpha')).toEqual([
      { user_id: 'u1', email: 'joe@example.com', match_type: 'project_name', api_keys: 1 },
    ]);
  });
});
