import { beforeEach, describe, expect, it } from '@jest/globals';
import { generateKey, setKeyDisabled, updateKey } from '../../../../src/config/administration/api-keys.js';
import { type Json, objectOf } from '../../../../src/config/administration/document.js';
import { MAX_OVERLAP_SECONDS, rotateKey } from '../../../../src/config/administration/key-rotation.js';
import { getKey, listKeys } from '../../../../src/config/administration/key-summary.js';
import { KEY, KEY_ID, refusal, sampleDocument, section, STORED, stored } from './sample-document.js';

const ONE_DAY = 86_400;

let document: Json;
beforeEach(() => {
  document = sampleDocument();
});

describe('rotating a key with an overlap', () => {
  it('keeps the old key until the overlap ends, and both say of each other', () => {
    const before = Date.now();
    const { key_id } = rotateKey(document, KEY, ONE_DAY);
    const old = getKey(document, KEY);
    expect(old).toMatchObject({ replaced_by: key_id, disabled: false });
    expect(Date.parse(String(old.expires_at))).toBeGreaterThanOrEqual(before + ONE_DAY * 1000);
    expect(Date.parse(String(old.expires_at))).toBeLessThanOrEqual(Date.now() + ONE_DAY * 1000);
    expect(getKey(document, key_id)).toMatchObject({ rotated_from: KEY_ID, replaced_by: null, expires_at: null });
  });

  it('never makes the old key live longer than it would have', () => {
    const { key_id } = generateKey(document, 'u1', 'p1', { expiresAt: new Date(Date.now() + 60_000).toISOString() });
    const { expires_at } = getKey(document, key_id);
    const next = rotateKey(document, key_id, ONE_DAY);
    expect([getKey(document, key_id).expires_at, getKey(document, next.key_id).expires_at]).toEqual([
      expires_at,
      expires_at,
    ]);
  });

  it('hands on name, access and addresses', () => {
    const wishes = { name: 'ci', access: { deny: [{ tool: 'rm' }] }, allowedIps: ['192.0.2.0/24'] };
    const { key_id } = generateKey(document, 'u1', 'p1', wishes);
    expect(getKey(document, rotateKey(document, key_id, 60).key_id)).toMatchObject({
      name: 'ci',
      access: wishes.access,
      allowed_ips: wishes.allowedIps,
    });
  });

  it('does not open what was disabled', () => {
    setKeyDisabled(document, KEY, true);
    const { key_id } = rotateKey(document, KEY, ONE_DAY);
    expect([getKey(document, KEY).disabled, getKey(document, key_id).disabled]).toEqual([true, true]);
  });

  it('cannot be done twice, so that a key has one successor', () => {
    const { key_id } = rotateKey(document, KEY, ONE_DAY);
    const [reason, message] = refusal(document, (target) => rotateKey(target, KEY, ONE_DAY));
    expect([reason, message]).toEqual(['conflict', expect.stringContaining(key_id)]);
  });

  it('clears away the key before once its overlap is over', () => {
    const second = rotateKey(document, KEY, ONE_DAY);
    const first = objectOf(section(document, 'apikeys')[STORED]);
    const third = rotateKey(document, second.key_id, ONE_DAY);
    expect(listKeys(document).map(({ key_id }) => key_id)).toEqual([KEY_ID, second.key_id, third.key_id]);
    first.expires_at = '2020-01-01T00:00:00Z';
    first.replaced_by = stored(third.api_key);
    rotateKey(document, third.key_id, ONE_DAY);
    expect(listKeys(document).map(({ key_id }) => key_id)).not.toContain(KEY_ID);
  });

  it.each([-1, 0.5, Number.NaN, MAX_OVERLAP_SECONDS + 1])('does not take an overlap of %p', (seconds) => {
    expect(refusal(document, (target) => rotateKey(target, KEY, seconds))[0]).toBe('invalid');
  });
});

describe('changing a key', () => {
  it('sets what is named and leaves the rest', () => {
    updateKey(document, KEY, { allowedIps: ['::1'], expiresAt: '2999-01-01T00:00:00Z' });
    updateKey(document, KEY, { name: 'desk' });
    expect(getKey(document, KEY)).toMatchObject({
      name: 'desk',
      allowed_ips: ['::1'],
      expires_at: '2999-01-01T00:00:00.000Z',
    });
  });

  it('takes restrictions away with null', () => {
    updateKey(document, KEY, { name: 'x', allowedIps: ['::1'], expiresAt: '2999-01-01T00:00:00Z', access: {} });
    updateKey(document, KEY, { name: null, allowedIps: null, expiresAt: null, access: null });
    expect(getKey(document, KEY)).toMatchObject({ name: null, allowed_ips: null, expires_at: null, access: null });
    expect(section(document, 'apikeys')[STORED]).not.toHaveProperty('allowed_ips');
  });

  it('does not take an expiry that has passed', () => {
    expect(
      refusal(document, (target) => {
        updateKey(target, KEY, { expiresAt: '2020-01-01T00:00:00Z' });
      })[0],
    ).toBe('invalid');
  });
});
