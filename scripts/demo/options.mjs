// The command line of the demo.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { PROTECTIONS } from './config.mjs';

export const HELP = `Usage: npm run demo [-- OPTIONS]

Starts a gateway on a free port with a home of its own, puts good and bad servers behind it, and plays what a client meets. Ends with 0
only if every scene went as told. Nothing is left behind: no process, no file.

Options
  --json          print the scenes as one JSON document instead of the table
  --record FILE   also write the run as asciicast v2 to FILE, which ends in .cast, and as a picture to the same name with .svg
  --break PART    spoil one part, so that the demo has to fail; PART is one of
${[...PROTECTIONS].map(([name, what]) => `                    ${name.padEnd(12)}${what}`).join('\n')}
  --help          this text

Exit codes: 0 every scene went as told, 1 one did not or the gateway did not start, 2 wrong usage.

Examples:
  $ npm run demo
  $ npm run --silent demo -- --json
  $ npm run demo -- --break input      see it fail: the banned word now reaches the server
`;

/** Wrong usage: told in one line, exit code 2. */
export class UsageError extends Error {}

/** @returns json, help, record (absolute paths {cast, svg} or undefined), broken (a part, or undefined) */
export function optionsFrom(argv) {
  const values = parsed(argv);
  if (values.break !== undefined && !PROTECTIONS.has(values.break)) {
    throw new UsageError(`--break takes one of: ${[...PROTECTIONS.keys()].join(', ')}.`);
  }
  return {
    json: values.json,
    help: values.help,
    broken: values.break,
    record: values.record === undefined ? undefined : recordingAt(path.resolve(values.record)),
  };
}

function parsed(argv) {
  try {
    return parseArgs({
      args: argv,
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        record: { type: 'string' },
        break: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error.message);
  }
}

function recordingAt(cast) {
  if (path.extname(cast) !== '.cast') throw new UsageError('--record takes a file that ends in .cast.');
  if (!existsSync(path.dirname(cast))) throw new UsageError(`--record: there is no folder ${path.dirname(cast)}.`);
  return { cast, svg: cast.replace(/\.cast$/, '.svg') };
}
