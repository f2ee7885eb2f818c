import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { type Observable, from, mergeMap, of } from 'rxjs';
import { type McpCall, sealCall } from '../contracts/mcp-call.js';
import { McpReply, sealReply } from '../contracts/mcp-reply.js';
import { UNCHECKED, type Verdict } from '../contracts/verdict.js';
import { CheckDeadline } from './check-deadline.js';
import { type InputDecision, GuardrailEngine } from './engine.js';
import { policiesOfTool } from './policies-of-tool.js';
import { attachVault } from './vault-of-call.js';

/** Verdict before effect (architecture D4): asks the engine, seals the call or answers without calling. Nothing else. */
@Injectable()
export class InputGuardrailInterceptor implements NestInterceptor<McpReply, McpReply> {
  constructor(
    private readonly engine: GuardrailEngine,
    private readonly deadline: CheckDeadline,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler<McpReply>): Observable<McpReply> {
    const call: McpCall = context.getArgByIndex(0);
    const policy = policiesOfTool(call.server, call.target).inputPolicy;
    if (policy === null) return this.forward(call, UNCHECKED, next);
    const decision = this.engine.inspectInput(policy, checkedPart(call.params), {
      channel: 'argument',
      server: call.server.name,
      tool: call.target,
    });
    if (decision instanceof Promise) {
      return from(this.deadline.within(call.server, decision)).pipe(
        mergeMap((decided) => this.conclude(call, decided, next)),
      );
    }
    return this.conclude(call, decision, next);
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

/** What the caller wrote: the arguments and `_meta`, not the name of the tool, which the router has matched already. */
function checkedPart(params: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { arguments: args, _meta: meta } = params;
  return meta === undefined ? { arguments: args } : { arguments: args, _meta: meta };
}
