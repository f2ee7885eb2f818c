// The command line of the small servers: options that each take one value, and --help.
import { parseArgs } from 'node:util';

/**
 * Reads the arguments, then serves. Wrong usage ends with exit code 2.
 * @param names of the options, each taking a value
 * @param serve gets the values by name
 */
export function runServer(help, names, serve) {
  try {
    const options = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
    const { values } = parseArgs({ options: { ...options, help: { type: 'boolean' } } });
    if (values.help) process.stdout.write(help);
    else serve(values);
  } catch (error) {
    console.error(`${error.message}\nTry --help.`);
    process.exitCode = 2;
  }
}
