import { type Limit, limitsOf, type ServerLimits } from '../contracts/limits.js';
import type { Principal } from '../contracts/principal.js';
import type { ServerEntry } from '../contracts/server-entry.js';
import { coversTool } from '../glob.js';

/** Tools of one server whose limits are remembered: a server may offer others every day. */
const MAX_TOOLS = 1000;
const known = new WeakMap<ServerLimits, Map<string, readonly Limit[]>>();
const NONE: readonly Limit[] = [];

/** Everything that a call needs room under: of its key, user and project, its server and its tool. */
export function limitsOfCall(principal: Principal, { limits }: ServerEntry, tool: string): readonly Limit[] {
  const caller = principal.limits ?? NONE;
  if (limits === undefined) return caller;
  const target = limitsOfTool(limits, tool);
  return caller.length === 0 ? target : [...caller, ...target];
}

/** The limits of a server and of one of its tools. */
function limitsOfTool(limits: ServerLimits, tool: string): readonly Limit[] {
  let tools = known.get(limits);
  if (tools === undefined) known.set(limits, (tools = new Map<string, readonly Limit[]>()));
  let found = tools.get(tool);
  if (found !== undefined) return found;
  if (tools.size >= MAX_TOOLS) tools.clear();
  const own = limits.tools.find(({ tools: globs }) => globs.some((glob) => coversTool(glob, tool)));
  found =
    own === undefined ? limits.server : [...limits.server, ...limitsOf('tool', [...limits.place, tool], own.values)];
  tools.set(tool, found);
  return found;
}
