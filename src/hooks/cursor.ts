import { GatewayError } from '../errors.js';
import { parseStrictJson } from '../strict-json.js';
import {
  type EventAdapter,
  type HookOutcome,
  type HookSubject,
  isJsonObject,
  type JsonObject,
  optionalText,
  textOf,
  toolName,
} from './event-adapter.js';
import type { CURSOR_GUARDED, CURSOR_OBSERVED } from './events.js';

/** Cursor's own name of its terminal tool, so that `sensitive_tools` can name it. */
const SHELL_TOOL = 'Shell';

/** Cursor's events (cursor.com/docs/hooks). Every answer is JSON: an empty one counts as a failure of the hook. */
export const CURSOR: Readonly<
  Record<(typeof CURSOR_GUARDED)[number] | (typeof CURSOR_OBSERVED)[number], EventAdapter>
> = {
  beforeSubmitPrompt: {
    read: (input) => subject(input, { prompt: textOf(input, 'prompt') }),
    answer: (outcome) =>
      outcome.kind === 'pass' ? { continue: true } : { continue: false, user_message: outcome.reason },
  },
  beforeShellExecution: {
    read: (input) => subject(input, { command: textOf(input, 'command') }, { tool: SHELL_TOOL }),
    answer: permission,
  },
  beforeMCPExecution: {
    read: (input) => subject(input, { tool_input: jsonOf(input, 'tool_input') }, { tool: toolName(input) }),
    answer: permission,
  },
  // No "ask" and no message for the agent at this event.
  beforeReadFile: {
    read: (input) => subject(input, { file_path: textOf(input, 'file_path'), content: textOf(input, 'content') }),
    answer: (outcome) =>
      outcome.kind === 'pass' ? { permission: 'allow' } : { permission: 'deny', user_message: outcome.reason },
  },
  afterShellExecution: {
    read: (input) => subject(input, { output: textOf(input, 'output') }, { tool: SHELL_TOOL, direction: 'output' }),
    answer: nothing,
  },
  afterMCPExecution: {
    read: (input) =>
      subject(input, { result_json: jsonOrText(input, 'result_json') }, { tool: toolName(input), direction: 'output' }),
    answer: nothing,
  },
  afterAgentResponse: {
    read: (input) => subject(input, { text: textOf(input, 'text') }, { direction: 'output' }),
    answer: nothing,
  },
  stop: { read: (input) => subject(input, {}, { direction: 'output' }), answer: nothing },
};

function permission(outcome: HookOutcome): JsonObject {
  if (outcome.kind === 'pass') return { permission: 'allow' };
  return { permission: outcome.kind, user_message: outcome.reason, agent_message: outcome.reason };
}

function nothing(): JsonObject {
  return {};
}

function subject(input: JsonObject, value: Record<string, unknown>, rest: Partial<HookSubject> = {}): HookSubject {
  return {
    value,
    tool: null,
    requestId: optionalText(input, 'generation_id'),
    direction: 'input',
    isRewritable: false,
    ...rest,
  };
}

/**
 * Parameters that come as JSON inside a string, decoded so that no escape hides text. An object is taken as it is.
 * @throws GatewayError `invalid_request` when they are neither
 */
function jsonOf(input: JsonObject, name: string): unknown {
  const value = input[name];
  if (isJsonObject(value)) return value;
  const text = textOf(input, name);
  if (text === '') return {};
  try {
    return parseStrictJson(Buffer.from(text, 'utf8'));
  } catch (cause) {
    throw new GatewayError('invalid_request', `${name} does not hold JSON under the strict rules`, { cause });
  }
}

/** The same for what is only looked at: a result that is no JSON is text. */
function jsonOrText(input: JsonObject, name: string): unknown {
  try {
    return jsonOf(input, name);
  } catch {
    return input[name] ?? '';
  }
}
