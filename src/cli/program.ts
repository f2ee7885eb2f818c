import { Command, CommanderError } from 'commander';
import { readBuildInfo } from '../config/build-info.js';
import { type CliIo, EXIT } from './cli-io.js';
import type { AddCommand } from './command-context.js';
import { addAdminKey } from './commands/admin-key.command.js';
import { addAudit } from './commands/audit.command.js';
import { addCompletion } from './commands/completion.command.js';
import { addConfig } from './commands/config.command.js';
import { addDefinitions } from './commands/definitions.command.js';
import { addDoctor } from './commands/doctor.command.js';
import { addGenerateConfig } from './commands/generate-config.command.js';
import { addGuardrails } from './commands/guardrails.command.js';
import { addHook, unansweredHook } from './commands/hook.command.js';
import { addInstall } from './commands/install.command.js';
import { addLimits } from './commands/limits.command.js';
import { addOAuth } from './commands/oauth.command.js';
import { addProject } from './commands/project.command.js';
import { addScan } from './commands/scan.command.js';
import { addServer } from './commands/server.command.js';
import { addStart } from './commands/start.command.js';
import { addStdio } from './commands/stdio.command.js';
import { addSystem } from './commands/system.command.js';
import { addUninstall } from './commands/uninstall.command.js';
import { addUser } from './commands/user.command.js';
import { addVersion } from './commands/version.command.js';
import { noticeDatabase } from './database-notice.js';
import { plainText } from './plain-text.js';

/** In the order of the help. */
const COMMANDS: readonly AddCommand[] = [
  addStart,
  addStdio,
  addGenerateConfig,
  addConfig,
  addServer,
  addProject,
  addLimits,
  addUser,
  addAdminKey,
  addOAuth,
  addSystem,
  addGuardrails,
  addScan,
  addDefinitions,
  addAudit,
  addDoctor,
  addInstall,
  addUninstall,
  addHook,
  addCompletion,
  addVersion,
];

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
    if (error instanceof CommanderError) return error.exitCode === 0 ? (unansweredHook(args) ?? EXIT.ok) : EXIT.usage;
    // Names in other programs' files and words of servers come in here; a terminal must not obey them.
    io.stderr(`error: ${error instanceof Error ? plainText(error.message) : 'unknown failure'}\n`);
    return EXIT.failure;
  }
}

/** The program with every command; `outcome` gets the exit code of the one that runs. */
export function buildProgram(io: CliIo, outcome: { code: number }): Command {
  const program = new Command('secure-mcp-gateway')
    .description(
      'A gateway between MCP clients and MCP servers: it identifies the caller, checks every call, and writes down what it decided.',
    )
    .version(readBuildInfo().version, '-V, --version', 'print the version; the command version says more')
    .helpOption('-h, --help', 'print help; also for each command')
    .exitOverride()
    .configureOutput({ writeOut: io.stdout, writeErr: io.stderr })
    .showHelpAfterError('(add --help for usage)')
    .addHelpText('after', OVERVIEW)
    .hook('preAction', (_program, command) => {
      noticeDatabase(command, io);
    });
  for (const add of COMMANDS) add(program, { io, outcome });
  return program;
}

const OVERVIEW = `
First steps:
  $ secure-mcp-gateway start                 writes a config with an echo server if there is none, prints the key, serves
  $ secure-mcp-gateway generate-config       only writes the config and prints its keys
  $ secure-mcp-gateway config validate       lists every problem of the config with its place
  $ secure-mcp-gateway install --client …    makes Claude, Cursor or VS Code use the gateway; --dry-run shows how
  $ secure-mcp-gateway stdio                 serves one desktop client, which starts it
  $ secure-mcp-gateway server add --help     how to add an MCP server
  $ secure-mcp-gateway project --help        how to let somebody in: project, user, key
  $ secure-mcp-gateway doctor                checks everything, and says what to do

Exit codes: 0 done, 1 failed, 2 wrong usage. Results go to stdout, messages to stderr.`;
