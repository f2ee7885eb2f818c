import { credentialsFromEnvironment } from '../config/environment.js';
import { locateConfig } from '../config/locate.js';
import type { StdioOptions } from '../config/start-options.js';
import { EXIT } from './cli-io.js';
import { requireConfig } from './ensure-config.js';
import { startSmall } from './small-start.js';

export interface StdioCommandOptions {
  readonly config?: string;
  readonly logLevel?: string;
}

/** `stdio`: serves one client over stdin and stdout; the only command that reads credentials from the environment. */
export async function stdio(options: StdioCommandOptions): Promise<number> {
  const location = locateConfig(options.config);
  requireConfig(location, 'Make one with: secure-mcp-gateway generate-config');
  const stdioOptions: StdioOptions = {
    configPath: location.path,
    logLevel: options.logLevel ?? null,
    credentials: credentialsFromEnvironment(),
  };
  await startSmall(async (onServing) => {
    const { startStdio } = await import('../main.js');
    await startStdio(stdioOptions, onServing);
  });
  return EXIT.ok;
}
