import { isDigitAt, isWordAt, type Span } from './chars.js';
import * as checks from './checksums.js';

/** Formats whose separators and check digits say what they are without a label. */
const STRONG: readonly (readonly [first: RegExp, id: string, check: (compact: string) => boolean])[] = [
  [/\d{3}\.\d{3}\.\d{3}-\d{2}/y, 'pii.id.br-cpf', checks.isCpf],
  [/\d{2}\.\d{3}\.\d{3}\/\d{4}-\d{2}/y, 'pii.id.br-cnpj', checks.isCnpj],
  [/756\.\d{4}\.\d{4}\.\d{2}/y, 'pii.id.ch-avs', checks.isAvs],
  [
    /[12]\d{2}(?:0[1-9]|1[0-2])(?:\d\d|2[AB])\d{8}(?!\d)|[12] \d\d \d\d (?:\d\d|2[AB]) \d{3} \d{3} \d\d/y,
    'pii.id.fr-nir',
    checks.isNir,
  ],
  [/[1-9]\d{16}[\dX]/y, 'pii.id.cn-resident', checks.isChineseId],
  [/\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}/y, 'pii.id.be-national', checks.isBelgian],
];

export interface NamedSpan extends Span {
  readonly rule: string;
}

/** The national id that starts with the digit at `start`, or null. */
export function matchStrongDigits(text: string, start: number): NamedSpan | null {
  if (isPartOfMore(text, start)) return null;
  for (const [pattern, rule, check] of STRONG) {
    pattern.lastIndex = start;
    if (!pattern.test(text)) continue;
    const end = pattern.lastIndex;
    if (isWordAt(text, end) || !check(text.slice(start, end).replace(/[^\dA-Z]/g, ''))) continue;
    return { start, end, score: 0.9, rule };
  }
  return null;
}

/** Digits behind which one of the formats can go on: three and a dot, two and a dot, fifteen or eighteen in a row, one and a space. */
export function maybeStrongDigits(text: string, start: number, end: number): boolean {
  const length = end - start;
  const after = text.charCodeAt(end);
  if (after === 0x2e) return length === 3 || length === 2;
  return (
    length >= 15 || (length === 17 && after === 0x58) || (length === 1 && after === 0x20 && isDigitAt(text, end + 2))
  );
}

function isPartOfMore(text: string, start: number): boolean {
  const before = text.charCodeAt(start - 1);
  return isWordAt(text, start - 1) || ((before === 0x2e || before === 0x2d) && isDigitAt(text, start - 2));
}

const CODICE = /[A-Z]{6}[0-9A-Z]{2}[A-EHLMPR-T][0-9A-Z]{2}[A-Z][0-9A-Z]{3}[A-Z]/y;

const NINO = /[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] \d\d \d\d \d\d [A-D]/y;

/** A British National Insurance number in its printed groups. */
function matchNino(text: string, start: number): NamedSpan | null {
  NINO.lastIndex = start;
  const isFound = NINO.test(text) && !isWordAt(text, NINO.lastIndex);
  return isFound ? { start, end: NINO.lastIndex, score: 0.8, rule: 'pii.id.uk-nino' } : null;
}

/** The codice fiscale that starts with the capital at `start`, or null. */
export function matchStrongLetters(text: string, start: number): NamedSpan | null {
  if (text.charCodeAt(start + 2) === 0x20 && isDigitAt(text, start + 3)) return matchNino(text, start);
  if (!isDigitAt(text, start + 6)) return null;
  CODICE.lastIndex = start;
  if (!CODICE.test(text) || isWordAt(text, CODICE.lastIndex)) return null;
  const end = CODICE.lastIndex;
  return checks.isCodiceFiscale(text.slice(start, end))
    ? { start, end, score: 1, rule: 'pii.id.it-codice-fiscale' }
    : null;
}
