import type { ClientAsks, ClientEnd, ClientLink, ClientStream, Notify } from '../../contracts/client-end.js';
import type { McpCall } from '../../contracts/mcp-call.js';
import type { Principal } from '../../contracts/principal.js';
import type { ServerEntry } from '../../contracts/server-entry.js';
import { policiesOfTool } from '../../guardrails/policies-of-tool.js';
import type { JudgedPlace } from './reverse-judge.service.js';

/** Whom something that a server sent is for, and by which policies it is judged. */
export interface Addressee extends JudgedPlace {
  readonly principal: Principal;
  readonly session: ClientLink | null;
  /** undefined = the client declared nothing. */
  readonly asks: ClientAsks | undefined;
  readonly notify: Notify;
  /** Only that of a call; a standing stream may go and come. */
  readonly stream: ClientStream | undefined;
  /** Who waits for the call, when it belongs to one. */
  readonly end: ClientEnd | undefined;
}

/**
 * Over HTTP a message belongs to the call on whose stream it came. On a child's pipes nothing tells: it belongs to the only call under
 * way; to the session when all calls, or the link itself, are of one; and else to nobody (undefined), so that no session gets to see
 * what another's call caused.
 */
export function addresseeOf(
  server: ServerEntry,
  calls: readonly McpCall[],
  own: ClientLink | undefined,
): Addressee | undefined {
  const [first] = calls;
  if (first !== undefined && calls.length === 1) return ofCall(server, first) ?? ofSession(server, own, '');
  if (first === undefined) return ofSession(server, own, '');
  const session = first.client?.session;
  if (session == null || calls.some(({ client }) => client?.session !== session)) return undefined;
  const tool = commonPolicies(server, calls);
  if (tool === undefined) return undefined;
  const stand = ofSession(server, session, tool);
  if (stand !== undefined) return stand;
  // Without a standing stream the newest call's is as good as any: all are this session's.
  const last = calls.at(-1)?.client;
  return last === undefined ? undefined : toEnd({ server, tool, call: undefined }, last);
}

function ofCall(server: ServerEntry, call: McpCall): Addressee | undefined {
  const { client: end } = call;
  return end === undefined ? undefined : toEnd({ server, tool: toolOf(call), call }, end);
}

function toEnd(place: JudgedPlace, end: ClientEnd): Addressee | undefined {
  const { principal, session, notify, stream, asks } = end;
  return notify === undefined ? undefined : { ...place, principal, session, asks, notify, stream, end };
}

function ofSession(server: ServerEntry, session: ClientLink | undefined, tool: string): Addressee | undefined {
  if (session?.notify === undefined) return undefined;
  // Asked anew for each message: the stream may be another by then.
  const notify: Notify = (method, params, id) => session.notify?.(method, params, id) ?? false;
  const { principal, asks } = session;
  return { server, tool, call: undefined, principal, session, asks, notify, stream: undefined, end: undefined };
}

/** Empty for what is no tool: a prompt must not be judged by the policies of a tool because it has its name. */
function toolOf({ method, target }: McpCall): string {
  return method === 'tools/call' ? target : '';
}

/** A tool whose policies all of these calls have; undefined = they have different ones, and it is not known which count. */
function commonPolicies(server: ServerEntry, calls: readonly McpCall[]): string | undefined {
  const tool = calls[0] === undefined ? '' : toolOf(calls[0]);
  const { inputPolicy, outputPolicy } = policiesOfTool(server, tool);
  const isSame = calls.every((call) => {
    const policies = policiesOfTool(server, toolOf(call));
    return policies.inputPolicy === inputPolicy && policies.outputPolicy === outputPolicy;
  });
  return isSame ? tool : undefined;
}
