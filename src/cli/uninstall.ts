import { type CliIo, EXIT } from './cli-io.js';
import type { Client } from './clients/client-files.js';
import { type ClientEdit, editClientFile, previewEdit } from './clients/edit-client-file.js';
import { type HookClient, uninstallHooks } from './clients/hook-entries.js';
import { type FileReport, type Report, writeReport } from './clients/report.js';
import { findingsIn, uninstallEntry } from './clients/server-edits.js';
import { filesOf } from './install.js';

export interface UninstallOptions {
  readonly client: Client;
  readonly name: string;
  readonly scope: 'user' | 'project';
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `uninstall`: takes the gateway's entry and hooks out of a client's files and leaves the rest as it is. */
export async function uninstall(options: UninstallOptions, io: CliIo): Promise<number> {
  const files = filesOf(options.client, options.scope);
  const steps: { kind: FileReport['kind']; path: string; edit: ClientEdit }[] = [
    { kind: 'servers', path: files.servers, edit: uninstallEntry(files.section, options.name) },
  ];
  if (files.hooks !== null) {
    steps.push({ kind: 'hooks', path: files.hooks, edit: uninstallHooks(options.client as HookClient) });
  }
  // All files are judged before the first is written.
  const planned: FileReport[] = [];
  for (const { kind, path, edit } of steps) planned.push({ kind, ...(await previewEdit(path, edit)), backup: null });
  const written = options.dryRun === true ? planned : [];
  if (options.dryRun !== true) {
    for (const { kind, path, edit } of steps) written.push({ kind, ...(await editClientFile(path, edit, false)) });
  }
  const before = findingsIn(planned[0]?.before ?? '', files.servers, files.section, options.name);
  writeReport(reportOf(options, written, before.others), io, options.json === true);
  return EXIT.ok;
}

function reportOf(options: UninstallOptions, files: readonly FileReport[], others: readonly string[]): Report {
  const backups = files.flatMap(({ backup }) => (backup === null ? [] : [backup]));
  return {
    client: options.client,
    name: options.name,
    action: files.some(({ action }) => action !== 'unchanged') ? 'removed' : 'absent',
    isDryRun: options.dryRun === true,
    files,
    details: [],
    data: {},
    notes: [
      ...others.map((name) => `"${name}" leads to a gateway too; remove it with --name ${JSON.stringify(name)}.`),
      ...(backups.length === 0 ? [] : ['Backups beside the file still hold the key; delete them if it must be gone.']),
    ],
    undo: null,
    shown: new Set(['stdio', 'http', 'command', 'node', 'npx', '--config', '*']),
  };
}
