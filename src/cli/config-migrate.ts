import { readConfigFile } from '../config/config-file.js';
import { toNewestForm } from '../config/older-forms/newest-form.js';
import { ConfigError, describeProblem } from '../config/problem.js';
import { GatewayError } from '../errors.js';
import { type CliIo, EXIT } from './cli-io.js';
import { backupsWithClearKeys, clearBackupsNote } from './config-clear-backups.js';
import { type PlannedRewrite, planRewrite } from './config-rewrite.js';
import { type AnswerSource, confirm } from './confirm.js';

export interface MigrateConfigOptions {
  readonly config?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/**
 * `config migrate`: shows what the newest form of the file would be, and writes it when told to. Fails when the file does not load
 * afterwards, whether that has to do with its form or not: a migration that leaves a broken file must not look like a success.
 */
export async function migrateConfig(
  options: MigrateConfigOptions,
  io: CliIo,
  input: AnswerSource = process.stdin,
): Promise<number> {
  const plan = await planRewrite(options.config, toNewestForm);
  if (options.json !== true) show(plan, io);
  const backup = plan.diff === '' ? null : await writeIfWanted(plan, options, io, input);
  const judged = options.dryRun === true ? null : await readConfigFile(plan.path);
  const problems = judged === null || judged.ok ? [] : judged.problems;
  if (options.json === true) {
    const { path, changes, diff } = plan;
    const result = { path, changed: diff !== '', written: backup !== null, backup, changes, diff, problems };
    io.stdout(`${JSON.stringify(result)}\n`);
  } else {
    if (backup !== null) io.stderr(`Wrote ${plan.path}; the file before is kept as ${backup}\n`);
    io.stderr(clearBackupsNote(await backupsWithClearKeys(plan.path)));
    if (problems.length > 0) io.stderr(`${new ConfigError(plan.path, problems).message}\n`);
  }
  return problems.length === 0 ? EXIT.ok : EXIT.failure;
}

function show(plan: PlannedRewrite, io: CliIo): void {
  if (plan.diff === '') io.stdout(`${plan.path} has no older form: nothing to do\n`);
  else {
    for (const change of plan.changes) io.stderr(`${describeProblem(change)}\n`);
    io.stdout(plan.diff);
  }
}

/** @returns the backup; null when nothing was to be written */
async function writeIfWanted(
  plan: PlannedRewrite,
  options: MigrateConfigOptions,
  io: CliIo,
  input: AnswerSource,
): Promise<string | null> {
  if (options.dryRun === true) return null;
  const canAsk = input.isTTY === true && options.json !== true;
  if (options.yes !== true && !(canAsk && (await confirm(`Write ${plan.path}?`, input, io)))) {
    const remedy = canAsk ? '' : ' Add --yes to write without a question, or --dry-run only to look.';
    throw new GatewayError('config_invalid', `Nothing was written.${remedy}`);
  }
  return (await plan.write()).backup;
}
