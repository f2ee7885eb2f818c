import { stat } from 'node:fs/promises';
import type { HookClientName } from '../contracts/hook-policy.js';
import { UNCHECKED } from '../contracts/verdict.js';
import { auditCoverage } from '../telemetry/audit-coverage.js';
import { auditLine, type AuditDecision, type AuditEvent, digestArguments } from '../telemetry/audit-event.js';
import { appendOnce } from '../telemetry/audit-once.js';
import type { AuditSettings } from '../telemetry/audit-settings.js';
import { within } from '../telemetry/within.js';
import type { Checked } from './check.js';
import type { HookSubject } from './event-adapter.js';

/** Longest wait for the audit log; the client waits as well. */
const WRITE_MS = 2_000;

/** One decision of a hook. */
export interface HookDecision {
  readonly client: HookClientName;
  readonly event: string;
  /** null = the input could not be read. */
  readonly subject: HookSubject | null;
  readonly checked: Checked | null;
  /** Code of the failure that there was instead of a verdict. */
  readonly failure: string | null;
  /** True when the client was told to go on or to ask. */
  readonly goesOn: boolean;
  readonly totalMs: number;
}

/** The decision as an event of the gateway's audit log: `method` is `hook/<event>`, `server` the client. */
export function auditEventOf(decision: HookDecision): AuditEvent {
  const { client, event, subject, checked, failure, totalMs } = decision;
  return {
    requestId: subject?.requestId ?? null,
    principal: null,
    era: null,
    method: `hook/${event}`,
    server: client,
    tool: subject?.tool ?? null,
    argsSha256: subject === null ? null : digestArguments(subject.value),
    decision: auditDecision(decision),
    ...coverageOf(checked, failure),
    upstreamMs: 0,
    totalMs,
  };
}

function coverageOf(
  checked: Checked | null,
  failure: string | null,
): Pick<AuditEvent, 'reasons' | 'detectors' | 'scannedChars' | 'coverage'> {
  if (checked === null) return { reasons: failure === null ? [] : [failure], detectors: [], scannedChars: 0 };
  const { findings, receipt } = checked.verdict;
  const triggered = [...new Set(findings.map(({ detector }) => detector))];
  return {
    reasons: checked.isSensitive ? [...triggered, 'sensitive_tool'] : triggered,
    detectors: receipt.detectors,
    scannedChars: receipt.chars,
    coverage: auditCoverage(checked.verdict, UNCHECKED),
  };
}

function auditDecision({ subject, checked, goesOn }: HookDecision): AuditDecision {
  if (checked === null) return goesOn ? 'error' : 'refused';
  if (!goesOn) return subject?.direction === 'output' ? 'blocked_output' : 'blocked_input';
  return checked.verdict.kind === 'redact' ? 'redacted' : 'allowed';
}

/**
 * Appends the decision to the gateway's audit log, in a chain of its own: lines of a gateway that writes at the same moment stay whole.
 * @returns what stderr must hear; an empty text when the line is in the file
 */
export async function writeAudit(settings: AuditSettings, event: AuditEvent): Promise<string> {
  const line = auditLine(new Date().toISOString(), event);
  if (settings.path === '-') return line;
  const outcome = { isWritten: false };
  await within(
    WRITE_MS,
    append(settings, line).then((isWritten) => {
      outcome.isWritten = isWritten;
    }),
  );
  if (outcome.isWritten) return '';
  return `warning: the decision could not be written to the audit log ${settings.path}\n`;
}

async function append(settings: AuditSettings, line: string): Promise<boolean> {
  const there = await stat(settings.path).catch(() => null);
  // Opening a pipe waits for its reader, and a process that waits for a file cannot end.
  if (there?.isFIFO() === true) return false;
  await appendOnce(settings, line);
  return true;
}
