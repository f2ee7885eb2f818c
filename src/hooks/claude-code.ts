import { GatewayError } from '../errors.js';
import {
  type EventAdapter,
  type HookSubject,
  type JsonObject,
  objectOf,
  optionalText,
  textOf,
  toolName,
} from './event-adapter.js';
import type { CLAUDE_GUARDED } from './events.js';
import { withholdAll, withholdTexts } from './withhold.js';

/** Tools of MCP servers are called `mcp__<server>__<tool>`. */
const MCP_PREFIX = 'mcp__';

/**
 * Claude Code's events (code.claude.com/docs/en/hooks). An event that may go on is answered with nothing: `permissionDecision: "allow"`
 * would skip the user's own permission prompt, and text on stdout would become context of the model.
 */
export const CLAUDE_CODE: Readonly<Record<(typeof CLAUDE_GUARDED)[number], EventAdapter>> = {
  UserPromptSubmit: {
    read: (input) => ({
      value: { prompt: textOf(input, 'prompt') },
      tool: null,
      requestId: optionalText(input, 'prompt_id'),
      direction: 'input',
      isRewritable: false,
    }),
    answer: (outcome) => (outcome.kind === 'pass' ? null : { decision: 'block', reason: outcome.reason }),
  },

  PreToolUse: {
    read: (input) => {
      const tool = toolName(input);
      return {
        value: { tool_input: objectOf(input, 'tool_input') },
        tool,
        requestId: optionalText(input, 'tool_use_id'),
        direction: 'input',
        // A placeholder changes what a shell command or an edit does (`<` redirects); an argument of an MCP tool stays an argument.
        isRewritable: tool.startsWith(MCP_PREFIX),
      };
    },
    answer: (outcome) => {
      if (outcome.kind === 'pass') return null;
      return {
        hookSpecificOutput: {
          hookEventName: 'PreToolUse',
          permissionDecision: outcome.kind,
          permissionDecisionReason: outcome.reason,
          ...(outcome.kind === 'ask' && outcome.value !== null && { updatedInput: outcome.value.tool_input }),
        },
      };
    },
  },

  PostToolUse: {
    read: (input) => {
      if (input.tool_response === undefined) throw new GatewayError('invalid_request', 'tool_response is missing');
      return {
        value: { tool_response: input.tool_response },
        tool: toolName(input),
        requestId: optionalText(input, 'tool_use_id'),
        direction: 'output',
        isRewritable: false,
      };
    },
    // "block" only adds the reason: what the model sees of the tool's output must be replaced, also when it could not be checked.
    answer: (outcome, subject) => {
      if (outcome.kind === 'pass') return null;
      return {
        decision: 'block',
        reason: outcome.reason,
        hookSpecificOutput: { hookEventName: 'PostToolUse', ...replacement(outcome.value, subject) },
      };
    },
  },
};

/** What the model sees in place of the output, in the field for that kind of tool; in both when nobody knows which tool it was. */
function replacement(value: JsonObject | null, subject: HookSubject | null): JsonObject {
  if (subject === null) {
    const notice = withholdAll([]);
    return { updatedToolOutput: notice, updatedMCPToolOutput: notice };
  }
  const output = subject.value.tool_response;
  if (subject.tool?.startsWith(MCP_PREFIX) === true) {
    return { updatedMCPToolOutput: value === null ? withholdAll(output) : value.tool_response };
  }
  return { updatedToolOutput: value === null ? withholdTexts(output) : value.tool_response };
}
