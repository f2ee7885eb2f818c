import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { type Observable, from, mergeMap, of } from 'rxjs';
import { type McpCall, sealCall } from '../contracts/mcp-call.js';
import { McpReply, sealReply } from '../contracts/mcp-reply.js';
import type { GuardrailPolicy } from '../contracts/server-entry.js';
import { UNCHECKED, type Verdict } from '../contracts/verdict.js';
import type { CheckContext } from './check-context.js';
import { CheckDeadline } from './check-deadline.js';
import { type InputDecision, GuardrailEngine } from './engine.js';
import { mayStartEarly, startEarly } from './early-start.js';
import { policiesOfCall } from './policies-of-tool.js';
import { RemoteChecks } from './providers/remote-checks.js';
import { attachVault } from './vault-of-call.js';

/** Verdict before effect (architecture D4): asks the engine, seals the call or answers without calling. Nothing else. */
@Injectable()
export class InputGuardrailInterceptor implements NestInterceptor<McpReply, McpReply> {
  constructor(
    private readonly engine: GuardrailEngine,
    private readonly deadline: CheckDeadline,
    private readonly remote: RemoteChecks,
  ) {}

  intercept(execution: ExecutionContext, next: CallHandler<McpReply>): Observable<McpReply> {
    const call: McpCall = execution.getArgByIndex(0);
    const policy = policiesOfCall(call).inputPolicy;
    if (policy === null) return this.forward(call, UNCHECKED, next);
    const context: CheckContext = {
      channel: 'argument',
      server: call.server.name,
      tool: call.target,
      inputSchema: call.inputSchema,
      answersSchema: call.answersSchema,
    };
    const decision = this.engine.inspectInput(policy, checkedPart(call), context);
    if (policy.remote === undefined && !(decision instanceof Promise)) return this.conclude(call, decision, next);
    const isBlocked = !(decision instanceof Promise) && decision.verdict.kind === 'block';
    const decided =
      policy.remote === undefined
        ? this.deadline.within(call.server, Promise.resolve(decision))
        : this.askProviders(call, policy, context, decision);
    if (!isBlocked && mayStartEarly(call, policy)) return from(startEarly(call, decided, () => next.handle()));
    return from(decided).pipe(mergeMap((made) => this.conclude(call, made, next)));
  }

  /** One limit of time for the local detectors and the providers after them. */
  private async askProviders(
    call: McpCall,
    policy: GuardrailPolicy,
    context: CheckContext,
    decision: InputDecision | Promise<InputDecision>,
  ): Promise<InputDecision> {
    const { server, signal } = call;
    const endsAt = performance.now() + this.deadline.limitMs(server);
    const local = decision instanceof Promise ? await this.deadline.within(server, decision) : decision;
    return this.remote.input(policy, context, local, { ms: endsAt - performance.now(), signal });
  }

  private conclude(call: McpCall, decision: InputDecision, next: CallHandler<McpReply>): Observable<McpReply> {
    const { verdict } = decision;
    if (verdict.kind === 'block') {
      const reply = new McpReply(undefined);
      sealReply(reply, { kind: 'blocked_input', verdict }, verdict);
      return of(reply);
    }
    if (verdict.kind === 'redact') call.params = { ...call.params, ...decision.value };
    if (decision.vault !== null) attachVault(call, decision.vault);
    return this.forward(call, verdict, next);
  }

  private forward(call: McpCall, verdict: Verdict, next: CallHandler<McpReply>): Observable<McpReply> {
    sealCall(call, verdict);
    return next.handle();
  }
}

/**
 * What the caller wrote: the arguments, `_meta` and answers to what the server asked, not the name of the tool, which the router has matched already. Of other methods
 * everything but such names: the URI of a resource may hold whatever a caller puts into a template.
 */
function checkedPart(call: McpCall): Record<string, unknown> {
  const { method, params } = call;
  if (method !== 'tools/call') {
    const matched = matchedMember(call);
    return Object.fromEntries(Object.entries(params).filter(([name]) => name !== matched && name !== SERVERS_OWN));
  }
  const { arguments: args, _meta: meta, inputResponses } = params;
  const part: Record<string, unknown> = meta === undefined ? { arguments: args } : { arguments: args, _meta: meta };
  if (inputResponses !== undefined) part.inputResponses = inputResponses;
  return part;
}

/** What the server itself gave for this call: no caller's own comes this far. */
const SERVERS_OWN = 'requestState';

/** The one member that was found in a list of the server. A member of that name means nothing to other methods. */
function matchedMember({ method, params }: McpCall): string | undefined {
  if (method === 'prompts/get') return 'name';
  // The URI of a resource need not be a template's: it may be one that was filled in.
  const isPrompt = (params.ref as { type?: unknown } | undefined)?.type === 'ref/prompt';
  return method === 'completion/complete' && isPrompt ? 'ref' : undefined;
}
