import { Command, CommanderError } from 'commander';
import { type CliIo, EXIT } from './cli-io.js';
import type { GenerateConfigOptions } from './generate-config.js';
import { packageVersion } from './package-root.js';
import { collectAllowedHost, parseFile, parseHost, parseLogLevel, parsePort } from './parse-options.js';
import type { StartCommandOptions } from './start.js';
import type { StdioCommandOptions } from './stdio.js';
import type { ValidateConfigOptions } from './validate-config.js';

const CONFIG_HELP = 'config file (default: ENKRYPT_CONFIG, else ~/.enkrypt/enkrypt_mcp_config.json)';

/**
 * Runs one command line.
 * @param args without node and script
 * @returns the exit code; a server that was started goes on running after this returns 0
 */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
  const outcome = { code: EXIT.ok as number };
  const program = buildProgram(io, outcome);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return outcome.code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    io.stderr(`error: ${error instanceof Error ? error.message : 'unknown failure'}\n`);
    return EXIT.failure;
  }
}

/** Commands load their code when they run, so that help and usage errors come at once. */
function buildProgram(io: CliIo, outcome: { code: number }): Command {
  const program = new Command('secure-mcp-gateway')
    .description(
      'A gateway between MCP clients and MCP servers: it identifies the caller, checks every call, and writes down what it decided.',
    )
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help; also for each command')
    .exitOverride()
    .configureOutput({ writeOut: io.stdout, writeErr: io.stderr })
    .showHelpAfterError('(add --help for usage)')
    .addHelpText('after', OVERVIEW);
  addStart(program, io, outcome);
  addStdio(program, outcome);
  addGenerateConfig(program, io, outcome);
  addConfig(program, io, outcome);
  return program;
}

const OVERVIEW = `
First steps:
  $ secure-mcp-gateway start                 writes a config with an echo server if there is none, prints the key, serves
  $ secure-mcp-gateway generate-config       only writes the config and prints its keys
  $ secure-mcp-gateway config validate       lists every problem of the config with its place
  $ secure-mcp-gateway stdio                 serves one desktop client, which starts it

Exit codes: 0 done, 1 failed, 2 wrong usage. Results go to stdout, messages to stderr.`;

function addStart(program: Command, io: CliIo, outcome: { code: number }): void {
  program
    .command('start')
    .description('serve MCP over HTTP; prints "ready http://…/mcp" on stderr when it serves')
    .option('-c, --config <file>', CONFIG_HELP, parseFile)
    .option('--host <address>', 'address to listen on', parseHost, '127.0.0.1')
    .option('-p, --port <number>', 'port; 0 picks a free one', parsePort, 8000)
    .option('--admin-port <number>', 'serve the admin routes on a port of their own', parsePort)
    .option('--allowed-host <host[:port]>', 'accept this Host and Origin too; may be repeated', collectAllowedHost, [])
    .option('--init', 'write a default config if there is none')
    .option('--log-level <level>', 'debug, info, warning or error; overrides the config file', parseLogLevel)
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
      const { start } = await import('./start.js');
      outcome.code = await start(options, io);
    });
}

function addStdio(program: Command, outcome: { code: number }): void {
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
      const { stdio } = await import('./stdio.js');
      outcome.code = await stdio(options);
    });
}

function addGenerateConfig(program: Command, io: CliIo, outcome: { code: number }): void {
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
      const { generateConfig } = await import('./generate-config.js');
      outcome.code = await generateConfig(options, io);
    });
}

function addConfig(program: Command, io: CliIo, outcome: { code: number }): void {
  program
    .command('config')
    .description('look after the config file')
    .command('validate')
    .description('judge the config file as start would; lists every problem with its place')
    .option('-c, --config <file>', CONFIG_HELP, parseFile)
    .option('--json', 'print {valid, path, revision, problems, warnings} on stdout')
    .addHelpText(
      'after',
      `
Examples:
  $ secure-mcp-gateway config validate --config ./gateway.json
  $ secure-mcp-gateway config validate --json`,
    )
    .action(async (options: ValidateConfigOptions) => {
      const { validateConfig } = await import('./validate-config.js');
      outcome.code = await validateConfig(options, io);
    });
}
