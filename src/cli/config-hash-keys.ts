import { withHashedKeys } from '../config/older-forms/newest-form.js';
import { describeProblem } from '../config/problem.js';
import { type CliIo, EXIT } from './cli-io.js';
import { backupsWithClearKeys, clearBackupsNote } from './config-clear-backups.js';
import { planRewrite } from './config-rewrite.js';

export interface HashKeysOptions {
  readonly config?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `config hash-keys`: replaces keys in clear by their hashes; everything else of the file stays. Clients keep their keys. */
export async function hashKeys(options: HashKeysOptions, io: CliIo): Promise<number> {
  const plan = await planRewrite(options.config, withHashedKeys);
  const wanted = plan.diff !== '' && options.dryRun !== true;
  const backup = wanted ? (await plan.write()).backup : null;
  const backups = await backupsWithClearKeys(plan.path);
  if (options.json === true) {
    const { path, changes } = plan;
    const result = { path, changed: plan.diff !== '', written: backup !== null, backup, changes };
    io.stdout(`${JSON.stringify({ ...result, backups_with_clear_keys: backups })}\n`);
    return EXIT.ok;
  }
  for (const change of plan.changes) io.stderr(`${describeProblem(change)}\n`);
  if (plan.diff === '') io.stdout(`${plan.path} holds no key in clear: nothing to do\n`);
  else if (backup === null) io.stdout(`${plan.path} would hold hashes only; nothing was written (--dry-run)\n`);
  else {
    io.stdout(`${plan.path} holds hashes only\n`);
    io.stderr(`The file before is kept as ${backup}\n`);
  }
  io.stderr(clearBackupsNote(backups));
  return EXIT.ok;
}
