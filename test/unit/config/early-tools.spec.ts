import { describe, expect, it } from '@jest/globals';
import { type Json, sampleConfig, snapshotOf } from './sample-config.js';

const SERVER = 'mcp_configs.c1.mcp_config[0]';
const COMMON = 'common_mcp_gateway_config';

/** The sample with asynchronous guardrails and one server changed. */
function warningsOf(async: boolean, server: Record<string, Json>, output = false): readonly unknown[] {
  const config = sampleConfig() as Record<string, Record<string, Json>>;
  Object.assign(config.common_mcp_gateway_config!, {
    enkrypt_async_input_guardrails_enabled: async,
    enkrypt_async_output_guardrails_enabled: output,
  });
  const configs = config.mcp_configs as unknown as Record<string, { mcp_config: Record<string, Json>[] }>;
  Object.assign(configs.c1!.mcp_config[0]!, server);
  return snapshotOf(config).warnings;
}

const CHECKED = { input_guardrails_policy: { enabled: true, policy_name: 'team', block: ['keyword_detector'] } };
const REDACTING = {
  input_guardrails_policy: {
    enabled: true,
    policy_name: 'team',
    additional_config: { pii_redaction: true },
    block: [],
  },
};
const TOOLS = { read_only_tools: ['get_*'] };

describe('the settings of calls that start before their verdict', () => {
  it('are named at load where they let calls go before their verdict', () => {
    const message = 'calls of these tools reach the server before their verdict; only the answer waits for it';
    const told = [{ path: `${SERVER}.read_only_tools`, message }];
    expect(warningsOf(true, { ...CHECKED, ...TOOLS })).toEqual(told);
    const someTool = [{ tools: ['get_all'], ...CHECKED }];
    expect(warningsOf(true, { ...REDACTING, ...TOOLS, tool_policies: someTool })).toEqual(told);
    expect(warningsOf(false, { ...CHECKED })).toEqual([]);
  });

  it.each<[string, readonly unknown[], readonly unknown[]]>([
    [
      'read-only tools while the switch is off',
      warningsOf(false, { ...CHECKED, ...TOOLS }),
      [
        {
          path: `${SERVER}.read_only_tools`,
          message:
            'has no effect: enkrypt_async_input_guardrails_enabled is off, so that every call waits for its verdict',
        },
      ],
    ],
    [
      'read-only tools of a server whose policy redacts',
      warningsOf(true, { ...REDACTING, ...TOOLS }),
      [
        {
          path: `${SERVER}.read_only_tools`,
          message: 'has no effect: the input policy redacts, which has to be done before the call',
        },
      ],
    ],
    [
      'the switch without read-only tools',
      warningsOf(true, CHECKED),
      [
        {
          path: `${COMMON}.enkrypt_async_input_guardrails_enabled`,
          message: 'has no effect: no server has read_only_tools, and calls of other tools wait for their verdict',
        },
      ],
    ],
    [
      'results that are not to wait',
      warningsOf(false, CHECKED, true),
      [
        {
          path: `${COMMON}.enkrypt_async_output_guardrails_enabled`,
          message: 'has no effect: a result is always withheld until it is checked',
        },
      ],
    ],
  ])('say so where they cannot be obeyed: %s', (_, warnings, expected) => {
    expect(warnings).toEqual(expected);
  });
});
