import { describe, expect, it } from '@jest/globals';
import { parseAddress } from '../../../src/config/postgres/database-address.js';

describe('the URL of a database', () => {
  it.each([
    ['postgresql://user:secret@db.example:5433/gateway', 'PostgreSQL at db.example:5433/gateway', true],
    ['postgres://user:secret@db.example/gateway?sslmode=verify-full', 'PostgreSQL at db.example/gateway', false],
    ['postgresql://user:secret@/gateway?host=/run/postgresql', 'PostgreSQL at /run/postgresql/gateway', false],
    ['postgresql://127.0.0.1/gateway', 'PostgreSQL at 127.0.0.1/gateway', false],
  ])('of %s is shown without user and password', (url, place, inClear) => {
    expect(parseAddress(url, 'X')).toEqual({ url, place, inClear });
  });

  it.each(['mysql://u:secret@h/d', 'secret', 'postgresql://u:secret@h:notaport/d'])(
    'that is none is refused without being repeated',
    (url) => {
      expect(() => parseAddress(url, 'ENKRYPT_DATABASE_URL')).toThrow(/ENKRYPT_DATABASE_URL is no URL/);
      expect(() => parseAddress(url, 'ENKRYPT_DATABASE_URL')).not.toThrow(/secret/);
    },
  );
});
