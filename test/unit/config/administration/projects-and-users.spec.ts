import { beforeEach, describe, expect, it } from '@jest/globals';
import { generateKey } from '../../../../src/config/administration/api-keys.js';
import { getKey } from '../../../../src/config/administration/key-summary.js';
import type { Json } from '../../../../src/config/administration/document.js';
import {
  addMember,
  assignConfig,
  configOfProject,
  createProject,
  exportProject,
  getProject,
  listMembers,
  listProjects,
  removeAllMembers,
  removeMember,
  removeProject,
  unassignConfig,
} from '../../../../src/config/administration/projects.js';
import {
  createUser,
  deleteUser,
  getUser,
  listProjectsOf,
  listUsers,
  updateUser,
} from '../../../../src/config/administration/users.js';
import { KEY, refusal, sampleDocument, section, STORED } from './sample-document.js';

const ON = { disabled: false, disabled_at: null, disabled_reason: null };

let document: Json;
beforeEach(() => {
  document = sampleDocument();
});

describe('projects', () => {
  it('are listed with their config, and how many users and keys they have', () => {
    expect(listProjects(document)).toEqual([
      {
        project_name: 'alpha',
        project_id: 'p1',
        mcp_config: { mcp_config_id: 'c1', mcp_config_name: 'team' },
        users: 1,
        api_keys: 1,
        created_at: '2026-01-01T00:00:00Z',
        ...ON,
      },
      { project_name: 'beta', project_id: 'p2', mcp_config: null, users: 0, api_keys: 0, created_at: null, ...ON },
    ]);
    expect(getProject(document, 'alpha').users).toEqual([
      { user_id: 'u1', email: 'joe@example.com', api_keys: 1, created_at: '2026-01-01T00:00:00Z' },
    ]);
  });

  it('begin without config and users, under a name of their own', () => {
    const { project_id } = createProject(document, '__proto__');
    expect(getProject(document, project_id)).toMatchObject({ project_name: '__proto__', mcp_config: null, users: [] });
    expect(refusal(document, (target) => createProject(target, 'ALPHA'))[0]).toBe('conflict');
    expect(refusal(document, (target) => createProject(target, ' '))[0]).toBe('invalid');
  });

  it('have at most one config, which is assigned, replaced and taken away', () => {
    assignConfig(document, 'beta', 'team');
    assignConfig(document, 'beta', 'c2');
    expect(configOfProject(document, 'beta')).toMatchObject({ mcp_config_id: 'c2', mcp_config_name: 'empty' });
    unassignConfig(document, 'beta');
    expect(refusal(document, (target) => configOfProject(target, 'beta'))[0]).toBe('not_found');
    expect(
      refusal(document, (target) => {
        unassignConfig(target, 'beta');
      })[0],
    ).toBe('conflict');
    expect(
      refusal(document, (target) => {
        assignConfig(target, 'beta', 'nothing');
      })[0],
    ).toBe('not_found');
  });

  it('take a user once, and say whether it is new', () => {
    expect(addMember(document, 'beta', 'ann@example.com')).toBe(true);
    const before = JSON.stringify(document);
    expect(addMember(document, 'beta', 'u2')).toBe(false);
    expect(JSON.stringify(document)).toBe(before);
    expect(listMembers(document, 'beta').map(({ email }) => email)).toEqual(['ann@example.com']);
  });

  it('let a user go whose keys stay, and say how many those are', () => {
    expect(removeMember(document, 'alpha', 'joe@example.com')).toBe(1);
    expect(listMembers(document, 'alpha')).toEqual([]);
    expect(getKey(document, KEY)).toMatchObject({ user_id: 'u1', project_id: 'p1' });
    expect(refusal(document, (target) => removeMember(target, 'alpha', 'u1'))[0]).toBe('not_found');
  });

  it('let all users go at once', () => {
    addMember(document, 'alpha', 'u2');
    removeAllMembers(document, 'alpha');
    expect(listMembers(document, 'alpha')).toEqual([]);
  });

  it('cannot be removed while they have keys', () => {
    expect(
      refusal(document, (target) => {
        removeProject(target, 'alpha');
      }),
    ).toEqual(['conflict', 'Project "alpha" has 1 API keys. Delete them first.']);
    removeProject(document, 'beta');
    expect(Object.keys(section(document, 'projects'))).toEqual(['p1']);
  });

  it('are exported with config and users, and without keys', () => {
    const exported = exportProject(document, 'alpha');
    expect(exported).toMatchObject({
      project_id: 'p1',
      exported_at: expect.any(String),
      project: { project_name: 'alpha' },
      config: { mcp_config_name: 'team' },
      users: [{ email: 'joe@example.com' }],
    });
    expect(JSON.stringify(exported)).not.toContain(STORED);
    expect(exportProject(document, 'beta')).toMatchObject({ config: null, users: [] });
  });
});

