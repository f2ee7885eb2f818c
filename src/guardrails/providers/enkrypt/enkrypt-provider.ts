import type { CancelSignal } from '../../../contracts/cancel-signal.js';
import type { DetectorName } from '../../../contracts/finding.js';
import type { RemoteProviderSettings } from '../../../contracts/remote-check.js';
import type { Hit } from '../../local/hit.js';
import type { GuardrailProvider, ProviderAnswer, Question, RemoteHit } from '../guardrail-provider.js';
import { type JoinedText, joinTexts } from '../joined-texts.js';
import { ProviderLink } from '../provider-link.js';
import { addHits, alignRedaction, merged } from './alignment.js';
import { compareAnswer } from './comparisons.js';
import { definitionQuestions } from './definition-batches.js';
import { registrationDetectors } from './registration-detectors.js';
import { membersOf, readReport, type Report } from './summary.js';

/** What the service is sent in one text; more is sent in several. */
const MAX_CHARS = 20_000;
const OVERLAP = 512;
/** Requests for one payload: some 1.2 million characters. More text than that is not checked, and so is refused. */
const MAX_REQUESTS = 64;

type SourceEvent = 'pre-tool' | 'post-tool' | 'pii-redact' | 'server-registration';

const NO_REDACTIONS: ReadonlyMap<number, readonly Hit[]> = new Map();

/** Speaks the HTTP interface of the reference's guardrail service (compatibility contract §4.1). */
export class EnkryptProvider implements GuardrailProvider {
  readonly #apiKey: string;
  readonly #link: ProviderLink;

  constructor(settings: RemoteProviderSettings, link = new ProviderLink(settings)) {
    this.#apiKey = settings.apiKey ?? '';
    this.#link = link;
  }

