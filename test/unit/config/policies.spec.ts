import { describe, expect, it } from '@jest/globals';
import { PII_ENTITIES } from '../../../src/contracts/finding.js';
import type { GuardrailPolicy } from '../../../src/contracts/server-entry.js';
import { changed, type Json, problemsOf, server, snapshotOf } from './sample-config.js';

const INPUT = server('input_guardrails_policy');
const OUTPUT = server('output_guardrails_policy');
const AT = 'mcp_configs.c1.mcp_config[0].input_guardrails_policy';

function inputPolicy(policy: Json): GuardrailPolicy | null | undefined {
  return snapshotOf(changed(INPUT, policy)).configs.get('c1')?.servers.get('echo')?.inputPolicy;
}

describe('policy resolution', () => {
  it('resolves the detectors of a named policy', () => {
    expect(inputPolicy({ enabled: true, policy_name: 'team', block: ['keyword_detector', 'pii', 'pii'] })).toEqual({
      policyName: 'team',
      detectors: {
        keyword_detector: { bannedKeywords: ['project x'] },
        pii: { entities: ['EMAIL', 'CREDIT_CARD'] },
      },
      block: new Set(['keyword_detector', 'pii']),
      redactPii: false,
    });
  });

  it('has a built-in policy with every detector and its defaults', () => {
    expect(inputPolicy({ enabled: true, policy_name: 'default', additional_config: { pii_redaction: true } })).toEqual({
      policyName: 'default',
      detectors: {
        injection_attack: {},
        keyword_detector: { bannedKeywords: [] },
        pii: { entities: PII_ENTITIES },
        toxicity: {},
        nsfw: {},
        bias: {},
        topic_detector: { topics: [] },
        policy_violation: { policyText: '' },
        sponge_attack: {},
        system_prompt_protection: { systemPrompts: [] },
        copyright_protection: { protectedTexts: [] },
      },
      block: new Set(),
      redactPii: true,
    });
  });

  it('checks every entity when a policy names none', () => {
    const config = changed(['plugins', 'guardrails', 'config', 'policies', 'team', 'detectors'], { pii: {} });
    const policy = snapshotOf(changedBlock(config, [])).configs.get('c1')?.servers.get('echo')?.inputPolicy;
    expect(policy?.detectors.pii?.entities).toEqual(PII_ENTITIES);
    expect(policy?.detectors.keyword_detector).toBeUndefined();
  });

  it('is null for a policy that is off, short form included', () => {
    expect(inputPolicy({ enabled: false })).toBeNull();
    expect(inputPolicy({ enabled: false, policy_name: 'nobody knows', block: ['toxicity'] })).toBeNull();
    expect(snapshotOf(changed(INPUT, undefined)).configs.get('c1')?.servers.get('echo')?.inputPolicy).toBeNull();
  });

  it.each<[Json, string, RegExp]>([
    [{ enabled: true }, `${AT}.policy_name`, /needs a name.*default, team, words/],
    [{ enabled: true, policy_name: '' }, `${AT}.policy_name`, /needs a name/],
    [{ enabled: true, policy_name: 'Team' }, `${AT}.policy_name`, /no such policy/],
    [
      { enabled: true, policy_name: 'words', block: ['pii'] },
      `${AT}.block[0]`,
      /^blocks pii, but policy words does not configure pii$/,
    ],
    [
      { enabled: true, policy_name: 'team', block: ['pii', 'rudeness'] },
      `${AT}.block[1]`,
      /unknown detector "rudeness"/,
    ],
    [{ enabled: true, policy_name: 'team', block: ['__proto__'] }, `${AT}.block[0]`, /unknown detector/],
    [
      { enabled: true, policy_name: 'words', additional_config: { pii_redaction: true } },
      `${AT}.additional_config.pii_redaction`,
      /does not configure pii/,
    ],
    [{ enabled: true, policy_name: 'team', provider: 'enkrypt' }, `${AT}.provider`, /^no such provider/],
    [{ policy_name: 'team', block: [] }, `${AT}.enabled`, /^is required/],
    [
      { enabled: true, policy_name: 'team', additional_config: { relevancy: true } },
      `${AT}.additional_config.relevancy`,
      /^unknown key/,
    ],
  ])('refuses %j', (policy, path, message) => {
    const problems = problemsOf(changed(INPUT, policy));
    expect(problems.map((problem) => problem.path)).toEqual([path]);
    expect(problems[0]?.message).toMatch(message);
  });

  it.each(['relevancy', 'hallucination', 'adherence'])('takes the %s check of an output policy', (check) => {
    const policy = { policy_name: 'team', additional_config: { [check]: true }, block: [check] };
    expect(problemsOf(changed(OUTPUT, { ...policy, enabled: true }))).toEqual([]);
  });

  it.each<[string, Json, string, RegExp]>([
    ['default', { detectors: { pii: {} } }, 'default', /built-in/],
    ['new', { detectors: { spelling: {} } }, 'new.detectors.spelling', /unknown detector/],
    ['new', { detectors: { pii: { entities: ['NAME'] } } }, 'new.detectors.pii.entities[0]', /^must be one of "EMAIL"/],
    ['new', { detectors: { pii: { entities: [] } } }, 'new.detectors.pii.entities', /at least one entity/],
    ['new', { detectors: { keyword_detector: {} } }, 'new.detectors.keyword_detector.banned_keywords', /^is required/],
    [
      'new',
      { detectors: { keyword_detector: { banned_keywords: [''] } } },
      'new.detectors.keyword_detector.banned_keywords[0]',
      /must not be empty/,
    ],
    ['new', {}, 'new.detectors', /^is required/],
  ])('refuses the policy definition %s: %j', (name, definition, at, message) => {
    const problems = problemsOf(changed(['plugins', 'guardrails', 'config', 'policies', name], definition));
    expect(problems.map((problem) => problem.path)).toEqual([`plugins.guardrails.config.policies.${at}`]);
    expect(problems[0]?.message).toMatch(message);
  });

  it('resolves policies of single tools, in order, and arguments that keep their value', () => {
    const keep = { pii_redaction: true, pii_keep: ['send_*.guest.mail'] };
    const policies = [
      {
        tools: ['send_*'],
        input_guardrails_policy: { enabled: true, policy_name: 'team', additional_config: keep },
        output_guardrails_policy: { enabled: false },
      },
      { tools: ['*'] },
    ];
    const entry = snapshotOf(changed(server('tool_policies'), policies))
      .configs.get('c1')
      ?.servers.get('echo');
    expect(entry?.toolPolicies).toMatchObject([
      {
        tools: ['send_*'],
        inputPolicy: { policyName: 'team', redactPii: true, keep: [{ tool: 'send_*', members: ['guest', 'mail'] }] },
        outputPolicy: null,
      },
      { tools: ['*'], inputPolicy: undefined, outputPolicy: undefined },
    ]);
    expect(snapshotOf(changed(INPUT, undefined)).configs.get('c1')?.servers.get('echo')).not.toHaveProperty(
      'toolPolicies',
    );
  });

  it.each<[Json, string]>([
    [[{ tools: [] }], 'tool_policies[0].tools'],
    [
      [{ tools: ['*'], input_guardrails_policy: { enabled: true, policy_name: 'nobody' } }],
      'tool_policies[0].input_guardrails_policy.policy_name',
    ],
    [
      [
        {
          tools: ['*'],
          input_guardrails_policy: { enabled: true, policy_name: 'team', additional_config: { pii_keep: ['to'] } },
        },
      ],
      'tool_policies[0].input_guardrails_policy.additional_config.pii_keep[0]',
    ],
  ])('refuses policies of single tools with a fault: %j', (policies, at) => {
    const problems = problemsOf(changed(server('tool_policies'), policies));
    expect(problems.map(({ path }) => path)).toEqual([`mcp_configs.c1.mcp_config[0].${at}`]);
  });

  it('gives every policy the scan budget, and warns when text past it passes', () => {
    const text = JSON.stringify(changed(['plugins', 'guardrails', 'config', 'on_truncated'], 'allow'));
    const short = text.replace('"on_truncated":"allow"', '"on_truncated":"allow","max_scan_chars":4096');
    const { configs, warnings } = snapshotOf(JSON.parse(short) as Json);
    expect(configs.get('c1')?.servers.get('echo')?.inputPolicy?.budget).toEqual({
      maxChars: 4_096,
      onTruncated: 'allow',
    });
    expect(warnings).toContainEqual({
      path: 'plugins.guardrails.config.on_truncated',
      message: expect.stringContaining('passes unchecked'),
    });
  });

  it.each([
    ['keyword_detector', 'banned keywords'],
    ['topic_detector', 'topics'],
    ['policy_violation', 'policy_text'],
    ['copyright_protection', 'protected texts'],
  ])('warns when %s blocks and has nothing to look for, and says what to do', (detector, lacking) => {
    const blocking = (policy_name: string): Json => ({ enabled: true, policy_name, block: [detector] });
    expect(snapshotOf(changed(INPUT, blocking('default'))).warnings).toEqual([
      {
        path: `${AT}.block`,
        message:
          `blocks ${detector}, but policy default has no ${lacking}, so it blocks nothing; ` +
          'name a policy of your own that has, or take it out of block',
      },
    ]);
  });

  it('says where a policy of the file lacks something, whose other settings are refused when they are empty', () => {
    const lacking = changed(
      ['plugins', 'guardrails', 'config', 'policies', 'team', 'detectors', 'copyright_protection'],
      {},
    );
    expect(snapshotOf(changedBlock(lacking, ['copyright_protection'])).warnings).toEqual([
      {
        path: `${AT}.block`,
        message:
          'blocks copyright_protection, but policy team has no protected texts, so it blocks nothing; ' +
          'give them in plugins.guardrails.config.policies.team.detectors.copyright_protection, or take it out of block',
      },
    ]);
  });
});

function changedBlock(config: Json, block: Json): Json {
  const text = JSON.stringify(config).replace('"block":["keyword_detector"]', `"block":${JSON.stringify(block)}`);
  return JSON.parse(text) as Json;
}
