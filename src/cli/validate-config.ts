import { loadConfigFile } from '../config/config-file.js';
import { locateConfig } from '../config/locate.js';
import { ConfigError, describeProblem } from '../config/problem.js';
import type { ConfigSnapshot } from '../config/snapshot.js';
import { type CliIo, EXIT } from './cli-io.js';

export interface ValidateConfigOptions {
  readonly config?: string;
  readonly json?: boolean;
}

/** `config validate`: judges the file exactly as `start` would and lists every problem with its path. */
export async function validateConfig(options: ValidateConfigOptions, io: CliIo): Promise<number> {
  const { path } = locateConfig(options.config);
  try {
    const snapshot = await loadConfigFile(path);
    if (options.json === true) {
      const { revision, warnings } = snapshot;
      io.stdout(`${JSON.stringify({ valid: true, path, revision, problems: [], warnings })}\n`);
    } else {
      for (const warning of snapshot.warnings) io.stderr(`warning: ${describeProblem(warning)}\n`);
      io.stdout(`${path} is valid: ${summaryOf(snapshot)} (revision ${snapshot.revision})\n`);
    }
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (options.json === true) {
      io.stdout(`${JSON.stringify({ valid: false, path, problems: error.problems, warnings: [] })}\n`);
    } else io.stderr(`${error.message}\n`);
    return EXIT.failure;
  }
}

function summaryOf(snapshot: ConfigSnapshot): string {
  const servers = [...snapshot.configs.values()].reduce((sum, config) => sum + config.servers.size, 0);
  return [count(snapshot.configs.size, 'config'), count(servers, 'server'), count(snapshot.keys.size, 'key')].join(
    ', ',
  );
}

function count(amount: number, noun: string): string {
  return `${String(amount)} ${noun}${amount === 1 ? '' : 's'}`;
}
