import { Injectable } from '@nestjs/common';
import type { ReplyBody } from '../contracts/mcp-reply.js';
import type { ServerRound } from '../contracts/server-round.js';
import { UNCHECKED, type Verdict } from '../contracts/verdict.js';
import type { GatewayError } from '../errors.js';
import { RateLimitError } from '../limits/rate-limit-error.js';
import { type AuditCoverage, auditCoverage, FULL_COVERAGE } from '../telemetry/audit-coverage.js';
import { type AuditDecision, digestArguments } from '../telemetry/audit-event.js';
import { AuditLog } from '../telemetry/audit-log.js';
import { type CallOutcome, Metrics } from '../telemetry/metrics.js';
import type { ClientRequest } from './client-request.js';

/** Which tool was meant; null server = it could not be told. */
export interface CallTarget {
  readonly server: string | null;
  readonly tool: string | null;
  readonly arguments: unknown;
  /** Absent = the call is not traced. */
  readonly traceId?: string | undefined;
}

/** A call that came to its end with a verdict. */
export interface EndedCall {
  readonly body: ReplyBody;
  readonly inputVerdict: Verdict;
  readonly outputVerdict: Verdict;
  readonly upstreamMs: number;
  readonly startedBeforeVerdict?: boolean;
  /** The body is a question of the server, and no answer yet. */
  readonly round?: ServerRound | undefined;
}

const NONE: readonly string[] = [];
const UPSTREAM_ERROR: readonly string[] = ['upstream_error'];

/** Writes down what became of every call: one audit line and the metrics. */
@Injectable()
export class CallLedger {
  constructor(
    private readonly audit: AuditLog,
    private readonly metrics: Metrics,
  ) {}

  /** @param totalMs from dispatch to verdict */
  ended(request: ClientRequest, target: CallTarget, call: EndedCall, totalMs: number): CallOutcome {
    const { body, inputVerdict, outputVerdict } = call;
    const outcome = outcomeOf(body);
    this.countCall(request, target.server ?? '', outcome, totalMs);
    this.count('input', inputVerdict);
    this.count('output', outputVerdict);
    if (inputVerdict.kind === 'redact') this.metrics.piiRedactions.add(inputVerdict.redactions);
    this.write(request, target, {
      decision: decisionOf(body, inputVerdict),
      reasons: reasonsOf(call),
      detectors: detectorsRun(inputVerdict, outputVerdict),
      scannedChars: inputVerdict.receipt.chars + outputVerdict.receipt.chars,
      coverage: auditCoverage(inputVerdict, outputVerdict),
      upstreamMs: call.upstreamMs,
      totalMs,
      startedBeforeVerdict: call.startedBeforeVerdict,
    });
    return outcome;
  }

  /**
   * A call that was let through but met an error of the gateway or of the link to its server.
   * @param verdict of the input check, when it was passed; from then on the time was the server's
   */
  failed(
    request: ClientRequest,
    target: CallTarget,
    failure: {
      readonly error: GatewayError;
      readonly verdict: Verdict | undefined;
      readonly startedBeforeVerdict?: boolean;
    },
    totalMs: number,
  ): CallOutcome {
    const { error, verdict = UNCHECKED } = failure;
    const outcome = outcomeOfError(error);
    this.countCall(request, target.server ?? '', outcome, totalMs);
    this.count('input', verdict);
    this.write(request, target, {
      decision: outcome === 'refused' ? 'refused' : 'error',
      reasons: [error.code],
      detectors: verdict.receipt.detectors,
      scannedChars: verdict.receipt.chars,
      coverage: auditCoverage(verdict, UNCHECKED),
      upstreamMs: failure.verdict === undefined && failure.startedBeforeVerdict !== true ? 0 : totalMs,
      totalMs,
      startedBeforeVerdict: failure.startedBeforeVerdict,
    });
    return outcome;
  }

  /** A call refused before any check: unknown tool, arguments that do not fit, server that cannot be asked, limit that is reached. */
  refused(request: ClientRequest, target: CallTarget, error: GatewayError): void {
    this.countCall(request, target.server, 'refused', 0);
    const reasons = error instanceof RateLimitError ? [error.code, error.reason] : [error.code];
    this.write(request, target, { ...NOTHING_RAN, decision: 'refused', reasons, totalMs: 0 });
  }

