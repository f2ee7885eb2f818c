import { type Command, Option } from 'commander';
import { type AddCommand, CONFIG_HELP } from '../command-context.js';
import { collectHeader, collectText, collectVariable, parseFile, parseJsonObject } from '../parse-options.js';
import type { AddServerOptions } from '../server/add-server.js';
import type { ListServersOptions } from '../server/list-servers.js';
import type { RemoveServerOptions } from '../server/remove-server.js';
import type { TestServerOptions } from '../server/test-server.js';

const MCP_CONFIG_HELP = 'name or id in mcp_configs';

export const addServer: AddCommand = (program, context) => {
  const group = program.command('server').description('add, list, remove and test the MCP servers of the config');
  for (const add of [addAdd, addList, addRemove, addTest]) add(group, context);
  addNames(program, context);
};

const addAdd: AddCommand = (group, { io, outcome }) => {
  group
    .command('add')
    .description('add a server to the config file; a running gateway takes it over within a second')
    .argument('<name>', 'name of the server, unique in its config')
    .argument('[command...]', 'behind --: the command that starts it, and its arguments')
    .option('--url <url>', 'address of a remote server')
    .option('--header <name: value>', 'header of every request to it; may be repeated', collectHeader, [])
    .addOption(
      new Option('--transport <kind>', 'of a remote server (default: found out)').choices(['streamable-http', 'sse']),
    )
    .option('--command <cmd>', 'command that starts a local server')
    .option('--arg <arg>', 'argument of the command; may be repeated', collectText, [])
    .option('--env <name=value>', 'environment variable of a local server; may be repeated', collectVariable, [])
    .option('--description <text>', 'what it is for; clients see it')
    .option('--tool <name>', 'put a tool on the allow-list; may be repeated (default: every tool)', collectText, [])
    .option('--mcp-config <name>', `${MCP_CONFIG_HELP}; needed when there are several`)
    .option('-c, --config <file>', CONFIG_HELP, parseFile)
    .option('--replace', 'replace a server of this name; what is not said anew stays (policies, allow-list)')
    .option('--dry-run', 'only show what would be written')
    .option('--test', 'then connect to it and list its tools, as server test does')
    .option('--json', 'print {server, replaced, dry_run, mcp_config, path, backup, warnings, entry} on stdout')
    .addHelpText(
      'after',
      `
Secrets do not belong into the file: write \${env:NAME} or \${file:PATH}, in single quotes, and the gateway looks them up.
The whole file must load with the new server, or nothing is written; the file before is kept as a backup.

Examples:
  $ secure-mcp-gateway server add files -- npx -y @modelcontextprotocol/server-filesystem /srv/shared
  $ secure-mcp-gateway server add tickets --url https://tickets.example.com/mcp --header 'Authorization: Bearer \${env:TICKETS_TOKEN}'
  $ secure-mcp-gateway server add notes --command node --arg notes.mjs --env LOG_LEVEL=warn --tool read --tool search --test`,
    )
    .action(async (name: string, line: readonly string[], options: AddServerOptions, command: Command) => {
      const { wordsFault } = await import('../server/server-entry.js');
      const impossible = options.dryRun === true && options.test === true;
      const fault = impossible ? '--test needs the server in the file: leave out --dry-run' : wordsFault(options, line);
      if (fault !== null) command.error(`error: ${fault}`);
      const { addServer: run } = await import('../server/add-server.js');
      outcome.code = await run(name, line, options, io);
    });
};

const addList: AddCommand = (group, { io, outcome }) => {
  group
    .command('list')
    .description('list the servers of the config file; never shows arguments, headers or variables')
    .option('--mcp-config <name>', `only those of this config: ${MCP_CONFIG_HELP}`)
    .option('-c, --config <file>', CONFIG_HELP, parseFile)
    .option('--json', 'print {path, servers: [{name, mcp_config, kind, target, …}]} on stdout')
    .addHelpText(
      'after',
      `
Examples:
  $ secure-mcp-gateway server list
  $ secure-mcp-gateway server list --json`,
    )
    .action(async (options: ListServersOptions) => {
      const { listServers } = await import('../server/list-servers.js');
      outcome.code = await listServers(options, io);
    });
};

const addRemove: AddCommand = (group, { io, outcome }) => {
  group
    .command('remove')
    .description('remove a server from the config file; the file before is kept as a backup')
    .argument('<name>', 'name of the server')
    .option('--mcp-config <name>', `${MCP_CONFIG_HELP}; needed when several configs have such a server`)
    .option('-c, --config <file>', CONFIG_HELP, parseFile)
    .option('--json', 'print {server, mcp_config, path, backup} on stdout')
    .addHelpText(
      'after',
      `
Example:
  $ secure-mcp-gateway server remove tickets`,
    )
    .action(async (name: string, options: RemoveServerOptions) => {
      const { removeServer } = await import('../server/remove-server.js');
      outcome.code = await removeServer(name, options, io);
    });
};

const addTest: AddCommand = (group, { io, outcome }) => {
  group
    .command('test')
    .description('connect to a server as the gateway does, list its tools, and call one of them if asked to')
    .argument('<name>', 'name of the server')
    .option('--tool <tool>', 'make one real call of this tool; it may have real effects')
    .option('--args <json>', 'arguments of the call, a JSON object', parseJsonObject)
    .option('--key-env <variable>', 'environment variable that holds the gateway key', 'ENKRYPT_GATEWAY_KEY')
    .option('--mcp-config <name>', `${MCP_CONFIG_HELP}; needed when several configs have such a server`)
    .option('-c, --config <file>', CONFIG_HELP, parseFile)
    .option('--json', 'print {server, status, error, tools: […], call} on stdout')
    .addHelpText(
      'after',
      `
Without a key, tools are only listed: whoever can read the config file can reach the server anyway. A call is made for the
user and project of the key in ENKRYPT_GATEWAY_KEY, through the same allow-list, schema check, guardrails and audit log as
every client's. The exit code is 1 when the server cannot be reached, or the call failed or was blocked.

Examples:
  $ secure-mcp-gateway server test tickets
  $ ENKRYPT_GATEWAY_KEY=… secure-mcp-gateway server test echo_server --tool echo --args '{"message": "mail joe@example.com"}'`,
    )
    .action(async (name: string, options: TestServerOptions, command: Command) => {
      if (options.args !== undefined && options.tool === undefined) command.error('error: --args needs --tool');
      const { testServer } = await import('../server/test-server.js');
      outcome.code = await testServer(name, options, io);
    });
};

/** For the completion of shells. */
const addNames: AddCommand = (program, { io, outcome }) => {
  program
    .command('server-names', { hidden: true })
    .description('print the names of the servers, one a line')
    .option('-c, --config <file>', CONFIG_HELP, parseFile)
    .action(async (options: { readonly config?: string }) => {
      const { listServerNames } = await import('../server/list-servers.js');
      outcome.code = await listServerNames(options, io);
    });
};
