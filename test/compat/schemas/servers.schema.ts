import { ENVELOPE_MEMBERS } from './envelope.schema.js';
import {
  ANY_OBJECT,
  closed,
  COUNT,
  FLAG,
  listOf,
  mapOf,
  matching,
  NAMES,
  oneOf,
  oneText,
  only,
  type Schema,
  SOME_TEXT,
  TEXT,
} from './members.js';

/**
 * One tool. Of the five shapes of the reference (compatibility.md §1.5) ours is always a list of definitions as the server wrote them,
 * so everything beside the name is the server's.
 */
const TOOL: Schema = {
  type: 'object',
  required: ['name'],
  properties: { name: SOME_TEXT, description: TEXT, inputSchema: ANY_OBJECT },
};
const TOOLS = listOf(TOOL);

const policyOff = closed({ enabled: only(false) });

/** A policy in the shape of the config file. */
function policy(additional: Readonly<Record<string, Schema>>): Schema {
  return oneOf(
    policyOff,
    closed({ enabled: only(true), policy_name: SOME_TEXT, additional_config: closed(additional), block: NAMES }),
  );
}

export const INPUT_POLICY = policy({ pii_redaction: FLAG });
export const OUTPUT_POLICY = policy({ relevancy: FLAG, hallucination: FLAG, adherence: FLAG });

const BLOCKED_TOOL = closed({ name: SOME_TEXT, reasons: listOf(SOME_TEXT), detection_details: ANY_OBJECT });
/** What was withheld by a check of tool definitions. */
const BLOCKED_MEMBERS = {
  blocked_tools: listOf(BLOCKED_TOOL),
  blocked_count: COUNT,
  blocked_reasons: listOf(SOME_TEXT),
};

const ENTRY_MEMBERS = {
  server_name: SOME_TEXT,
  description: TEXT,
  transport: oneText('stdio', 'http'),
  input_guardrails_policy: INPUT_POLICY,
  output_guardrails_policy: OUTPUT_POLICY,
  tool_guardrails_policy: policy({}),
  tools: TOOLS,
  has_cached_tools: FLAG,
  tools_source: oneText('cache', 'needs_discovery', 'config'),
};
const ENTRY = closed(ENTRY_MEMBERS);
/** Ours: what the definitions cost a model, in tokens. */
const COST = { token_cost: COUNT };
const TOTAL_COST = { total_token_cost: COUNT };
const SOURCE = oneText('config', 'cache', 'discovery');
const discoveredEntry = (more: Readonly<Record<string, Schema>>): Schema =>
  oneOf(
    closed({ status: only('success'), ...ENTRY_MEMBERS, ...more, source: SOURCE, ...BLOCKED_MEMBERS }),
    closed({ status: oneText('error', 'pending'), error: SOME_TEXT, ...ENTRY_MEMBERS, ...more }),
  );

/** enkrypt_list_all_servers without discovery. */
export const LISTED = closed({
  status: only('success'),
  available_servers: mapOf(closed({ ...ENTRY_MEMBERS, ...COST })),
  servers_needing_discovery: NAMES,
  ...TOTAL_COST,
});

/** Every server asked: enkrypt_discover_all_tools without a name, and with costs enkrypt_list_all_servers by default. */
export function discoveredAll(status: 'success' | 'error', hasCosts = false): Schema {
  return closed({
    status: only(status),
    message: only('Tools discovery tried for all servers'),
    discovery_failed_servers: NAMES,
    discovery_success_servers: NAMES,
    available_servers: mapOf(discoveredEntry(hasCosts ? COST : {})),
    ...(hasCosts ? TOTAL_COST : {}),
  });
}

/** enkrypt_get_server_info. */
export const SERVER_INFO = closed({ status: only('success'), server_name: SOME_TEXT, server_info: ENTRY });

const DISCOVERED_MEMBERS = { status: only('success'), server_name: SOME_TEXT, tools: TOOLS, ...BLOCKED_MEMBERS };

/** enkrypt_discover_all_tools of one server: message and source say the same. */
export const DISCOVERED = oneOf(
  closed({
    ...DISCOVERED_MEMBERS,
    message: matching(/^Tools already defined in config for .+$/),
    source: only('config'),
  }),
  closed({ ...DISCOVERED_MEMBERS, message: matching(/^Tools retrieved from cache for .+$/), source: only('cache') }),
  closed({ ...DISCOVERED_MEMBERS, message: matching(/^Tools discovered for .+$/), source: only('discovery') }),
);

/** The envelope of a discovery that a check of definitions refused; the members beside it come together or not at all. */
export const DISCOVERY_REFUSED = closed({
  ...ENVELOPE_MEMBERS,
  server_name: SOME_TEXT,
  blocked: only(true),
  tools: { type: 'array', maxItems: 0 },
  source: SOURCE,
  ...BLOCKED_MEMBERS,
});

/** enkrypt_secure_call_tools with an empty list. */
export const DISCOVERED_BY_CALL = closed({
  status: only('success'),
  message: matching(/^Successfully discovered tools for .+$/),
  tools: { ...TOOLS, minItems: 1 },
});
