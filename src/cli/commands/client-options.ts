import { type Command, InvalidArgumentError, Option } from 'commander';
import { CLIENTS, type Client } from '../clients/client-files.js';
import { DEFAULT_NAME } from '../clients/guidance.js';

/** Options that `install` and `uninstall` share. */
export function addClientOptions(command: Command, parseName: (text: string) => string): Command {
  return command
    .requiredOption('--client <client>', `${CLIENTS.join(', ')}; claude means claude-desktop`, parseClient)
    .option('--name <name>', 'name of the entry in the client', parseName, DEFAULT_NAME)
    .addOption(
      new Option('--scope <scope>', 'user: for all folders; project: .mcp.json in this folder (claude-code only)')
        .choices(['user', 'project'])
        .default('user'),
    )
    .option('--dry-run', 'show what would change, with secrets hidden, and write nothing')
    .option('--json', 'print one JSON object on stdout');
}

/** Ends with a usage error when the options contradict each other. */
export function refuseScope(options: { client: Client; scope: 'user' | 'project' }, command: Command): void {
  if (options.scope === 'project' && options.client !== 'claude-code') {
    command.error('error: --scope project exists for claude-code only; leave it out');
  }
}

/** Claude Code takes letters, digits, hyphens and underscores; the others take these too. */
export function parseNewName(text: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(text)) {
    throw new InvalidArgumentError(
      'Use 1 to 64 letters, digits, hyphens and underscores, the first a letter or digit.',
    );
  }
  return text;
}

/** Any name that can stand in a file, also one that somebody else gave. */
export function parseAnyName(text: string): string {
  if (text === '') throw new InvalidArgumentError('Give the name of the entry.');
  return text;
}

function parseClient(text: string): Client {
  const client = CLIENTS.find((name) => name === (text === 'claude' ? 'claude-desktop' : text));
  if (client === undefined) throw new InvalidArgumentError(`Use one of ${CLIENTS.join(', ')}.`);
  return client;
}
