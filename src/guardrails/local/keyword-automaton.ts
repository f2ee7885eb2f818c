import { foldText } from './folded-text.js';
import { foldCluster, isSpaceUnit, isWordUnit } from './fold.js';

/** Character classes every automaton has; characters of keywords get classes of their own from 3 on. */
const OTHER = 0;
const WORD = 1;
const SPACE = 2;
const FIRST_OWN = 3;
/** The two roots: after a character that ends a word, and in the middle of a word. */
const OUTSIDE = 0;
const INSIDE = 1;
const NONE = -1;

/** Largest transition table of one automaton (entries of 4 bytes); longer lists are split in two. */
const MAX_TABLE = 1 << 22;

/**
 * An Aho-Corasick automaton over folded keywords as flat tables. States are pre-multiplied by the number of classes, so a step is
 * `state = next[state + class]`; states at or past `hitBase` end a keyword. That a keyword starts at a word boundary is part of the
 * automaton (two roots); that it ends at one is for the reader to check.
 */
export interface KeywordAutomaton {
  readonly classes: number;
  readonly next: Int32Array;
  /** Class of each code unit below 256. */
  readonly latin: Uint16Array;
  /** 1 for the code units below 256 that lead from the inside of a word to the inside of a word: no keyword starts there. */
  readonly insideStays: Uint8Array;
  /** Class of every code unit. 128 KiB, made on first use: text past Latin-1. */
  readonly classTable: () => Uint16Array;
  readonly hitBase: number;
  /** Per state (not pre-multiplied): symbols of the keyword that ends here, white-space runs counting as one; 0 = none. */
  readonly symbols: Int32Array;
  /** Per state: the state of the longest proper suffix that ends a keyword, or -1. */
  readonly shorter: Int32Array;
}

/** Class of a code unit that no keyword holds. */
export function foreignClass(code: number): number {
  if (isWordUnit(code)) return WORD;
  return isSpaceUnit(code) ? SPACE : OTHER;
}

let foreign: Uint16Array | undefined;

function foreignClasses(): Uint16Array {
  foreign ??= Uint16Array.from({ length: 0x10000 }, (_, code) => foreignClass(code));
  return foreign;
}

/** Folded, with white-space runs as one space; duplicates and empty ones dropped. */
export function normaliseKeywords(keywords: readonly string[]): string[] {
  const folded = keywords.map((keyword) =>
    foldText(keyword)
      .replace(/[\s\u0085]+/g, ' ')
      .trim(),
  );
  return [...new Set(folded)].filter((keyword) => keyword !== '');
}

/**
 * Automata that together find every keyword; normally one, none for an empty list.
 * @param anywhere keywords may start in the middle of a word too
 */
export function buildAutomata(keywords: readonly string[], anywhere = false): KeywordAutomaton[] {
  if (keywords.length === 0) return [];
  const alphabet = alphabetOf(keywords);
  const maxStates = keywords.reduce((sum, keyword) => sum + keyword.length, 2);
  const classes = FIRST_OWN + alphabet.size;
  if (maxStates * classes > MAX_TABLE && keywords.length > 1) {
    const half = keywords.length >> 1;
    return [...buildAutomata(keywords.slice(0, half), anywhere), ...buildAutomata(keywords.slice(half), anywhere)];
  }
  return [new Builder(alphabet, maxStates, anywhere).build(keywords)];
}

function alphabetOf(keywords: readonly string[]): Map<number, number> {
  const alphabet = new Map<number, number>();
  for (const keyword of keywords) {
    for (let i = 0; i < keyword.length; i++) {
      const code = keyword.charCodeAt(i);
      if (code !== 0x20 && !alphabet.has(code)) alphabet.set(code, FIRST_OWN + alphabet.size);
    }
  }
  return alphabet;
}

class Builder {
  readonly #classes: number;
  readonly #alphabet: Map<number, number>;
  readonly #anywhere: boolean;
  readonly #isWord: Uint8Array;
  readonly #next: Int32Array;
  #states = 2;
  /** Every state, breadth first. */
  #order: readonly number[] = [];
  readonly #symbols: Int32Array;
  readonly #endsInSpace: Uint8Array;
  readonly #fail: Int32Array;
  readonly #shorter: Int32Array;

  constructor(alphabet: Map<number, number>, maxStates: number, anywhere: boolean) {
    this.#alphabet = alphabet;
    this.#anywhere = anywhere;
    this.#classes = FIRST_OWN + alphabet.size;
    this.#isWord = new Uint8Array(this.#classes);
    this.#isWord[WORD] = 1;
    for (const [code, own] of alphabet) this.#isWord[own] = isWordUnit(code) ? 1 : 0;
    this.#next = new Int32Array(maxStates * this.#classes).fill(NONE);
    this.#symbols = new Int32Array(maxStates);
    this.#endsInSpace = new Uint8Array(maxStates);
    this.#fail = new Int32Array(maxStates);
    this.#shorter = new Int32Array(maxStates).fill(NONE);
  }

  build(keywords: readonly string[]): KeywordAutomaton {
    for (const keyword of keywords) this.#insert(keyword);
    this.#link();
    return this.#pack();
  }

