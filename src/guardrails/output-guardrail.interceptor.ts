import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Observable, type Subscriber } from 'rxjs';
import type { McpCall, Progress } from '../contracts/mcp-call.js';
import { type McpReply, type UpstreamBody, inspectReply, sealReply } from '../contracts/mcp-reply.js';
import type { GuardrailPolicy } from '../contracts/server-entry.js';
import { UNCHECKED } from '../contracts/verdict.js';
import type { CheckContext } from './check-context.js';
import { CheckDeadline } from './check-deadline.js';
import { type OutputDecision, GuardrailEngine } from './engine.js';
import { pendingVerdictOf } from './early-start.js';
import { policiesOfCall } from './policies-of-tool.js';
import { RemoteChecks } from './providers/remote-checks.js';
import { vaultOf } from './vault-of-call.js';

/** Checks every text leaf of the answer, restores what the input side redacted, seals the reply. Nothing else. */
@Injectable()
export class OutputGuardrailInterceptor implements NestInterceptor<McpReply, McpReply> {
  constructor(
    private readonly engine: GuardrailEngine,
    private readonly deadline: CheckDeadline,
    private readonly remote: RemoteChecks,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler<McpReply>): Observable<McpReply> {
    const call: McpCall = context.getArgByIndex(0);
    const policy = policiesOfCall(call).outputPolicy;
    if (policy !== null && call.onProgress !== undefined)
      call.onProgress = this.checkedProgress(policy, call, call.onProgress);
    // One Observable instead of operators: this runs once per call, and the small answers need no promise.
    return new Observable((subscriber) =>
      next.handle().subscribe({
        next: (reply) => {
          try {
            deliver(this.whenCleared(call, policy, reply), subscriber);
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

  /** The answer of a call that started before its verdict is checked once that is a pass, and never otherwise. */
  private whenCleared(call: McpCall, policy: GuardrailPolicy | null, reply: McpReply): McpReply | Promise<McpReply> {
    const cleared = pendingVerdictOf(call);
    return cleared === undefined ? this.seal(call, policy, reply) : cleared.then(() => this.seal(call, policy, reply));
  }

  private seal(call: McpCall, policy: GuardrailPolicy | null, reply: McpReply): McpReply | Promise<McpReply> {
    const body = inspectReply(reply);
    const vault = vaultOf(call);
    if (policy === null && vault === null) {
      sealReply(reply, body, UNCHECKED);
      return reply;
    }
    const context: CheckContext = {
      channel: 'result',
      server: call.server.name,
      tool: call.target,
      // As it was sent, placeholders included. A question of the server is no answer that could be compared.
      request: reply.round === undefined ? { tool: call.target, arguments: call.params.arguments ?? {} } : undefined,
    };
    const decision = this.engine.inspectOutput(policy, body, vault, context);
    if (policy?.remote !== undefined) {
      return this.askProviders(call, policy, context, { body, decision }).then((decided) => seal(reply, decided));
    }
    if (!(decision instanceof Promise)) return seal(reply, decision);
    return this.deadline.within(call.server, decision).then((decided) => seal(reply, decided));
  }

  /** One limit of time for the local detectors and the providers after them. */
  private async askProviders(
    { server, signal }: McpCall,
    policy: GuardrailPolicy,
    context: CheckContext,
    { body, decision }: { readonly body: UpstreamBody; readonly decision: OutputDecision | Promise<OutputDecision> },
  ): Promise<OutputDecision> {
    const endsAt = performance.now() + this.deadline.limitMs(server);
    const local = decision instanceof Promise ? await this.deadline.within(server, decision) : decision;
    return this.remote.output(policy, context, { decision: local, body }, { ms: endsAt - performance.now(), signal });
  }

  /**
   * Progress messages are text of the upstream as well: one that would be blocked is shown without its message, and so is every one
   * that a provider would have to be asked about.
   */
  private checkedProgress(
    policy: GuardrailPolicy,
    { server, target }: McpCall,
    show: (progress: Progress) => void,
  ): (progress: Progress) => void {
    const context = { channel: 'result', server: server.name, tool: target } as const;
    const mayShow = (message: string): boolean =>
      policy.remote === undefined && this.engine.inspectProgressMessage(policy, message, context);
    return (progress) => {
      const { message, ...numbers } = progress;
      show(message === undefined || mayShow(message) ? progress : numbers);
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
