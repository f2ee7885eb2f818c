import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type RoundPlace, RoundSeal, STATE_MS } from '../../../../src/mcp/rounds/round-seal.js';

const NOW = 1_800_000_000_000;
const KEY = randomBytes(32);
const PLACE: RoundPlace = {
  tenant: 'user_project_config',
  keyId: '0123456789ab',
  method: 'tools/call',
  params: { name: 'web__pay', arguments: { to: 'me', sum: { of: 1, in: 'EUR' } } },
  server: 'web',
  configHash: 'abc',
};
const STATE = { state: 'of the server', asked: [['form', { type: 'object' }] as const, ['__proto__', null] as const] };

const seal = new RoundSeal(KEY);
const sealed = seal.seal(PLACE, STATE, NOW);

function openedAt(change: Partial<RoundPlace>, text: unknown = sealed, now = NOW): unknown {
  return seal.open({ ...PLACE, ...change }, text, now);
}

describe('the state that a client gets', () => {
  it('opens where it was made, for whoever has the key', () => {
    expect(openedAt({})).toEqual(STATE);
    expect(new RoundSeal(KEY).open(PLACE, sealed, NOW)).toEqual(STATE);
    expect(new RoundSeal(randomBytes(32)).open(PLACE, sealed, NOW)).toBeNull();
  });

  it('shows nothing of what is in it, and is another one each time', () => {
    const bytes = Buffer.from(sealed.slice(2), 'base64url').toString('latin1');
    for (const word of ['of the server', 'form', 'asked', PLACE.tenant]) expect(bytes).not.toContain(word);
    expect(seal.seal(PLACE, STATE, NOW)).not.toBe(sealed);
  });

  it.each([
    ['tenant', { tenant: 'user_project_other' }],
    ['key', { keyId: 'ba9876543210' }],
    ['method', { method: 'prompts/get' }],
    ['name of the tool', { params: { ...PLACE.params, name: 'web__refund' } }],
    ['argument', { params: { ...PLACE.params, arguments: { to: 'them', sum: { of: 1, in: 'EUR' } } } }],
    ['nested argument', { params: { ...PLACE.params, arguments: { to: 'me', sum: { of: 2, in: 'EUR' } } } }],
    ['member more', { params: { ...PLACE.params, more: true } }],
    ['server', { server: 'mail' }],
    ['config of the server', { configHash: 'abd' }],
  ])('does not open for another %s', (_what, change: Partial<RoundPlace>) => {
    expect(openedAt(change)).toBeNull();
  });

  it('opens for a retry: other _meta, with the state and answers, members in any order', () => {
    const params = {
      inputResponses: { form: { action: 'accept' } },
      requestState: sealed,
      _meta: { progressToken: 2 },
      arguments: { sum: { in: 'EUR', of: 1 }, to: 'me' },
      name: 'web__pay',
    };
    expect(openedAt({ params })).toEqual(STATE);
  });

  it('does not open when any byte of it is another', () => {
    const bytes = Buffer.from(sealed.slice(2), 'base64url');
    for (let index = 0; index < bytes.length; index++) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
      expect(openedAt({}, `1.${changed.toString('base64url')}`)).toBeNull();
    }
    expect(openedAt({}, sealed.slice(0, -4))).toBeNull();
  });

  it.each([[''], ['1.'], ['1.AAAA'], ['of the server'], [7], [null], [{}], ['1.'.padEnd(600_000, 'A')]])(
    'is not %.20p',
    (text) => {
      expect(openedAt({}, text)).toBeNull();
    },
  );

  it('is good for ten minutes', () => {
    expect(openedAt({}, sealed, NOW + STATE_MS)).toEqual(STATE);
    expect(openedAt({}, sealed, NOW + STATE_MS + 1)).toBeNull();
  });
});
