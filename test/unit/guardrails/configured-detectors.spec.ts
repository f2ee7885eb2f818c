import { describe, expect, it } from '@jest/globals';
import type { TextDetector } from '../../../src/guardrails/local/text-detector.js';
import { CopyrightProtectionDetector } from '../../../src/guardrails/local/copyright-protection/copyright-protection-detector.js';
import { COPYRIGHT_RULES } from '../../../src/guardrails/local/copyright-protection/copyright-protection.rules.js';
import { KeywordPatterns } from '../../../src/guardrails/local/keyword-patterns.js';
import { PolicyViolationDetector } from '../../../src/guardrails/local/policy-violation/policy-violation-detector.js';
import { POLICY_RULES } from '../../../src/guardrails/local/policy-violation/policy-violation.rules.js';
import { SpongeAttackDetector } from '../../../src/guardrails/local/sponge-attack/sponge-attack-detector.js';
import { SPONGE_RULES } from '../../../src/guardrails/local/sponge-attack/sponge-attack.rules.js';
import { SystemPromptProtectionDetector } from '../../../src/guardrails/local/system-prompt-protection/system-prompt-detector.js';
import { SYSTEM_PROMPT_RULES } from '../../../src/guardrails/local/system-prompt-protection/system-prompt.rules.js';
import { KEYWORD_RULES } from '../../../src/guardrails/local/keyword.rules.js';
import { corpusOf, type CorpusConfig, type CorpusRow, hitsIn, scoreCorpus } from '../../support/drive-detector.js';
import { keywordsIn } from './fixtures.js';

/** One detector for each configuration, made once. */
function byConfig(make: (config: CorpusConfig) => TextDetector): (row: CorpusRow) => TextDetector {
  const known = new Map<string, TextDetector>();
  return ({ config = {} }) => {
    const key = JSON.stringify(config);
    const detector = known.get(key) ?? make(config);
    known.set(key, detector);
    return detector;
  };
}

describe.each([
  [
    'policy_violation',
    0.85,
    0.05,
    byConfig((config) => new PolicyViolationDetector({ policyText: config.policy_text ?? '' })),
    POLICY_RULES,
  ],
  ['sponge_attack', 0.97, 0.01, byConfig(() => new SpongeAttackDetector()), SPONGE_RULES],
  [
    'system_prompt_protection',
    0.95,
    0.03,
    byConfig(
      (config) =>
        new SystemPromptProtectionDetector({
          systemPrompts: config.system_prompt === undefined ? [] : [config.system_prompt],
          canaries: config.canaries ?? [],
        }),
    ),
    SYSTEM_PROMPT_RULES,
  ],
  [
    'copyright_protection',
    0.95,
    0.02,
    byConfig((config) => new CopyrightProtectionDetector({ protectedTexts: [config.protected ?? ''] })),
    COPYRIGHT_RULES,
  ],
] as const)('%s on its corpus', (name, recall, falseAlarms, detectorOf, rules) => {
  const rows = corpusOf(name);

  it('has at least two hundred rows', () => {
    expect(rows.length).toBeGreaterThanOrEqual(200);
  });

  it('finds what it should and leaves the rest alone', () => {
    const score = scoreCorpus(rows, detectorOf);
    expect({ wrong: score.wrong, isGood: score.recall >= recall && score.falseAlarms <= falseAlarms }).toMatchObject({
      isGood: true,
    });
  });

  it('explains every rule that fires', () => {
    const ids = new Set(rows.flatMap((row) => hitsIn(detectorOf(row), row.text).map(({ rule }) => rule ?? '')));
    const unknown = [...ids].filter(
      (id) => !rules.some((rule) => rule.id === id || rule.id === id.replace(/\.\d+$/, '')),
    );
    expect(unknown).toEqual([]);
  });
});

describe('keyword_detector on its corpus', () => {
  it('finds every keyword and every pattern, and nothing else', () => {
    const rows = corpusOf('keyword_detector');
    const wrong = rows.filter(({ text, config, label }) => {
      const keywords = config?.banned_keywords ?? [];
      const patterns = config?.banned_patterns ?? [];
      const found = keywordsIn(keywords, text).length + hitsIn(new KeywordPatterns(patterns), text).length;
      return found > 0 !== (label === 1);
    });
    expect(wrong.map(({ id, technique }) => `${id} ${technique}`)).toEqual([]);
    expect(rows.length).toBeGreaterThanOrEqual(200);
  });

  it('explains its rules', () => {
    expect(KEYWORD_RULES.map(({ id }) => id)).toEqual(['keyword', 'keyword.pattern']);
  });
});

describe('policy_violation', () => {
  const detector = new PolicyViolationDetector({
    policyText:
      '1. Refunds need approval. 2. No files outside /workspace. 3. Be polite. 4. No calls outside business hours.',
  });

  it('says which rules it cannot check, and why', () => {
    expect(detector.uncheckable.map(({ number, reason }) => [number, reason])).toEqual([
      [3, 'it is about manner, which words alone do not show'],
      [4, 'it depends on the time'],
    ]);
  });

  it.each([
    ['a path that climbs out', 'read_file', 'path', '/workspace/../etc/hosts', ['policy.rule.2']],
    ['a path inside', 'read_file', 'path', '/workspace/a.txt', []],
    ['an argument of a call whose approval may stand in another one', 'issue_refund', 'order', 'A-17', []],
  ])('reads a single argument by its tool and field: %s', (_, tool, field, text, rules) => {
    expect(hitsIn(detector, text, { tool, field }).map(({ rule }) => rule)).toEqual(rules);
  });

  it('does not hold an answer to what only calls do', () => {
    expect(hitsIn(detector, 'See /etc/hosts for the names.', { channel: 'result' })).toEqual([]);
  });
});

describe('sponge_attack', () => {
  const line = 'ERROR worker 7: connection to the queue was lost, next attempt in 5 seconds\n';

  it('takes one line again and again for an attack when it is sent, and for a log when a tool answers it', () => {
    const text = line.repeat(800);
    expect(hitsIn(new SpongeAttackDetector(), text).map(({ rule }) => rule)).toContain('sponge.repeat.phrase');
    expect(hitsIn(new SpongeAttackDetector(), text, { channel: 'result' })).toEqual([]);
  });

  it('takes more of it than any log has for an attack in an answer too', () => {
    const hits = hitsIn(new SpongeAttackDetector(), line.repeat(8_000), { channel: 'result' });
    expect(hits.map(({ rule }) => rule)).toEqual(['sponge.repeat.phrase']);
  });
});

describe('banned patterns', () => {
  it.each([
    ['an unclosed group', '(a'],
    ['look-around', 'a(?=b)'],
    ['a pattern that matches the empty text', 'x*'],
    ['too long a pattern', 'a'.repeat(1_001)],
  ])('are refused by number: %s', (_, pattern) => {
    expect(() => new KeywordPatterns(['fine', pattern])).toThrow('number 2');
  });

  it('are found where two windows meet, once', () => {
    const text = `${'-'.repeat(16_380)}emp-1234${'-'.repeat(40)}`;
    expect(hitsIn(new KeywordPatterns(['emp-\\d{4}']), text).map(({ start, end, rule }) => [start, end, rule])).toEqual(
      [[16_380, 16_388, 'keyword.pattern.1']],
    );
  });
});
