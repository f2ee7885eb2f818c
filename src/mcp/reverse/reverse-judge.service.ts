import { Injectable } from '@nestjs/common';
import { awaitsVerdict, type McpCall } from '../../contracts/mcp-call.js';
import type { UpstreamBody } from '../../contracts/mcp-reply.js';
import type { ServerEntry } from '../../contracts/server-entry.js';
import { UNCHECKED, type Verdict } from '../../contracts/verdict.js';
import type { CheckContext } from '../../guardrails/check-context.js';
import { CheckDeadline } from '../../guardrails/check-deadline.js';
import { pendingVerdictOf } from '../../guardrails/early-start.js';
import { type InputDecision, GuardrailEngine, type OutputDecision } from '../../guardrails/engine.js';
import { policiesOfTool } from '../../guardrails/policies-of-tool.js';
import { RemoteChecks } from '../../guardrails/providers/remote-checks.js';
import { RedactionVault } from '../../guardrails/redaction-vault.js';
import { attachVault, vaultOf } from '../../guardrails/vault-of-call.js';

type Params = Readonly<Record<string, unknown>>;

/** Whose text it is. */
export interface JudgedPlace {
  readonly server: ServerEntry;
  /** The tool whose call it belongs to; empty = none is known, and the server's own policies count. */
  readonly tool: string;
  readonly call: McpCall | undefined;
}

/** What became of a payload. The value is not to be shown when the verdict is a block. */
interface Judged<T> {
  readonly verdict: Verdict;
  readonly value: T;
}

/**
 * What a server sends to the client is judged like its answers, and what the client answers like its arguments, by the policies of the
 * tool whose call it belongs to. Placeholders are the call's own.
 */
@Injectable()
export class ReverseJudge {
  constructor(
    private readonly engine: GuardrailEngine,
    private readonly deadline: CheckDeadline,
    private readonly remote: RemoteChecks,
  ) {}

  /** @throws GatewayError guardrail_unavailable, guardrail_timeout, upstream_protocol; what the check of the call itself throws */
  async toClient(place: JudgedPlace, params: Params): Promise<Judged<Params>> {
    const { server, tool, call } = place;
    if (call !== undefined) await pendingVerdictOf(call);
    const policy = policiesOfTool(server, tool).outputPolicy;
    const vault = call === undefined ? null : vaultOf(call);
    if (policy === null && vault === null) return { verdict: UNCHECKED, value: params };
    const context: CheckContext = { channel: 'result', server: server.name, tool };
    const body: UpstreamBody = { kind: 'result', result: params };
    const endsAt = performance.now() + this.deadline.limitMs(server);
    const found = this.engine.inspectOutput(policy, body, vault, context);
    let decision = found instanceof Promise ? await this.deadline.within(server, found) : found;
    if (policy?.remote !== undefined) {
      const limit = { ms: endsAt - performance.now(), ...(call === undefined ? {} : { signal: call.signal }) };
      decision = await this.remote.output(policy, context, { decision, body }, limit);
    }
    return shown(decision, params);
  }

  /**
   * What nobody waits for, such as a line of a log. undefined = it must not be shown, or cannot be judged at once: as with progress
   * messages, a provider is not asked about each.
   */
  noticeToClient({ server, tool, call }: JudgedPlace, params: Params): Params | undefined {
    if (call !== undefined && awaitsVerdict(call)) return undefined;
    const policy = policiesOfTool(server, tool).outputPolicy;
    const vault = call === undefined ? null : vaultOf(call);
    if (policy === null && vault === null) return params;
    if (policy?.remote !== undefined) return undefined;
    try {
      const body: UpstreamBody = { kind: 'result', result: params };
      const decision = this.engine.inspectOutput(policy, body, vault, { channel: 'result', server: server.name, tool });
      if (!(decision instanceof Promise)) {
        return decision.verdict.kind === 'block' ? undefined : shown(decision, params).value;
      }
      // Too long to be judged at once.
      decision.catch(() => undefined);
    } catch {
      // A detector failed, or it is nested too deeply: it is not shown.
    }
    return undefined;
  }

  /**
   * @param schema of the answer, so that placeholders have the formats that it asks for
   * @throws GatewayError guardrail_unavailable, guardrail_timeout, invalid_request
   */
  async toServer(place: JudgedPlace, answer: Params, schema: unknown): Promise<Judged<Params>> {
    const { server, tool, call } = place;
    const policy = policiesOfTool(server, tool).inputPolicy;
    if (policy === null) return { verdict: UNCHECKED, value: answer };
    const vault = call === undefined ? new RedactionVault() : ownVault(call);
    const context: CheckContext = { channel: 'argument', server: server.name, tool, inputSchema: schema, vault };
    const endsAt = performance.now() + this.deadline.limitMs(server);
    const found = this.engine.inspectInput(policy, { arguments: answer }, context);
    let decision: InputDecision = found instanceof Promise ? await this.deadline.within(server, found) : found;
    if (policy.remote !== undefined) {
      const limit = { ms: endsAt - performance.now(), ...(call === undefined ? {} : { signal: call.signal }) };
      decision = await this.remote.input(policy, context, decision, limit);
    }
    return { verdict: decision.verdict, value: decision.value.arguments as Params };
  }
}

/** Made before the check: of two answers at the same time both must use the same. */
function ownVault(call: McpCall): RedactionVault {
  const known = vaultOf(call);
  if (known !== null) return known;
  const made = new RedactionVault();
  attachVault(call, made);
  return made;
}

function shown({ body, verdict }: OutputDecision, params: Params): Judged<Params> {
  return { verdict, value: body.kind === 'result' ? body.result : params };
}
