import { isFiller, isGeneral } from '../policy-violation/lexicon.js';
import { literalsOf, stem, wordsOf } from '../policy-violation/stem.js';

/** Fewest telling words of a prompt, and of one of its sentences, that can be retold at all. */
const LEAST_OF_PROMPT = 6;
const LEAST_OF_SENTENCE = 4;
const SHARE_OF_PROMPT = 0.55;
const SHARE_OF_SENTENCE = 0.8;

/** The words of a prompt, to see it told in other words: most of its telling words are kept then. */
export class PromptWording {
  readonly #prompt: ReadonlySet<string>;
  readonly #sentences: readonly ReadonlySet<string>[];
  /** For each of those: literals of its words, and how many words may be missing. */
  readonly #gates: readonly Gate[];

  constructor(prompt: string) {
    this.#prompt = tellingStems(prompt);
    this.#sentences = prompt
      .split(/(?<=[.!?;])\s+|\n/)
      .map(tellingStems)
      .filter(({ size }) => size >= LEAST_OF_SENTENCE);
    this.#gates = [
      ...(this.#prompt.size >= LEAST_OF_PROMPT ? [gateOf(this.#prompt, SHARE_OF_PROMPT)] : []),
      ...this.#sentences.map((sentence) => gateOf(sentence, SHARE_OF_SENTENCE)),
    ];
  }

  /** @param lower the text in lower case */
  isRetoldIn(text: string, lower: string): boolean {
    if (!this.#gates.some((gate) => mayPass(gate, lower))) return false;
    const stems = tellingStems(text);
    if (stems.size < LEAST_OF_SENTENCE) return false;
    if (this.#prompt.size >= LEAST_OF_PROMPT && shareOf(this.#prompt, stems) >= SHARE_OF_PROMPT) return true;
    return this.#sentences.some((sentence) => shareOf(sentence, stems) >= SHARE_OF_SENTENCE);
  }
}

interface Gate {
  readonly literals: readonly (readonly string[])[];
  readonly missing: number;
}

function gateOf(stems: ReadonlySet<string>, share: number): Gate {
  return { literals: Array.from(stems, literalsOf), missing: Math.floor(stems.size * (1 - share) + 1e-9) };
}

/** False when too many words are missing for certain: most texts are about something else, and that is seen at once. */
function mayPass({ literals, missing }: Gate, lower: string): boolean {
  let left = missing;
  for (const ofWord of literals) if (!ofWord.some((literal) => lower.includes(literal)) && --left < 0) return false;
  return true;
}

function tellingStems(text: string): ReadonlySet<string> {
  return new Set(
    wordsOf(text)
      .filter((word) => word.length > 2)
      .map(stem)
      .filter((word) => !isFiller(word) && !isGeneral(word)),
  );
}

function shareOf(needed: ReadonlySet<string>, present: ReadonlySet<string>): number {
  let met = 0;
  for (const word of needed) if (present.has(word)) met++;
  return met / needed.size;
}
