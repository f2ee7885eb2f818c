import type { Command } from 'commander';
import type { CliIo } from './cli-io.js';

/** What a command works with: where it writes, and the exit code it leaves behind. */
interface CommandContext {
  readonly io: CliIo;
  readonly outcome: { code: number };
}

/** Adds one command (or a group) to the program. Its code is imported when it runs, so that help and usage errors come at once. */
export type AddCommand = (program: Command, context: CommandContext) => void;

export const CONFIG_HELP = 'config file (default: ENKRYPT_CONFIG, else ~/.enkrypt/enkrypt_mcp_config.json)';
