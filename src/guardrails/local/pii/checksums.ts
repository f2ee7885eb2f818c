/** Check digits of national numbers. All take the number without separators. */

const VERHOEFF_D =
  '0123456789123406789523401789563401289567401239567859876043216598710432765982104387659321049876543210';
const VERHOEFF_P = '01234567891576283094580379614289160435279453126870428657390127938064157046913258';

/** Verhoeff's dihedral check (Aadhaar). */
export function passesVerhoeff(digits: string): boolean {
  let check = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    check = Number(VERHOEFF_D[check * 10 + Number(VERHOEFF_P[(i % 8) * 10 + digit])]);
  }
  return check === 0;
}

export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = digits.length - 1, double = false; i >= 0; i--, double = !double) {
    const value = Number(digits[i]) * (double ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

export function weighted(digits: string, weights: readonly number[]): number {
  let sum = 0;
  for (const [i, weight] of weights.entries()) sum += weight * Number(digits[i] ?? 0);
  return sum;
}

function descending(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => from - i);
}

function isUniform(digits: string): boolean {
  return /^(\d)\1+$/.test(digits);
}

/** Receita Federal: two digits mod 11. */
export function isCpf(digits: string): boolean {
  if (digits.length !== 11 || isUniform(digits)) return false;
  const first = ((weighted(digits, descending(10, 9)) * 10) % 11) % 10;
  const second = ((weighted(digits, descending(11, 10)) * 10) % 11) % 10;
  return first === Number(digits[9]) && second === Number(digits[10]);
}

export function isCnpj(digits: string): boolean {
  if (digits.length !== 14 || isUniform(digits)) return false;
  const first = weighted(digits, [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
  const second = weighted(digits, [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
  return digits.endsWith(`${String(first < 2 ? 0 : 11 - first)}${String(second < 2 ? 0 : 11 - second)}`);
}

/** NHS data dictionary: mod 11. */
export function isNhs(digits: string): boolean {
  const check = 11 - (weighted(digits, descending(10, 9)) % 11);
  return digits.length === 10 && check !== 10 && check % 11 === Number(digits[9]) && !isUniform(digits);
}

export function isPesel(digits: string): boolean {
  if (digits.length !== 11) return false;
  const check = (10 - (weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10;
  const month = Number(digits.slice(2, 4)) % 20;
  return check === Number(digits[10]) && month >= 1 && month <= 12 && Number(digits.slice(4, 6)) <= 31;
}

const DNI_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE';

/** Spanish DNI and NIE: letter mod 23. */
export function isDni(id: string): boolean {
  const found = /^([XYZ]?)(\d{7,8})([A-Z])$/.exec(id);
  if (found === null) return false;
  const [, prefix = '', digits = '', letter = ''] = found;
  if (prefix === '' ? digits.length !== 8 : digits.length !== 7) return false;
  const number = Number(`${prefix === '' ? '' : String('XYZ'.indexOf(prefix))}${digits}`);
  return DNI_LETTERS[number % 23] === letter;
}

/** Dutch BSN: eleven test. */
export function isBsn(digits: string): boolean {
  return digits.length === 9 && !isUniform(digits) && weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0;
}

/** German Steuer-ID: ISO 7064 mod 11,10; one digit of the first ten occurs twice or thrice. */
export function isSteuerId(digits: string): boolean {
  if (digits.length !== 11 || digits.startsWith('0')) return false;
  let product = 10;
  for (let i = 0; i < 10; i++) {
    const sum = (Number(digits[i]) + product) % 10;
    product = ((sum === 0 ? 10 : sum) * 2) % 11;
  }
  const distinct = new Set(digits.slice(0, 10)).size;
  return (11 - product) % 10 === Number(digits[10]) && (distinct === 8 || distinct === 9);
}

/** French NIR: key 97 - n mod 97; Corsica counts as 19 and 18. */
export function isNir(id: string): boolean {
  if (!/^[12378]\d{4}(?:\d\d|2[AB])\d{8}$/.test(id)) return false;
  const month = Number(id.slice(3, 5));
  if (month === 0 || (month > 12 && month < 20)) return false;
  const number = Number(id.slice(0, 13).replace('2A', '19').replace('2B', '18'));
  return 97 - (number % 97) === Number(id.slice(13));
}

/** EAN-13 (Swiss AVS numbers begin with 756). */
export function isAvs(digits: string): boolean {
  if (digits.length !== 13 || !digits.startsWith('756')) return false;
  return (10 - (weighted(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]) % 10)) % 10 === Number(digits[12]);
}

export function isTfn(digits: string): boolean {
  return digits.length === 9 && weighted(digits, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0 && !isUniform(digits);
}

export function isAbn(digits: string): boolean {
  if (digits.length !== 11 || digits.startsWith('0')) return false;
  return (weighted(digits, [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10) % 89 === 0;
}

export function isAba(digits: string): boolean {
  if (!/^(?:0[0-9]|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)\d{7}$/.test(digits)) return false;
  return weighted(digits, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0 && !isUniform(digits);
}

const CF_ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/** Italian codice fiscale: check letter (D.M. 23/12/1976). */
export function isCodiceFiscale(id: string): boolean {
  if (!/^[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]$/.test(id))
    return false;
  let sum = 0;
  for (let i = 0; i < 15; i++) {
    const code = id.charCodeAt(i);
    const value = code < 0x3a ? code - 0x30 : code - 0x41;
    sum += i % 2 === 0 ? (CF_ODD[value] ?? 0) : value;
  }
  return id.charCodeAt(15) - 0x41 === sum % 26;
}

/** Chinese resident identity card: ISO 7064 mod 11-2. */
export function isChineseId(id: string): boolean {
  if (!/^[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]$/.test(id)) return false;
  const sum = weighted(id, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
  return '10X98765432'[sum % 11] === id[17];
}

/** Belgian national number: 97 - n mod 97, with a 2 in front for births from 2000 on. */
export function isBelgian(digits: string): boolean {
  if (digits.length !== 11) return false;
  const [number, check] = [Number(digits.slice(0, 9)), Number(digits.slice(9))];
  return 97 - (number % 97) === check || 97 - ((2e9 + number) % 97) === check;
}

/** Swedish personnummer: Luhn over the last ten. */
export function isPersonnummer(digits: string): boolean {
  const last = digits.slice(-10);
  const month = Number(last.slice(2, 4));
  const day = Number(last.slice(4, 6)) % 60;
  return (
    (digits.length === 10 || digits.length === 12) &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= 31 &&
    passesLuhn(last)
  );
}

/** Finnish personal identity code. */
export function isHetu(id: string): boolean {
  const found = /^(\d{6})[-+A-FU-Y](\d{3})([0-9A-Y])$/.exec(id);
  return (
    found !== null && '0123456789ABCDEFHJKLMNPRSTUVWXY'[Number(`${found[1] ?? ''}${found[2] ?? ''}`) % 31] === found[3]
  );
}

/** Turkish identity number. */
export function isTckn(digits: string): boolean {
  if (!/^[1-9]\d{10}$/.test(digits)) return false;
  const d = Array.from(digits, Number);
  const at = (i: number): number => d[i] ?? 0;
  const odd = at(0) + at(2) + at(4) + at(6) + at(8);
  const even = at(1) + at(3) + at(5) + at(7);
  const tenth = (((odd * 7 - even) % 10) + 10) % 10;
  return tenth === at(9) && (odd + even + at(9)) % 10 === at(10);
}
