import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  deleteKey,
  deleteKeysOf,
  generateKey,
  makeKey,
  setKeyDisabled,
} from '../../../../src/config/administration/api-keys.js';
import { rotateKey } from '../../../../src/config/administration/key-rotation.js';
import { getKey, listKeys } from '../../../../src/config/administration/key-summary.js';
import type { Json } from '../../../../src/config/administration/document.js';
import { addMember } from '../../../../src/config/administration/projects.js';
import { KEY, KEY_ID, refusal, sampleDocument, section, STORED, stored } from './sample-document.js';

let document: Json;
beforeEach(() => {
  document = sampleDocument();
});

describe('making a key', () => {
  it('gives 256 random bits with a prefix, another one each time', () => {
    const keys = Array.from({ length: 100 }, makeKey);
    expect(new Set(keys).size).toBe(100);
    for (const key of keys) expect(key).toMatch(/^smg_[A-Za-z0-9_-]{43}$/);
  });

  it('stores its hash alone', () => {
    const { api_key, key_id } = generateKey(document, 'joe@example.com', 'alpha', { name: 'build server' });
    expect(section(document, 'apikeys')[stored(api_key)]).toEqual({
      project_id: 'p1',
      user_id: 'u1',
      created_at: expect.any(String),
      disabled: false,
      expires_at: null,
      name: 'build server',
    });
    expect(stored(api_key)).toContain(`sha256:${key_id}`);
    expect(JSON.stringify(document)).not.toContain(api_key);
  });

  it('needs membership', () => {
    const [reason, message] = refusal(document, (target) => generateKey(target, 'ann@example.com', 'alpha'));
    expect([reason, message]).toEqual(['conflict', expect.stringContaining('project add-user')]);
    addMember(document, 'alpha', 'u2');
    expect(generateKey(document, 'u2', 'p1').key_id).toMatch(/^[0-9a-f]{12}$/);
  });

  it('takes an expiry with a time zone in the future, and keeps it in UTC', () => {
    const { key_id } = generateKey(document, 'u1', 'p1', { expiresAt: '2999-01-31T12:00:00+02:00' });
    expect(getKey(document, key_id).expires_at).toBe('2999-01-31T10:00:00.000Z');
  });

  it.each(['2999-01-31', '2999-01-31T12:00:00', 'tomorrow', '', '2020-01-01T00:00:00Z', '2999-02-31T00:00:00Z'])(
    'does not take the expiry %j',
    (expiresAt) => {
      expect(refusal(document, (target) => generateKey(target, 'u1', 'p1', { expiresAt }))[0]).toBe('invalid');
    },
  );

  it('does not take a name that would break a line', () => {
    expect(refusal(document, (target) => generateKey(target, 'u1', 'p1', { name: 'a\nb' }))[0]).toBe('invalid');
  });
});

describe('naming a key', () => {
  it.each([
    ['its text', KEY],
    ['its hash', STORED],
    ['its id', KEY_ID],
  ])('works by %s', (_what, reference) => {
    expect(getKey(document, reference)).toEqual({
      key_id: KEY_ID,
      name: null,
      user_id: 'u1',
      user_email: 'joe@example.com',
      project_id: 'p1',
      project_name: 'alpha',
      mcp_config_id: 'c1',
      mcp_config_name: 'team',
      created_at: '2026-01-31T12:00:00Z',
      expires_at: null,
      disabled: false,
      disabled_at: null,
      enabled_at: null,
      last_used_at: null,
      allowed_ips: null,
      access: null,
      rotated_from: null,
      replaced_by: null,
    });
  });

  it.each(['a-key-that-nobody-has-0123456789', '__proto__', 'constructor', KEY_ID.slice(1), '', 'sha256:'])(
    'fails for %j without repeating what may be a key',
    (reference) => {
      const [reason, message] = refusal(document, (target) => getKey(target, reference));
      expect(reason).toBe('not_found');
      if (reference !== '') expect(message).not.toContain(reference);
    },
  );
});

