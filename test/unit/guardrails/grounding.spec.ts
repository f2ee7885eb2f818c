import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { PairDetector, PairOutcome } from '../../../src/guardrails/local/pair-detector.js';
import { GROUNDING_RULES, RELEVANCY_RULES } from '../../../src/guardrails/local/grounding/grounding.rules.js';
import { GroundingDetector } from '../../../src/guardrails/local/grounding/grounding-detector.js';
import { RelevancyDetector } from '../../../src/guardrails/local/grounding/relevancy-detector.js';
import { shortestMsBelow } from './fixtures.js';

interface Row {
  readonly label: 0 | 1;
  readonly text: string;
  readonly request: string;
}

const CORPUS = path.resolve(import.meta.dirname, '../../corpus');
const detectors: readonly PairDetector[] = [
  new RelevancyDetector(),
  new GroundingDetector('adherence'),
  new GroundingDetector('hallucination'),
];

function outcomes(detector: PairDetector): { readonly row: Row; readonly outcome: PairOutcome }[] {
  const lines = readFileSync(path.join(CORPUS, `${detector.name}.jsonl`), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => {
    const row = JSON.parse(line) as Row;
    return { row, outcome: detector.check({ request: row.request, answer: row.text }) };
  });
}

function fires(outcome: PairOutcome): boolean {
  return outcome.outcome === 'checked' && outcome.triggered;
}

describe.each(detectors)('the corpus of $name', (detector) => {
  const results = outcomes(detector);

  it('holds at least 150 rows of both kinds', () => {
    expect(results.length).toBeGreaterThanOrEqual(150);
    expect(new Set(results.map(({ row }) => row.label))).toEqual(new Set([0, 1]));
  });

  it('finds 85 % of what is wrong, and fires on less than 10 % of what is right', () => {
    const [wrong, right] = [1, 0].map((label) => results.filter(({ row }) => row.label === label));
    const share = (rows: typeof results): number => rows.filter(({ outcome }) => fires(outcome)).length / rows.length;
    expect(share(wrong ?? [])).toBeGreaterThanOrEqual(0.85);
    expect(share(right ?? [])).toBeLessThan(0.1);
  });

  it('explains every rule that it reports', () => {
    const known = new Set([...GROUNDING_RULES, ...RELEVANCY_RULES].map(({ id }) => id));
    for (const { outcome } of results) if (outcome.outcome === 'checked') expect(known).toContain(outcome.rule);
  });
});

const issues = JSON.stringify([
  { number: 12, title: 'Fix login', author: 'kim', state: 'open', comments: 4 },
  { number: 15, title: 'Add dark mode', author: 'lee', state: 'closed', comments: 11 },
  { number: 19, title: 'Update docs', author: 'kim', state: 'open', comments: 0 },
]);
const sales =
  'month,region,units,revenue\nJan,North,120,3400.50\nJan,South,95,2810.00\nFeb,North,133,3712.25\nFeb,South,101,2999.99';
const mail =
  'Hi Tom,\n\nAs agreed, we will deliver 40 chairs to your Hamburg office on 12 May, and the remaining 25 to Bremen on 19 May. ' +
  'The unit price is EUR 89.\n\nBest,\nNadia';
const minutes =
  'Marc will prepare the budget by 3 June. Olu will call the vendor. The launch moves from 10 June to 24 June because testing is not finished.';

