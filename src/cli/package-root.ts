import { fileURLToPath } from 'node:url';
import type { EchoCommand } from '../config/default-config.js';

/** The package's folder: src/cli and dist/cli lie equally deep in it. */
const ROOT = new URL('../../', import.meta.url);

/** How to start the echo server that comes with the package. */
export function bundledEchoCommand(): EchoCommand {
  return { command: 'node', args: [fileURLToPath(new URL('examples/servers/echo.mjs', ROOT))] };
}

/** Absolute path of the built command line, for client configs that start the gateway themselves. */
export function cliScript(): string {
  return fileURLToPath(new URL('dist/cli/main.js', ROOT));
}
