// Values of personal data with valid checksums, made from a seeded generator. Nobody's: the numbers are random.

/** A seeded generator of numbers in [0, 1) (mulberry32). */
export function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const D = '0123456789';
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const HEX = '0123456789abcdef';
const VD = '0123456789123406789523401789563401289567401239567859876043216598710432765982104387659321049876543210';
const VP = '01234567891576283094580379614289160435279453126870428657390127938064157046913258';

export function valuesOf(random) {
  const int = (low, high) => low + Math.floor(random() * (high - low + 1));
  const pick = (items) => items[int(0, items.length - 1)];
  const some = (chars, count) => Array.from({ length: count }, () => chars[int(0, chars.length - 1)]).join('');
  const sum = (digits, weights) => weights.reduce((total, weight, i) => total + weight * Number(digits[i]), 0);
  const luhn = (body) => {
    let total = 0;
    for (let i = 0; i < body.length; i++) {
      const value = Number(body[body.length - 1 - i]) * (i % 2 === 0 ? 2 : 1);
      total += value > 9 ? value - 9 : value;
    }
    return body + String((10 - (total % 10)) % 10);
  };
  const retry = (make) => {
    for (;;) {
      const value = make();
      if (value !== null) return value;
    }
  };
  const verhoeff = (body) => {
    for (const digit of D) {
      const all = body + digit;
      let check = 0;
      for (let i = 0; i < all.length; i++)
        check = Number(VD[check * 10 + Number(VP[(i % 8) * 10 + Number(all[all.length - 1 - i])])]);
      if (check === 0) return all;
    }
    return null;
  };
  const mod97 = (country, bban) => {
    let remainder = 0;
    for (const char of `${bban}${country}00`) {
      const value = Number.parseInt(char, 36);
      remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
    }
    return country + String(98 - remainder).padStart(2, '0') + bban;
  };
  const day = () => String(int(1, 28)).padStart(2, '0');
  const month = () => String(int(1, 12)).padStart(2, '0');
  const given = () =>
    pick([
      'Astrid',
      'Rajesh',
      'Beatriz',
      'Kenji',
      'Oksana',
      'Thomas',
      'Giulia',
      'Ahmed',
      'Ingrid',
      'Pierre',
      'Monica',
      'Vikram',
      'Helena',
      'Marcus',
    ]);
  const family = () =>
    pick([
      'Lindqvist',
      'Sharma',
      'Ferreira',
      'Tanaka',
      'Kowalski',
      'Baker',
      'Rossi',
      'Hussain',
      'Johansen',
      'Moreau',
      'Alvarez',
      'Kapoor',
      'Novak',
      'Schneider',
    ]);
  return {
    int,
    pick,
    some,
    email: () =>
      `${given().toLowerCase()}.${family().toLowerCase()}${String(int(1, 99))}@${pick(['mail.example', 'post.example.org', 'corp.example.net'])}`,
    card: () => cardOf(),
    iban: () =>
      pick([
        () => mod97('DE', some(D, 18)),
        () => mod97('FR', some(D, 23)),
        () => mod97('ES', some(D, 20)),
        () => mod97('PL', some(D, 24)),
        () => mod97('GB', `NWBK${some(D, 14)}`),
      ])(),
    ssn: () => `${String(int(100, 665))}-${String(int(10, 99))}-${String(int(1000, 9999))}`,
    phone: () =>
      pick([
        () => `+49 30 ${some(D, 7).replace(/^0/, '4')}`,
        () => `+44 20 7946 0${String(int(100, 999))}`,
        () => `(${String(int(212, 289))}) ${String(int(312, 389))}-${some(D, 4)}`,
        () => `+81 3-${String(int(2000, 9999))}-${some(D, 4)}`,
      ])(),
    aadhaar: () => retry(() => verhoeff(String(int(2, 9)) + some(D, 10))).replace(/(\d{4})(\d{4})(\d{4})/, '$1 $2 $3'),
    cpf: () => {
      const body = some('123456789', 9);
      const first = ((sum(body, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11) % 10;
      const second = ((sum(body + String(first), [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11) % 10;
      return `${body.slice(0, 3)}.${body.slice(3, 6)}.${body.slice(6)}-${String(first)}${String(second)}`;
    },
    nhs: () =>
      retry(() => {
        const body = some('123456789', 9);
        const check = 11 - (sum(body, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11);
        return check === 10 ? null : `${body.slice(0, 3)} ${body.slice(3, 6)} ${body.slice(6)}${String(check % 11)}`;
      }),
    dni: () => {
      const number = int(10_000_000, 99_999_999);
      return String(number) + 'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23];
    },
    pesel: () => {
      const body = `${some(D, 2)}${month()}${day()}${some(D, 4)}`;
      return body + String((10 - (sum(body, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10);
    },
    sin: () => luhn(String(int(1, 7)) + some(D, 7)).replace(/(\d{3})(\d{3})(\d{3})/, '$1 $2 $3'),
    bsn: () =>
      retry(() => {
        const body = some('123456789', 8);
        const check = sum(body, [9, 8, 7, 6, 5, 4, 3, 2]) % 11;
        return check === 10 ? null : body + String(check);
      }),
    nir: () => {
      const body = `${pick(['1', '2'])}${some(D, 2)}${month()}75${some(D, 6)}`;
      return body + String(97 - (Number(body) % 97)).padStart(2, '0');
    },
    avs: () => {
      const body = `756${some(D, 9)}`;
      const check = (10 - (sum(body, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]) % 10)) % 10;
      return (body + String(check)).replace(/(\d{3})(\d{4})(\d{4})(\d{2})/, '$1.$2.$3.$4');
    },
    tfn: () =>
      retry(() => {
        const body = some('123456789', 9);
        return sum(body, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0
          ? body.replace(/(\d{3})(\d{3})(\d{3})/, '$1 $2 $3')
          : null;
      }),
    nino: () => `${pick(['AB', 'CE', 'JK', 'WM'])}${some('123456789', 6)}${pick(['A', 'B', 'C', 'D'])}`,
    curp: () =>
      `${some(UPPER, 4)}${some('456789', 2)}${month()}${day()}${pick(['H', 'M'])}DF${some('BCDFG', 3)}0${String(int(1, 9))}`,
    chinese: () => {
      const body = `${pick(['110101', '310104', '440305'])}19${some('56789', 1)}${some(D, 1)}${month()}${day()}${some(D, 3)}`;
      return body + '10X98765432'[sum(body, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11];
    },
    passport: () => `${some('ABCDEFGH', 2)}${some('123456789', 7)}`,
    licence: () => `${some(UPPER, 1)}${some('123456789', 7)}`,
    routing: () =>
      retry(() => {
        const body = `0${some('123456789', 8)}`;
        return sum(body, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0 ? body : null;
      }),
    account: () => some('123456789', 10),
    swift: () => `${some(UPPER, 4)}${pick(['DE', 'FR', 'US', 'JP'])}${some(UPPER, 2)}`,
    birth: () =>
      pick([
        () => `19${some('56789', 1)}${some(D, 1)}-${month()}-${day()}`,
        () => `${day()}.${month()}.19${some('56789', 1)}${some(D, 1)}`,
        () => `${pick(['March', 'July', 'October'])} ${String(int(1, 28))}, 19${some('56789', 1)}${some(D, 1)}`,
      ])(),
    ip: () =>
      pick([
        () => `${String(int(11, 99))}.${String(int(16, 250))}.${String(int(0, 250))}.${String(int(1, 250))}`,
        () =>
          `2a0${some(HEX, 1)}:${some('abcdef', 4)}:${some('123456789', 3)}:${some(HEX.slice(1), 4)}::${some('abcdef12', 4)}`,
      ])(),
    mac: () => Array.from({ length: 5 }, () => some(HEX, 2)).join(':') + ':b7',
    ethereum: () => `0x${some(HEX.slice(1), 40)}`,
    password: () => `${some('bcdfghjkm', 3)}${some('AEUTR', 2)}${some('23456789', 3)}!${some('nprstvwx', 3)}`,
    person: () => `${given()} ${family()}`,
    address: () =>
      pick([
        () =>
          `${String(int(2, 990))} ${pick(['Maple', 'Old Mill', 'Harbour', 'Cedar'])} ${pick(['Street', 'Road', 'Avenue', 'Lane'])}`,
        () => `${pick(['Lindenstraße', 'Bahnhofstraße', 'Mühlenweg', 'Goethestrasse'])} ${String(int(1, 140))}`,
        () => `${String(int(2, 120))} rue de ${pick(['Lille', 'Verdun', 'Turenne'])}`,
        () => `Via ${pick(['Garibaldi', 'Mazzini', 'Dante'])} ${String(int(1, 90))}`,
        () => `Calle ${pick(['Mayor', 'Alcalá', 'Goya'])} ${String(int(1, 90))}`,
      ])(),
  };

  function cardOf() {
    const [prefix, length] = pick([
      ['4', 16],
      ['51', 16],
      ['2221', 16],
      ['37', 15],
      ['6011', 16],
    ]);
    return luhn(prefix + some(D, length - prefix.length - 1));
  }
}
