import {
  AMOUNT,
  closed,
  COUNT,
  FLAG,
  mapOf,
  matching,
  oneOf,
  oneText,
  only,
  SOME_TEXT,
  TEXT_OR_NULL,
  UTC_TIME,
} from './members.js';

const EXPIRY = { expires_at: UTC_TIME, expires_in_hours: AMOUNT };
const serverMembers = (exists: boolean) => ({
  tool_count: COUNT,
  error: TEXT_OR_NULL,
  are_tools_explicitly_defined: FLAG,
  needs_discovery: FLAG,
  exists: only(exists),
});

/** enkrypt_get_cache_status. */
export const CACHE_STATUS = closed({
  status: only('success'),
  cache_status: closed({
    gateway_specific: closed({
      // The config is the file itself, followed at once: it has a revision where the reference has an expiry.
      config: closed({ exists: FLAG, revision: SOME_TEXT, is_expired: FLAG }, EXPIRY),
      tools: closed({
        server_count: COUNT,
        servers: mapOf(
          oneOf(
            closed({ ...serverMembers(true), ...EXPIRY, is_expired: FLAG }),
            // What is not cached expires at no time.
            closed(serverMembers(false)),
          ),
        ),
      }),
    }),
    global: closed(
      {
        total_gateways: COUNT,
        total_tool_caches: COUNT,
        total_config_caches: COUNT,
        tool_cache_expiration_hours: AMOUNT,
        config_cache_expiration_hours: AMOUNT,
        cache_type: oneText('local', 'external_cache', 'none'),
      },
      // Allowed beside them, for a shared cache: whether it is in use, and why not.
      {
        external_cache: closed({ state: oneText('up', 'degraded'), since: UTC_TIME }, { reason: SOME_TEXT }),
      },
    ),
  }),
});

/** enkrypt_clear_cache: each message with its own status. */
export const CACHE_CLEARED = oneOf(
  closed({
    status: only('success'),
    message: matching(
      /^(Cache cleared for all servers \(\d+ servers\)( and gateway config \((cleared|none)\))?|Gateway config cache cleared for \S+|Cache cleared for server: .+)$/,
    ),
  }),
  closed({ status: only('info'), message: matching(/^No cache found for server: .+$/) }),
);
