import type { CancelSignal } from '../../../contracts/cancel-signal.js';
import type { RemoteProviderSettings } from '../../../contracts/remote-check.js';
import type { GuardrailProvider, ProviderAnswer, Question, RemoteHit } from '../guardrail-provider.js';
import { joinTexts } from '../joined-texts.js';
import { ProviderLink } from '../provider-link.js';
import { detectorsOf, MODERATION_DETECTORS } from './moderation-categories.js';

/** One text of a request. */
const MAX_CHARS = 20_000;
const OVERLAP = 512;
/** Texts of one request, and requests of one check. */
const MAX_INPUTS = 32;
const MAX_REQUESTS = 64;

/** A category that was flagged. */
interface Flagged {
  readonly category: string;
  readonly score: number;
}

interface Input {
  readonly question: number;
  /** null = of several texts */
  readonly textIndex: number | null;
  readonly text: string;
}

/** Speaks the moderation interface that OpenAI made common: `POST /moderations {input, model}` -> one result for each input. */
export class ModerationProvider implements GuardrailProvider {
  readonly #headers: Readonly<Record<string, string>>;
  readonly #model: string | null;
  readonly #link: ProviderLink;

  constructor(settings: RemoteProviderSettings, link = new ProviderLink(settings)) {
    this.#headers = settings.apiKey === null ? {} : { authorization: `Bearer ${settings.apiKey}` };
    this.#model = settings.model;
    this.#link = link;
  }

  async check(questions: readonly Question[], signal: CancelSignal): Promise<readonly ProviderAnswer[]> {
    const inputs = questions.flatMap(inputsOf);
    const requests: Input[][] = [];
    for (let from = 0; from < inputs.length; from += MAX_INPUTS) requests.push(inputs.slice(from, from + MAX_INPUTS));
    if (requests.length > MAX_REQUESTS) throw this.#link.failure('text_too_long');
    const results = await Promise.all(requests.map((request) => this.#moderate(request, signal)));
    const hits: RemoteHit[][] = questions.map(() => []);
    requests.forEach((request, index) => {
      request.forEach((input, position) => {
        hits[input.question]?.push(...(results[index]?.[position] ?? []).flatMap((flagged) => hitsOf(input, flagged)));
      });
    });
    return hits.map((found) => ({
      hits: found,
      detectors: MODERATION_DETECTORS,
      blocks: false,
      redactions: new Map(),
    }));
  }

  async probe(_policyName: string, signal: CancelSignal): Promise<void> {
    await this.#moderate([{ question: 0, textIndex: 0, text: 'Hello' }], signal);
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  #moderate(inputs: readonly Input[], signal: CancelSignal): Promise<readonly (readonly Flagged[])[]> {
    const model = this.#model === null ? {} : { model: this.#model };
    const body = JSON.stringify({ input: inputs.map(({ text }) => text), ...model });
    const read = (answer: unknown): readonly (readonly Flagged[])[] | null => readResults(answer, inputs.length);
    return this.#link.post({ path: '/moderations', headers: this.#headers, body }, read, signal);
  }
}

function inputsOf({ texts }: Question, question: number): Input[] {
  const joined = joinTexts(
    texts.map(({ text }) => text),
    { maxChars: MAX_CHARS, overlap: OVERLAP },
  );
  return joined.map(({ text, pieces }) => {
    const first = pieces[0]?.textIndex ?? null;
    const isOne = pieces.every(({ textIndex }) => textIndex === first);
    return { question, text, textIndex: isOne ? first : null };
  });
}

function hitsOf({ textIndex, text }: Input, { category, score }: Flagged): RemoteHit[] {
  const end = textIndex === null ? 0 : text.length;
  return detectorsOf(category).map((detector) => ({ detector, category, score, start: 0, end, textIndex }));
}

/** Null = not one result for each input, or one without categories. */
function readResults(answer: unknown, expected: number): readonly (readonly Flagged[])[] | null {
  const results = (answer as { results?: unknown } | null)?.results;
  if (!Array.isArray(results) || results.length !== expected) return null;
  const read = results.map(readResult);
  return read.every((flagged): flagged is readonly Flagged[] => flagged !== null) ? read : null;
}

const CATEGORY = /^[a-z][a-z0-9_/ -]{0,39}$/;

function readResult(result: unknown): readonly Flagged[] | null {
  const { categories, category_scores: scores, flagged } = (result ?? {}) as Record<string, unknown>;
  if (typeof categories !== 'object' || categories === null || Array.isArray(categories)) return null;
  const entries = Object.entries(categories as Record<string, unknown>);
  if (entries.some(([, is]) => typeof is !== 'boolean')) return null;
  const on = entries.filter(([name, is]) => is === true && CATEGORY.test(name)).map(([category]) => category);
  // Flagged by a category that is not listed, or not named as one.
  if (on.length === 0) return flagged === true ? [{ category: 'flagged', score: 1 }] : entries.length === 0 ? null : [];
  return on.map((category) => ({ category, score: scoreOf(scores, category) }));
}

function scoreOf(scores: unknown, category: string): number {
  const score = (scores as Readonly<Record<string, unknown>> | null | undefined)?.[category];
  return typeof score === 'number' && score >= 0 && score <= 1 ? score : 1;
}
