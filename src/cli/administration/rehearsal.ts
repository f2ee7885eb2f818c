import { differencesBetween } from '../../config/administration/differences.js';
import type { Json } from '../../config/administration/document.js';
import { judgeConfig } from '../../config/config-file.js';
import { ConfigError } from '../../config/problem.js';
import { configBytes } from '../../config/write-config-file.js';
import { type CliIo, EXIT } from '../cli-io.js';
import type { Desk } from './action.js';

/**
 * `--dry-run`: prints what a change would do, one line for each thing, and writes nothing. Fails where the change would be refused.
 * @param before the document as it is; `{}` where there is no file
 */
export function rehearse(before: Json, change: (document: Json) => unknown, { path, repository, io }: Desk): number {
  const after = structuredClone(before);
  change(after);
  const bytes = configBytes(after);
  tellDifferences(before, JSON.parse(bytes.toString()) as Json, io);
  const judged = judgeConfig(bytes, path);
  if (!judged.ok) throw new ConfigError(path, judged.problems);
  io.stderr(`Nothing was written to ${repository.place}.\n`);
  return EXIT.ok;
}

function tellDifferences(before: Json, after: Json, io: CliIo): void {
  const lines = differencesBetween(before, after);
  io.stdout(lines.length === 0 ? 'No changes.\n' : lines.map((line) => `${line}\n`).join(''));
}

/** What was in an older form, for people. */
export function tellNotes(notes: readonly string[], io: CliIo): void {
  for (const note of notes) io.stderr(`warning: ${note}\n`);
}
