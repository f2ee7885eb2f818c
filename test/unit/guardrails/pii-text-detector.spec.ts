import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { PII_ENTITIES } from '../../../src/contracts/finding.js';
import { PII_FIRES_FROM } from '../../../src/guardrails/local/hit.js';
import { PII_RULE_INFOS } from '../../../src/guardrails/local/pii/pii-text-detector.js';
import { pick, randomOf, shortestMs } from './fixtures.js';
import { foundIn, hitsIn } from './pii-views.js';

interface Row {
  readonly id: string;
  readonly label: 0 | 1;
  readonly text: string;
  readonly channel: string;
  readonly weak?: boolean;
  readonly expected?: readonly { readonly value: string }[];
}

const CORPUS = readFileSync(new URL('../../corpus/pii.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Row);

/** The strings of a row with their fields, as the engine would hand them over. */
function leavesOf(row: Row): readonly (readonly [text: string, field: string])[] {
  if (row.channel !== 'tool_args' || !row.text.startsWith('{')) return [[row.text, '']];
  const members = Object.entries(JSON.parse(row.text) as Record<string, unknown>);
  return members.map(([field, value]) => [String(value), field]);
}

function judge(row: Row): { readonly score: number; readonly redacted: string } {
  let score = 0;
  let redacted = '';
  for (const [text, field] of leavesOf(row)) {
    let at = 0;
    for (const hit of hitsIn(text, field)) {
      score = Math.max(score, hit.score);
      redacted += `${text.slice(at, hit.start)}<${hit.category}>`;
      at = hit.end;
    }
    redacted += `${text.slice(at)}\n`;
  }
  return { score, redacted };
}

describe('the corpus', () => {
  it('has at least 400 rows, with look-alikes', () => {
    expect(CORPUS.length).toBeGreaterThanOrEqual(400);
    expect(CORPUS.filter(({ label }) => label === 0).length).toBeGreaterThanOrEqual(150);
  });

  it('is recalled: every positive that has a form of its own or a label', () => {
    const missed = CORPUS.filter(({ label, weak }) => label === 1 && weak !== true).filter(
      (row) => judge(row).score < PII_FIRES_FROM,
    );
    expect(missed.map(({ text }) => text)).toEqual([]);
  });

  it('has no false alarm', () => {
    const alarms = CORPUS.filter(({ label }) => label === 0).filter((row) => judge(row).score >= PII_FIRES_FROM);
    expect(alarms.map(({ text }) => text)).toEqual([]);
  });

  it('loses its values to redaction, names and addresses too', () => {
    const kept = CORPUS.flatMap((row) => {
      const { redacted } = judge(row);
      return (row.expected ?? []).filter(({ value }) => redacted.includes(value)).map(({ value }) => value);
    });
    expect(kept).toEqual([]);
  });
});

describe('national ids', () => {
  it.each([
    ['CPF 529.982.247-25', 'NATIONAL_ID 529.982.247-25'],
    ['Aadhaar: 2341 2341 2346', 'NATIONAL_ID 2341 2341 2346'],
    ['NHS number 943 476 5919', 'NATIONAL_ID 943 476 5919'],
    ['mi DNI es 12345678Z', 'NATIONAL_ID 12345678Z'],
    ['NIE: X1234567L', 'NATIONAL_ID X1234567L'],
    ['PESEL 44051401359', 'NATIONAL_ID 44051401359'],
    ['codice fiscale RSSMRA85T10A562S', 'NATIONAL_ID RSSMRA85T10A562S'],
    ['BSN 111222333', 'NATIONAL_ID 111222333'],
    ['ABN 51 824 753 556', 'NATIONAL_ID 51 824 753 556'],
    ['TFN: 123 456 782', 'NATIONAL_ID 123 456 782'],
    ['AVS 756.9217.0769.85', 'NATIONAL_ID 756.9217.0769.85'],
    ['SIN 046 454 286', 'NATIONAL_ID 046 454 286'],
    ['SIN 046 454 287', null],
    ['CPF 529.982.247-26', null],
    ['Aadhaar: 2341 2341 2347', null],
    ['mi DNI es 12345678A', null],
    ['PESEL 44051401358', null],
    ['codice fiscale RSSMRA85T10A562T', null],
    ['BSN 111222334', null],
  ])('tells a number with the right check digit from one with a wrong one: %s', (text, found) => {
    expect(foundIn(text, '', ['NATIONAL_ID'])).toEqual(found === null ? [] : [found]);
  });

  it('takes the name of the field for a label, in camel case too', () => {
    expect(foundIn('943 476 5919', 'nhsNumber')).toEqual(['NATIONAL_ID 943 476 5919']);
    expect(foundIn('44051401359', 'order')).toEqual([]);
  });
});

describe('addresses of machines and wallets', () => {
  it.each([
    ['from 203.0.113.77 port 22', 'IP_ADDRESS 203.0.113.77'],
    ['peer 2001:db8:85a3::8a2e:370:7334 up', 'IP_ADDRESS 2001:db8:85a3::8a2e:370:7334'],
    ['ether 3c:22:fb:9a:10:7e txqueuelen', 'MAC_ADDRESS 3c:22:fb:9a:10:7e'],
    ['send to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa now', 'CRYPTO 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'],
    ['bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq', 'CRYPTO bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq'],
    ['0x52908400098527886e0f7030069857d2e4169ee7', 'CRYPTO 0x52908400098527886e0f7030069857d2e4169ee7'],
    ['listening on 127.0.0.1', null],
    ['mask 255.255.255.0', null],
    ['10.1.0.0/16', null],
    ['v10.0.19045.3803', null],
    ['version 12.34.56.78', null],
    ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb', null],
    ['std::vector::begin', null],
    ['at 12:34:56:78:90:12 o’clock', 'MAC_ADDRESS 12:34:56:78:90:12'],
    ['ff:ff:ff:ff:ff:ff', null],
  ])('reads %j', (text, found) => {
    expect(foundIn(text, '', ['IP_ADDRESS', 'MAC_ADDRESS', 'CRYPTO'])).toEqual(found === null ? [] : [found]);
  });
});

describe('values beside labels', () => {
  it.each([
    ['DOB: 1984-03-12', 'DATE_OF_BIRTH 1984-03-12'],
    ['geboren am 12.03.1984', 'DATE_OF_BIRTH 12.03.1984'],
    ['née le 12/03/1984', 'DATE_OF_BIRTH 12/03/1984'],
    ['passport number is X1234567', 'PASSPORT X1234567'],
    ['the passport office in Room 12', null],
    ["driver's license D1234567", 'DRIVER_LICENSE D1234567'],
    ['a licence for 12345678 users', null],
    ['routing number 021000021', 'BANK_ACCOUNT 021000021'],
    ['routing number 021000022', null],
    ['IMEI 490154203237518', 'OTHER_ID 490154203237518'],
    ['released on 1984-03-12', null],
  ])('reads %j', (text, found) => {
    const entities = ['DATE_OF_BIRTH', 'PASSPORT', 'DRIVER_LICENSE', 'BANK_ACCOUNT', 'OTHER_ID'] as const;
    expect(foundIn(text, '', entities)).toEqual(found === null ? [] : [found]);
  });
});

describe('names and addresses', () => {
  it('fires on people who say who they are, and only redacts other names', () => {
    const [own] = hitsIn('My name is Astrid Lindqvist.');
    const [other] = hitsIn('a film with Astrid Lindqvist.');
    expect(own?.score).toBeGreaterThanOrEqual(PII_FIRES_FROM);
    expect(other?.score).toBeLessThan(PII_FIRES_FROM);
  });

  it.each([
    ['Best regards,\nHelena Novak', 'PERSON Helena Novak'],
    ['call Mr. Okonjo-Tanner today', 'PERSON Okonjo-Tanner'],
    ['he lives at 12 Old Mill Road, Springfield 62704', 'ADDRESS 12 Old Mill Road, Springfield 62704'],
    ['Lindenstraße 5, 10969 Berlin', 'ADDRESS Lindenstraße 5, 10969 Berlin'],
    ['14 rue de Verdun', 'ADDRESS 14 rue de Verdun'],
    ['P.O. Box 1234', 'ADDRESS P.O. Box 1234'],
    ['Wednesday in Main Street', null],
    ['Internal Server Error', null],
    ['SELECT User FROM Accounts', null],
    ['class HttpClient extends Base', null],
  ])('reads %j', (text, found) => {
    expect(foundIn(text, '', ['PERSON', 'ADDRESS'])).toEqual(found === null ? [] : [found]);
  });
});

describe('the whole detector', () => {
  it('looks only for the entities it is asked for', () => {
    const text = 'My name is Helena Novak, IP 203.0.113.77, DOB 1984-03-12';
    expect(foundIn(text, '', ['IP_ADDRESS'])).toEqual(['IP_ADDRESS 203.0.113.77']);
    expect(foundIn(text, '', [])).toEqual([]);
  });

  it('finds the same wherever the windows fall', () => {
    const text = CORPUS.slice(0, 120)
      .map(({ text: part }) => part)
      .join('\n\n');
    const whole = hitsIn(text);
    expect(whole.length).toBeGreaterThan(80);
    for (const step of [997, 4_096]) expect(hitsIn(text, '', PII_ENTITIES, step)).toEqual(whole);
  });

  it('returns hits in order and without overlaps', () => {
    const random = randomOf(20_261_122);
    for (let round = 0; round < 60; round++) {
      const text = Array.from({ length: 12 }, () => pick(random, CORPUS).text).join(pick(random, [' ', '', '\n', ':']));
      let last = 0;
      for (const { start, end } of hitsIn(text)) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(text.length);
        last = end;
      }
    }
  });

  it('explains every rule that it names', () => {
    const known = new Set(PII_RULE_INFOS.map(({ id }) => id));
    expect(known.size).toBe(PII_RULE_INFOS.length);
    const used = CORPUS.flatMap((row) => leavesOf(row).flatMap(([text, field]) => hitsIn(text, field)));
    expect(used.filter(({ rule }) => rule === undefined || !known.has(rule))).toEqual([]);
  });
});

/** Pieces that make a careless rule quadratic when they are repeated. */
const HOSTILE =
  'eyJ|eyJaaaaaaaa.|-eyJaaaaaaaaaa|password=|token=|token:=|?sig=|-----BEGIN PRIVATE KEY-----|://a:|://a:b@|Bearer a1|authorization: |curl -u a:b |xoxb-|xoxb-1|fm2_|Aa |Aa Bb |Mr John |name is |1 A St, Aa Bb Cc |1 Aa Bb Cc Dd Street |Via Aa |Aa-weg 1 |Apt. 1 |address: 1 Aa |1.1.|a::|aa:bb:|0xaaaaaaaa|bc1q|1A1A1A1A1A|dob: 1|passport is |account is the |card 4111 1111 |call 12 34 |123 4567 fax|twitter=|"first_name": "A|A. |(Aa |, Aa'.split(
    '|',
  );

describe('hostile text', () => {
  it.each(HOSTILE)('takes time in proportion to its length: %j', (piece) => {
    const textOf = (length: number): string => piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
    const [short, long] = [textOf(12_800), textOf(102_400)];
    hitsIn(short);
    const shortMs = shortestMs(3, () => hitsIn(short));
    const longMs = shortestMs(5, () => hitsIn(long));
    expect(longMs).toBeLessThan(shortMs * 24 + 20);
    // A machine that does much else at the same time is slower by CPU time too.
    expect(longMs).toBeLessThan(50 * 8);
  });
});

describe('a run of digits longer than a window', () => {
  const RUN = '4'.repeat(50_000);

  it('is no number, wherever windows end in it', () => {
    for (const step of [100, 4_096, 8_191]) expect(hitsIn(RUN, '', ['CREDIT_CARD', 'PHONE', 'SSN'], step)).toEqual([]);
  });

  it('hides nothing that comes after it', () => {
    const text = `${RUN} 4111 1111 1111 1111`;
    for (const step of [100, 4_096, 8_191]) {
      const hits = hitsIn(text, '', PII_ENTITIES, step).map(({ category, start }) => ({ category, start }));
      expect(hits).toEqual([{ category: 'CREDIT_CARD', start: RUN.length + 1 }]);
    }
  });
});
