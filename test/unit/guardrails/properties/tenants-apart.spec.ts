import { describe, expect, it, jest } from '@jest/globals';
import { PII_ENTITIES } from '../../../../src/contracts/finding.js';
import type { GuardrailPolicy } from '../../../../src/contracts/server-entry.js';
import { GuardrailEngine } from '../../../../src/guardrails/engine.js';
import type { RedactionVault } from '../../../../src/guardrails/redaction-vault.js';
import { ANSWER, CALL, FORMATS, pick, policyOf, randomOf } from '../fixtures.js';
import type { Random } from './random-payloads.js';

jest.setTimeout(900_000);

/** Two tenants with two principals each, all at once. */
const PRINCIPALS = ['ann@red.example', 'bob@red.example', 'ann@blue.example', 'bob@blue.example'] as const;
const ROUNDS = process.env.GATEWAY_SOAK === '1' ? 100_000 : 2_000;
/** Rounds under way side by side. */
const LANES = 32;
/** What all answers are made of: the last placeholders that any caller's tool has seen. */
const BOARD = 64;

const engine = new GuardrailEngine();
const POLICIES = [FORMATS, PII_ENTITIES].map((entities) => policyOf({ entities, redactPii: true }));
const SCHEMA = {
  type: 'object',
  properties: { email: { type: 'string', format: 'email' }, link: { type: 'string', format: 'uri' } },
};

/** One shared server that remembers what everybody sent, and answers with it. */
class NoticeBoard {
  readonly #texts: string[] = [];

  post(text: string, random: Random): void {
    if (this.#texts.length < BOARD) this.#texts.push(text);
    else this.#texts[Math.floor(random() * BOARD)] = text;
  }

  some(random: Random): readonly string[] {
    return this.#texts.length === 0 ? [] : Array.from({ length: 3 }, () => pick(random, this.#texts));
  }
}

interface Round {
  readonly policy: GuardrailPolicy;
  readonly principal: string;
  readonly number: number;
  readonly random: Random;
  readonly board: NoticeBoard;
}

/** Calls, waits for others to do the same, and reads an answer in which everybody's placeholders stand. */
async function play({ policy, principal, number, random, board }: Round): Promise<void> {
  const [name = '', domain = ''] = principal.split('@');
  const mine = `${name}${String(number)}@${domain}`;
  const card = 4_111_111_111_111_111;
  // Every twentieth payload is long enough to be checked in slices, between which other rounds run.
  const filler = random() < 0.05 ? 'lorem ipsum '.repeat(7_000) : '';
  const args = { text: `write to ${mine} ${filler}`, email: mine, link: mine, card };
  const { value, vault } = await engine.inspectInput(policy, { arguments: args }, { ...CALL, inputSchema: SCHEMA });
  const sent = value.arguments as typeof args;
  if (JSON.stringify(sent).includes(mine)) throw new Error('not redacted');
  const placeholders = [/<\w+>/.exec(sent.text)?.[0] ?? '', sent.email, sent.link, String(sent.card)];
  for (const placeholder of placeholders) board.post(placeholder, random);
  await new Promise((resolve) => setImmediate(resolve));
  const others = board.some(random).filter((text) => !placeholders.includes(text));
  const result = { structuredContent: { mine: sent, others, ofOthers: others.join(' '), number: Number(others[0]) } };
  const { body } = await engine.inspectOutput(null, { kind: 'result', result }, vault, ANSWER);
  const shown = (body as unknown as { readonly result: typeof result }).result.structuredContent;
  if (JSON.stringify(shown.mine) !== JSON.stringify(args)) throw new Error(`lost in round ${String(number)}`);
  const seen = [shown.others, shown.ofOthers, Number.isNaN(shown.number) ? null : shown.number];
  const meant = [others, others.join(' '), Number.isNaN(Number(others[0])) ? null : Number(others[0])];
  if (JSON.stringify(seen) !== JSON.stringify(meant)) throw new Error(`crossed in round ${String(number)}`);
}

describe('placeholders of callers of one server', () => {
  it.each([
    ['formats', POLICIES[0]!],
    ['all entities', POLICIES[1]!],
  ])('never cross, in many rounds side by side (%s)', async (_, policy) => {
    const random = randomOf(77);
    const board = new NoticeBoard();
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < ROUNDS) {
        const number = next++;
        await play({ policy, principal: PRINCIPALS[number % PRINCIPALS.length]!, number, random, board });
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    expect(next).toBe(ROUNDS);
  });

  it('would be seen to cross if they did: an answer restored with the vault of another caller shows', async () => {
    const inputs = PRINCIPALS.map(async (email) => engine.inspectInput(POLICIES[0]!, { arguments: { email } }, CALL));
    const [mine, other] = await Promise.all(inputs);
    const result = { content: [{ type: 'text', text: JSON.stringify(other!.value) }] };
    const shown = async (vault: RedactionVault | null): Promise<string> =>
      JSON.stringify((await engine.inspectOutput(null, { kind: 'result', result }, vault, ANSWER)).body);
    expect(await shown(mine!.vault)).not.toContain(PRINCIPALS[1]);
    expect(await shown(other!.vault)).toContain(PRINCIPALS[1]);
  });
});
