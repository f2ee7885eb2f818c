import { digestArguments, type AuditEvent } from '../../src/telemetry/audit-event.js';
import { AuditLog } from '../../src/telemetry/audit-log.js';
import type { AuditSettings } from '../../src/telemetry/audit-settings.js';
import type { AuditCopy } from '../../src/telemetry/audit-copy.js';
import { createLogger } from '../../src/telemetry/logger.js';
import { runCli } from '../../src/cli/program.js';

/** A call for the audit log. */
export function auditEvent(changes: Partial<AuditEvent> = {}): AuditEvent {
  return {
    requestId: 7,
    principal: null,
    era: '2025',
    method: 'tools/call',
    server: 'echo_server',
    tool: 'echo',
    argsSha256: digestArguments({ message: 'hi' }),
    decision: 'allowed',
    reasons: [],
    detectors: ['pii'],
    scannedChars: 12,
    upstreamMs: 1,
    totalMs: 2,
    ...changes,
  };
}

/** An audit log whose complaints are not shown. */
export function openAudit(settings: AuditSettings, copies: readonly AuditCopy[] = []): AuditLog {
  return new AuditLog(settings, createLogger({ level: 'info', destination: { write: () => undefined } }), copies);
}

/** One life of a gateway: writes calls with these ids in so many batches, and closes in order. */
export async function writeCalls(
  settings: AuditSettings,
  ids: readonly (string | number)[],
  perBatch = 5,
): Promise<void> {
  const log = openAudit({ flushMs: 60_000, ...settings });
  for (const [index, requestId] of ids.entries()) {
    log.record(auditEvent({ requestId }));
    if (index % perBatch === perBatch - 1) await log.flush();
  }
  await log.close();
}

export interface Verified {
  readonly code: number;
  readonly intact: boolean;
  readonly lines: number;
  readonly key_given: boolean;
  readonly keys: readonly string[];
  readonly chains: readonly { chain: string; lines: number; first: number; head: string; signed_up_to: number }[];
  readonly faults: readonly {
    kind: string;
    seq: number | null;
    place: { file: string; line: number } | null;
    message: string;
  }[];
}

/** `audit verify --json` with these arguments. */
export async function verify(...args: string[]): Promise<Verified> {
  let text = '';
  let complaint = '';
  const io = {
    stdout: (part: string) => {
      text += part;
    },
    stderr: (part: string) => {
      complaint += part;
    },
  };
  const code = await runCli(['audit', 'verify', '--json', ...args], io);
  if (text === '') throw new Error(complaint);
  return { code, ...(JSON.parse(text) as Omit<Verified, 'code'>) };
}