  async check(questions: readonly Question[], signal: CancelSignal): Promise<readonly ProviderAnswer[]> {
    const [first] = questions;
    if (first === undefined) return [];
    const { channel } = first.context;
    return channel === 'tool_description' || channel === 'server_description'
      ? this.#checkDefinitions(questions, first, signal)
      : Promise.all(questions.map((question) => this.#checkCall(question, signal)));
  }

  async probe(policyName: string, signal: CancelSignal): Promise<void> {
    await this.#detect('Hello', policyName, 'pre-tool', signal);
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  /** Arguments or an answer: personal data first, so that the policy is asked about what is sent on. */
  async #checkCall(question: Question, signal: CancelSignal): Promise<ProviderAnswer> {
    const { redact, policyName, context } = question;
    const texts = question.texts.map(({ text }) => text);
    const redactions = redact === null ? NO_REDACTIONS : await this.#redactions(texts, signal);
    const sent = texts.map((text, index) => {
      const hits = redactions.get(index);
      return redact === null || hits === undefined ? text : redact(index, hits);
    });
    const joined = this.#join(sent, OVERLAP);
    const event = context.channel === 'result' ? 'post-tool' : 'pre-tool';
    const reports = Promise.all(joined.map(({ text }) => this.#detect(text, policyName, event, signal)));
    const compared = compareAnswer(question, (path, body, read) => this.#post(path, body, 'post-tool', read, signal));
    const [found, comparisons] = await Promise.all([reports, compared]);
    const all = found.flatMap((report, index) => hitsOf(report, placeOf(joined[index], sent)));
    // What keeps its value is sent as it is, so the service reports it again. Anything else should have been replaced.
    const isKept = [...redactions.keys()].some((index) => sent[index] === texts[index]);
    const isLeft = redact !== null && !isKept && all.some(({ detector }) => detector === 'pii');
    const hits = all.filter(({ detector }) => redact === null || detector !== 'pii' || isLeft);
    return {
      hits: [...hits, ...comparisons.hits, ...piiHits(redactions)],
      detectors: [...new Set([...found.flatMap(({ detectors }) => detectors), ...comparisons.detectors])],
      blocks: isLeft,
      redactions,
    };
  }

  #detect(text: string, policyName: string, event: SourceEvent, signal: CancelSignal): Promise<Report> {
    const policy = { 'x-enkrypt-policy': policyName };
    return this.#post('/guardrails/policy/detect', { text }, event, readReport, signal, policy);
  }

  async #redactions(texts: readonly string[], signal: CancelSignal): Promise<ReadonlyMap<number, readonly Hit[]>> {
    const joined = this.#join(texts, OVERLAP);
    const answers = await Promise.all(
      joined.map(({ text }) => {
        const body = { text, mode: 'request', key: 'null' };
        return this.#post('/guardrails/pii', body, 'pii-redact', readText, signal);
      }),
    );
    const hits = new Map<number, Hit[]>();
    joined.forEach((part, index) => {
      const spans = alignRedaction(part.text, answers[index] ?? '');
      if (spans === null) throw this.#link.failure('not_aligned');
      addHits(part, spans, hits);
    });
    for (const [index, found] of hits) hits.set(index, merged(found));
    return hits;
  }

  async #checkDefinitions(
    questions: readonly Question[],
    { block, policyName }: Question,
    signal: CancelSignal,
  ): Promise<readonly ProviderAnswer[]> {
    const detectors = registrationDetectors(block, policyName);
    const batches = definitionQuestions(questions, MAX_CHARS);
    if (batches.length > MAX_REQUESTS) throw this.#link.failure('text_too_long');
    const answers = await Promise.all(
      batches.map(async (batch) => {
        const body = { texts: batch.map(({ text }) => text), detectors };
        const read = (answer: unknown): readonly Report[] | null => readReports(answer, batch.length);
        return this.#post('/guardrails/batch/detect', body, 'server-registration', read, signal);
      }),
    );
    const byQuestion = questions.map(() => ({ hits: [] as RemoteHit[], detectors: new Set<DetectorName>() }));
    batches.forEach((batch, index) => {
      batch.forEach(({ question }, position) => {
        const report = answers[index]?.[position];
        const of = byQuestion[question];
        if (report === undefined || of === undefined) return;
        for (const detector of report.detectors) if (detector !== 'topic_detector') of.detectors.add(detector);
        // The request names no topics, so the service cannot know what would be beside them.
        of.hits.push(...hitsOf(report, null).filter(({ detector }) => detector !== 'topic_detector'));
      });
    });
    return byQuestion.map((of) => ({
      hits: of.hits,
      detectors: [...of.detectors],
      blocks: false,
      redactions: NO_REDACTIONS,
    }));
  }

  #join(texts: readonly string[], overlap: number): readonly JoinedText[] {
    const joined = joinTexts(texts, { maxChars: MAX_CHARS, overlap });
    if (joined.length > MAX_REQUESTS) throw this.#link.failure('text_too_long');
    return joined;
  }

  #post<T>(
    path: string,
    body: object,
    event: SourceEvent,
    read: (answer: unknown) => T | null,
    signal: CancelSignal,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<T> {
    const all = {
      apikey: this.#apiKey,
      'x-enkrypt-source-name': 'mcp-gateway',
      'x-enkrypt-source-event': event,
      ...headers,
    };
    return this.#link.post({ path, headers: all, body: JSON.stringify(body) }, read, signal);
  }
}

function readText(answer: unknown): string | null {
  const text = membersOf(answer)?.text;
  return typeof text === 'string' ? text : null;
}

/** One report for each text, in order, or nothing that could be relied on. */
function readReports(answer: unknown, expected: number): readonly Report[] | null {
  if (!Array.isArray(answer) || answer.length !== expected) return null;
  const reports = answer.map(readReport);
  return reports.every((report): report is Report => report !== null) ? reports : null;
}

/** The one text that a joined text is made of; null = several. */
function placeOf(joined: JoinedText | undefined, texts: readonly string[]): { index: number; chars: number } | null {
  const index = joined?.pieces[0]?.textIndex;
  if (index === undefined || joined?.pieces.some((piece) => piece.textIndex !== index) !== false) return null;
  return { index, chars: texts[index]?.length ?? 0 };
}

/** The service does not say where, so a hit is the whole text, or all of them. */
function hitsOf(report: Report, place: { index: number; chars: number } | null): RemoteHit[] {
  const textIndex = place?.index ?? null;
  const end = place?.chars ?? 0;
  return report.triggered.map(({ detector, category, score }) => ({
    detector,
    category,
    score,
    start: 0,
    end,
    textIndex,
  }));
}

function piiHits(redactions: ReadonlyMap<number, readonly Hit[]>): RemoteHit[] {
  return [...redactions].flatMap(([textIndex, hits]) => hits.map((hit) => ({ ...hit, textIndex })));
}
