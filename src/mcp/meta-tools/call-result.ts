import type { GuardrailPolicy } from '../../contracts/server-entry.js';
import { policiesOfTool } from '../../guardrails/policies-of-tool.js';
import type { EndedCall } from '../call-ledger.js';
import type { Route } from '../catalog/route.js';
import { policyView, verdictView } from './policy-view.js';

/** Which call of the list, echoed in every result element. */
export interface CallPlace {
  readonly call_index: number;
  readonly server_name: string;
  readonly tool_name: string | null;
  readonly args: Readonly<Record<string, unknown>>;
}

type CallStatus = 'success' | 'error' | 'blocked_input' | 'blocked_output';

/** One element of `results`. */
export interface CallElement {
  readonly status: CallStatus;
  readonly [field: string]: unknown;
}

/** The element of a call that has its verdict (the failures before that are error envelopes). */
export function elementOf(outcome: EndedCall, { server, tool }: Route, place: CallPlace): CallElement {
  const { inputPolicy, outputPolicy } = policiesOfTool(server, tool.name);
  const { body } = outcome;
  const data = { enkrypt_mcp_data: place };
  switch (body.kind) {
    case 'blocked_input':
      return {
        status: 'blocked_input',
        message: blockMessage('input', body.verdict.detectors),
        response: '',
        ...data,
        input_guardrail_response: verdictView(inputPolicy, body.verdict),
      };
    case 'blocked_output':
      // Unlike the reference, the blocked text is withheld.
      return {
        status: 'blocked_output',
        message: blockMessage('output', body.verdict.detectors),
        response: '',
        ...data,
        enkrypt_policy_detections: detections(inputPolicy, outputPolicy, outcome),
      };
    case 'error':
      return {
        status: 'error',
        message: `The server refused the call: ${body.error.message}`,
        error: { code: body.error.code, message: body.error.message, data: body.error.data },
        response: '',
        ...data,
        enkrypt_policy_detections: detections(inputPolicy, outputPolicy, outcome),
      };
    case 'result': {
      const isError = body.result.isError === true;
      return {
        status: isError ? 'error' : 'success',
        message: isError ? 'The tool reported an error' : 'Request processed successfully',
        ...responseOf(body.result),
        ...data,
        enkrypt_policy_detections: detections(inputPolicy, outputPolicy, outcome),
      };
    }
  }
}

/** The text in `response`, as users of the reference expect it; other blocks and structured content beside it, nothing dropped. */
function responseOf(result: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const content: unknown[] = Array.isArray(result.content) ? result.content : [];
  const texts: string[] = [];
  for (const block of content) {
    const { type, text } = (block ?? {}) as { type?: unknown; text?: unknown };
    if (type === 'text' && typeof text === 'string') texts.push(text);
  }
  const plain = content.length === texts.length && texts.length <= 1;
  return {
    response: texts.join('\n'),
    ...(plain ? {} : { content }),
    ...(result.structuredContent === undefined ? {} : { structured_content: result.structuredContent }),
  };
}

function detections(
  input: GuardrailPolicy | null,
  output: GuardrailPolicy | null,
  outcome: EndedCall,
): Record<string, unknown> {
  return {
    input_guardrail_policy: policyView(input, 'input'),
    input_guardrail_response: verdictView(input, outcome.inputVerdict),
    output_guardrail_policy: policyView(output, 'output'),
    output_guardrail_response: verdictView(output, outcome.outputVerdict),
    output_relevancy_response: {},
    output_adherence_response: {},
    output_hallucination_response: {},
  };
}

function blockMessage(side: 'input' | 'output', detectors: readonly string[]): string {
  return `Request blocked due to ${side} guardrail violations: ${detectors.join(', ')}`;
}
