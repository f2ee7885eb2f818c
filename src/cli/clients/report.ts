import type { CliIo } from '../cli-io.js';
import { plainLine } from '../plain-text.js';
import type { Client } from './client-files.js';
import type { EditPreview } from './edit-client-file.js';
import { CLIENT_NAMES, RESTART } from './guidance.js';
import { maskedDiff } from './masked-diff.js';

/** One file of the client and what happened to it, or would. */
export interface FileReport extends EditPreview {
  readonly kind: 'servers' | 'hooks';
  readonly backup: string | null;
}

/** The outcome of `install` or `uninstall`. */
export interface Report {
  readonly client: Client;
  readonly name: string;
  readonly action: 'installed' | 'replaced' | 'unchanged' | 'removed' | 'absent';
  readonly isDryRun: boolean;
  readonly files: readonly FileReport[];
  /** Further lines for people, such as what the client will start. */
  readonly details: readonly string[];
  /** Further members of the JSON document. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly notes: readonly string[];
  /** The command that takes it back; null = there is nothing to take back. */
  readonly undo: string | null;
  /** Strings that a diff may show. */
  readonly shown: ReadonlySet<string>;
}

const HEADLINES: Readonly<Record<Report['action'], readonly [done: string, planned: string]>> = {
  installed: ['Installed', 'Would install'],
  replaced: ['Replaced', 'Would replace'],
  unchanged: ['Already there:', 'Already there:'],
  removed: ['Removed', 'Would remove'],
  absent: ['Nothing to remove: there is no', 'Nothing to remove: there is no'],
};

/** The result on stdout, as text or one JSON object; notes on stderr. */
export function writeReport(report: Report, io: CliIo, isJson: boolean): void {
  if (isJson) io.stdout(`${JSON.stringify(asJson(report))}\n`);
  else {
    io.stdout(asText(report));
    for (const note of report.notes) io.stderr(`note: ${plainLine(note)}\n`);
  }
}

function asJson(report: Report): Record<string, unknown> {
  return {
    client: report.client,
    name: report.name,
    action: report.action,
    dry_run: report.isDryRun,
    files: report.files.map((file) => ({
      kind: file.kind,
      path: file.target,
      action: file.action,
      backup: file.backup,
      ...(report.isDryRun ? { diff: diffOf(file, report) } : {}),
    })),
    ...report.data,
    notes: report.notes,
    next: isChanged(report) ? RESTART[report.client] : null,
    undo: report.undo,
  };
}

function asText(report: Report): string {
  const headline = HEADLINES[report.action][report.isDryRun ? 1 : 0];
  const where = report.action === 'removed' ? 'from' : 'in';
  const lines = [`${headline} "${report.name}" ${where} ${CLIENT_NAMES[report.client]}`];
  for (const file of report.files) lines.push(...fileLines(file, report));
  lines.push(...report.details);
  if (report.isDryRun) lines.push('', 'This was a dry run: nothing was written.');
  else if (isChanged(report)) {
    lines.push('', `Next: ${RESTART[report.client]}`);
    if (report.undo !== null) lines.push(`Undo: ${report.undo}`);
  }
  return `${lines.join('\n')}\n`;
}

function fileLines(file: FileReport, report: Report): readonly string[] {
  const lines = [`  ${file.kind.padEnd(8)} ${file.target} (${file.action})`];
  if (file.backup !== null) lines.push(`  ${'before'.padEnd(8)} ${file.backup}`);
  if (report.isDryRun && file.action !== 'unchanged') lines.push(diffOf(file, report).trimEnd());
  return lines;
}

function diffOf(file: FileReport, { shown }: Report): string {
  return file.action === 'unchanged' ? '' : maskedDiff(file.target, file.before, file.after, shown);
}

function isChanged(report: Report): boolean {
  return !report.isDryRun && report.files.some(({ action }) => action !== 'unchanged');
}
