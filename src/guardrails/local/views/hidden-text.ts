/** What Unicode's invisible characters spell in a text: letters of the tag block, and bytes in variation selectors. */
export interface HiddenText {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Tag characters and the supplementary variation selectors are pairs that begin with U+DB40. */
const HIGH = '\udb40';
// Whole characters of the supplementary blocks, not parts of combined ones.
// eslint-disable-next-line no-misleading-character-class
const RUN = /(?:[\u{e0001}-\u{e007f}\u{e0100}-\u{e01ef}]|[\ufe00-\ufe0f]|[\u200b-\u200d]){4,}/gu;
const SUPPRESSED = /[\u200b\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u2069\u{e0001}-\u{e007f}]/gu;
/** Joiners are letters of some scripts, and part of many emoji; between Latin letters they only hide. */
const JOINER = /[A-Za-z][\u200c\u200d](?=[A-Za-z])/g;
/** A flag of a region: the black flag and tags, which is how England is written. */
const FLAG = /\u{1f3f4}[\u{e0061}-\u{e007a}]{2,6}\u{e007f}/gu;

/** Messages written in characters that nobody sees. */
export function findHiddenText(source: string): readonly HiddenText[] {
  if (!source.includes(HIGH) && !/[\ufe00-\ufe0e]{4}/.test(source)) return [];
  const found: HiddenText[] = [];
  for (const match of source.matchAll(RUN)) {
    const text = spelled(match[0]);
    if (text.length >= 4) found.push({ text, start: match.index, end: match.index + match[0].length });
  }
  return found;
}

/** How many invisible characters stand where they have no business. */
export function countInvisible(source: string): number {
  const visible = source.includes(HIGH) ? source.replace(FLAG, '') : source;
  // A byte order mark at the very start is an encoding's, not a disguise.
  const body = visible.startsWith('\ufeff') ? visible.slice(1) : visible;
  return (body.match(SUPPRESSED)?.length ?? 0) + (body.match(JOINER)?.length ?? 0);
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
