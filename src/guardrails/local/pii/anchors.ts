import type { PiiEntity } from '../../../contracts/finding.js';
import { buildAutomata, type KeywordAutomaton } from '../keyword-automaton.js';
import type { TextWindow } from '../text-window.js';
import type { Span } from './chars.js';

/** A rule that is only tried where one of its literals stands. */
export interface AnchoredRule {
  readonly id: string;
  readonly entity: PiiEntity;
  /** In lower case; found in any letter case, anywhere in a word. */
  readonly literals: readonly string[];
  /** What the literal at `[start, end)` begins, or labels. Bounded looks around it only. */
  match(text: string, start: number, end: number): Span | null;
}

export type AnchorSink = (rule: AnchoredRule, span: Span) => void;

interface Run {
  readonly state: number;
  readonly sink: AnchorSink;
}

interface Place {
  readonly text: string;
  readonly end: number;
}

/** One automaton over the literals of all rules: the prefilter that lets ordinary text pass with one look-up a character. */
export class Anchors {
  readonly #automaton: KeywordAutomaton | undefined;
  readonly #rules = new Map<string, AnchoredRule[]>();

  constructor(rules: readonly AnchoredRule[]) {
    for (const rule of rules) {
      for (const literal of rule.literals) {
        const known = this.#rules.get(literal);
        if (known === undefined) this.#rules.set(literal, [rule]);
        else known.push(rule);
      }
    }
    this.#automaton = buildAutomata([...this.#rules.keys()], true)[0];
  }

  /** Scans one window; returns the state to go on with. A state of 0 starts a text. */
  scan(window: TextWindow, start: number, sink: AnchorSink): number {
    const automaton = this.#automaton;
    if (automaton === undefined) return 0;
    const { units } = window;
    return units.width === 8
      ? this.#scanNarrow(automaton, window, units.codes, { state: start, sink })
      : this.#scanWide(automaton, window, units.codes, { state: start, sink });
  }

  #scanNarrow(automaton: KeywordAutomaton, window: TextWindow, codes: Uint8Array, { state: start, sink }: Run): number {
    const { next, latin, hitBase } = automaton;
    const { text, from } = window;
    const length = window.to - from;
    let state = start;
    for (let i = 0; i < length; i++) {
      state = next[state + (latin[codes[i] ?? 0] ?? 0)] ?? 0;
      if (state >= hitBase) this.#try(automaton, state, { text, end: from + i + 1 }, sink);
    }
    return state;
  }

  #scanWide(automaton: KeywordAutomaton, window: TextWindow, codes: Uint16Array, { state: start, sink }: Run): number {
    const { next, latin, hitBase } = automaton;
    const { text, from } = window;
    const classes = automaton.classTable();
    const length = window.to - from;
    let state = start;
    for (let i = 0; i < length; i++) {
      const code = codes[i] ?? 0;
      state = next[state + ((code < 256 ? latin[code] : classes[code]) ?? 0)] ?? 0;
      if (state >= hitBase) this.#try(automaton, state, { text, end: from + i + 1 }, sink);
    }
    return state;
  }

  #try(automaton: KeywordAutomaton, state: number, { text, end }: Place, sink: AnchorSink): void {
    for (let at = state / automaton.classes; at >= 0; at = automaton.shorter[at] ?? -1) {
      const length = automaton.symbols[at] ?? 0;
      if (length === 0) continue;
      const start = end - length;
      for (const rule of this.#rules.get(text.slice(start, end).toLowerCase()) ?? []) {
        const span = rule.match(text, start, end);
        if (span !== null) sink(rule, span);
      }
    }
  }
}
