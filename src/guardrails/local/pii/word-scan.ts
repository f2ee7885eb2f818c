import type { Hit } from '../hit.js';
import type { PiiEntity } from '../../../contracts/finding.js';
import { matchNumberedAddress, matchPostcode } from './address.js';
import { isDigitAt, isSpace, type Span } from './chars.js';
import { matchBase58 } from './crypto-wallet.js';
import { matchIpv4, matchIpv6, matchMac, maybeColonAddress } from './network.js';
import { matchPerson } from './person.js';
import { matchStrongDigits, matchStrongLetters, maybeStrongDigits, type NamedSpan } from './strong-ids.js';

/** Kinds of code unit below 256: other, digit, small letter of hexadecimal, capital, any other letter or `_`. */
const OTHER = 0;
const DIGIT = 1;
const HEX = 2;
const CAPITAL = 3;
const LETTER = 4;

const KINDS = Uint8Array.from({ length: 256 }, (_, code) => {
  const char = String.fromCharCode(code);
  if (/\d/.test(char)) return DIGIT;
  if (/[a-f]/.test(char)) return HEX;
  if (/[A-Z\u00c0-\u00d6\u00d8-\u00de]/.test(char)) return CAPITAL;
  return /[g-z_\u00aa\u00ba\u00df-\u00f6\u00f8-\u00ff]/.test(char) ? LETTER : OTHER;
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
    const { ip, ids, crypto, address } = this.#entities;
    if (ip && text.charCodeAt(end) === 0x2e && isDigitAt(text, end + 1))
      this.#add('IP_ADDRESS', 'pii.ip.v4', matchIpv4(text, start));
    if (ids && maybeStrongDigits(text, start, end)) this.#addId(matchStrongDigits(text, start));
    if (crypto) this.#lookAtWallet(text, start);
    if (address && end - start <= 6 && start >= this.#streetsTo) this.#addStreet(matchNumberedAddress(text, start));
  }

  #lookAtCapital(text: string, start: number): void {
    const { person, address, ids, crypto } = this.#entities;
    if (ids) this.#addId(matchStrongLetters(text, start));
    if (crypto) this.#lookAtWallet(text, start);
    if (address && start >= this.#streetsTo && (isDigitAt(text, start + 1) || isDigitAt(text, start + 2))) {
      this.#add('ADDRESS', 'pii.address.postcode', matchPostcode(text, start));
    }
    if (!person || start < this.#namesTo || isConstant(text, start)) return;
    const { span, next, rule } = matchPerson(text, start);
    this.#namesTo = next;
    if (span !== null) this.#add('PERSON', rule, span);
  }

  #addId(found: NamedSpan | null): void {
    if (found !== null) this.#add('NATIONAL_ID', found.rule, found);
  }

  #lookAtWallet(text: string, start: number): void {
    if (!WALLET_STARTS.has(text.charCodeAt(start))) return;
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

/** First characters of base58check addresses: 1, 3, L, M, D, T, X. */
const WALLET_STARTS = new Set([0x31, 0x33, 0x4c, 0x4d, 0x44, 0x54, 0x58]);
