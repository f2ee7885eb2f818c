import { type AddCommand, CONFIG_HELP } from '../command-context.js';
import type { GenerateConfigOptions } from '../generate-config.js';
import { parseFile } from '../parse-options.js';

export const addGenerateConfig: AddCommand = (program, { io, outcome }) => {
  program
    .command('generate-config')
    .description('write a new config with a project, a user and a key, and print the keys once')
    .option('-c, --config <file>', CONFIG_HELP, parseFile)
    .option('--overwrite', 'replace an existing file; a backup is kept beside it')
    .option('--no-echo-server', 'leave the list of servers empty')
    .option('--json', 'print one JSON object on stdout')
    .addHelpText(
      'after',
      `
Examples:
  $ secure-mcp-gateway generate-config
  $ secure-mcp-gateway generate-config --config ./gateway.json --no-echo-server --json`,
    )
    .action(async (options: GenerateConfigOptions) => {
      const { generateConfig } = await import('../generate-config.js');
      outcome.code = await generateConfig(options, io);
    });
};
