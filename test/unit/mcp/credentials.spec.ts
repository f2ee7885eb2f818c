import { describe, expect, it } from '@jest/globals';
import { credentialsFromHeaders } from '../../../src/oauth/inbound/credentials.js';

type Pairs = readonly (readonly [string, string])[];

/** Headers as Node shows them: some names keep the first value, the others are joined by a comma. */
const FIRST_ONLY = new Set(['authorization', 'host', 'content-type', 'content-length']);

function read(...pairs: Pairs): ReturnType<typeof credentialsFromHeaders> {
  const headers: Record<string, string> = {};
  for (const [name, value] of pairs) {
    const key = name.toLowerCase();
    const before = headers[key];
    if (before === undefined) headers[key] = value;
    else if (!FIRST_ONLY.has(key)) headers[key] = `${before}, ${value}`;
  }
  return credentialsFromHeaders(headers, pairs.flat());
}

function refusal(...pairs: Pairs): string {
  try {
    read(...pairs);
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'accepted';
}

const NOBODY = { key: undefined, projectId: undefined, userId: undefined };

describe('credentials in HTTP headers', () => {
  it.each<[string, string]>([
    ['apikey', 'k'],
    ['ApiKey', 'k'],
    ['ENKRYPT_GATEWAY_KEY', 'k'],
    ['Authorization', 'Bearer k'],
    ['authorization', 'bearer k'],
    ['Authorization', 'BEARER   k'],
  ])('take the key from %s: %s', (name, value) => {
    expect(read([name, value])).toMatchObject({ ...NOBODY, key: 'k' });
  });

  it('take project and user beside it', () => {
    expect(read(['apikey', 'k'], ['project_id', 'p'], ['USER_ID', 'u'])).toMatchObject({
      key: 'k',
      projectId: 'p',
      userId: 'u',
    });
  });

  it.each<[string, Pairs]>([
    ['nothing', []],
    ['an empty key', [['apikey', '']]],
    ['another scheme', [['Authorization', 'Basic aaaa']]],
    ['a scheme alone', [['Authorization', 'Bearer']]],
    ['a scheme that only starts like it', [['Authorization', 'Bearerk k']]],
  ])('name nobody with %s', (_what, pairs) => {
    expect(read(...pairs)).toMatchObject(NOBODY);
  });

  it('may repeat one key under several names', () => {
    expect(read(['apikey', 'k'], ['Authorization', 'Bearer k'], ['enkrypt_gateway_key', 'k']).key).toBe('k');
  });

  it.each<[string, Pairs]>([
    [
      'two keys',
      [
        ['apikey', 'k'],
        ['Authorization', 'Bearer other'],
      ],
    ],
    [
      'two keys, the other way',
      [
        ['enkrypt_gateway_key', 'a'],
        ['apikey', 'b'],
      ],
    ],
    [
      'apikey twice',
      [
        ['apikey', 'k'],
        ['apikey', 'k'],
      ],
    ],
    [
      'ENKRYPT_GATEWAY_KEY twice',
      [
        ['ENKRYPT_GATEWAY_KEY', 'k'],
        ['enkrypt_gateway_key', 'k'],
      ],
    ],
    [
      'Authorization twice',
      [
        ['Authorization', 'Bearer k'],
        ['authorization', 'Bearer k'],
      ],
    ],
    [
      'Host twice',
      [
        ['Host', 'a'],
        ['Host', 'a'],
        ['apikey', 'k'],
      ],
    ],
    [
      'Origin twice',
      [
        ['Origin', 'a'],
        ['Origin', 'a'],
        ['apikey', 'k'],
      ],
    ],
    [
      'Content-Type twice',
      [
        ['Content-Type', 'a'],
        ['content-type', 'a'],
        ['apikey', 'k'],
      ],
    ],
    [
      'Content-Length twice',
      [
        ['Content-Length', '1'],
        ['content-length', '1'],
        ['apikey', 'k'],
      ],
    ],
    [
      'project_id twice',
      [
        ['apikey', 'k'],
        ['project_id', 'p'],
        ['project_id', 'p'],
      ],
    ],
    [
      'user_id twice',
      [
        ['apikey', 'k'],
        ['user_id', 'p'],
        ['user_id', 'q'],
      ],
    ],
    ['two keys in one header', [['apikey', 'k,k']]],
  ])('are refused with %s', (_what, pairs) => {
    expect(refusal(...pairs)).toBe('invalid_request');
  });

  it.each<[string, Pairs]>([
    ['key', [['apikey', 'k'.repeat(1025)]]],
    ['gateway key', [['enkrypt_gateway_key', 'k'.repeat(1025)]]],
    ['bearer token', [['Authorization', `Bearer ${'k'.repeat(1025)}`]]],
    [
      'project id',
      [
        ['apikey', 'k'],
        ['project_id', 'p'.repeat(257)],
      ],
    ],
    [
      'user id',
      [
        ['apikey', 'k'],
        ['user_id', 'p'.repeat(257)],
      ],
    ],
  ])('are refused with an oversized %s', (_what, pairs) => {
    expect(refusal(...pairs)).toBe('header_too_large');
  });

  it('never repeat the key in a refusal', () => {
    expect(() => read(['apikey', 'hunter2'], ['apikey', 'hunter2'])).toThrow(/^(?!.*hunter2)/);
    expect(() => read(['apikey', 'hunter2'], ['Authorization', 'Bearer hunter3'])).toThrow(/^(?!.*hunter)/);
  });
});
