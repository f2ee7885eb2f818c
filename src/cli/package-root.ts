import { fileURLToPath } from 'node:url';

/** The package's folder: src/cli and dist/cli lie equally deep in it. */
const ROOT = new URL('../../', import.meta.url);

/** Absolute path of the built command line, for client configs that start the gateway themselves. */
export function cliScript(): string {
  return fileURLToPath(new URL('dist/cli/main.js', ROOT));
}
