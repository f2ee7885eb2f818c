import { boundedMatches } from './bounded-matches.js';

/** What Unicode's invisible characters spell in a text: letters of the tag block, and bytes in variation selectors. */
export interface HiddenText {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Tag characters and the supplementary variation selectors are pairs that begin with U+DB40. */
const SPELLS = /\udb40|[\ufe00-\ufe0e]{4}/;
const RUN = /(?:[\u{e0001}-\u{e007f}]|[\u{e0100}-\u{e01ef}]|[\ufe00-\ufe0f]|\u200b|\u200c|\u200d){4,}/gu;
/** Longest run read as one message. */
const MAX_RUN = 65_536;
/** A black flag and tags is the flag of a region, which is how England is written, and found to be passed over. */
const FLAG = '\u{1f3f4}';
const SUPPRESSED =
  /\u{1f3f4}[\u{e0061}-\u{e007a}]{2,6}\u{e007f}|[\u200b\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u2069\u{e0001}-\u{e007f}]/gu;
/** Joiners are letters of some scripts, and part of many emoji; between Latin letters they only hide. */
const JOINS = /[\u200c\u200d]/;
const JOINER = /[A-Za-z][\u200c\u200d](?=[A-Za-z])/g;
/** Messages written in characters that nobody sees. Nulls are places to pause. */
export function* findHiddenText(source: string): Generator<HiddenText | null, void> {
  for (const match of boundedMatches(source, { pattern: RUN, longest: MAX_RUN, sign: SPELLS })) {
    const text = match === null ? '' : spelled(match.text);
    if (match === null) yield null;
    else if (text.length >= 4) yield { text, start: match.index, end: match.index + match.text.length };
  }
}

/** How many invisible characters stand where they have no business. Nulls are places to pause. */
export function* countInvisible(source: string): Generator<null, number> {
  let count = 0;
  for (const match of boundedMatches(source, { pattern: SUPPRESSED, longest: 16 })) {
    if (match === null) yield null;
    // A byte order mark at the very start is an encoding's, not a disguise.
    else if (!match.text.startsWith(FLAG) && !(match.index === 0 && match.text === '\ufeff')) count++;
  }
  for (const match of boundedMatches(source, { pattern: JOINER, longest: 4, sign: JOINS })) {
    if (match === null) yield null;
    else count++;
  }
  return count;
}

function spelled(run: string): string {
  const bytes: number[] = [];
  for (const char of run) {
    const code = char.codePointAt(0) ?? 0;
    if (code >= 0xe0020 && code <= 0xe007e) bytes.push(code - 0xe0000);
    else if (code >= 0xe0100) bytes.push(code - 0xe0100 + 16);
    else if (code >= 0xfe00 && code <= 0xfe0f) bytes.push(code - 0xfe00);
  }
  return Buffer.from(bytes).toString('utf8');
}
