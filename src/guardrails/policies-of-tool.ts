import type { McpCall } from '../contracts/mcp-call.js';
import type { ServerEntry, ToolPolicies } from '../contracts/server-entry.js';
import { coversTool } from '../glob.js';

/** What is checked around one tool. */
type PoliciesOfTool = Pick<ServerEntry, 'inputPolicy' | 'outputPolicy'>;

/** Names come from catalogs, so they are few; a server with a hostile variety of them is only looked up more slowly. */
const MAX_KNOWN = 4_096;
/** Entries are new objects after a reload, so nothing here gets stale. */
const known = new WeakMap<ServerEntry, Map<string, PoliciesOfTool>>();

/** The policies of a call; what is no tool has those of its server. */
export function policiesOfCall({ method, server, target }: McpCall): PoliciesOfTool {
  return method === 'tools/call' ? policiesOfTool(server, target) : server;
}

/** The policies of a tool: those of the first of the server's `tool_policies` that covers the tool, else the server's own. */
export function policiesOfTool(server: ServerEntry, tool: string): PoliciesOfTool {
  const { toolPolicies } = server;
  // Empty = none, as with a message that belongs to no call.
  if (toolPolicies === undefined || tool === '') return server;
  let ofServer = known.get(server);
  if (ofServer === undefined) {
    ofServer = new Map();
    known.set(server, ofServer);
  }
  let policies = ofServer.get(tool);
  if (policies === undefined) {
    policies = firstCovering(toolPolicies, server, tool);
    if (ofServer.size < MAX_KNOWN) ofServer.set(tool, policies);
  }
  return policies;
}

function firstCovering(toolPolicies: readonly ToolPolicies[], server: ServerEntry, tool: string): PoliciesOfTool {
  const own = toolPolicies.find(({ tools }) => tools.some((glob) => coversTool(glob, tool)));
  if (own === undefined) return server;
  return {
    inputPolicy: own.inputPolicy === undefined ? server.inputPolicy : own.inputPolicy,
    outputPolicy: own.outputPolicy === undefined ? server.outputPolicy : own.outputPolicy,
  };
}
