import type { AddCommand } from '../command-context.js';
import type { UninstallOptions } from '../uninstall.js';
import { addClientOptions, parseAnyName, refuseScope } from './client-options.js';

export const addUninstall: AddCommand = (program, { io, outcome }) => {
  const command = program
    .command('uninstall')
    .description("take the gateway's entry and hooks out of an MCP client's files");
  addClientOptions(command, parseAnyName)
    .addHelpText(
      'after',
      `
Everything else in the files stays as it is, and a backup beside them. An entry that is not this gateway is not touched.

Examples:
  $ secure-mcp-gateway uninstall --client cursor
  $ secure-mcp-gateway uninstall --client claude-desktop --name "Enkrypt Secure MCP Gateway" --dry-run`,
    )
    .action(async (options: UninstallOptions) => {
      refuseScope(options, command);
      const { uninstall } = await import('../uninstall.js');
      outcome.code = await uninstall(options, io);
    });
};
