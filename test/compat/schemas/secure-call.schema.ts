import { ENVELOPE_MEMBERS } from './envelope.schema.js';
import {
  AMOUNT,
  ANY_OBJECT,
  closed,
  COUNT,
  FLAG,
  listOf,
  matching,
  NAMES,
  oneOf,
  oneText,
  only,
  type Schema,
  SOME_TEXT,
  TEXT,
} from './members.js';
import { INPUT_POLICY, OUTPUT_POLICY } from './servers.schema.js';

const NOTHING = closed({});
/** Arguments are the caller's own, so they are open. */
const place = (toolName: Schema): Schema =>
  closed({ call_index: COUNT, server_name: SOME_TEXT, tool_name: toolName, args: ANY_OBJECT });
const MADE_CALL = place(TEXT);

const violation = (action: Schema, severity: Schema): Schema =>
  closed({
    type: SOME_TEXT,
    severity,
    message: SOME_TEXT,
    action,
    metadata: closed(
      { policy_type: SOME_TEXT, value: COUNT, details: listOf(closed({ category: SOME_TEXT, hits: COUNT })) },
      // Ids for `guardrails explain`; what a remote service finds has none.
      { rules: NAMES },
    ),
  });
const BLOCKING = violation(only('block'), only('high'));
const REPORTING = violation(oneText('report', 'redact'), only('low'));

/** What became of one remote check; `failed_open` = not checked, and let through because the policy says so. */
const PROVIDER = closed(
  { provider: SOME_TEXT, outcome: oneText('checked', 'failed_open'), ms: AMOUNT },
  { reason: SOME_TEXT },
);

/** A verdict. Allowed beside the rest, for a remote provider: how long it took, and what it said. */
function checked(isSafe: boolean, violations: Schema): Schema {
  return closed(
    {
      is_safe: only(isSafe),
      violations,
      metadata: closed(
        { policy_name: SOME_TEXT, detectors: NAMES, scanned_chars: COUNT, redactions: COUNT },
        { enkrypt_response: ANY_OBJECT, providers: listOf(PROVIDER) },
      ),
    },
    { processing_time_ms: AMOUNT },
  );
}
const SAFE = checked(true, listOf(REPORTING));
const UNSAFE = checked(false, { ...listOf(oneOf(BLOCKING, REPORTING)), contains: BLOCKING });

/** `{}` is a side without a policy. */
const detections = (output: Schema): Schema =>
  closed({
    input_guardrail_policy: INPUT_POLICY,
    input_guardrail_response: oneOf(NOTHING, SAFE),
    output_guardrail_policy: OUTPUT_POLICY,
    output_guardrail_response: output,
    output_relevancy_response: NOTHING,
    output_adherence_response: NOTHING,
    output_hallucination_response: NOTHING,
  });
const PASSED = detections(oneOf(NOTHING, SAFE));

/** Text in `response`; what else a result holds stands beside it, as the server sent it. */
const ANSWER_EXTRAS = { content: listOf(ANY_OBJECT), structured_content: ANY_OBJECT };

const SUCCEEDED = closed(
  {
    status: only('success'),
    message: only('Request processed successfully'),
    response: TEXT,
    enkrypt_mcp_data: MADE_CALL,
    enkrypt_policy_detections: PASSED,
  },
  ANSWER_EXTRAS,
);

const FAILED: readonly Schema[] = [
  closed({
    status: only('blocked_input'),
    message: matching(/^Request blocked due to input guardrail violations: \w+(, \w+)*$/),
    response: only(''),
    enkrypt_mcp_data: MADE_CALL,
    input_guardrail_response: UNSAFE,
  }),
  // Unlike the reference, the blocked text is withheld (compatibility.md §13, 9).
  closed({
    status: only('blocked_output'),
    message: matching(/^Request blocked due to output guardrail violations: \w+(, \w+)*$/),
    response: only(''),
    enkrypt_mcp_data: MADE_CALL,
    enkrypt_policy_detections: detections(UNSAFE),
  }),
  closed({
    status: only('error'),
    error: only('No tool_name provided'),
    message: only('No tool_name provided'),
    enkrypt_mcp_data: place({ type: 'null' }),
  }),
  closed({ ...ENVELOPE_MEMBERS, message: SOME_TEXT, enkrypt_mcp_data: MADE_CALL }),
  // The server's own JSON-RPC error.
  closed({
    status: only('error'),
    message: matching(/^The server refused the call: /),
    error: closed({ code: { type: 'integer' }, message: TEXT }, { data: {} }),
    response: only(''),
    enkrypt_mcp_data: MADE_CALL,
    enkrypt_policy_detections: PASSED,
  }),
  // A result with isError.
  closed(
    {
      status: only('error'),
      message: only('The tool reported an error'),
      response: TEXT,
      enkrypt_mcp_data: MADE_CALL,
      enkrypt_policy_detections: PASSED,
    },
    ANSWER_EXTRAS,
  ),
];

function answered(results: Schema): Schema {
  return closed({
    server_name: SOME_TEXT,
    status: only('success'),
    summary: closed({ total_calls: COUNT, successful_calls: COUNT, blocked_calls: COUNT, failed_calls: COUNT }),
    guardrails_applied: closed({
      input_guardrails_enabled: FLAG,
      output_guardrails_enabled: FLAG,
      pii_redaction_enabled: FLAG,
      relevancy_check_enabled: FLAG,
      adherence_check_enabled: FLAG,
      hallucination_check_enabled: FLAG,
    }),
    results,
  });
}

/** enkrypt_secure_call_tools when every call succeeded. */
export const CALLED = answered({ ...listOf(SUCCEEDED), minItems: 1 });

/** enkrypt_secure_call_tools when one failed or was blocked. */
export const CALLED_WITH_FAILURE = answered({
  ...listOf(oneOf(SUCCEEDED, ...FAILED)),
  minItems: 1,
  contains: { anyOf: FAILED },
  maxContains: 1,
});
