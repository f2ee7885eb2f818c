import { locateConfig } from '../config/locate.js';
import type { StartOptions } from '../config/start-options.js';
import { type CliIo, EXIT } from './cli-io.js';
import { hasConfig, initialiseConfig, initialiseDatabase, requireConfig } from './ensure-config.js';
import { startSmall } from './small-start.js';

/** Whatever `--host` opens, the admin routes are not opened with it. */
const ADMIN_HOST = '127.0.0.1';
const ADMIN_PORT = 8001;

export interface StartCommandOptions {
  readonly config?: string;
  readonly host: string;
  readonly port: number;
  readonly adminPort?: number;
  readonly adminHost?: string;
  readonly allowedHost: readonly string[];
  readonly init?: boolean;
  readonly logLevel?: string;
  readonly drainDelay?: number;
}

/** `start`: serves over HTTP. Only the default place, or `--init`, may be filled with a new config; a named file must exist. */
export async function start(options: StartCommandOptions, io: CliIo): Promise<number> {
  const location = locateConfig(options.config);
  const { host, port } = options;
  if (options.init === true || location.source === 'default') {
    if (!hasConfig(location)) await initialiseConfig(location.path, { host, port }, io);
    else if (options.init === true) await initialiseDatabase(location.path, { host, port }, io);
  } else requireConfig(location, 'Correct the path, or add --init to write a default config there.');
  const startOptions: StartOptions = {
    configPath: location.path,
    host,
    port,
    // A place of its own is asked for by the port or the address alone, too: the port is then that of the reference's admin API.
    adminPort: options.adminPort ?? (options.adminHost === undefined ? null : ADMIN_PORT),
    adminHost: options.adminHost ?? ADMIN_HOST,
    allowedHosts: options.allowedHost,
    logLevel: options.logLevel ?? null,
    drainDelayMs: (options.drainDelay ?? 0) * 1000,
  };
  try {
    await startSmall(async () => {
      const { startHttp } = await import('../main.js');
      await startHttp(startOptions);
    });
  } catch (error) {
    throw portTaken(error) ?? error;
  }
  return EXIT.ok;
}

/** What to do about a port that somebody else has; null for every other error. */
function portTaken(error: unknown): Error | null {
  const { code, address, port } = error as { code?: unknown; address?: unknown; port?: unknown };
  if (code !== 'EADDRINUSE') return null;
  const message =
    `Port ${String(port)} of ${String(address)} is in use, maybe by a gateway that runs already (secure-mcp-gateway doctor tells). ` +
    'End what listens there, or choose another port with --port; 0 picks a free one.';
  return new Error(message, { cause: error });
}
