import { firstValueFrom, type Observable } from 'rxjs';
import { CallSignal } from '../contracts/cancel-signal.js';
import { awaitsVerdict, confirmSeal, type McpCall, sealProvisionally } from '../contracts/mcp-call.js';
import { McpReply, sealReply } from '../contracts/mcp-reply.js';
import type { GuardrailPolicy } from '../contracts/server-entry.js';
import type { Verdict } from '../contracts/verdict.js';
import { GatewayError } from '../errors.js';
import type { InputDecision } from './engine.js';
import { coversTool } from '../glob.js';

/** Verdicts that started calls wait for; gone with the call. */
const pending = new WeakMap<McpCall, Promise<unknown>>();

/**
 * Whether a call may start before its verdict (architecture D4): the operator switched that on and called the tool read-only, and
 * nothing has to be taken out of the arguments first. What the server says of its tools has no part in it.
 */
export function mayStartEarly({ server, target, method }: McpCall, policy: GuardrailPolicy): boolean {
  if (server.earlyTools === undefined || policy.redactPii || method !== 'tools/call') return false;
  return server.earlyTools.some((glob) => coversTool(glob, target));
}

/** The input verdict that the answer of a started call has to wait for; undefined = there is none to wait for. */
export function pendingVerdictOf(call: McpCall): Promise<unknown> | undefined {
  return awaitsVerdict(call) ? pending.get(call) : undefined;
}

/**
 * Starts the call beside its check. Its answer, its failure and its progress stay unseen until the verdict is a pass; anything else
 * cancels it the way its client would.
 * @throws what the check throws, else what the call throws
 */
export async function startEarly(
  call: McpCall,
  decision: Promise<InputDecision>,
  forward: () => Observable<McpReply>,
): Promise<McpReply> {
  const startedAt = performance.now();
  const client = call.signal;
  const stop = new CallSignal();
  const follow = (): void => {
    stop.abort(client.reason);
  };
  const checked = decision.then(({ verdict }) => {
    if (verdict.kind !== 'block') confirmSeal(call, verdict);
    else throw new Blocked(verdict);
    return verdict;
  });
  // Waited for below, or not at all when the call cannot start.
  checked.catch(() => undefined);
  if (client.aborted) follow();
  client.addEventListener('abort', follow, { once: true });
  call.signal = stop;
  holdProgress(call);
  sealProvisionally(call);
  pending.set(call, checked);
  const answer = firstValueFrom(forward());
  // It may fail before the verdict is in; that is told afterwards, or never.
  answer.catch(() => undefined);
  try {
    const verdict = await checked;
    const reply = await answer;
    reply.inputVerdict = verdict;
    return reply;
  } catch (error) {
    stop.abort(new GatewayError('cancelled', 'The call did not pass its input check.'));
    if (error instanceof Blocked) return blockedReply(error.verdict, performance.now() - startedAt);
    throw error;
  } finally {
    client.removeEventListener('abort', follow);
  }
}

type Block = Extract<Verdict, { kind: 'block' }>;

/** Ends the wait of the output check as well. */
class Blocked extends Error {
  constructor(readonly verdict: Block) {
    super('blocked');
  }
}

function blockedReply(verdict: Block, upstreamMs: number): McpReply {
  const reply = new McpReply(undefined);
  reply.upstreamMs = upstreamMs;
  sealReply(reply, { kind: 'blocked_input', verdict }, verdict);
  return reply;
}

/** Progress is text of the upstream as well. */
function holdProgress(call: McpCall): void {
  const show = call.onProgress;
  if (show === undefined) return;
  call.onProgress = (progress) => {
    if (!awaitsVerdict(call)) show(progress);
  };
}
