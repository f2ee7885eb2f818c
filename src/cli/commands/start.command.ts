import { type Command, Option } from 'commander';
import { type AddCommand, CONFIG_HELP } from '../command-context.js';
import {
  collectAllowedHost,
  parseDrainDelay,
  parseFile,
  parseHost,
  parseLogLevel,
  parsePort,
} from '../parse-options.js';
import type { StartCommandOptions } from '../start.js';

export const addStart: AddCommand = (program, { io, outcome }) => {
  program
    .command('start')
    .description('serve MCP over HTTP; prints "ready http://…/mcp" on stderr when it serves')
    .option('-c, --config <file>', CONFIG_HELP, parseFile)
    .option('--host <address>', 'address to listen on', parseHost, '127.0.0.1')
    .option('-p, --port <number>', 'port; 0 picks a free one', parsePort, 8000)
    .addOption(
      new Option('--admin-port <number>', 'serve the admin routes on a port of their own')
        .argParser(parsePort)
        .env('ENKRYPT_ADMIN_PORT'),
    )
    .addOption(
      new Option(
        '--admin-host <address>',
        'address for them, with port 8001 unless said otherwise (default: 127.0.0.1)',
      )
        .argParser(parseHost)
        .env('ENKRYPT_ADMIN_HOST'),
    )
    .option('--allowed-host <host[:port]>', 'accept this Host and Origin too; may be repeated', collectAllowedHost, [])
    .option('--init', 'write a default config if there is none')
    .option('--log-level <level>', 'debug, info, warning or error; overrides the config file', parseLogLevel)
    .addOption(
      new Option(
        '--drain-delay <seconds>',
        'go on serving for so long after SIGTERM, with /health/ready at 503, until load balancers have noticed (default: 0)',
      )
        .argParser(parseDrainDelay)
        .env('ENKRYPT_DRAIN_DELAY'),
    )
    .addHelpText(
      'after',
      `
Examples:
  $ secure-mcp-gateway start
  $ secure-mcp-gateway start --config ./gateway.json --port 0
  $ secure-mcp-gateway start --host 0.0.0.0 --allowed-host mcp.example.com     behind a TLS-terminating proxy`,
    )
    .action(async (options: StartCommandOptions, command: Command) => {
      if (options.adminPort !== undefined && options.adminPort !== 0 && options.adminPort === options.port) {
        command.error('error: --admin-port must differ from --port; leave it out to share the port');
      }
      const { start } = await import('../start.js');
      outcome.code = await start(options, io);
    });
};
