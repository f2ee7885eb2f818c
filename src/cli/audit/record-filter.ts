/** What a record must say to be shown; everything that is given must hold. */
export interface RecordFilter {
  /** ISO 8601; records at this time and later. */
  readonly since?: string;
  /** Records before this time. */
  readonly until?: string;
  /** Id of an API key, or of an admin key. */
  readonly principal?: string;
  readonly user?: string;
  readonly project?: string;
  readonly server?: string;
  readonly tool?: string;
  readonly decision?: string;
  readonly reason?: string;
  readonly requestId?: string;
  readonly event?: string;
}

export type AuditRecord = Readonly<Record<string, unknown>>;

/** A record, or null when the line is none or does not fit. Cheap for lines that cannot fit. */
export type LineFilter = (line: Buffer) => AuditRecord | null;

/**
 * Makes the filter. A line is parsed only when it holds every value that is asked for as it would be written.
 * @param onTorn told of lines that are no JSON
 */
export function lineFilter(filter: RecordFilter, onTorn: () => void): LineFilter {
  const needles = [filter.principal, filter.user, filter.project, filter.server, filter.tool]
    .concat([filter.decision, filter.reason, filter.requestId, filter.event])
    .filter((text) => text !== undefined)
    // Only texts that JSON writes in one way.
    .filter((text) => /^[\w./:+ -]+$/.test(text))
    .map((text) => Buffer.from(text));
  return (line) => {
    if (!needles.every((needle) => line.includes(needle))) return null;
    const record = parse(line);
    if (record === null) onTorn();
    return record !== null && fits(record, filter) ? record : null;
  };
}

function parse(line: Buffer): AuditRecord | null {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as AuditRecord) : null;
  } catch {
    return null;
  }
}

function fits(record: AuditRecord, filter: RecordFilter): boolean {
  return isInTime(record, filter) && isOf(record, filter) && isDecided(record, filter);
}

function isInTime({ time }: AuditRecord, { since, until }: RecordFilter): boolean {
  const at = typeof time === 'string' ? time : '';
  // Both are ISO 8601 in UTC with milliseconds: their order is that of their texts.
  return (since === undefined || at >= since) && (until === undefined || at < until);
}

function isOf(record: AuditRecord, filter: RecordFilter): boolean {
  const { principal, user, project, server, tool } = filter;
  return (
    (principal === undefined || record.key === principal || record.admin_key === principal) &&
    isEqual(record.user, user) &&
    isEqual(record.project, project) &&
    isEqual(record.server, server) &&
    isEqual(record.tool, tool)
  );
}

function isDecided(record: AuditRecord, { decision, reason, requestId, event }: RecordFilter): boolean {
  const reasons: readonly unknown[] = Array.isArray(record.reasons) ? record.reasons : [record.reason];
  return (
    (decision === undefined || record.decision === decision || record.outcome === decision) &&
    (reason === undefined || reasons.includes(reason)) &&
    (requestId === undefined || String(record.request_id) === requestId) &&
    isEqual(record.event, event)
  );
}

function isEqual(found: unknown, wanted: string | undefined): boolean {
  return wanted === undefined || found === wanted;
}
