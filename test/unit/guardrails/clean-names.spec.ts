import { describe, expect, it } from '@jest/globals';
import type { Channel } from '../../../src/contracts/channel.js';
import { Inspection } from '../../../src/guardrails/inspection.js';
import type { TextDetector } from '../../../src/guardrails/local/text-detector.js';
import { CompiledPolicy } from '../../../src/guardrails/policy-compiler.js';
import { policyOf } from './fixtures.js';

describe('member names that were clean', () => {
  it('are looked at again in another channel, where a detector may say something else', () => {
    const seen: string[] = [];
    const detector: TextDetector = {
      name: 'toxicity',
      readsDecoded: false,
      open: ({ text }, { channel }) => {
        if (text === 'some_unusual_name') seen.push(`${channel} ${text}`);
        return null;
      },
    };
    const settings = { ...policyOf({}), detectors: { toxicity: {} } };
    const policy = new CompiledPolicy(settings, { toxicity: () => detector });
    const look = (channel: Channel): void => {
      const context = { channel, server: 's', tool: 't' };
      new Inspection(policy, { some_unusual_name: 1 }, context, 'invalid_request').run();
    };
    for (const channel of ['argument', 'argument', 'tool_description'] as const) look(channel);
    expect(seen).toEqual(['argument some_unusual_name', 'tool_description some_unusual_name']);
  });
});
