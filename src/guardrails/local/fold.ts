/**
 * Unicode folding for matching: NFKC, case fold, decimal digits of every script to 0-9, dashes to `-`, invisible characters out.
 * Superscripts and the like stay as they are: folding a footnote mark into a digit would lengthen the number before it.
 */

/** Everything past Latin-1. On a one-byte string V8 answers this without looking at the text. */
const WIDE = /[\u0100-\uffff]/;

const IGNORABLE = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/u;
const IGNORABLES_AT_END = new RegExp(`(?:${IGNORABLE.source})+$`, 'u');
const IGNORABLES = new RegExp(IGNORABLE.source, 'gu');
/** Characters that join the one before them under NFKC: marks, Hangul vowels and finals, half-width voicing marks. */
const EXTENDER = /^[\p{M}\u1160-\u11ff\uff9e\uff9f]/u;
/** A character and what joins it. Bounded like the stream-safe text format of UAX #15, because reordering marks is quadratic. */
const CLUSTER = /[^](?:[\p{M}\u1160-\u11ff\uff9e\uff9f\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]){0,30}/uy;
const KEPT = /^[\u00a8\u00af\u00b2-\u00b4\u00b8\u00b9\u00bc-\u00be\u2070-\u208e]/;
const DASHES = /[\u2010-\u2015\u2212]/g;
const FOREIGN_DIGITS = /[\u0660-\uffff]/g;
const DECIMAL_DIGIT = /^\p{Nd}$/u;
const WORD = /^[\p{L}\p{N}\p{M}_]$/u;
const SPACE = /\s/;
/** Scripts written without spaces between words (Hangul: particles follow the word): no boundary can be asked for. */
const UNSPACED =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]$/u;

const UNKNOWN = 0;
const DROPPED = 1;
const COMPLEX = 2;
/** Per code unit: one of the three marks above, else the code unit it folds to. Filled on first use. */
const folds = new Uint16Array(0x10000);
/** Per code unit: 0 unknown, 1 not a word character, 2 word character. Filled on first use. */
const wordKinds = new Uint8Array(0x10000);

/** Folded clusters met before, at most this many. */
const clusters = new Map<string, string>();
const MAX_CLUSTERS = 4_096;

/** True when folding would change nothing but letter case, so that offsets and text can be used as they are. */
export function isPlain(text: string): boolean {
  return !WIDE.test(text) && !text.includes('\u00ad') && !text.includes('\u00df');
}

/** True for letters, digits, marks and `_` of scripts that put spaces between words. Surrogates are not. */
export function isWordUnit(code: number): boolean {
  let kind = wordKinds[code] ?? UNKNOWN;
  if (kind === UNKNOWN) {
    const char = String.fromCharCode(code);
    kind = WORD.test(char) && !UNSPACED.test(char) && !KEPT.test(char) ? 2 : 1;
    wordKinds[code] = kind;
  }
  return kind === 2;
}

/** White space of any kind, line ends included. */
export function isSpaceUnit(code: number): boolean {
  if (code < 0x100) return code === 0x20 || (code >= 9 && code <= 13) || code === 0xa0 || code === 0x85;
  return code === 0x1680 || (code >= 0x2000 && code <= 0x3000 && SPACE.test(String.fromCharCode(code)));
}

/** What `code` folds to when that is one code unit whatever follows it; else 1 (dropped) or 2 (needs its neighbours). */
export function foldUnit(code: number): number {
  const known = folds[code] ?? UNKNOWN;
  if (known !== UNKNOWN) return known;
  const folded = classify(code);
  folds[code] = folded;
  return folded;
}

/** True when `folded` of {@link foldUnit} is a code unit and not a mark. */
export function isSimpleFold(folded: number): boolean {
  return folded > COMPLEX;
}

export function isDroppedFold(folded: number): boolean {
  return folded === DROPPED;
}

/** End of the character at `start` and what joins it, at most 32 code units. */
export function clusterEnd(text: string, start: number): number {
  CLUSTER.lastIndex = start;
  return CLUSTER.test(text) ? Math.max(CLUSTER.lastIndex, start + 1) : start + 1;
}

/** The folded form of one cluster; empty when nothing of it is visible. */
export function foldCluster(cluster: string): string {
  let folded = clusters.get(cluster);
  if (folded === undefined) {
    folded = computeFold(cluster);
    if (clusters.size >= MAX_CLUSTERS) clusters.clear();
    clusters.set(cluster, folded);
  }
  return folded;
}

/** Length of a cluster without the invisible characters at its end, which belong to no match. */
export function visibleLength(cluster: string): number {
  const last = foldUnit(cluster.charCodeAt(cluster.length - 1));
  // Halves of surrogate pairs and marks are told apart by the expression only.
  const mayBeInvisible = isDroppedFold(last) || last === COMPLEX;
  return cluster.length < 2 || !mayBeInvisible ? cluster.length : cluster.replace(IGNORABLES_AT_END, '').length;
}

function computeFold(cluster: string): string {
  const visible = cluster.replace(IGNORABLES, '');
  if (KEPT.test(visible)) return visible;
  return visible
    .normalize('NFKC')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC')
    .replace(FOREIGN_DIGITS, asciiDigit)
    .replace(DASHES, '-');
}

function classify(code: number): number {
  // The three lowest controls give way to the marks; no detector tells them apart.
  if (code <= COMPLEX) return COMPLEX + 1;
  if (code >= 0xd800 && code <= 0xdfff) return COMPLEX;
  const char = String.fromCharCode(code);
  if (IGNORABLE.test(char)) return DROPPED;
  if (EXTENDER.test(char)) return COMPLEX;
  const folded = foldCluster(char);
  return folded.length === 1 && !EXTENDER.test(folded) ? folded.charCodeAt(0) : COMPLEX;
}

/** Every block of decimal digits in the BMP starts at a code point that ends in hexadecimal 0 or 6. */
function asciiDigit(char: string): string {
  if (!DECIMAL_DIGIT.test(char)) return char;
  const code = char.charCodeAt(0);
  const low = code & 0xf;
  const startsAtZero = low < 6 || DECIMAL_DIGIT.test(String.fromCharCode(code - low));
  return String(startsAtZero ? low : low - 6);
}
