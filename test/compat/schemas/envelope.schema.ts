import {
  closed,
  listOf,
  matching,
  oneText,
  only,
  type Schema,
  SOME_TEXT,
  TEXT,
  TEXT_OR_NULL,
  UTC_TIME,
} from './members.js';

/** Families and numbers of compatibility.md §1.4. */
const CODE = matching(
  /^(AUTH_00[1-9]|GUARD_00[1-9]|TOOL_00[1-6]|DISC_00[1-7]|CONFIG_00[1-4]|NET_00[1-6]|SYS_00[1-5]|TELEM_00[1-3]|CACHE_00[1-3])$/,
);

const context = closed({
  request_id: SOME_TEXT,
  user_id: SOME_TEXT,
  session_id: TEXT_OR_NULL,
  server_name: TEXT_OR_NULL,
  tool_name: TEXT_OR_NULL,
  operation: matching(/^enkrypt_[a-z_]+$/),
});

const details = closed({
  retry_after: { type: ['number', 'null'] },
  user_message: SOME_TEXT,
  technical_details: TEXT_OR_NULL,
  suggested_actions: listOf(TEXT),
});

/** Members of the error envelope (compatibility.md §1.4): the answer to a failed request, and part of a failed result element. */
export const ENVELOPE_MEMBERS: Readonly<Record<string, Schema>> = {
  status: only('error'),
  error: closed({
    code: CODE,
    message: SOME_TEXT,
    severity: oneText('low', 'medium', 'high', 'critical'),
    recovery_strategy: oneText('retry', 'fallback', 'fail_open', 'fail_closed', 'escalate', 'ignore'),
    correlation_id: SOME_TEXT,
    timestamp: UTC_TIME,
    context,
    details,
    cause: TEXT_OR_NULL,
  }),
  timestamp: UTC_TIME,
  correlation_id: SOME_TEXT,
};

/** A request that failed as a whole. */
export const ENVELOPE = closed(ENVELOPE_MEMBERS);
