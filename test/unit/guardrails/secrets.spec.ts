import { describe, expect, it } from '@jest/globals';
import { FORMAT_RULES } from '../../../src/guardrails/local/secrets/format-rules.js';
import { KEY_FORMATS } from '../../../src/guardrails/local/secrets/key-formats.js';
import { NAMED_KEYS } from '../../../src/guardrails/local/secrets/named-keys.js';
import { SECRET_RULE_INFOS, SECRET_RULES } from '../../../src/guardrails/local/secrets/secrets.rules.js';
import { pick, randomOf } from './fixtures.js';
import { sampleOf } from './pattern-samples.js';
import { hitsIn } from './pii-views.js';

const ALPHANUMERIC_LIST = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789');
/** Beginnings of keys and armours, in two parts, so that no scanner of this repository takes them for live ones. */
const join = (...parts: string[]): string => parts.join('');

function secretsIn(text: string, field = ''): string[] {
  return hitsIn(text, field, ['SECRET']).map(({ start, end }) => text.slice(start, end));
}

function rulesIn(text: string): (string | undefined)[] {
  return hitsIn(text, '', ['SECRET']).map(({ rule }) => rule);
}

function randomText(random: () => number, length: number): string {
  return Array.from({ length }, () => pick(random, ALPHANUMERIC_LIST)).join('');
}

describe('keys of known format', () => {
  it.each(KEY_FORMATS.map((format) => [format[0], format[3]] as const))('finds a key of %s', (id, pattern) => {
    const random = randomOf(id.length * 7919 + id.charCodeAt(0));
    const rule = FORMAT_RULES.find((known) => known.id === `secret.${id}`);
    // Random text may have too little entropy, or break a look-ahead: a few draws are enough.
    const isFound = Array.from({ length: 40 }, () => `value ${sampleOf(pattern, random)}" end`).some((text) => {
      const hits = rule?.literals.flatMap((literal) => {
        const start = text.toLowerCase().indexOf(literal);
        return start < 0 ? [] : [rule.match(text, start, start + literal.length)];
      });
      return (hits ?? []).some((hit) => hit !== null) && secretsIn(text).length > 0;
    });
    expect(isFound).toBe(true);
  });

  it('does not find a key in the middle of a longer word', () => {
    const key = join('gh', 'p_', randomText(randomOf(1), 36));
    expect(secretsIn(`x ${key} y`)).toEqual([key]);
    expect(secretsIn(`x${key}`)).toEqual([]);
  });

  it('does not take a masked key for one', () => {
    expect(secretsIn(join('gh', 'p_', 'x'.repeat(36)))).toEqual([]);
    expect(secretsIn(join('AKIA', 'IOSFODNN7EXAMPLE'))).toEqual([]);
  });
});

describe('keys beside their provider', () => {
  it.each(NAMED_KEYS.map((key) => [key[0], key[2], key[3]] as const))('finds a key of %s', (id, words, pattern) => {
    const random = randomOf(id.length * 104_729 + id.charCodeAt(1));
    const [word = ''] = words.split('|');
    const isFound = Array.from({ length: 60 }, () => `${word}_key = "${sampleOf(pattern, random)}"`).some(
      (text) => secretsIn(text).length === 1,
    );
    expect(isFound).toBe(true);
  });

  it('wants an assignment', () => {
    expect(secretsIn(`etsy sells ${randomText(randomOf(5), 24).toLowerCase()}`)).toEqual([]);
  });
});

describe('what carries a secret', () => {
  const body = randomText(randomOf(9), 64);
  const jwt = [2, 3, 4].map((seed) => join(seed < 4 ? 'ey' : 'x', 'J', randomText(randomOf(seed), 40))).join('.');
  const basic = Buffer.from('deploy:s3cr3t-Horse-99').toString('base64');

  it.each([
    [
      'a private key',
      join('-----BEGIN RSA ', 'PRIVATE KEY-----\n', body, '\n', body, '\n-----END RSA ', 'PRIVATE KEY-----'),
    ],
    ['a JSON Web Token', jwt],
  ])('finds %s as a whole', (_, secret) => {
    expect(secretsIn(`before\n${secret}\nafter`)).toEqual([secret]);
  });

  it.each([
    ['postgres://app:h4rd-To-Gue55@db.internal:5432/main', 'h4rd-To-Gue55'],
    [`Authorization: Basic ${basic}`, basic],
    ['curl -u deploy:s3cr3t-Horse-99 https://api.example.com', 'deploy:s3cr3t-Horse-99'],
    ['DB_PASSWORD=tr0ub4dor&3xyz', 'tr0ub4dor&3xyz'],
    ['"apiKey": "a8f5c2e19b7d4063fe21"', 'a8f5c2e19b7d4063fe21'],
    ["password: 'k3Yb0ard!cat'", 'k3Yb0ard!cat'],
    ['Das Passwort ist Regen7bogen!9', 'Regen7bogen!9'],
  ])('finds the one in %j', (text, secret) => {
    expect(secretsIn(text)).toEqual([secret]);
  });

  it('takes the name of the field for a label', () => {
    expect(secretsIn('tr0ub4dor&3xyz', 'password')).toEqual(['tr0ub4dor&3xyz']);
    expect(secretsIn('tr0ub4dor&3xyz', 'title')).toEqual([]);
  });

  it.each([
    'password: <your-password>',
    'api_key=${API_KEY}',
    'token: "changeme"',
    'secret = xxxxxxxxxxxxxxxxxxxx',
    'password = getPassword()',
    'PASSWORD_FILE=/run/secrets/db',
    'token_type: "bearer"',
    'public_key = "9Qnzr4p4WHeKLs2Pt8RvKUqRKgFLgSYC9BJLkbKTXju"',
    'Authorization: Bearer $TOKEN',
    'curl -u "$USER:$PASSWORD" https://api.example.com',
    'https://user:password@example.com',
    'secret_name: "prod/db/main-7"',
    'max_tokens=4096',
    'The password must be at least 12 characters long.',
    'eyJ is how a token begins',
  ])('finds none in %j', (text) => {
    expect(secretsIn(text)).toEqual([]);
  });
});

describe('rules for secrets', () => {
  it('has one explanation for every rule', () => {
    const ids = SECRET_RULE_INFOS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(SECRET_RULES.length);
    expect(ids.length).toBeGreaterThanOrEqual(190);
    for (const info of SECRET_RULE_INFOS) {
      expect(info.id).toMatch(/^secret\.[a-z0-9-]+\.[a-z0-9-]+$/);
      expect(info.summary).not.toBe('');
      expect(info.remedy).not.toBe('');
    }
  });

  it('names the rule that matched', () => {
    expect(rulesIn('DB_PASSWORD=tr0ub4dor&3xyz')).toEqual(['secret.generic.assignment']);
  });
});
