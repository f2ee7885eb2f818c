import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ExternalContextCreator } from '@nestjs/core';
import { McpCall } from '../contracts/mcp-call.js';
import { type McpReply, type ReplyBody, openReply } from '../contracts/mcp-reply.js';
import type { Verdict } from '../contracts/verdict.js';
import { GatewayError, toGatewayError } from '../errors.js';
import { type AuditDecision, digestArguments } from '../telemetry/audit-event.js';
import { AuditLog } from '../telemetry/audit-log.js';
import { runCanary } from './canary.js';
import type { ClientRequest } from './client-request.js';
import { type OperationCounts, OperationStats } from './operation-stats.js';
import { ProxyService } from './proxy.service.js';
import type { Route } from './router.js';

/** What became of a call, with both verdicts. */
export interface Outcome {
  readonly body: ReplyBody;
  readonly inputVerdict: Verdict;
  readonly outputVerdict: Verdict;
  readonly upstreamMs: number;
}

/** One tool call as the caller wrote it. */
export interface ToolCall {
  readonly route: Route;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** `_meta` that goes on to the upstream; progress tokens and the 2026 envelope are taken out before. */
  readonly meta: Readonly<Record<string, unknown>> | undefined;
}

/** Sends calls through the guard and the interceptors, and writes one audit line for each. */
@Injectable()
export class CallDispatcher implements OnModuleInit {
  private guarded: ((call: McpCall) => Promise<McpReply>) | undefined;

  constructor(
    private readonly contexts: ExternalContextCreator,
    private readonly proxy: ProxyService,
    private readonly audit: AuditLog,
    private readonly stats: OperationStats,
  ) {}

  /** Built once: the wrapped method is what makes Nest's guard and interceptors run outside its HTTP routes. */
  async onModuleInit(): Promise<void> {
    const { call } = Object.getPrototypeOf(this.proxy) as { call: (...args: unknown[]) => unknown };
    const options = { guards: true, interceptors: true, filters: false };
    const guarded = this.contexts.create(
      this.proxy,
      call,
      'call',
      undefined,
      undefined,
      undefined,
      undefined,
      options,
      'mcp',
    );
    this.guarded = guarded as (call: McpCall) => Promise<McpReply>;
    await runCanary(this.guarded, this.proxy);
  }

  /**
   * The sealed answer to one tool call.
   * @throws GatewayError what the guard, the checks or the upstream met; it is in the audit log already
   */
  async dispatch(request: ClientRequest, toolCall: ToolCall): Promise<Outcome> {
    if (this.guarded === undefined) throw new GatewayError('unsealed', 'The gateway has not finished its self-test.');
    const started = performance.now();
    const { server, tool } = toolCall.route;
    const params: Record<string, unknown> = { name: tool.name, arguments: toolCall.arguments };
    if (toolCall.meta !== undefined) params['_meta'] = toolCall.meta;
    const call = new McpCall({
      principal: request.principal,
      era: request.era,
      method: 'tools/call',
      server,
      target: tool.name,
      params,
      clientSessionId: request.session?.id ?? null,
      signal: request.scope.signal,
      onProgress: request.onProgress,
    });
    const counts = this.stats.of(request.principal.tenant);
    counts.total++;
    counts.active++;
    try {
      const reply = await this.guarded(call);
      const body = openReply(reply);
      counts.successful++;
      this.record(request, toolCall, started, { reply, body });
      return {
        body,
        inputVerdict: reply.inputVerdict,
        outputVerdict: reply.outputVerdict,
        upstreamMs: reply.upstreamMs,
      };
    } catch (cause) {
      const error = toGatewayError(cause);
      countFailure(counts, error);
      this.record(request, toolCall, started, { error });
      throw error;
    } finally {
      counts.active--;
    }
  }

  private record(
    request: ClientRequest,
    toolCall: ToolCall,
    started: number,
    ended: { reply: McpReply; body: ReplyBody } | { error: GatewayError },
  ): void {
    const failed = 'error' in ended;
    const input = failed ? null : ended.reply.inputVerdict;
    const output = failed ? null : ended.reply.outputVerdict;
    this.audit.record({
      requestId: request.requestId,
      principal: request.principal,
      era: request.era,
      method: 'tools/call',
      server: toolCall.route.server.name,
      tool: toolCall.route.tool.name,
      argsSha256: digestArguments(toolCall.arguments),
      decision: failed ? decisionOfError(ended.error) : decisionOf(ended.body, ended.reply.inputVerdict),
      reasons: failed ? [ended.error.code] : reasonsOf(ended.body),
      detectors: detectorsRun(input, output),
      scannedChars: (input?.receipt.chars ?? 0) + (output?.receipt.chars ?? 0),
      upstreamMs: failed ? 0 : ended.reply.upstreamMs,
      totalMs: performance.now() - started,
    });
  }
}

function decisionOf(body: ReplyBody, input: Verdict): AuditDecision {
  if (body.kind === 'blocked_input' || body.kind === 'blocked_output') return body.kind;
  return input.kind === 'redact' ? 'redacted' : 'allowed';
}

function decisionOfError(error: GatewayError): AuditDecision {
  return error.code === 'forbidden' || error.code === 'unsealed' ? 'refused' : 'error';
}

function reasonsOf(body: ReplyBody): readonly string[] {
  if (body.kind === 'blocked_input' || body.kind === 'blocked_output') return body.verdict.detectors;
  return body.kind === 'error' ? ['upstream_error'] : NONE;
}

const NONE: readonly string[] = [];

function detectorsRun(input: Verdict | null, output: Verdict | null): readonly string[] {
  const first = input?.receipt.detectors ?? NONE;
  const second = output?.receipt.detectors ?? NONE;
  if (second.length === 0) return first;
  if (first.length === 0) return second;
  return [...new Set([...first, ...second])];
}

function countFailure(counts: OperationCounts, error: GatewayError): void {
  if (error.code === 'upstream_timeout') counts.timedOut++;
  else if (error.code === 'cancelled') counts.cancelled++;
}
