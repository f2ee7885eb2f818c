import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Observable, type Subscriber } from 'rxjs';
import type { McpCall, Progress } from '../contracts/mcp-call.js';
import { type McpReply, inspectReply, sealReply } from '../contracts/mcp-reply.js';
import type { GuardrailPolicy } from '../contracts/server-entry.js';
import { UNCHECKED } from '../contracts/verdict.js';
import { CheckDeadline } from './check-deadline.js';
import { type OutputDecision, GuardrailEngine } from './engine.js';
import { policiesOfTool } from './policies-of-tool.js';
import { vaultOf } from './vault-of-call.js';

/** Checks every text leaf of the answer, restores what the input side redacted, seals the reply. Nothing else. */
@Injectable()
export class OutputGuardrailInterceptor implements NestInterceptor<McpReply, McpReply> {
  constructor(
    private readonly engine: GuardrailEngine,
    private readonly deadline: CheckDeadline,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler<McpReply>): Observable<McpReply> {
    const call: McpCall = context.getArgByIndex(0);
    const policy = policiesOfTool(call.server, call.target).outputPolicy;
    if (policy !== null && call.onProgress !== undefined)
      call.onProgress = this.checkedProgress(policy, call, call.onProgress);
    // One Observable instead of operators: this runs once per call, and the small answers need no promise.
    return new Observable((subscriber) =>
      next.handle().subscribe({
        next: (reply) => {
          try {
            deliver(this.seal(call, policy, reply), subscriber);
          } catch (error) {
            // rxjs would report what a next handler throws to nobody, and the caller would wait for ever.
            subscriber.error(error);
          }
        },
        error: (error: unknown) => {
          subscriber.error(error);
        },
      }),
    );
  }

  private seal(call: McpCall, policy: GuardrailPolicy | null, reply: McpReply): McpReply | Promise<McpReply> {
    const body = inspectReply(reply);
    const vault = vaultOf(call);
    if (policy === null && vault === null) {
      sealReply(reply, body, UNCHECKED);
      return reply;
    }
    const decision = this.engine.inspectOutput(policy, body, vault, {
      channel: 'result',
      server: call.server.name,
      tool: call.target,
      // As it was sent, placeholders included.
      request: { tool: call.target, arguments: call.params.arguments },
    });
    if (!(decision instanceof Promise)) return seal(reply, decision);
    return this.deadline.within(call.server, decision).then((decided) => seal(reply, decided));
  }

  /** Progress messages are text of the upstream as well: one that would be blocked is shown without its message. */
  private checkedProgress(
    policy: GuardrailPolicy,
    { server, target }: McpCall,
    show: (progress: Progress) => void,
  ): (progress: Progress) => void {
    const context = { channel: 'result', server: server.name, tool: target } as const;
    return (progress) => {
      const { message, ...numbers } = progress;
      show(message === undefined || this.engine.inspectProgressMessage(policy, message, context) ? progress : numbers);
    };
  }
}

function deliver(sealed: McpReply | Promise<McpReply>, subscriber: Subscriber<McpReply>): void {
  if (!(sealed instanceof Promise)) {
    subscriber.next(sealed);
    subscriber.complete();
    return;
  }
  sealed.then(
    (reply) => {
      subscriber.next(reply);
      subscriber.complete();
    },
    (error: unknown) => {
      subscriber.error(error);
    },
  );
}

function seal(reply: McpReply, decision: OutputDecision): McpReply {
  const { verdict } = decision;
  sealReply(reply, verdict.kind === 'block' ? { kind: 'blocked_output', verdict } : decision.body, verdict);
  return reply;
}
