import type { INestApplicationContext } from '@nestjs/common';
import { GatewayError } from '../../errors.js';
import { Relay } from '../../mcp/relay.js';
import { RequestIds } from '../../mcp/request-ids.js';
import { encodeResponse } from '../../mcp/rpc-response.js';
import { RequestScope } from '../../mcp/sessions/request-scope.js';
import type { Caller } from '../../oauth/inbound/api-key.authenticator.js';
import type { TestedCall, TestedFinding } from './test-report.js';

type Json = Readonly<Record<string, unknown>>;

/** What is to be called, by whom. */
export interface CallWords {
  readonly caller: Caller;
  readonly server: string;
  readonly tool: string;
  readonly args: Json;
  /** Where its audit line goes, to be told. */
  readonly auditLog: string;
}

/**
 * One real call, given to the relay as a door gives it a client's: allow-list, schema check, guard, guardrails, metrics and audit line
 * are those of every call. It is made with enkrypt_secure_call_tools, whose answer tells the verdicts.
 * @throws GatewayError cancelled when `signal` aborts
 */
export async function callThroughRelay(
  app: INestApplicationContext,
  words: CallWords,
  signal: AbortSignal,
): Promise<TestedCall> {
  const { caller, server, tool, args } = words;
  const requestId = new RequestIds().next();
  const scope = new RequestScope();
  const cancel = (): void => {
    scope.cancel('Interrupted.');
  };
  signal.addEventListener('abort', cancel, { once: true });
  const started = performance.now();
  try {
    const params = {
      name: 'enkrypt_secure_call_tools',
      arguments: { server_name: server, tool_calls: [{ name: tool, args }] },
    };
    const response = await app.get(Relay).request(
      { kind: 'request', id: 1, method: 'tools/call', params },
      // A project may offer its tools by their own names only. That is a question of names: every check is the same.
      { caller: { ...caller, config: exposingMeta(caller) }, era: '2025', session: null, notify: undefined, requestId },
      scope,
    );
    if (response === null) throw new GatewayError('cancelled', 'Interrupted.');
    const ended = {
      tool,
      ms: Math.round(performance.now() - started),
      request_id: requestId,
      audit_log: words.auditLog === '-' ? 'the lines on stderr' : words.auditLog,
    };
    // As a door would send it, and a client read it.
    const { result, error } = JSON.parse(encodeResponse(response)) as { result?: Json; error?: Json };
    if (result !== undefined) return { ...ended, ...outcomeOf(recordOf(result.structuredContent)) };
    return { ...ended, status: 'error', verdict: null, message: textOf(error?.message), findings: [], response: '' };
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

function exposingMeta({ config }: Caller): Caller['config'] {
  return config === null ? null : { ...config, exposure: 'meta' };
}

type Outcome = Pick<
  TestedCall,
  'status' | 'verdict' | 'message' | 'findings' | 'response' | 'content' | 'structured_content'
>;

/** @param payload answer of enkrypt_secure_call_tools: its results, or an error envelope */
function outcomeOf(payload: Json): Outcome {
  const [element] = Array.isArray(payload.results) ? (payload.results as Json[]) : [];
  if (element === undefined) {
    const message = textOf(recordOf(payload.error).message);
    return { status: 'error', verdict: null, message, findings: [], response: '' };
  }
  const status = statusOf(element.status);
  const detections = recordOf(element.enkrypt_policy_detections);
  const input = recordOf(element.input_guardrail_response ?? detections.input_guardrail_response);
  const output = recordOf(detections.output_guardrail_response);
  const { content, structured_content: structured } = element;
  return {
    status,
    verdict: status === 'blocked_input' || status === 'blocked_output' ? status : passed(element, input),
    message: textOf(element.message),
    findings: [...findingsOf('input', input), ...findingsOf('output', output)],
    response: textOf(element.response),
    ...(content === undefined ? {} : { content }),
    ...(structured === undefined ? {} : { structured_content: structured }),
  };
}

/** Only a call that came to a verdict has detections in its answer. */
function passed(element: Json, input: Json): TestedCall['verdict'] {
  if (element.enkrypt_policy_detections === undefined) return null;
  return Number(recordOf(input.metadata).redactions ?? 0) > 0 ? 'redacted' : 'allowed';
}

function findingsOf(direction: TestedFinding['direction'], response: Json): TestedFinding[] {
  const violations = Array.isArray(response.violations) ? (response.violations as Json[]) : [];
  return violations.flatMap(({ type, action, metadata }) => {
    const { details } = recordOf(metadata);
    return (Array.isArray(details) ? (details as Json[]) : []).map(({ category, hits }) => ({
      direction,
      detector: textOf(type),
      category: textOf(category),
      hits: Number(hits),
      action: textOf(action),
    }));
  });
}

function statusOf(value: unknown): TestedCall['status'] {
  return value === 'success' || value === 'blocked_input' || value === 'blocked_output' ? value : 'error';
}

function recordOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
