import { isWordUnit } from './fold.js';
import { buildAutomata, foreignClass, normaliseKeywords, type KeywordAutomaton } from './keyword-automaton.js';
import type { Hit } from './hit.js';
import type { TextWindow } from './text-window.js';

/** Occurrences recorded per text; the rest is only counted, so that hostile text cannot make the result large. */
const MAX_HITS = 100;

/** Where a scan of one text stands, so that it can go on in the next slice exactly as if there had been none. */
export class KeywordCursor {
  readonly states: number[];
  readonly hits: Hit[] = [];
  /** Occurrences found, recorded or not. */
  count = 0;

  constructor(automata: number) {
    this.states = automata === 1 ? [0] : new Array<number>(automata).fill(0);
  }
}

/**
 * Finds banned words and phrases: without regard to case, compatibility forms and invisible characters, at word boundaries where the
 * keyword begins or ends with a word character; white space in a keyword matches any run of white space.
 */
export class KeywordDetector {
  readonly #automata: readonly KeywordAutomaton[];

  constructor(keywords: readonly string[]) {
    this.#automata = buildAutomata(normaliseKeywords(keywords));
  }

  cursor(): KeywordCursor {
    return new KeywordCursor(this.#automata.length);
  }

  /** Scans the next window of a plain or folded text; offsets of the hits are those of the text. Linear. */
  scan(window: TextWindow, cursor: KeywordCursor): void {
    const { units } = window;
    for (const [index, automaton] of this.#automata.entries()) {
      const state = cursor.states[index] ?? 0;
      cursor.states[index] =
        units.width === 8
          ? runNarrow(automaton, window, units.codes, state, cursor)
          : runWide(automaton, window, units.codes, state, cursor);
    }
  }
}

/** The hot loop: most characters of ordinary text stand inside a word that is no keyword, and are skipped with one look-up each. */
function runNarrow(
  automaton: KeywordAutomaton,
  window: TextWindow,
  codes: Uint8Array,
  start: number,
  cursor: KeywordCursor,
): number {
  const { next, latin, hitBase, classes: inside, insideStays } = automaton;
  const { text, from } = window;
  const length = window.to - from;
  let state = start;
  for (let i = 0; i < length; i++) {
    state = next[state + (latin[codes[i] ?? 0] ?? 0)] ?? 0;
    if (state === inside) {
      while (i + 1 < length && insideStays[codes[i + 1] ?? 0] === 1) i++;
    } else if (state >= hitBase) record(automaton, state, text, from + i, cursor);
  }
  return state;
}

function runWide(
  automaton: KeywordAutomaton,
  window: TextWindow,
  codes: Uint16Array,
  start: number,
  cursor: KeywordCursor,
): number {
  const { next, hitBase } = automaton;
  const classes = automaton.classTable();
  const { text, from } = window;
  const length = window.to - from;
  let state = start;
  for (let i = 0; i < length; i++) {
    state = next[state + (classes[codes[i] ?? 0] ?? 0)] ?? 0;
    if (state >= hitBase) record(automaton, state, text, from + i, cursor);
  }
  return state;
}

function record(automaton: KeywordAutomaton, state: number, text: string, last: number, cursor: KeywordCursor): void {
  const end = last + 1;
  if (end < text.length && isWordUnit(text.charCodeAt(last)) && isWordUnit(text.charCodeAt(end))) return;
  for (let at = state / automaton.classes; at >= 0; at = automaton.shorter[at] ?? -1) {
    const symbols = automaton.symbols[at] ?? 0;
    if (symbols === 0) continue;
    cursor.count++;
    if (cursor.hits.length >= MAX_HITS) continue;
    const start = startOf(text, end, symbols);
    cursor.hits.push({ detector: 'keyword_detector', category: 'keyword', rule: 'keyword', score: 1, start, end });
  }
}

/** Walks back from `end` over `symbols` characters, a run of white space being one. */
export function startOf(text: string, end: number, symbols: number): number {
  let at = end;
  for (let left = symbols; left > 0 && at > 0; left--) {
    const isSpace = foreignClass(text.charCodeAt(--at)) === SPACE_CLASS;
    while (isSpace && at > 0 && foreignClass(text.charCodeAt(at - 1)) === SPACE_CLASS) at--;
  }
  return at;
}

const SPACE_CLASS = foreignClass(0x20);
