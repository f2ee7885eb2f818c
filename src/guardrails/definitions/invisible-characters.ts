/** Kinds of characters that a person does not see and a model reads. */
export type InvisibleKind = 'tag' | 'bidi' | 'zero-width' | 'control';

/** One place with such a character. UTF-16 code units, end-exclusive. */
export interface InvisibleRun {
  readonly kind: InvisibleKind;
  readonly start: number;
  readonly end: number;
}

/** Most places reported per text. */
const MAX_RUNS = 20;

/**
 * Unicode tags (a second, invisible ASCII), selectors past VS16 (each can carry a byte); direction controls; characters without width
 * and letters without a shape; controls other than tab and line ends.
 */
const KINDS: readonly (readonly [InvisibleKind, RegExp])[] = [
  ['tag', /[\u{e0000}-\u{e0fff}]+/gu],
  ['bidi', /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g],
  [
    'zero-width',
    /(?:[\u00ad\u115f\u1160\u180e\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb]|\u034f|\u17b4|\u17b5)+/g,
  ],
  ['control', /(?:(?![\t\n\r\u0085])\p{Cc})+/gu],
];

/** What a flag of a region or a nation is written with: a black flag and tags. */
const FLAG = /\u{1f3f4}[\u{e0020}-\u{e007e}]{1,6}\u{e007f}/gu;
/** Joiners between letters of scripts that need them, and between emoji. */
const JOINED =
  /(?<=[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gujarati}\p{Script=Gurmukhi}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Oriya}\p{Script=Sinhala}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Khmer}\p{Script=Myanmar}\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])[\u200c\u200d](?=[\p{L}\p{Extended_Pictographic}])/gu;
/** A byte order mark at the very start, which many files have. */
const BYTE_ORDER_MARK = /^\ufeff/;

/** Whatever is not plainly visible, or past the Latin letters. */
const SUSPECT = /[^\t\n\r -~\u00a0-\u00ac\u00ae-\u034e]/;

/** The invisible characters of a text, but not those that ordinary writing needs. */
export function invisibleRuns(text: string): readonly InvisibleRun[] {
  if (!SUSPECT.test(text)) return [];
  const blank = (match: string): string => 'x'.repeat(match.length);
  const plain = text.replace(BYTE_ORDER_MARK, blank).replace(FLAG, blank).replace(JOINED, blank);
  const runs: InvisibleRun[] = [];
  for (const [kind, pattern] of KINDS) {
    for (const match of plain.matchAll(pattern)) {
      if (runs.length >= MAX_RUNS) return runs;
      runs.push({ kind, start: match.index, end: match.index + match[0].length });
    }
  }
  return runs;
}

/** The text without them, for rules that look at what a model reads. */
export function withoutInvisible(text: string): string {
  if (!SUSPECT.test(text)) return text;
  return KINDS.reduce((rest, [, pattern]) => rest.replace(pattern, ''), text);
}

/** The text with each of them written out, for people. */
export function withInvisibleShown(text: string): string {
  const shown = (run: string): string =>
    Array.from(run, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`).join('');
  return KINDS.reduce((rest, [, pattern]) => rest.replace(pattern, shown), text);
}
