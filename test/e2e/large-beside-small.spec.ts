import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { textOf } from '../support/answers.js';
import { TestGateway } from '../support/gateway.js';
import { MirrorServer } from '../support/mirror-server.js';
import { RawSession } from '../support/raw-http.js';
import { OPTIONS, ordinaryText } from './support/all-detectors.js';

jest.setTimeout(120_000);

/** All detectors with something to look for, as a config file has them. */
const DETECTORS = {
  injection_attack: {},
  pii: {},
  toxicity: {},
  nsfw: {},
  bias: {},
  topic_detector: { topics: OPTIONS.topic_detector?.topics },
  keyword_detector: { banned_keywords: OPTIONS.keyword_detector?.bannedKeywords },
  sponge_attack: {},
  system_prompt_protection: { system_prompt: OPTIONS.system_prompt_protection?.systemPrompts },
  copyright_protection: { protected: OPTIONS.copyright_protection?.protectedTexts },
};
const LARGE = ordinaryText(1_048_576);

let mirror: MirrorServer;
let gateway: TestGateway;
let large: RawSession;
let small: RawSession;

beforeAll(async () => {
  mirror = await MirrorServer.start();
  const checks = { enabled: true, policy_name: 'all', block: Object.keys(DETECTORS) };
  const extra = { input_guardrails_policy: checks, output_guardrails_policy: checks };
  const servers = [{ name: 'm', config: { url: mirror.url }, extra }];
  gateway = await TestGateway.start({ projects: [{ servers }], policies: { all: { detectors: DETECTORS } } });
  large = await RawSession.open(gateway.url, gateway.key());
  small = await RawSession.open(gateway.url, gateway.key());
});

afterAll(async () => {
  await gateway.stop();
  await mirror.close();
});

async function timed(session: RawSession, text: string): Promise<number> {
  const from = performance.now();
  const answer = await session.call('m__mirror', { text });
  const took = performance.now() - from;
  if (textOf(answer).length < text.length) throw new Error(textOf(answer).slice(0, 200));
  return took;
}

const p99 = (times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0;

describe('small calls beside calls of a megabyte under all detectors', () => {
  it('go on being answered in a part of the time that a large one takes', async () => {
    await timed(large, LARGE);
    const alone = await timed(large, LARGE);
    const state = { isOver: false };
    const larges = Promise.all(
      [0, 1].map(async () => {
        for (let call = 0; call < 3; call++) await timed(large, LARGE);
      }),
    ).finally(() => {
      state.isOver = true;
    });
    const times: number[] = [];
    while (!state.isOver) times.push(await timed(small, 'what is the weather like'));
    await larges;
    expect(times.length).toBeGreaterThan(50);
    expect(p99(times)).toBeLessThan(alone / 2);
  });
});
