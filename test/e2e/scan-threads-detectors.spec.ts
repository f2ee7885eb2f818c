import { afterAll, describe, expect, it, jest } from '@jest/globals';
import type { Channel } from '../../src/contracts/channel.js';
import type { Finding } from '../../src/contracts/finding.js';
import type { Verdict } from '../../src/contracts/verdict.js';
import { GuardrailEngine } from '../../src/guardrails/engine.js';
import { fires } from '../../src/guardrails/local/hit.js';
import { compilePolicy } from '../../src/guardrails/policy-compiler.js';
import { ScanPool } from '../../src/guardrails/scan-pool.js';
import { pick, randomOf } from '../unit/guardrails/fixtures.js';
import { ALL_DETECTORS, FOUND, ordinaryText } from './support/all-detectors.js';

jest.setTimeout(120_000);

/** The thread of the build; the rest of the gateway is the source. */
const pool = new ScanPool(new URL('../../dist/guardrails/scan-thread.js', import.meta.url));
afterAll(() => pool.onApplicationShutdown());
const scanned = jest.spyOn(pool, 'scan');

const inThread = new GuardrailEngine({ pool });
const inProcess = new GuardrailEngine();
const ORDINARY = ordinaryText(100_000);
/** A window of the detectors, and a text that no longer is checked at once. */
const WINDOW = 16_384;
const LONG = 65_536 + 4_096;

async function verdictOf(engine: GuardrailEngine, channel: Channel, texts: readonly string[]): Promise<Verdict> {
  const context = { channel, server: 's', tool: 'echo' };
  if (channel === 'argument') {
    return (await engine.inspectInput(ALL_DETECTORS, { arguments: { texts } }, context)).verdict;
  }
  const content = texts.map((text) => ({ type: 'text', text }));
  return (await engine.inspectOutput(ALL_DETECTORS, { kind: 'result', result: { content } }, null, context)).verdict;
}

/** The ordinary text with another one in its place at an offset. */
const planted = (text: string, at: number): string =>
  `${ORDINARY.slice(0, at).replace(/\S*$/, '').padEnd(at)}${text}\n${ORDINARY.slice(at + text.length + 1)}`;

/** What fires in a text by itself, at once: `detector start-end`. */
function foundAtOnce(text: string, channel: Channel): readonly string[] {
  const hits = compilePolicy(ALL_DETECTORS).inspectText(text, '', { channel, server: 's', tool: 'echo' });
  return hits.filter(fires).map(placed);
}

const placed = ({ detector, start, end }: Pick<Finding, 'detector' | 'start' | 'end'>): string =>
  `${detector} ${String(start)}-${String(end)}`;

describe.each<Channel>(['argument', 'result'])('a long text on the channel %s', (channel) => {
  it('is found clean in a thread and in the process when it is', async () => {
    const before = scanned.mock.calls.length;
    const [threaded, sliced] = [
      await verdictOf(inThread, channel, [ORDINARY]),
      await verdictOf(inProcess, channel, [ORDINARY]),
    ];
    expect(scanned.mock.calls.length).toBe(before + 1);
    expect(threaded).toEqual(sliced);
    expect(threaded).toMatchObject({ kind: 'pass', findings: [] });
  });

  it.each([...FOUND.keys()])('shows what %s finds, wherever the cut of a window falls', async (name) => {
    const attack = FOUND.get(name) ?? '';
    const cuts = [WINDOW, WINDOW * 4, LONG].map((cut) => cut - Math.floor(attack.length / 2));
    for (const at of [...cuts, WINDOW - 1, ORDINARY.length - attack.length - 1]) {
      const text = planted(attack, at);
      const threaded = await verdictOf(inThread, channel, [text]);
      const sliced = await verdictOf(inProcess, channel, [text]);
      expect(threaded).toEqual(sliced);
      expect({ at, threaded }).toMatchObject({
        at,
        threaded: { kind: 'block', detectors: expect.arrayContaining([name]) },
      });
    }
  });

  it('gets the findings that it gets when it is read at once', async () => {
    const random = randomOf(12);
    const attacks = [...FOUND.values()];
    for (let round = 0; round < 4; round++) {
      const text = Array.from(
        { length: 24 },
        (_, at) => `${ORDINARY.slice(at * 4_000, at * 4_000 + 4_000)}\n${pick(random, attacks)}`,
      ).join('\n');
      const { findings } = await verdictOf(inThread, channel, [text]);
      const shown = findings.filter(({ path }) => path.endsWith('/0') || path.endsWith('/text')).map(placed);
      expect(shown).toEqual(foundAtOnce(text, channel).slice(0, shown.length));
      expect(shown.length).toBeGreaterThan(15);
    }
  });

  it('is one of many: a payload of short texts gets the same verdict in a thread', async () => {
    const random = randomOf(13);
    for (let round = 0; round < 4; round++) {
      const texts = Array.from({ length: 50 }, (_, at) =>
        random() < 0.1 ? pick(random, [...FOUND.values()]) : ORDINARY.slice(at * 1_900, at * 1_900 + 1_900),
      );
      const threaded = await verdictOf(inThread, channel, texts);
      expect(threaded).toEqual(await verdictOf(inProcess, channel, texts));
      expect(threaded.kind).toBe('block');
    }
  });
});