describe('a statement about a source', () => {
  const detector = new GroundingDetector('hallucination');

  it.each([
    [issues, 'Kim opened two issues, #12 and #19, both still open.'],
    [issues, 'There are 3 issues in total; 2 are open and 1 is closed.'],
    [issues, '"Add dark mode" by lee has the most comments (11).'],
    [sales, 'Total revenue in January was 6,210.50.'],
    [sales, 'The North region sold 253 units overall.'],
    [sales, 'The South brought in $2,810 in January.'],
    [mail, '40 chairs go to Hamburg on May 12.'],
    [mail, 'In total 65 chairs will be delivered.'],
    [minutes, 'Marc is responsible for the budget, due on June 3.'],
    [minutes, 'The launch has been postponed to 24 June.'],
  ])('is let pass when the source bears it out: %#', (request, answer) => {
    expect(detector.check({ request, answer })).toMatchObject({ outcome: 'checked', triggered: false });
  });

  it.each([
    [issues, 'Lee opened "Fix login".', 'binding.other_record'],
    [issues, 'Issue 19 has 4 comments.', 'binding.other_record'],
    [issues, 'There are 5 open issues.', 'value.number'],
    [issues, 'Issue 15 is still open.', 'binding.other_record'],
    [sales, 'North sold 120 units in February.', 'binding.other_record'],
    [sales, 'Total revenue in January was 7,110.50.', 'value.number'],
    [mail, 'The unit price is EUR 98.', 'value.number'],
    [minutes, 'Olu will prepare the budget.', 'binding.other_actor'],
    [minutes, 'The launch has been moved to 10 June.', 'binding.other_role'],
    [minutes, 'Testing is finished.', 'contradiction.negation'],
  ])('fires and names the rule when it does not: %#', (request, answer, rule) => {
    expect(detector.check({ request, answer })).toMatchObject({ triggered: true, rule: `hallucination.${rule}` });
  });

  it('is held against the document that a call hands to its tool', () => {
    const request = JSON.stringify({ tool: 'summarise', arguments: { document: mail } });
    expect(detector.check({ request, answer: 'The unit price is EUR 98.' })).toMatchObject({ triggered: true });
    expect(detector.check({ request, answer: 'The unit price is EUR 89.' })).toMatchObject({ triggered: false });
  });

  it('does not count a question as a claim', () => {
    const answer = 'Q: What did Bob pay on 3 March 2031? unknown';
    expect(detector.check({ request: mail, answer })).toMatchObject({ outcome: 'checked', triggered: false });
  });

  it.each([
    ['', 'The unit price is 89.', 'there is no source'],
    [mail, '  ', 'the answer is empty'],
    ['{"tool":"get_price","arguments":{"item":"chair"}}', 'It costs 89.', 'the arguments of the call hold no source'],
    [mail, 'Стул стоит 89 евро.', 'answer and source are written in different scripts'],
    [mail, 'Is the price right? Yes', 'a bare yes or no states nothing that can be compared'],
  ])('is not guessed at when it cannot be compared: %#', (request, answer, reason) => {
    expect(detector.check({ request, answer })).toEqual({ outcome: 'not_checkable', reason });
  });
});

describe('an answer to a call', () => {
  const detector = new RelevancyDetector();
  const request = JSON.stringify({ tool: 'get_order', arguments: { order_id: 'ORD-77120' } });

  it('fires when it holds the record of another id', () => {
    const answer = JSON.stringify({ order_id: 'ORD-90311', status: 'pending', total: 27 });
    expect(detector.check({ request, answer })).toMatchObject({ triggered: true, rule: 'relevancy.other_subject' });
  });

  it('is let pass when it holds the record that was asked for', () => {
    const answer = JSON.stringify({ order_id: 'ORD-77120', status: 'pending', total: 27 });
    expect(detector.check({ request, answer })).toMatchObject({ triggered: false });
  });

  it('may be a short confirmation of a write, a number of a calculator, an error', () => {
    for (const [tool, args, answer] of [
      ['send_email', { to: 'a@example.org' }, 'Email sent.'],
      ['calculate', { expression: '2*21' }, '42'],
      ['get_order', { order_id: 'ORD-1' }, 'Error: order not found'],
    ] as const) {
      const call = JSON.stringify({ tool, arguments: args });
      expect(detector.check({ request: call, answer })).toMatchObject({ triggered: false });
    }
  });

  it('is not guessed at when the call names nothing', () => {
    expect(detector.check({ request: '{"tool":"get","arguments":{}}', answer: 'blue' })).toMatchObject({
      outcome: 'not_checkable',
    });
  });
});

describe('hostile pairs of 64 Ki', () => {
  const fill = (part: string): string => part.repeat(Math.ceil(65_536 / part.length)).slice(0, 65_536);
  it.each(['1', '1.', 'a-', 'a@', ' ', '|a', '"a', '[', 'a: b\n', 'A ', 'what? ', '1 may ', 'a,b\n', '{"a":1},'])(
    'of %j take time in proportion to their length',
    (part) => {
      const text = fill(part);
      const work = (): void => {
        for (const detector of detectors) detector.check({ request: text, answer: text });
      };
      // 50 ms for 100 KB is the rule for each detector; three detectors, two texts, and room for a busy machine.
      expect(shortestMsBelow(600, work)).toBeLessThan(600);
    },
  );
});
