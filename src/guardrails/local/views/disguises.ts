import { ANCHOR_WORDS, countAnchors } from './anchor-words.js';
import { boundedMatches } from './bounded-matches.js';
import { around, ENOUGH_ANCHORS, ifRevealing, MAX_PART, MIN_NEW_ANCHORS, type Undisguised } from './undisguised.js';
import { inDigits } from './leet.js';
import { flipped, turned } from './turned-words.js';
import { segmentWords } from './segment-words.js';
import type { Glance } from './short-glance.js';

/** Accents are everywhere in many languages, so that looking under them is for short texts. */
const MAX_ACCENTED = 8_192;

/** Single characters with gaps between them: at least ten. Character and gap classes have nothing in common, so matching is linear. */
const SPACED = /(?<![^\s._\-*|~])(?:[^\s._\-*|~][ \t\n._\-*|~]{1,8}){9,}[^\s._\-*|~]?/g;
/** Ten characters and the gaps between them. */
const MIN_SPACED = 18;
/** Three single characters in a row: without them there is no run of ten. Begins with a gap, so that most places fail at once. */
const SPACED_SIGN =
  /[ \t\n._\-*|~][^\s._\-*|~][ \t\n._\-*|~]{1,8}[^\s._\-*|~][ \t\n._\-*|~]{1,8}[^\s._\-*|~][ \t\n._\-*|~]/;
const GAP = /[ \t\n._\-*|~]{1,8}/g;
/** What stands inside words to break them up: string concatenation, bars, comments, middle dots. */
/** The look back comes second, so that most places fail at their first character. */
const BREAKS =
  /(?:["'](?<=[A-Za-z] ?["']) ?\+ ?["']|\|(?<=[A-Za-z] ?\|)|\/\*\*\/(?<=[A-Za-z] ?\/\*\*\/)|<!---->(?<=[A-Za-z] ?<!---->)|\u00b7(?<=[A-Za-z] ?\u00b7))(?= ?[A-Za-z])/g;
const BREAK_SIGNS = ['|', '+', '/**/', '<!---->', '\u00b7'];
const SOFT_BREAKS = /(?<=[A-Za-z])-(?=[A-Za-z])/g;
const MIN_BREAKS = 3;
const ACCENT = /[\u00c0-\u024f\u1e00-\u1eff]/;
const WORD = /[A-Za-z\u00c0-\u024f\u1e00-\u1eff]{4,15}/g;
const MARKS = /[\u0300-\u036f]/g;

type Steps = Generator<readonly Undisguised[], void>;

const NOTHING_YET: readonly Undisguised[] = [];

/**
 * Takes off one disguise after the other: letters spaced out, words broken up, digits for letters, accents, words turned around, rot13.
 * Each may yield nothing many times, for the caller to pause.
 * @param may what a look at a short text has shown
 */
export function* takeOffDisguises(
  text: string,
  isLatin1: boolean,
  may: Readonly<Glance>,
): Generator<readonly Undisguised[], void> {
  if (text.length >= MIN_SPACED && may.spaced) yield* spacedOut(text);
  if (may.broken && BREAK_SIGNS.some((sign) => text.includes(sign))) yield* brokenUp(text);
  if (may.leet) yield* inDigits(text);
  if (may.accents) yield accented(text);
  if (!isLatin1) yield flipped(text);
  if (may.turned) yield* turned(text, isLatin1);
}

function* spacedOut(text: string): Steps {
  const found: Undisguised[] = [];
  let left = MAX_PART;
  for (const match of boundedMatches(text, { pattern: SPACED, longest: MAX_PART, sign: SPACED_SIGN })) {
    if (match === null) {
      yield NOTHING_YET;
      continue;
    }
    const run = match.text;
    const joined = closeGaps(run.slice(0, MAX_PART));
    if (countAnchors(joined, 1) > 0) {
      left -= Math.min(left, run.length);
      found.push({ coding: 'spaced', text: joined, start: match.index, end: match.index + run.length });
    }
    if (left === 0) break;
  }
  yield found;
}

/** The characters of a run joined to words: at the wider gaps, or by known words when all gaps are alike. */
function closeGaps(run: string): string {
  let narrowest = Number.POSITIVE_INFINITY;
  let widest = 0;
  for (const [gap] of run.matchAll(GAP)) {
    narrowest = Math.min(narrowest, gap.length);
    widest = Math.max(widest, gap.length);
  }
  if (widest === narrowest) return segmentWords(run.replace(GAP, '').toLowerCase());
  return run.replace(GAP, (gap) => (gap.length > narrowest ? ' ' : ''));
}

function* brokenUp(text: string): Steps {
  let count = 0;
  let first = -1;
  let last = 0;
  for (const match of boundedMatches(text, { pattern: BREAKS, longest: 16 })) {
    if (match === null) {
      yield NOTHING_YET;
      continue;
    }
    if (first >= 0 && match.index - first > MAX_PART) {
      yield mended(text, first, last, count);
      count = 0;
      first = -1;
    }
    if (first < 0) first = match.index;
    count++;
    last = match.index;
  }
  yield mended(text, first, last, count);
}

function mended(text: string, first: number, last: number, count: number): Undisguised[] {
  if (count < MIN_BREAKS) return [];
  const part = around(text, first, last);
  const whole = part.text.replace(BREAKS, '').replace(SOFT_BREAKS, '');
  const joined = [whole.replace(/(?<=[A-Za-z])\n(?=[A-Za-z])/g, ''), whole.replace(/\n/g, ' ')];
  const [best] = joined.sort((a, b) => countAnchors(b, ENOUGH_ANCHORS) - countAnchors(a, ENOUGH_ANCHORS));
  return best === undefined ? [] : ifRevealing('split', part, best);
}

function accented(text: string): Undisguised[] {
  if (text.length > MAX_ACCENTED || !ACCENT.test(text)) return [];
  const bare = new Set<string>();
  for (const [word] of text.matchAll(WORD)) {
    if (!ACCENT.test(word)) continue;
    const letters = withoutMarks(word.toLowerCase());
    if (ANCHOR_WORDS.has(letters)) bare.add(letters);
  }
  if (bare.size < MIN_NEW_ANCHORS) return [];
  return [{ coding: 'accents', text: withoutMarks(text), start: 0, end: text.length }];
}

function withoutMarks(text: string): string {
  return text.normalize('NFD').replace(MARKS, '');
}
