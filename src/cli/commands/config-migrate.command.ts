import { type AddCommand, CONFIG_HELP } from '../command-context.js';
import type { MigrateConfigOptions } from '../config-migrate.js';
import { parseFile } from '../parse-options.js';

export const addConfigMigrate: AddCommand = (program, { io, outcome }) => {
  program
    .command('migrate')
    .description('rewrite an older config file in the newest form; shows the differences first, secrets masked')
    .option('-c, --config <file>', CONFIG_HELP, parseFile)
    .option('--dry-run', 'only show the differences')
    .option('-y, --yes', 'write without a question; needed where nobody can answer one')
    .option('--json', 'never ask; print {path, changed, written, backup, changes, diff, problems} on stdout')
    .addHelpText(
      'after',
      `
A backup is kept beside the file. Older files work without this too: each older form is a warning at start.

Examples:
  $ secure-mcp-gateway config migrate --dry-run
  $ secure-mcp-gateway config migrate --config ./gateway.json --yes`,
    )
    .action(async (options: MigrateConfigOptions) => {
      const { migrateConfig } = await import('../config-migrate.js');
      outcome.code = await migrateConfig(options, io);
    });
};
