import { type AddCommand, CONFIG_HELP } from '../command-context.js';
import { parseFile, parseLogLevel } from '../parse-options.js';
import type { StdioCommandOptions } from '../stdio.js';

export const addStdio: AddCommand = (program, { outcome }) => {
  program
    .command('stdio')
    .description('serve one MCP client over stdin and stdout')
    .option('-c, --config <file>', CONFIG_HELP, parseFile)
    .option('--log-level <level>', 'debug, info, warning or error; overrides the config file', parseLogLevel)
    .addHelpText(
      'after',
      `
The client is identified by the environment: ENKRYPT_GATEWAY_KEY, and if wanted ENKRYPT_PROJECT_ID and ENKRYPT_USER_ID.

Example:
  $ ENKRYPT_GATEWAY_KEY=… secure-mcp-gateway stdio --config ./gateway.json`,
    )
    .action(async (options: StdioCommandOptions) => {
      const { stdio } = await import('../stdio.js');
      outcome.code = await stdio(options);
    });
};
