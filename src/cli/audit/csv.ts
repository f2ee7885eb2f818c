import type { AuditRecord } from './record-filter.js';

/** Members of calls and admin changes, in their order. */
const COLUMNS = [
  'time',
  'event',
  'request_id',
  'key',
  'user',
  'project',
  'config',
  'era',
  'method',
  'server',
  'tool',
  'args_sha256',
  'decision',
  'reasons',
  'detectors',
  'scanned_chars',
  'rules',
  'not_checked',
  'truncated',
  'decoded_views',
  'upstream_ms',
  'total_ms',
  'admin_key',
  'operation',
  'target',
  'outcome',
  'reason',
  'revision',
  'chain',
  'seq',
  'prev',
] as const;

/** Names of the columns, as the first row. */
export const CSV_HEADER = `${COLUMNS.join(',')}\r\n`;

/** Beginnings that spreadsheets take for a formula (OWASP, CSV Injection). */
const FORMULA = /^[=+\-@\t\r\n]/;
/** What must be quoted (RFC 4180), and blanks at the ends, which some readers take away. */
const QUOTED = /[",\r\n]|^\s|\s$/;

/** One record as a row (RFC 4180). Lists are joined with blanks between, objects are JSON. */
export function csvRow(record: AuditRecord): string {
  return `${COLUMNS.map((column) => cell(record[column])).join(',')}\r\n`;
}

function cell(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = textOf(value);
  // A number is no formula, whatever its sign; text of callers never is one.
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
    ? value.join(' ')
    : JSON.stringify(value);
}
