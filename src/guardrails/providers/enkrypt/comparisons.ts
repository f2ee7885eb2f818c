import type { DetectorName } from '../../../contracts/finding.js';
import type { Question, RemoteHit } from '../guardrail-provider.js';
import { membersOf } from './summary.js';

/** One request to the service; null from `read` = the answer has another shape. */
type Post = <T>(path: string, body: object, read: (answer: unknown) => T | null) => Promise<T>;

interface Compared {
  readonly hits: readonly RemoteHit[];
  readonly detectors: readonly DetectorName[];
}

const NOTHING: Compared = { hits: [], detectors: [] };
/** Of the answer; a comparison looks at how it begins. */
const MAX_CHARS = 20_000;

/** Asks whether an answer fits its request: only for answers, only what the policy switches on, only when there is text. */
export async function compareAnswer(question: Question, post: Post): Promise<Compared> {
  const { comparisons, context, texts } = question;
  const request = context.request;
  if (context.channel !== 'result' || request === undefined || texts.length === 0) return NOTHING;
  const asked = cut(JSON.stringify(request.arguments ?? {}));
  const answered = cut(answerOf(question));
  const checks: Promise<readonly [DetectorName, number | null]>[] = [];
  const { relevancy, adherence } = comparisons;
  if (relevancy !== null) {
    const body = { question: asked, llm_answer: answered };
    const score = post('/guardrails/relevancy', body, readScore('relevancy_score'));
    checks.push(score.then((value) => ['relevancy', value < relevancy ? 1 - value : null]));
  }
  if (adherence !== null) {
    const body = { context: asked, llm_answer: answered };
    const score = post('/guardrails/adherence', body, readScore('adherence_score'));
    checks.push(score.then((value) => ['adherence', value < adherence ? 1 - value : null]));
  }
  if (comparisons.hallucination) {
    const body = { request_text: asked, response_text: answered, context: '' };
    const found = post('/guardrails/hallucination', body, readScore('is_hallucination'));
    checks.push(found.then((value) => ['hallucination', value > 0 ? value : null]));
  }
  const results = await Promise.all(checks);
  return {
    detectors: results.map(([detector]) => detector),
    hits: results.flatMap(([detector, score]) =>
      score === null ? [] : [{ detector, category: detector, score, start: 0, end: 0, textIndex: null }],
    ),
  };
}

/** What a reader would take as the answer: the text blocks and the structured content, without the words of the protocol. */
const ANSWER = /^\/content\/\d+\/(?:text|resource\/text)$|^\/structuredContent\//;

function answerOf({ texts }: Question): string {
  const answer = texts.filter(({ path }) => ANSWER.test(path));
  return (answer.length === 0 ? texts : answer).map(({ text }) => text).join('\n');
}

/** `summary.<name>` as 0..1; a switch may be written as true or false. */
function readScore(name: string): (answer: unknown) => number | null {
  return (answer) => {
    const value = membersOf(membersOf(answer)?.summary)?.[name];
    const score = typeof value === 'boolean' ? Number(value) : value;
    return typeof score === 'number' && score >= 0 && score <= 1 ? score : null;
  };
}

function cut(text: string): string {
  return text.length <= MAX_CHARS ? text : text.slice(0, MAX_CHARS).toWellFormed();
}
