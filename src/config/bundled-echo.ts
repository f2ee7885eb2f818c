import { fileURLToPath } from 'node:url';
import type { EchoCommand } from './default-config.js';

/** The package's folder: src/config and dist/config lie equally deep in it. */
const ROOT = new URL('../../', import.meta.url);

/** How to start the echo server that comes with the package. */
export function bundledEchoCommand(): EchoCommand {
  return { command: 'node', args: [fileURLToPath(new URL('examples/servers/echo.mjs', ROOT))] };
}
