import type { AddCommand } from '../command-context.js';
import type { VersionOptions } from '../version.js';

export const addVersion: AddCommand = (program, { io, outcome }) => {
  program
    .command('version')
    .description('print the version, the commit it was built from, and the Node.js it runs on')
    .option('--json', 'print {version, commit, built_at, node} on stdout')
    .addHelpText(
      'after',
      `
Examples:
  $ secure-mcp-gateway version
  $ secure-mcp-gateway version --json`,
    )
    .action(async (options: VersionOptions) => {
      const { version } = await import('../version.js');
      outcome.code = version(options, io);
    });
};
