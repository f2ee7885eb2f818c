import { type CliIo, EXIT } from '../cli-io.js';
import { plainJson, plainLine } from '../plain-text.js';
import { auditFiles } from './audit-place.js';
import { readLines } from './read-lines.js';
import { type AuditRecord, lineFilter, type RecordFilter } from './record-filter.js';

export interface SearchOptions extends RecordFilter {
  readonly config?: string;
  readonly last: number;
  readonly json?: boolean;
}

/** `audit search`: the newest records that fit, the newest first. */
export async function searchAudit(files: readonly string[], options: SearchOptions, io: CliIo): Promise<number> {
  const paths = await auditFiles(files, options.config);
  const found: AuditRecord[] = [];
  let torn = 0;
  const filter = lineFilter(options, () => torn++);
  // The newest files first: what they hold is enough, more often than not.
  for (const path of paths.toReversed()) {
    const newest = await lastOf(path, filter, options.last - found.length, () => torn++);
    found.push(...newest.toReversed());
    if (found.length >= options.last) break;
  }
  for (const record of found) io.stdout(options.json === true ? `${plainJson(record)}\n` : `${lineOf(record)}\n`);
  if (torn > 0) io.stderr(`warning: ${String(torn)} line(s) could not be read; "audit verify" says which\n`);
  return EXIT.ok;
}

/** The last records of a file that fit, in its order. */
async function lastOf(
  path: string,
  filter: ReturnType<typeof lineFilter>,
  count: number,
  onTorn: () => void,
): Promise<AuditRecord[]> {
  let kept: AuditRecord[] = [];
  await readLines(path, {
    line: (bytes) => {
      const record = filter(bytes);
      if (record === null) return;
      kept.push(record);
      // Cut now and then: removing the first of a list for each record would cost its length.
      if (kept.length >= count * 2 + 1_000) kept = kept.slice(-count);
    },
    torn: onTorn,
  });
  return kept.slice(-count);
}

/** Members that tell what a record is about, the first that is there; records of calls, of admin changes and of the log itself differ. */
const SHOWN: readonly (readonly string[])[] = [
  ['time'],
  ['decision', 'outcome', 'event'],
  ['server'],
  ['tool', 'method', 'operation'],
  ['reasons', 'reason'],
  ['user', 'key', 'admin_key'],
  ['request_id'],
];

/** One record for a reader at a terminal. */
function lineOf(record: AuditRecord): string {
  const parts = SHOWN.map((names) => names.map((name) => textOf(record[name])).find((text) => text !== ''));
  return plainLine(parts.filter((text) => text !== undefined).join('  '));
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(textOf).join(',');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