  #insert(keyword: string): void {
    let state = OUTSIDE;
    for (let i = 0; i < keyword.length; i++) {
      const code = keyword.charCodeAt(i);
      const symbol = code === 0x20 ? SPACE : (this.#alphabet.get(code) ?? OTHER);
      const slot = state * this.#classes + symbol;
      let child = this.#next[slot] ?? NONE;
      if (child === NONE) {
        child = this.#states++;
        this.#next[slot] = child;
        if (symbol === SPACE) this.#endsInSpace[child] = 1;
      }
      state = child;
    }
    this.#symbols[state] = keyword.length;
  }

  /** Completes every row, breadth first, so that the row a state falls back to is always complete. */
  #link(): void {
    const queue: number[] = [];
    this.#linkRoots(queue);
    // `queue` grows while it is walked.
    for (const state of queue) this.#linkRow(state, queue);
    this.#order = [OUTSIDE, INSIDE, ...queue];
  }

  #linkRoots(queue: number[]): void {
    for (let symbol = 0; symbol < this.#classes; symbol++) {
      const isWord = this.#isWord[symbol] === 1 && !this.#anywhere;
      const child = this.#next[symbol] ?? NONE;
      const fallback = isWord ? INSIDE : OUTSIDE;
      if (child === NONE) {
        this.#next[symbol] = fallback;
      } else {
        this.#fail[child] = fallback;
        queue.push(child);
      }
      this.#next[this.#classes + symbol] = isWord ? INSIDE : (this.#next[symbol] ?? OUTSIDE);
    }
  }

  #linkRow(state: number, queue: number[]): void {
    const row = state * this.#classes;
    const failState = this.#fail[state] ?? OUTSIDE;
    const failRow = failState * this.#classes;
    this.#shorter[state] = (this.#symbols[failState] ?? 0) > 0 ? failState : (this.#shorter[failState] ?? NONE);
    for (let symbol = 0; symbol < this.#classes; symbol++) {
      const child = this.#next[row + symbol] ?? NONE;
      const fallback = this.#next[failRow + symbol] ?? OUTSIDE;
      if (child === NONE) {
        this.#next[row + symbol] = fallback;
      } else {
        this.#fail[child] = fallback;
        queue.push(child);
      }
    }
    // A run of white space is one symbol.
    if (this.#endsInSpace[state] === 1) this.#next[row + SPACE] = state;
  }

  /** Renumbers the states that end a keyword to the end of the table and pre-multiplies. */
  #pack(): KeywordAutomaton {
    const count = this.#states;
    const classes = this.#classes;
    const { position, quiet } = this.#positions();
    const next = new Int32Array(count * classes);
    const symbols = new Int32Array(count);
    const shorter = new Int32Array(count);
    for (let state = 0; state < count; state++) {
      const to = position[state] ?? 0;
      symbols[to] = this.#symbols[state] ?? 0;
      const suffix = this.#shorter[state] ?? NONE;
      shorter[to] = suffix === NONE ? NONE : (position[suffix] ?? 0);
      for (let symbol = 0; symbol < classes; symbol++) {
        const target = this.#next[state * classes + symbol] ?? OUTSIDE;
        next[to * classes + symbol] = (position[target] ?? 0) * classes;
      }
    }
    const latin = this.#latin();
    const insideStays = Uint8Array.from(latin, (symbol) =>
      next[INSIDE * classes + symbol] === INSIDE * classes ? 1 : 0,
    );
    return {
      classes,
      next,
      latin,
      insideStays,
      classTable: this.#classTable(),
      hitBase: quiet * classes,
      symbols,
      shorter,
    };
  }

  /**
   * New number of each state: those that end no keyword first, of which there are `quiet`. Within that by distance from the roots, so
   * that the rows that are used most lie together.
   */
  #positions(): { readonly position: Int32Array; readonly quiet: number } {
    const position = new Int32Array(this.#states);
    let quiet = 0;
    for (const state of this.#order) if (!this.#hits(state)) position[state] = quiet++;
    let loud = quiet;
    for (const state of this.#order) if (this.#hits(state)) position[state] = loud++;
    return { position, quiet };
  }

  #hits(state: number): boolean {
    return (this.#symbols[state] ?? 0) > 0 || this.#shorter[state] !== NONE;
  }

  #classTable(): () => Uint16Array {
    const alphabet = this.#alphabet;
    let table: Uint16Array | undefined;
    return () => {
      if (table === undefined) {
        table = foreignClasses().slice();
        for (const [code, symbol] of alphabet) {
          const capital = String.fromCharCode(code).toUpperCase();
          if (capital.length === 1) table[capital.charCodeAt(0)] = symbol;
          table[code] = symbol;
        }
      }
      return table;
    };
  }

  #latin(): Uint16Array {
    const latin = new Uint16Array(256);
    for (let code = 0; code < 256; code++) {
      const folded = foldCluster(String.fromCharCode(code));
      const unit = folded.length === 1 ? folded.charCodeAt(0) : code;
      latin[code] = this.#alphabet.get(unit) ?? foreignClass(unit);
    }
    return latin;
  }
}
