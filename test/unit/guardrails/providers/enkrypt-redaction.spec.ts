import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EnkryptProvider } from '../../../../src/guardrails/providers/enkrypt/enkrypt-provider.js';
import type { ProviderAnswer, Question } from '../../../../src/guardrails/providers/guardrail-provider.js';
import { RedactionVault } from '../../../../src/guardrails/redaction-vault.js';
import { EnkryptService, SERVICE_KEY } from '../../../support/enkrypt-service.js';
import { CALL } from '../fixtures.js';

let service: EnkryptService;
let provider: EnkryptProvider;

beforeAll(async () => {
  service = await EnkryptService.open();
  provider = new EnkryptProvider({
    name: 'service',
    type: 'enkrypt',
    url: service.urlOf('ok'),
    apiKey: SERVICE_KEY,
    signingSecret: null,
    model: null,
    timeoutMs: 5_000,
    maxConcurrentRequests: 4,
    hash: 'x',
  });
});
afterAll(async () => {
  await provider.close();
  await service.close();
});

async function ask(text: string, redact: Question['redact']): Promise<ProviderAnswer> {
  const comparisons = { relevancy: null, adherence: null, hallucination: null } as unknown as Question['comparisons'];
  const texts = [{ path: '/arguments/text', text }];
  const question = { context: CALL, policyName: 'p', block: new Set<never>(), texts, redact, comparisons };
  const [answer] = await provider.check([question], new AbortController().signal);
  if (answer === undefined) throw new Error('no answer');
  return answer;
}

describe('personal data that the service is to replace', () => {
  it('is replaced where two requests meet, once', async () => {
    const text = `${'x'.repeat(19_994)} Jane Doe ${'y'.repeat(900)} Jane Doe ${'z'.repeat(19_000)}`;
    const vault = new RedactionVault();
    const { redactions, blocks } = await ask(text, (_, hits) => vault.redact(text, hits));
    expect(blocks).toBe(false);
    const found = redactions.get(0)?.map(({ start, end }) => [start, text.slice(start, end)]);
    expect(found).toEqual([
      [19_995, 'Jane Doe'],
      [20_905, 'Jane Doe'],
    ]);
    expect(vault.redact(text, redactions.get(0) ?? [])).not.toContain('Jane');
  });

  it('blocks when the service still finds some in what would be sent', async () => {
    const { hits, blocks } = await ask('Jane Doe', () => 'joe@example.com');
    expect(blocks).toBe(true);
    expect(hits).toContainEqual(expect.objectContaining({ detector: 'pii', category: 'email_address' }));
  });

  it('does not block a value that the policy keeps', async () => {
    const text = 'write to joe@example.com';
    expect((await ask(text, () => text)).blocks).toBe(false);
  });
});
