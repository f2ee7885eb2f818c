import type { Tool } from '@modelcontextprotocol/server';

const NULLABLE_STRING = { type: ['string', 'null'], default: null };

function tool(
  name: string,
  title: string,
  description: string,
  properties: NonNullable<Tool['inputSchema']['properties']>,
  required: readonly string[],
  hints: { readonly readOnly: boolean; readonly openWorld: boolean },
): Tool {
  return {
    name,
    title,
    description,
    inputSchema: { type: 'object', properties, required: [...required] },
    annotations: {
      title,
      readOnlyHint: hints.readOnly,
      // The reference's two kinds: what only reads can be repeated, what acts may do harm and may do it again.
      destructiveHint: !hints.readOnly,
      idempotentHint: hints.readOnly,
      openWorldHint: hints.openWorld,
    },
  };
}

/** The seven meta tools of the reference: names, parameters, titles and hints are what its users' prompts rely on. */
export const META_TOOLS: readonly Tool[] = Object.freeze([
  tool(
    'enkrypt_list_all_servers',
    'List Available Servers',
    'Lists the MCP servers of your project with their tools and where the tool list came from. By default it also discovers the tools of servers that have not been asked yet; each server has its own status.',
    { discover_tools: { type: 'boolean', default: true, description: 'Discover the tools of servers that need it.' } },
    [],
    { readOnly: true, openWorld: false },
  ),
  tool(
    'enkrypt_get_server_info',
    'Get Server Info',
    'Tells what is known about one server: description, tools, and whether its tools are cached or need discovery.',
    { server_name: { type: 'string', description: 'Name of the server as enkrypt_list_all_servers shows it.' } },
    ['server_name'],
    { readOnly: true, openWorld: false },
  ),
  tool(
    'enkrypt_discover_all_tools',
    'Discover Tools',
    'Asks one server, or all when no name is given, which tools it offers. Use it when the tools of a server are empty.',
    { server_name: { ...NULLABLE_STRING, description: 'Server to ask; leave out to ask all.' } },
    [],
    { readOnly: true, openWorld: true },
  ),
  tool(
    'enkrypt_secure_call_tools',
    'Securely Call Tools',
    'Calls tools of one server in order, each checked before it runs and after it answers. Put all calls for a server into one list; it stops at the first call that fails or is blocked. An empty list discovers the tools.',
    {
      server_name: { type: 'string', description: 'Server whose tools to call.' },
      tool_calls: {
        type: 'array',
        default: [],
        description: 'Calls in order, each {"name": tool, "args": {…}}.',
        items: { type: 'object' },
      },
    },
    ['server_name'],
    { readOnly: false, openWorld: true },
  ),
  tool(
    'enkrypt_get_cache_status',
    'Get Cache Status',
    'Tells which tool lists are cached and until when. For debugging, or when asked.',
    {},
    [],
    { readOnly: true, openWorld: false },
  ),
  tool(
    'enkrypt_clear_cache',
    'Clear Cache',
    'Forgets cached tool lists and configuration, so that they are read again. For debugging, or when asked.',
    {
      id: { ...NULLABLE_STRING, description: 'Your own cache id; leave out.' },
      server_name: { ...NULLABLE_STRING, description: 'Only this server.' },
      cache_type: {
        ...NULLABLE_STRING,
        description: 'all (default), server (tools only), or gateway_config (configuration only).',
      },
    },
    [],
    { readOnly: false, openWorld: true },
  ),
  tool(
    'enkrypt_get_timeout_metrics',
    'Get Timeout Metrics',
    'Counts how your tool calls and discoveries ended since the gateway started, and shows the timeouts in force.',
    {},
    [],
    { readOnly: true, openWorld: false },
  ),
]);

/** The gateway's own: it is listed where the definitions are more than a model should be given at once. */
export const SEARCH_TOOL: Tool = tool(
  'enkrypt_search_tools',
  'Search Tools',
  'Finds tools of all your servers by what they do. Describe the task in a few words; the answer has the best tools with their input schemas, to be called with enkrypt_secure_call_tools or by their name.',
  {
    query: { type: 'string', description: 'What the tool should do, for example "create a calendar event".' },
    limit: { type: 'integer', minimum: 1, maximum: 50, default: 10, description: 'Tools at most.' },
  },
  ['query'],
  { readOnly: true, openWorld: false },
);

/** What a client needs to call a tool that it has found. */
export const CALL_TOOL = META_TOOLS.filter(({ name }) => name === 'enkrypt_secure_call_tools');

export const META_TOOL_NAMES: ReadonlySet<string> = new Set([...META_TOOLS, SEARCH_TOOL].map(({ name }) => name));