describe('keys in clear of older files', () => {
  beforeEach(() => {
    document.apikeys = { [KEY]: section(document, 'apikeys')[STORED] };
  });

  it('go by the same text, hash and id, and are never shown', () => {
    for (const reference of [KEY, STORED, KEY_ID]) expect(getKey(document, reference).key_id).toBe(KEY_ID);
    expect(JSON.stringify(listKeys(document))).not.toContain(KEY);
  });

  it('are disabled, rotated and deleted like all others; nothing in clear is left of a rotated one', () => {
    expect(setKeyDisabled(document, KEY_ID, true)).toBe(true);
    expect(getKey(document, KEY).disabled).toBe(true);
    const { key_id } = rotateKey(document, KEY);
    expect(JSON.stringify(document)).not.toContain(KEY);
    expect(Object.values(section(document, 'apikeys'))[0]).toMatchObject({ rotated_from: STORED });
    deleteKey(document, key_id);
    expect(section(document, 'apikeys')).toEqual({});
  });
});

describe('the life of a key', () => {
  it('is disabled and enabled with the times of it, and says whether that was new', () => {
    expect(setKeyDisabled(document, KEY, true)).toBe(true);
    const before = JSON.stringify(document);
    expect(setKeyDisabled(document, KEY, true)).toBe(false);
    expect(JSON.stringify(document)).toBe(before);
    expect(getKey(document, KEY)).toMatchObject({ disabled: true, disabled_at: expect.any(String), enabled_at: null });
    expect(setKeyDisabled(document, KEY, false)).toBe(true);
    expect(getKey(document, KEY)).toMatchObject({ disabled: false, enabled_at: expect.any(String) });
  });

  it('goes on under another key with the same name and expiry; the old one is gone', () => {
    const made = generateKey(document, 'u1', 'p1', { name: 'ci', expiresAt: '2999-01-01T00:00:00Z' });
    const next = rotateKey(document, made.api_key);
    expect(next.api_key).not.toBe(made.api_key);
    expect(refusal(document, (target) => getKey(target, made.api_key))[0]).toBe('not_found');
    expect(getKey(document, next.key_id)).toMatchObject({ name: 'ci', expires_at: '2999-01-01T00:00:00.000Z' });
    expect(section(document, 'apikeys')[stored(next.api_key)]).toMatchObject({ rotated_from: stored(made.api_key) });
    expect(listKeys(document)).toHaveLength(2);
  });

  it('stays disabled through a rotation: that must not open a door that was closed', () => {
    setKeyDisabled(document, KEY, true);
    expect(getKey(document, rotateKey(document, KEY).key_id).disabled).toBe(true);
  });

  it('is not rotated once it has expired, because the new one would have too', () => {
    section(document, 'apikeys')[STORED]!.expires_at = '2020-01-01T00:00:00Z';
    expect(refusal(document, (target) => rotateKey(target, KEY))[0]).toBe('conflict');
  });

  it('ends alone, or with all keys of its user', () => {
    addMember(document, 'beta', 'u1');
    addMember(document, 'beta', 'u2');
    const [mine, other] = [generateKey(document, 'u1', 'beta'), generateKey(document, 'u2', 'beta')];
    expect(listKeys(document, { user: 'u1' }).map(({ key_id }) => key_id)).toEqual([KEY_ID, mine.key_id]);
    expect(listKeys(document, { user: 'joe@example.com', project: 'beta' }).map(({ key_id }) => key_id)).toEqual([
      mine.key_id,
    ]);
    expect(listKeys(document, { project: 'beta' })).toHaveLength(2);
    deleteKey(document, mine.key_id);
    expect(deleteKeysOf(document, 'u1')).toBe(1);
    expect(deleteKeysOf(document, 'u1')).toBe(0);
    expect(listKeys(document).map(({ key_id }) => key_id)).toEqual([other.key_id]);
  });

  it('is shown with its ids when its user and project are gone', () => {
    document.users = {};
    document.projects = {};
    expect(getKey(document, KEY)).toMatchObject({ user_id: 'u1', user_email: null, project_name: null });
  });
});