  /** Of tools alone, as the names of these metrics say. @param server null = it could not be told */
  private countCall(
    { method, principal }: ClientRequest,
    server: string | null,
    outcome: CallOutcome,
    totalMs: number,
  ): void {
    if (method !== 'tools/call') return;
    if (server !== null) this.metrics.toolCall(server, outcome, totalMs);
    this.metrics.projects.ended(principal.projectId, principal.userId, outcome);
  }

  private write(
    request: ClientRequest,
    target: CallTarget,
    decided: {
      readonly decision: AuditDecision;
      readonly reasons: readonly string[];
      readonly detectors: readonly string[];
      readonly scannedChars: number;
      readonly coverage: AuditCoverage;
      readonly upstreamMs: number;
      readonly totalMs: number;
      readonly startedBeforeVerdict?: boolean | undefined;
    },
  ): void {
    this.audit.record({
      requestId: request.requestId,
      principal: request.principal,
      era: request.era,
      method: request.method,
      server: target.server,
      tool: target.tool,
      argsSha256: digestArguments(target.arguments),
      decision: decided.decision,
      reasons: decided.reasons,
      detectors: decided.detectors,
      scannedChars: decided.scannedChars,
      coverage: decided.coverage,
      upstreamMs: decided.upstreamMs,
      totalMs: decided.totalMs,
      ...(target.traceId !== undefined && { traceId: target.traceId }),
      ...(decided.startedBeforeVerdict === true ? { startedBeforeVerdict: true } : {}),
    });
  }

  private count(direction: 'input' | 'output', verdict: Verdict): void {
    if (verdict.findings.length === 0) return;
    const blocking = verdict.kind === 'block' ? verdict.detectors : NONE;
    for (const detector of new Set(verdict.findings.map((finding) => finding.detector))) {
      this.metrics.detection(direction, detector, blocking.includes(detector));
    }
  }
}

const NOTHING_RAN = { detectors: NONE, scannedChars: 0, coverage: FULL_COVERAGE, upstreamMs: 0 };

function outcomeOf(body: ReplyBody): CallOutcome {
  if (body.kind === 'result') return body.result.isError === true ? 'tool_error' : 'success';
  return body.kind === 'error' ? 'tool_error' : body.kind;
}

function outcomeOfError({ code }: GatewayError): CallOutcome {
  if (code === 'upstream_timeout') return 'timeout';
  if (code === 'cancelled' || code === 'session_unknown') return 'cancelled';
  return code === 'forbidden' || code === 'unsealed' ? 'refused' : 'error';
}

function decisionOf(body: ReplyBody, input: Verdict): AuditDecision {
  if (body.kind === 'blocked_input' || body.kind === 'blocked_output') return body.kind;
  return input.kind === 'redact' ? 'redacted' : 'allowed';
}

/** Why it was blocked; for other calls what the detectors found all the same (report only, or redacted), which nothing else tells. */
function reasonsOf({ body, inputVerdict, outputVerdict }: EndedCall): readonly string[] {
  if (body.kind === 'blocked_input' || body.kind === 'blocked_output') return body.verdict.detectors;
  const refused = body.kind === 'error' ? UPSTREAM_ERROR : NONE;
  if (inputVerdict.findings.length === 0 && outputVerdict.findings.length === 0) return refused;
  const triggered = [...inputVerdict.findings, ...outputVerdict.findings].map(({ detector }) => detector);
  return [...new Set([...refused, ...triggered])];
}

/** The same array for the same pair of receipts, so that the audit line need not build it again. */
function detectorsRun(input: Verdict, output: Verdict): readonly string[] {
  const { detectors: first } = input.receipt;
  const { detectors: second } = output.receipt;
  if (second.length === 0 || first === second || isSame(first, second)) return first;
  if (first.length === 0) return second;
  let unions = known.get(first);
  if (unions === undefined) known.set(first, (unions = new WeakMap()));
  let union = unions.get(second);
  if (union === undefined) unions.set(second, (union = [...new Set([...first, ...second])]));
  return union;
}

/** By the lists of input and output, of which a policy has a few. */
const known = new WeakMap<readonly string[], WeakMap<readonly string[], readonly string[]>>();

function isSame(first: readonly string[], second: readonly string[]): boolean {
  return first.length === second.length && first.every((name, index) => name === second[index]);
}
