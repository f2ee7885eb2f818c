#!/usr/bin/env node
import { EXIT } from './cli-io.js';
import { runCli } from './program.js';

/** How long a failed command may take to let go of what it opened, in milliseconds. */
const LEAVE_MS = 500;

// Whoever reads may stop before the end: `… | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT.ok);
});

const code = await runCli(process.argv.slice(2), {
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
});
if (code !== EXIT.ok) {
  process.exitCode = code;
  // A half-started server must not keep a failed process alive; unref: without one the process has already ended by then.
  setTimeout(() => process.exit(), LEAVE_MS).unref();
}
