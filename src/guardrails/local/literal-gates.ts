import { buildAutomata, type KeywordAutomaton, normaliseKeywords } from './keyword-automaton.js';
import { startOf } from './keyword-detector.js';
import type { TextWindow } from './text-window.js';

const MAX_GROUPS = 31;
const UNREAD = -1;

/** Where a scan of one text stands. */
export interface GateState {
  /** Of the automaton; 0 = the beginning of a text. */
  at: number;
}

/**
 * Which groups of literals occur in a text, by one look-up a character for all of them: the prefilter of rules that are tried only where
 * one of their literals stands. Without regard to letter case; a run of white space counts as one space.
 */
export class LiteralGates {
  readonly #automaton: KeywordAutomaton | undefined;
  readonly #groups = new Map<string, number>();
  /** By state: bits of the groups whose literals end there, found out when a text first gets there. */
  readonly #bits: Int32Array;

  /** @param groups literals in lower case; the bit of a group is its place */
  constructor(groups: readonly (readonly string[])[]) {
    if (groups.length > MAX_GROUPS) throw new Error(`At most ${String(MAX_GROUPS)} groups have a bit.`);
    for (const [index, literals] of groups.entries()) {
      for (const literal of normaliseKeywords(literals)) {
        this.#groups.set(literal, (this.#groups.get(literal) ?? 0) | (1 << index));
      }
    }
    const automata = buildAutomata([...this.#groups.keys()], true);
    if (automata.length > 1) throw new Error('The literals do not fit into one automaton.');
    this.#automaton = automata[0];
    this.#bits = new Int32Array(this.#automaton?.symbols.length ?? 0).fill(UNREAD);
  }

  /** Bits of the groups of which a literal ends in the window. */
  scan(window: TextWindow, state: GateState): number {
    const automaton = this.#automaton;
    if (automaton === undefined) return 0;
    const { next, latin, hitBase, classes } = automaton;
    const { codes, width } = window.units;
    const wide = width === 16 ? automaton.classTable() : latin;
    const length = window.to - window.from;
    let at = state.at;
    let found = 0;
    for (let i = 0; i < length; i++) {
      const code = codes[i] ?? 0;
      at = next[at + ((code < 0x100 ? latin[code] : wide[code]) ?? 0)] ?? 0;
      if (at < hitBase) continue;
      const bits = this.#bits[at / classes] ?? 0;
      found |= bits === UNREAD ? this.#read(automaton, at / classes, window.text, window.from + i + 1) : bits;
    }
    state.at = at;
    return found;
  }

  #read(automaton: KeywordAutomaton, state: number, text: string, end: number): number {
    let bits = 0;
    for (let at = state; at >= 0; at = automaton.shorter[at] ?? -1) {
      const symbols = automaton.symbols[at] ?? 0;
      if (symbols === 0) continue;
      const [literal] = normaliseKeywords([text.slice(startOf(text, end, symbols), end)]);
      bits |= this.#groups.get(literal ?? '') ?? 0;
    }
    this.#bits[state] = bits;
    return bits;
  }
}
