import { type Command, Option } from 'commander';
import { type AddCommand, CONFIG_HELP } from '../command-context.js';
import type { MigrateConfigOptions } from '../config-migrate.js';
import type { MoveConfigOptions } from '../config-move.js';
import { parseFile } from '../parse-options.js';

const STORES = ['file', 'postgres'];

export const addConfigMigrate: AddCommand = (program, { io, outcome }) => {
  program
    .command('migrate')
    .description('rewrite an older config file in the newest form; shows the differences first, secrets masked')
    .option('-c, --config <file>', CONFIG_HELP, parseFile)
    .option('--dry-run', 'only show the differences')
    .option('-y, --yes', 'write without a question; needed where nobody can answer one')
    .option('--json', 'never ask; print {path, changed, written, backup, changes, diff, problems} on stdout')
    .addOption(new Option('--from <store>', 'copy the whole config from there, with --to').choices(STORES))
    .addOption(new Option('--to <store>', 'to there: the file of --config, or the database').choices(STORES))
    .option('--replace', 'with --to: what the target holds is replaced')
    .addHelpText(
      'after',
      `
A backup is kept beside the file. Older files work without this too: each older form is a warning at start.

With --from and --to, the config is copied between its file and the database of ENKRYPT_DATABASE_URL, and both are compared afterwards.

Examples:
  $ secure-mcp-gateway config migrate --dry-run
  $ secure-mcp-gateway config migrate --config ./gateway.json --yes
  $ secure-mcp-gateway config migrate --from file --to postgres
  $ secure-mcp-gateway config migrate --from postgres --to file --config ./copy.json`,
    )
    .action(async ({ from, to, ...options }: MigrateConfigOptions & Partial<MoveConfigOptions>, command: Command) => {
      if ((from === undefined) !== (to === undefined)) command.error('error: give --from and --to, or neither');
      if (from !== undefined && to !== undefined) {
        const { moveConfig } = await import('../config-move.js');
        outcome.code = await moveConfig({ ...options, from, to }, io);
        return;
      }
      const { migrateConfig } = await import('../config-migrate.js');
      outcome.code = await migrateConfig(options, io);
    });
};
