import { createHmac, randomUUID } from 'node:crypto';
import type { CancelSignal } from '../../../contracts/cancel-signal.js';
import type { Channel } from '../../../contracts/channel.js';
import type { RemoteProviderSettings } from '../../../contracts/remote-check.js';
import type { GuardrailProvider, ProviderAnswer, Question } from '../guardrail-provider.js';
import { ProviderLink } from '../provider-link.js';
import { readWebhookAnswer } from './webhook-answer.js';

/** Longest request that is made, in characters of text. */
const MAX_CHARS = 4_000_000;
const MAX_TEXTS = 100_000;

const PHASES: Readonly<Record<Channel, string>> = {
  argument: 'input',
  result: 'output',
  tool_description: 'registration',
  server_description: 'registration',
};

/** Asks a webhook of the operator's own (docs/guardrail-webhook.openapi.yaml). */
export class WebhookProvider implements GuardrailProvider {
  readonly #settings: RemoteProviderSettings;
  readonly #link: ProviderLink;

  constructor(settings: RemoteProviderSettings, link = new ProviderLink(settings)) {
    this.#settings = settings;
    this.#link = link;
  }

  async check(questions: readonly Question[], signal: CancelSignal): Promise<readonly ProviderAnswer[]> {
    return Promise.all(questions.map((question) => this.#ask(question, signal)));
  }

  async probe(policyName: string, signal: CancelSignal): Promise<void> {
    const context = { channel: 'argument', server: '', tool: '' } as const;
    const texts = [{ path: '/arguments/text', text: 'Hello' }];
    const comparisons = { relevancy: null, adherence: null, hallucination: false };
    await this.#ask({ context, policyName, texts, block: new Set(), redact: null, comparisons }, signal);
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  #ask(question: Question, signal: CancelSignal): Promise<ProviderAnswer> {
    const { context, texts, redact } = question;
    const chars = texts.reduce((sum, { text }) => sum + text.length, 0);
    if (chars > MAX_CHARS || texts.length > MAX_TEXTS) throw this.#link.failure('text_too_long');
    const body = JSON.stringify({
      version: 1,
      id: randomUUID(),
      phase: PHASES[context.channel],
      channel: context.channel,
      server: context.server,
      tool: context.tool,
      policy: question.policyName,
      detectors: [...question.block],
      may_redact: redact !== null,
      texts,
      ...(context.request === undefined ? {} : { request: { arguments: context.request.arguments } }),
    });
    const read = (answer: unknown): ProviderAnswer | null => readWebhookAnswer(answer, texts, redact !== null);
    return this.#link.post({ path: '', headers: this.#headers(body), body }, read, signal);
  }

  /** The signature covers the time as well, so that a request that was overheard cannot be sent again later. */
  #headers(body: string): Record<string, string> {
    const { apiKey, signingSecret } = this.#settings;
    const headers: Record<string, string> = {};
    if (apiKey !== null) headers.authorization = `Bearer ${apiKey}`;
    if (signingSecret !== null) {
      const time = String(Math.floor(Date.now() / 1000));
      const signature = createHmac('sha256', signingSecret).update(`${time}.${body}`).digest('hex');
      headers['x-gateway-timestamp'] = time;
      headers['x-gateway-signature'] = `sha256=${signature}`;
    }
    return headers;
  }
}
