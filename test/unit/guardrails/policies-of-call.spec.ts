import { describe, expect, it } from '@jest/globals';
import type { McpCall } from '../../../src/contracts/mcp-call.js';
import type { GuardrailPolicy, ServerEntry } from '../../../src/contracts/server-entry.js';
import { policiesOfCall, policiesOfTool } from '../../../src/guardrails/policies-of-tool.js';

const STRICT = { policyName: 'strict' } as GuardrailPolicy;
const server = {
  name: 'one',
  inputPolicy: STRICT,
  outputPolicy: STRICT,
  toolPolicies: [{ tools: ['*'], inputPolicy: null, outputPolicy: null }],
} as unknown as ServerEntry;

const callOf = (method: string, target: string): McpCall => ({ method, target, server }) as McpCall;

describe('policies of a tool', () => {
  it('are those of the tool for its calls', () => {
    expect(policiesOfCall(callOf('tools/call', 'greet'))).toMatchObject({ inputPolicy: null, outputPolicy: null });
  });

  it.each([
    ['prompts/get', 'greet'],
    ['resources/read', 'one://note'],
    ['completion/complete', 'greet'],
  ])('are not those of %s, even of the same name', (method, target) => {
    expect(policiesOfCall(callOf(method, target))).toMatchObject({ inputPolicy: STRICT, outputPolicy: STRICT });
  });

  it('are not those of a message that belongs to no tool', () => {
    expect(policiesOfTool(server, '')).toMatchObject({ inputPolicy: STRICT, outputPolicy: STRICT });
  });
});
