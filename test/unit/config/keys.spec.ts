import { describe, expect, it } from '@jest/globals';
import {
  changed,
  type Json,
  KEY,
  KEY_HEX,
  load,
  problemsOf,
  sampleConfig,
  snapshotOf,
  STORED_KEY,
  ADMIN_HEX,
} from './sample-config.js';

describe('keys of a snapshot', () => {
  it('lead to the principal and the config of their project', () => {
    const snapshot = snapshotOf(sampleConfig());
    const record = snapshot.keys.get(KEY_HEX);
    expect(record).toMatchObject({
      status: 'active',
      expiresAt: null,
      hash: Buffer.from(KEY_HEX, 'hex'),
      principal: {
        keyId: KEY_HEX.slice(0, 12),
        userId: 'u1',
        projectId: 'p1',
        configId: 'c1',
        tenant: 'u1_p1_c1',
        scopes: [],
        expiresAt: null,
      },
    });
    expect(record?.status === 'active' && record.config).toBe(snapshot.configs.get('c1'));
    expect(snapshot.adminKeys).toMatchObject([{ hash: Buffer.from(ADMIN_HEX, 'hex'), role: 'owner' }]);
  });

  it('have no config when the project has none', () => {
    const record = snapshotOf(changed(['projects', 'p1', 'mcp_config_id'], null)).keys.get(KEY_HEX);
    expect(record).toMatchObject({ status: 'active', config: null, principal: { configId: '', tenant: 'u1_p1_' } });
  });

  it.each<[string, readonly string[], Json | undefined, string]>([
    ['disabled', ['apikeys', STORED_KEY, 'disabled'], true, 'disabled'],
    ['whose user left the project', ['projects', 'p1', 'users'], [], 'not_a_member'],
    ['whose project was deleted', ['projects', 'p1'], undefined, 'no_project'],
    ['whose user was deleted', ['users', 'u1'], undefined, 'no_user'],
  ])('that are %s are refused records, and the file still loads', (_name, path, value, reason) => {
    expect(snapshotOf(changed(path, value)).keys.get(KEY_HEX)).toMatchObject({ status: 'refused', reason });
  });

  it('warn about dangling references by path', () => {
    expect(snapshotOf(changed(['users', 'u1'], undefined)).warnings.map((warning) => warning.path)).toEqual([
      'projects.p1.users[0]',
      `apikeys.${STORED_KEY}`,
    ]);
  });

  it.each([
    ['2026-12-31T00:00:00Z', Date.UTC(2026, 11, 31)],
    ['2026-12-31T01:00:00+01:00', Date.UTC(2026, 11, 31)],
    ['2026-12-31T00:00:00.5', Date.UTC(2026, 11, 31, 0, 0, 0, 500)],
    ['2026-12-31', Date.UTC(2026, 11, 31)],
  ])('expire at %s', (text, ms) => {
    const record = snapshotOf(changed(['apikeys', STORED_KEY, 'expires_at'], text)).keys.get(KEY_HEX);
    expect(record?.expiresAt).toBe(ms);
    expect(record?.status === 'active' && record.principal.expiresAt).toBe(ms);
  });

  it('in clear beside their own hash are refused, and never shown', () => {
    const problems = problemsOf(changed(['apikeys', KEY], { project_id: 'p1', user_id: 'u1' }));
    expect(problems).toEqual([
      { path: 'apikeys.<entry 2>', message: expect.stringMatching(/second time.*remove one/) },
    ]);
    expect(JSON.stringify(problems)).not.toContain(KEY);
  });

  it('have tenants that no choice of ids can make equal', () => {
    const tenantOf = (user: string, project: string): string | undefined => {
      const config = changed(['apikeys', STORED_KEY], { project_id: project, user_id: user }) as Record<string, Json>;
      config.projects = { [project]: { project_name: 'x', mcp_config_id: 'c1', users: [user] } };
      config.users = { [user]: { email: 'x' } };
      const record = snapshotOf(config).keys.get(KEY_HEX);
      return record?.status === 'active' ? record.principal.tenant : undefined;
    };
    expect(tenantOf('a_b', 'c')).toBeDefined();
    expect(tenantOf('a_b', 'c')).not.toBe(tenantOf('a', 'b_c'));
  });

  it('belong to a revision that is a digest of the bytes', () => {
    const one = load(sampleConfig());
    const two = load(changed(['users', 'u1', 'email'], 'other@example.com'));
    expect(one.ok && one.snapshot.revision).toMatch(/^[0-9a-f]{16}$/);
    expect(one.ok && one.snapshot.revision).not.toBe(two.ok && two.snapshot.revision);
  });
});
