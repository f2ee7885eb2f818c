import { type AddCommand, CONFIG_HELP } from '../command-context.js';
import type { HashKeysOptions } from '../config-hash-keys.js';
import { parseFile } from '../parse-options.js';

export const addConfigHashKeys: AddCommand = (program, { io, outcome }) => {
  program
    .command('hash-keys')
    .description('replace keys in clear by their hashes; clients go on with the same keys')
    .option('-c, --config <file>', CONFIG_HELP, parseFile)
    .option('--dry-run', 'only count them')
    .option('--json', 'print {path, changed, written, backup, changes, backups_with_clear_keys} on stdout')
    .addHelpText(
      'after',
      `
A key cannot be read back from its hash. The backup beside the file still holds the keys in clear; the command that deletes it is printed.

Examples:
  $ secure-mcp-gateway config hash-keys --dry-run
  $ secure-mcp-gateway config hash-keys --config ./gateway.json`,
    )
    .action(async (options: HashKeysOptions) => {
      const { hashKeys } = await import('../config-hash-keys.js');
      outcome.code = await hashKeys(options, io);
    });
};
