import type { Command } from 'commander';
import { databaseUrlSource } from '../config/environment.js';
import { GatewayError } from '../errors.js';
import type { CliIo } from './cli-io.js';

/** Commands that would change a file which no gateway with a database reads, and what to use instead. */
const CHANGING: ReadonlyMap<string, string> = new Map([
  ['server add', 'config add-server'],
  ['server remove', 'config remove-server'],
]);
/** Commands that look at the config file, whatever gateways read. */
const READING: ReadonlySet<string> = new Set([
  'server list',
  'generate-config',
  'config validate',
  'config hash-keys',
  'guardrails check',
  'install',
  'hook',
]);

/**
 * Tells whoever keeps the config in a database that a command works on the file, before it does.
 * @throws GatewayError `config_invalid` when the command would change the file
 */
export function noticeDatabase(command: Command, io: CliIo): void {
  const name = pathOf(command);
  const instead = CHANGING.get(name);
  if (instead === undefined && !READING.has(name)) return;
  if (!isDatabaseNamed(name)) return;
  if (instead !== undefined) {
    throw new GatewayError(
      'config_invalid',
      `ENKRYPT_DATABASE_URL is set, and "${name}" changes the config file alone. Use: secure-mcp-gateway ${instead}`,
    );
  }
  io.stderr(`warning: ENKRYPT_DATABASE_URL is set; "${name}" works with the config file alone\n`);
}

/** A hook must not end over what it does not use: its client would take that as consent. @throws GatewayError `config_invalid` */
function isDatabaseNamed(command: string): boolean {
  try {
    const { url, file } = databaseUrlSource();
    return url !== undefined || file !== undefined;
  } catch (error) {
    if (command === 'hook') return true;
    throw error;
  }
}

/** The names of a command and its groups, without that of the program. */
function pathOf(command: Command): string {
  const names: string[] = [];
  for (let one = command; one.parent !== null; one = one.parent) names.unshift(one.name());
  return names.join(' ');
}
