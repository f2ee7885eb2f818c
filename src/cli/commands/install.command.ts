import { type Command, InvalidArgumentError } from 'commander';
import { isInClear, parseGatewayUrl } from '../clients/gateway-url.js';
import { type AddCommand, CONFIG_HELP } from '../command-context.js';
import type { InstallOptions } from '../install.js';
import { parseFile, parseVariable } from '../parse-options.js';
import { addClientOptions, parseNewName, refuseScope } from './client-options.js';

interface InstallArguments extends InstallOptions {
  readonly allowHttp?: boolean;
}

export const addInstall: AddCommand = (program, { io, outcome }) => {
  const command = program
    .command('install')
    .description("make an MCP client know this gateway, by an entry in the client's own file");
  addClientOptions(command, parseNewName)
    .option('-c, --config <file>', CONFIG_HELP, parseFile)
    .option('--url <url>', 'reach a running gateway at this URL instead of starting one', parseGatewayUrl)
    .option('--allow-http', 'allow an http URL on another machine: the key travels in clear')
    .option('--key-env <name>', 'take the gateway key from this environment variable', parseVariable)
    .option('--key-file <file>', 'take the gateway key from this file', parseFile)
    .option('--new-key', 'make a key for the client and write its hash into the config')
    .option('--project-id <id>', 'check the key against this project; with --new-key, the project it is for', parseId)
    .option('--user-id <id>', 'check the key against this user; with --new-key, the user it is for', parseId)
    .option('--hooks', 'also have the client ask the gateway about prompts and tool calls (claude-code, cursor)')
    .addHelpText('after', HELP)
    .action(async (options: InstallArguments) => {
      refuseContradictions(options, command);
      const { install } = await import('../install.js');
      outcome.code = await install(options, io);
    });
};

const HELP = `
The key comes from --key-env or --key-file, else from ENKRYPT_GATEWAY_KEY, else it is asked for or read from stdin. It is never an
argument, here or in the client's file. The file keeps its other entries and comments; a backup stays beside it.

Examples:
  $ secure-mcp-gateway install --client cursor --new-key
  $ secure-mcp-gateway install --client claude-desktop --dry-run               shows the change and writes nothing
  $ secure-mcp-gateway install --client claude-code --key-file ./key.txt --hooks
  $ secure-mcp-gateway install --client vscode --url https://mcp.example.com/mcp --key-env TEAM_KEY`;

function refuseContradictions(options: InstallArguments, command: Command): void {
  refuseScope(options, command);
  const isProject = options.scope === 'project';
  const sources = [options.keyEnv, options.keyFile, options.newKey].filter((source) => source !== undefined);
  const hasHooks = options.client === 'claude-code' || options.client === 'cursor';
  const faults: readonly [boolean, string][] = [
    [sources.length > 1, 'give only one of --key-env, --key-file and --new-key'],
    [
      isProject && sources.length > 0,
      'with --scope project the file names ENKRYPT_GATEWAY_KEY and holds no key; leave --key-env, --key-file and --new-key out',
    ],
    [
      options.newKey === true && options.url !== undefined,
      '--new-key writes into the local config, which the gateway at --url does not read; make the key there',
    ],
    [options.hooks === true && !hasHooks, '--hooks exists for claude-code and cursor only; leave it out'],
    [options.hooks === true && isProject, "--hooks changes the user's settings; run it without --scope project"],
    [
      options.url !== undefined && options.allowHttp !== true && isInClear(options.url),
      'the key would travel in clear; use an https URL, or --allow-http if the way there is protected otherwise',
    ],
  ];
  const fault = faults.find(([isFault]) => isFault);
  if (fault !== undefined) command.error(`error: ${fault[1]}`);
}

/** The rule for ids in the config. */
function parseId(text: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(text)) {
    throw new InvalidArgumentError('An id is 1 to 128 letters, digits, dots, hyphens or underscores.');
  }
  return text;
}
