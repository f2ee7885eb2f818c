import { describe, expect, it } from '@jest/globals';
import { piiIn } from './fixtures.js';

const ORDINARY =
  'The quick brown fox jumps over the lazy dog 0123456789. "quoted" and \\slashed\\ text, line\nbreaks\ttabs; caf\u00e9. ';

describe('e-mail addresses', () => {
  it.each([
    ['joe@example.com', 'joe@example.com'],
    ['Mail <joe.bloggs+tag@mail.example.co.uk>, please', 'joe.bloggs+tag@mail.example.co.uk'],
    ['mailto:joe_b@example.org?subject=x', 'joe_b@example.org'],
    ['https://x.test/?email=joe@example.com&y=1', 'joe@example.com'],
    ["'o'brien@example.ie'", "o'brien@example.ie"],
    ['J\u00f6rg: j\u00f6rg@m\u00fcller.de.', 'j\u00f6rg@m\u00fcller.de'],
    ['\u8054\u7cfbfoo@bar.com\u8c22\u8c22', 'foo@bar.com'],
    ['x@xn--mller-kva.de', 'x@xn--mller-kva.de'],
    ['1@2.io', '1@2.io'],
    ['joe\uff20example.com', 'joe\uff20example.com'],
    ['jo\u200be@exam\u200bple.com', 'jo\u200be@exam\u200bple.com'],
    ['4155552671@txt.example.com', '4155552671@txt.example.com'],
    [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
  ])('finds the one in %j', (text, found) => {
    expect(piiIn(text)).toEqual([`EMAIL ${found}`]);
  });

  it.each([
    '@mention',
    'user@localhost',
    'pkg@1.2.3',
    '@scope/pkg@^2.0.0',
    'a@b',
    'a@b.c',
    'icon@2x.png',
    'git@github.com:org/repo.git',
    'joe@.example.com',
    'joe.@example.com',
    'joe@exa_mple',
    'a @ b.com',
    'joe@-x.com',
  ])('finds none in %j', (text) => {
    expect(piiIn(text)).toEqual([]);
  });
});

describe('credit cards', () => {
  it.each([
    ['4111111111111111', '4111111111111111'],
    ['card: 4111 1111 1111 1111 12/28 123', '4111 1111 1111 1111'],
    ['4111-1111-1111-1111.', '4111-1111-1111-1111'],
    ['5500 0000 0000 0004', '5500 0000 0000 0004'],
    ['2223003122003222', '2223003122003222'],
    ['378282246310005', '378282246310005'],
    ['3782 822463 10005', '3782 822463 10005'],
    ['3056 930902 5904', '3056 930902 5904'],
    ['6011111111111117', '6011111111111117'],
    ['3530111333300000', '3530111333300000'],
    ['4111 1111 1111 1111 1228', '4111 1111 1111 1111'],
    ['4111 1111 1111 1111 2028', '4111 1111 1111 1111'],
    ['+4915112345678x 4111 1111 1111 1111 77777', '4111 1111 1111 1111'],
    ['1,4111111111111111,12/28', '4111111111111111'],
    ['\u5361\u53f74111111111111111', '4111111111111111'],
    [
      '\uff14\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11',
      '\uff14\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11',
    ],
    ['4111\u200b11111111\u20601111', '4111\u200b11111111\u20601111'],
    ['4111\u00a01111\u00a01111\u00a01111', '4111\u00a01111\u00a01111\u00a01111'],
    ['4111\u20111111\u20111111\u20111111', '4111\u20111111\u20111111\u20111111'],
    [
      '\u0664\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661',
      '\u0664\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661',
    ],
  ])('finds the one in %j', (text, found) => {
    expect(piiIn(text)).toEqual([`CREDIT_CARD ${found}`]);
  });

  it.each([
    '4111111111111112',
    '0000000000000000',
    '1234567812345670',
    '41111111111111111',
    '4111 1111-1111 1111',
    '4111 1111 1111 1111 1111',
    '1111 4111 1111 1111 1111',
    '12-4111-1111-1111-1111',
    '4111-1111-1111-1111-99',
    'x4111111111111111',
    'id_4111111111111111',
    '4111111111111111a',
    '0.4111111111111111',
    '4111111111111111.5',
    '4111  1111  1111  1111',
    '2019 2020 2021 2022',
  ])('finds none in %j', (text) => {
    expect(piiIn(text)).toEqual([]);
  });
});

it('finds cards that stand in a row', () => {
  expect(piiIn('4111 1111 1111 1111 5500 0000 0000 0004 4111 1111 1111 1111')).toEqual([
    'CREDIT_CARD 4111 1111 1111 1111',
    'CREDIT_CARD 5500 0000 0000 0004',
    'CREDIT_CARD 4111 1111 1111 1111',
  ]);
  expect(piiIn('4111 1111 1111 1111 '.repeat(200))).toHaveLength(200);
  expect(piiIn('4111 1111 1111 1112 4111 1111 1111 1111')).toEqual(['CREDIT_CARD 4111 1111 1111 1111']);
});

describe('IBANs', () => {
  it.each([
    ['DE89370400440532013000', 'DE89370400440532013000'],
    ['IBAN: DE89 3704 0044 0532 0130 00 next', 'DE89 3704 0044 0532 0130 00'],
    ['GB82 WEST 1234 5698 7654 32,', 'GB82 WEST 1234 5698 7654 32'],
    ['gb82west12345698765432', 'gb82west12345698765432'],
    ['FR14 2004 1010 0505 0001 3M02 606', 'FR14 2004 1010 0505 0001 3M02 606'],
    ['NO93-8601-1117-947', 'NO93-8601-1117-947'],
    ['MT84MALT011000012345MTLCAST001S', 'MT84MALT011000012345MTLCAST001S'],
    ['DE89\u200b370400440532013000', 'DE89\u200b370400440532013000'],
  ])('finds the one in %j', (text, found) => {
    expect(piiIn(text)).toEqual([`IBAN ${found}`]);
  });

  it.each([
    'DE88370400440532013000',
    'DE8937040044053201300',
    'DE893704004405320130001',
    'ZZ89370400440532013000',
    'XDE89370400440532013000',
    'DE89 3704  0044 0532 0130 00',
  ])('finds none in %j', (text) => {
    expect(piiIn(text)).toEqual([]);
  });
});

describe('social security numbers', () => {
  it.each([
    ['123-45-6789', '123-45-6789'],
    ['SSN 123 45 6789.', '123 45 6789'],
    ['my ssn is 123456789', '123456789'],
    ['Social Security No: 123456789', '123456789'],
    ['\uff11\uff12\uff13-45-6789', '\uff11\uff12\uff13-45-6789'],
    ['123\u201345\u20136789', '123\u201345\u20136789'],
  ])('finds the one in %j', (text, found) => {
    expect(piiIn(text)).toEqual([`SSN ${found}`]);
  });

  it('takes the name of the field for a label', () => {
    expect(piiIn('123456789', 'customerSsn')).toEqual(['SSN 123456789']);
    expect(piiIn('123456789', 'className')).toEqual([]);
  });

  it.each([
    '000-45-6789',
    '666-45-6789',
    '912-45-6789',
    '123-00-6789',
    '123-45-0000',
    '123456789',
    'classname 123456789',
    '1123-45-6789',
    '123-45-67890',
    '7-123-45-6789',
    '123-45-6789-1',
    'AB-123-45-6789',
    '123-45 6789',
    '10 123 45 6789',
    '123 45 6789 11',
  ])('finds none in %j', (text) => {
    expect(piiIn(text)).toEqual([]);
  });
});

describe('phone numbers', () => {
  it.each([
    ['+14155552671', '+14155552671'],
    ['call +1 (415) 555-2671 now', '+1 (415) 555-2671'],
    ['+1-415-555-2671 2 times', '+1-415-555-2671'],
    ['tel:+44-20-7946-0958', '+44-20-7946-0958'],
    ['+44 (0) 20 7946 0958', '+44 (0) 20 7946 0958'],
    ['+4915112345678', '+4915112345678'],
    ['(415) 555-2671', '(415) 555-2671'],
    ['(415)555-2671', '(415)555-2671'],
    ['415-555-2671', '415-555-2671'],
    ['415.555.2671', '415.555.2671'],
    ['415 555-2671', '415 555-2671'],
    ['415 555 2671', '415 555 2671'],
    ['1-415-555-2671', '1-415-555-2671'],
    ['1 (415) 555-2671', '1 (415) 555-2671'],
    ['Tel.: 020 7946 0958', '020 7946 0958'],
    ['Telefon 030/1234567', '030/1234567'],
    ['phone (020) 7946 0958', '(020) 7946 0958'],
    ['Mobile: 06 12 34 56 78', '06 12 34 56 78'],
    ['phone_number=4155552671', '4155552671'],
    ['(415)\u202f555\u20112671', '(415)\u202f555\u20112671'],
    ['\uff0b\uff11 415 555 2671', '\uff0b\uff11 415 555 2671'],
  ])('finds the one in %j', (text, found) => {
    expect(piiIn(text)).toEqual([`PHONE ${found}`]);
  });

  it('takes the name of the field for a label', () => {
    expect(piiIn('020 7946 0958', 'homePhone')).toEqual(['PHONE 020 7946 0958']);
    expect(piiIn('020 7946 0958', 'dimensions')).toEqual([]);
  });

  it.each([
    '0123456789',
    '4155552671',
    '020 7946 0958',
    '2024-01-15',
    '15.01.2024',
    'phone: 2024-01-15 10:30',
    '2024-01-15T10:30:00+01:00',
    '2024-01-15T10:30:00.123456+0100',
    '192.168.100.200',
    'tel 192.168.100.200',
    '10.0.19045.3803',
    'v1.22.333-4444',
    '123e4567-e89b-12d3-a456-426614174000',
    '12345678-1234-1234-1234-123456789012',
    '1732290000000',
    '1732290000',
    'order 113-1234567-1234567',
    'order 100-555-2671',
    '911-555-2671',
    '415-911-2671',
    '415-155-2671',
    '415-555-26711',
    '3415-555-2671',
    '415-555-2671-33',
    '200 415 555 2671',
    '415 555 2671 300',
    '234 567 8901 234 567 8901',
    'a+14155552671',
    '+100000000',
    '+12345678901234567',
    '+0123456789',
    '+1234',
    'YWJj+12345678901/x',
    '3.14159265358979',
    '1,234,567,890',
    '@@ -1,5 +123456,7 @@',
    '0x4155552671',
    'ISBN 978-3-16-148410-0',
    '12:34:56.789',
    '1e10 2e10',
  ])('finds none in %j', (text) => {
    expect(piiIn(text)).toEqual([]);
  });
});

describe('pii detector', () => {
  it('finds nothing in ordinary text', () => {
    expect(piiIn(ORDINARY.repeat(600).slice(0, 65_536))).toEqual([]);
  });

  it('looks only for the entities it is asked for', () => {
    const text = 'joe@example.com 4111111111111111 415-555-2671';
    expect(piiIn(text, '', ['PHONE'])).toEqual(['PHONE 415-555-2671']);
    expect(piiIn(text, '', ['CREDIT_CARD'])).toEqual(['CREDIT_CARD 4111111111111111']);
    expect(piiIn(text, '', [])).toEqual([]);
  });

  it('finds several of every kind, in order', () => {
    const text = 'a@b.io 123-45-6789, +4915112345678; DE89370400440532013000 (4111111111111111) c@d.io';
    expect(piiIn(text)).toEqual([
      'EMAIL a@b.io',
      'SSN 123-45-6789',
      'PHONE +4915112345678',
      'IBAN DE89370400440532013000',
      'CREDIT_CARD 4111111111111111',
      'EMAIL c@d.io',
    ]);
  });
});