describe('users', () => {
  it('are listed with their projects and the number of their keys', () => {
    expect(listUsers(document)).toEqual([
      {
        user_id: 'u1',
        email: 'joe@example.com',
        created_at: '2026-01-01T00:00:00Z',
        projects: [{ project_id: 'p1', project_name: 'alpha' }],
        api_keys: 1,
        ...ON,
      },
      { user_id: 'u2', email: 'ann@example.com', created_at: null, projects: [], api_keys: 0, ...ON },
    ]);
    expect(listProjectsOf(document, 'joe@example.com')).toEqual([
      { project_id: 'p1', project_name: 'alpha', api_keys: 1, created_at: '2026-01-01T00:00:00Z' },
    ]);
  });

  it.each([
    'joe',
    'joe@',
    '@example.com',
    'a@b',
    'a b@example.com',
    'a@@example.com',
    `${'x'.repeat(65)}@example.com`,
    'a@example.com\n',
  ])('cannot have the address %j', (email) => {
    expect(refusal(document, (target) => createUser(target, email))[0]).toBe('invalid');
  });

  it('have an address that nobody else has, in whatever letter case', () => {
    const { user_id } = createUser(document, 'new@example.com');
    expect(getUser(document, 'new@example.com')).toMatchObject({ user_id, projects: [], api_keys: 0 });
    expect(refusal(document, (target) => createUser(target, 'NEW@example.com'))[0]).toBe('conflict');
    expect(
      refusal(document, (target) => {
        updateUser(target, 'u2', 'Joe@Example.com');
      })[0],
    ).toBe('conflict');
  });

  it('keep id, projects and keys with another address', () => {
    updateUser(document, 'joe@example.com', 'joe.b@example.com');
    expect(getUser(document, 'u1')).toMatchObject({ email: 'joe.b@example.com', api_keys: 1 });
    expect(refusal(document, (target) => getUser(target, 'joe@example.com'))[0]).toBe('not_found');
  });

  it('cannot be deleted with projects or keys unless that is forced, and leave nothing behind then', () => {
    addMember(document, 'beta', 'u1');
    expect(
      refusal(document, (target) => {
        deleteUser(target, 'u1', false);
      })[1],
    ).toMatch(/is in 2 projects and has 1 API keys/);
    deleteUser(document, 'u1', true);
    expect(JSON.stringify(document)).not.toContain('"u1"');
    expect(section(document, 'apikeys')).toEqual({});
    deleteUser(document, 'ann@example.com', false);
    expect(section(document, 'users')).toEqual({});
  });

  it('cannot be deleted for a key alone either', () => {
    addMember(document, 'beta', 'u2');
    generateKey(document, 'u2', 'beta');
    removeMember(document, 'beta', 'u2');
    expect(
      refusal(document, (target) => {
        deleteUser(target, 'u2', false);
      })[0],
    ).toBe('conflict');
  });
});
