import type { Hit } from '../hit.js';
import type { PiiEntity } from '../../../contracts/finding.js';
import { matchNumberedAddress, matchPostcode } from './address.js';
import { isDigitAt, isSpace, type Span } from './chars.js';
import { matchBase58 } from './crypto-wallet.js';
import { matchIpv4, matchIpv6, matchMac, maybeColonAddress } from './network.js';
import { matchPerson } from './person.js';
import { matchStrongDigits, matchStrongLetters, maybeStrongDigits } from './strong-ids.js';

/** Kinds of code unit below 256: other, digit, small letter of hexadecimal, capital, any other letter or `_`. */
const OTHER = 0;
const DIGIT = 1;
const HEX = 2;
const CAPITAL = 3;
const LETTER = 4;

const KINDS = Uint8Array.from({ length: 256 }, (_, code) => {
  if (code >= 0x30 && code <= 0x39) return DIGIT;
  if (code >= 0x61 && code <= 0x66) return HEX;
  if ((code >= 0x41 && code <= 0x5a) || (code >= 0xc0 && code <= 0xde && code !== 0xd7)) return CAPITAL;
  const isLetter = (code >= 0x67 && code <= 0x7a) || code >= 0xdf || code === 0x5f || code === 0xaa || code === 0xba;
  return isLetter && code !== 0xf7 ? LETTER : OTHER;
});

const WIDE_CAPITAL = /[ĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĲĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽȘȚΑ-ΩА-ЯЁ]/;

function kindOf(code: number): number {
  if (code < 256) return KINDS[code] ?? OTHER;
  if (code >= 0x530) return OTHER;
  return WIDE_CAPITAL.test(String.fromCharCode(code)) ? CAPITAL : LETTER;
}

/** Which of the entities that are found word by word are asked for. */
export interface WordEntities {
  readonly ids: boolean;
  readonly ip: boolean;
  readonly mac: boolean;
  readonly crypto: boolean;
  readonly person: boolean;
  readonly address: boolean;
}

/** Part of a text as its code units. */
export interface Units {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly codes: Uint8Array | Uint16Array;
}

/** Looks at the head of every word of one text; only digits, capitals and hexadecimal pairs cost more than one look-up. */
export class WordScan {
  readonly #entities: WordEntities;
  readonly #hits: Hit[];
  /** Where names and addresses were looked for already. */
  #namesTo = 0;
  #streetsTo = 0;
  #inWord = false;

  constructor(entities: WordEntities, hits: Hit[]) {
    this.#entities = entities;
    this.#hits = hits;
  }

  scan({ text, from, to, codes }: Units): void {
    const length = to - from;
    let inWord = this.#inWord;
    for (let i = 0; i < length; i++) {
      const code = codes[i] ?? 0;
      const kind = code < 256 ? (KINDS[code] ?? OTHER) : kindOf(code);
      if (kind === OTHER) inWord = false;
      else if (!inWord) {
        inWord = true;
        if (kind !== LETTER) this.#look(kind, text, from + i);
      }
    }
    this.#inWord = inWord;
  }

  #look(kind: number, text: string, start: number): void {
    if (kind === CAPITAL) this.#lookAtCapital(text, start);
    else if (kind === DIGIT) this.#lookAtDigit(text, start);
    if (this.#entities.mac || this.#entities.ip) this.#lookAtColons(text, start);
    if (kind === HEX && this.#entities.crypto) return;
  }

  #lookAtColons(text: string, start: number): void {
    if (!maybeColonAddress(text, start)) return;
    const mac = this.#entities.mac ? matchMac(text, start) : null;
    if (mac !== null) this.#add('MAC_ADDRESS', 'pii.mac', mac);
    else if (this.#entities.ip) this.#add('IP_ADDRESS', 'pii.ip.v6', matchIpv6(text, start));
  }

  #lookAtDigit(text: string, start: number): void {
    let end = start + 1;
    while (end < start + 20 && isDigitAt(text, end)) end++;
    const after = text.charCodeAt(end);
    if (after === 0x2e && end - start <= 3 && isDigitAt(text, end + 1) && this.#entities.ip) {
      this.#add('IP_ADDRESS', 'pii.ip.v4', matchIpv4(text, start));
    }
    if (this.#entities.ids && maybeStrongDigits(text, start, end)) {
      const found = matchStrongDigits(text, start);
      if (found !== null) this.#add('NATIONAL_ID', found.rule, found);
    }
    if (this.#entities.crypto && (text.charCodeAt(start) === 0x31 || text.charCodeAt(start) === 0x33)) this.#lookAtWallet(text, start);
    const isHouse = end - start <= 6 && start >= this.#streetsTo && !isDigitAt(text, end);
    if (this.#entities.address && isHouse) this.#addStreet(matchNumberedAddress(text, start));
  }

  #lookAtCapital(text: string, start: number): void {
    const { person, address, ids, crypto } = this.#entities;
    if (ids) {
      const found = matchStrongLetters(text, start);
      if (found !== null) this.#add('NATIONAL_ID', found.rule, found);
    }
    if (crypto && WALLET_LETTERS.test(text.charAt(start))) this.#lookAtWallet(text, start);
    if (address && start >= this.#streetsTo) {
      const isCode = isDigitAt(text, start + 1) || isDigitAt(text, start + 2);
      if (isCode) this.#add('ADDRESS', 'pii.address.postcode', matchPostcode(text, start));
    }
    if (!person || start < this.#namesTo || isConstant(text, start)) return;
    const { span, next, rule } = matchPerson(text, start);
    this.#namesTo = next;
    if (span !== null) this.#add('PERSON', rule, span);
  }

  #lookAtWallet(text: string, start: number): void {
    // Twenty-five word characters in a row are rare: a look at three of them decides.
    for (const step of [8, 16, 24]) if (isSpace(text.charCodeAt(start + step)) || start + step >= text.length) return;
    this.#add('CRYPTO', 'pii.crypto.base58', matchBase58(text, start));
  }

  #addStreet(span: Span | null): void {
    if (span === null) return;
    this.#streetsTo = span.end;
    this.#add('ADDRESS', 'pii.address.street', span);
  }

  #add(category: PiiEntity, rule: string, span: Span | null): void {
    if (span === null) return;
    this.#hits.push({ detector: 'pii', category, rule, score: span.score, start: span.start, end: span.end });
  }
}

/** Two capitals in a row, or a capital and a digit: an acronym or identifier. */
function isConstant(text: string, start: number): boolean {
  const second = text.charCodeAt(start + 1);
  return (second >= 0x30 && second <= 0x39) || (second >= 0x41 && second <= 0x5a) || second === 0x5f;
}

const WALLET_LETTERS = /[LMDTX]/;
