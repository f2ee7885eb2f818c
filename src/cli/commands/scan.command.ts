import type { Command } from 'commander';
import { type AddCommand, CONFIG_HELP } from '../command-context.js';
import { collectHeader, collectText, parseFile } from '../parse-options.js';
import type { ScanOptions } from '../scan/scan.js';

export const addScan: AddCommand = (program, { io, outcome }) => {
  program
    .command('scan')
    .description('list poisoned or suspicious tool definitions of real servers; calls no tool')
    .argument(
      '[target]',
      'a config file (of the gateway, Claude, Cursor, VS Code), a server of the config, or - for stdin',
    )
    .option('--command <cmd>', 'scan the server that this command starts')
    .option('--arg <arg>', 'argument of the command; may be repeated', collectText, [])
    .option('--url <url>', 'scan the remote server at this address')
    .option('--header <name: value>', 'header of every request to it; may be repeated', collectHeader, [])
    .option('--mcp-config <name>', 'name or id in mcp_configs (default: all)')
    .option('-c, --config <file>', CONFIG_HELP, parseFile)
    .option('--json', 'print {servers, findings: [{level, rule, server, tool, path, why}]} on stdout')
    .option('--sarif', 'print SARIF 2.1.0 on stdout')
    .addHelpText(
      'after',
      `
Starts or connects to each server as the gateway does, reads its tools and what it says of itself, and checks every text with
every detector, and the names of all servers with each other. A local server's command runs, as it would in the client.

The exit code is 0 when nothing was found, 1 when something was (notes do not count), and 2 when the scan failed or a server
could not be asked.

Examples:
  $ secure-mcp-gateway scan
  $ secure-mcp-gateway scan ~/.cursor/mcp.json
  $ secure-mcp-gateway scan --command npx --arg -y --arg some-mcp-server --json`,
    )
    .action(async (target: string | undefined, options: ScanOptions, command: Command) => {
      const ways = [target, options.command, options.url].filter((way) => way !== undefined);
      if (ways.length > 1) command.error('error: give one of a target, --command and --url');
      if (options.json === true && options.sarif === true) command.error('error: give one of --json and --sarif');
      const { scan } = await import('../scan/scan.js');
      outcome.code = await scan(target, options, io);
    });
};
