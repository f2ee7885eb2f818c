import { Option } from 'commander';
import { type AddCommand, CONFIG_HELP } from '../command-context.js';
import { parseFile } from '../parse-options.js';
import type { ValidateConfigOptions } from '../validate-config.js';

export const addConfigValidate: AddCommand = (program, { io, outcome }) => {
  program
    .command('validate')
    .description('judge the config file, or one config in it, as start would; lists every problem with its place')
    .option('--config-name <name>', 'only what concerns this config')
    .addOption(new Option('--config-id <id>', 'its id instead').conflicts('configName'))
    .option('-c, --config <file>', CONFIG_HELP, parseFile)
    .option('--json', 'print {valid, path, revision, problems, warnings} on stdout')
    .addHelpText(
      'after',
      `
Examples:
  $ secure-mcp-gateway config validate --config ./gateway.json
  $ secure-mcp-gateway config validate --json
  $ secure-mcp-gateway config validate --config-name default_config`,
    )
    .action(async (options: ValidateConfigOptions) => {
      const { validateConfig } = await import('../validate-config.js');
      outcome.code = await validateConfig(options, io);
    });
};
