import { Injectable } from '@nestjs/common';
import type { Era } from '../../contracts/mcp-call.js';
import type { Principal } from '../../contracts/principal.js';
import { UNCHECKED, type Verdict } from '../../contracts/verdict.js';
import { auditCoverage } from '../../telemetry/audit-coverage.js';
import { type AuditDecision, digestArguments } from '../../telemetry/audit-event.js';
import { AuditLog } from '../../telemetry/audit-log.js';
import { Metrics } from '../../telemetry/metrics.js';
import type { AskFailureReason } from './ask-failure.js';

/** One request of a server to a client, from its arrival to its end. */
export interface AskRecord {
  readonly requestId: string | null;
  readonly principal: Principal | null;
  readonly era: Era;
  readonly method: string;
  readonly server: string;
  /** Of the call that it belongs to; null = none. */
  readonly tool: string | null;
  readonly params: unknown;
  readonly startedAt: number;
  /** Over the request of the server, as over an answer of it. */
  request: Verdict;
  /** Over the answer of the client, as over arguments. */
  answer: Verdict;
}

/** Writes down what became of every request of a server: one audit line. */
@Injectable()
export class AskLedger {
  constructor(
    private readonly audit: AuditLog,
    private readonly metrics: Metrics,
  ) {}

  /** @param failure null = the server got the client's answer */
  ended(record: AskRecord, failure: AskFailureReason | null): void {
    const { request, answer } = record;
    this.count('output', request);
    this.count('input', answer);
    if (answer.kind === 'redact') this.metrics.piiRedactions.add(answer.redactions);
    this.write(record, failure);
  }

  /** One that came in a result, and whose answer goes out in a request: what was found in them is counted with those. */
  passed(record: AskRecord, failure: AskFailureReason | null): void {
    this.write(record, failure);
  }

  private write(record: AskRecord, failure: AskFailureReason | null): void {
    const { request, answer } = record;
    this.audit.record({
      requestId: record.requestId,
      principal: record.principal,
      era: record.era,
      method: record.method,
      server: record.server,
      tool: record.tool,
      argsSha256: digestArguments(record.params),
      decision: decisionOf(failure, answer),
      reasons: reasonsOf(failure, request, answer),
      detectors: [...new Set([...request.receipt.detectors, ...answer.receipt.detectors])],
      scannedChars: request.receipt.chars + answer.receipt.chars,
      coverage: auditCoverage(answer, request),
      upstreamMs: 0,
      totalMs: performance.now() - record.startedAt,
    });
  }

  private count(direction: 'input' | 'output', verdict: Verdict): void {
    const blocking: readonly string[] = verdict.kind === 'block' ? verdict.detectors : [];
    for (const detector of new Set(verdict.findings.map((finding) => finding.detector))) {
      this.metrics.detection(direction, detector, blocking.includes(detector));
    }
  }
}

/** A record with nothing checked yet. */
export function newRecord(of: Omit<AskRecord, 'request' | 'answer' | 'startedAt'>): AskRecord {
  return { ...of, startedAt: performance.now(), request: UNCHECKED, answer: UNCHECKED };
}

function decisionOf(failure: AskFailureReason | null, answer: Verdict): AuditDecision {
  if (failure === 'blocked_request') return 'blocked_output';
  if (failure === 'blocked_answer') return 'blocked_input';
  if (failure === 'not_declared' || failure === 'invalid_request' || failure === 'too_many') return 'refused';
  if (failure !== null) return 'error';
  return answer.kind === 'redact' ? 'redacted' : 'allowed';
}

function reasonsOf(failure: AskFailureReason | null, request: Verdict, answer: Verdict): readonly string[] {
  if (failure === 'blocked_request' && request.kind === 'block') return request.detectors;
  if (failure === 'blocked_answer' && answer.kind === 'block') return answer.detectors;
  const triggered = [...request.findings, ...answer.findings].map(({ detector }) => detector);
  return [...new Set([...(failure === null ? [] : [failure]), ...triggered])];
}
