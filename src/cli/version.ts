import { readBuildInfo } from '../config/build-info.js';
import { type CliIo, EXIT } from './cli-io.js';

export interface VersionOptions {
  readonly json?: boolean;
}

/** `version`: which build this is. `--version` prints the number alone, for scripts. */
export function version(options: VersionOptions, io: CliIo): number {
  const { version: number, commit, builtAt } = readBuildInfo();
  if (options.json === true) {
    io.stdout(`${JSON.stringify({ version: number, commit, built_at: builtAt, node: process.version })}\n`);
    return EXIT.ok;
  }
  io.stdout(`secure-mcp-gateway ${number}\ncommit ${commit ?? 'unknown'}\n`);
  if (builtAt !== null) io.stdout(`built from the state of ${builtAt}\n`);
  io.stdout(`Node.js ${process.version}\n`);
  return EXIT.ok;
}
