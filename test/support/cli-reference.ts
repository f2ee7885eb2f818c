import type { Command } from 'commander';
import { buildProgram } from '../../src/cli/program.js';

const WIDTH = 120;

/** What `--help` says of every command, as Markdown: a heading and a block of text for each, in the order of the help. */
export function cliReference(): string {
  const program = buildProgram({ stdout: () => undefined, stderr: () => undefined }, { code: 0 });
  return sectionsOf(program, program.name()).join('\n');
}

function sectionsOf(command: Command, path: string): string[] {
  const subcommands = command
    .createHelp()
    .visibleCommands(command)
    .filter((one) => one.name() !== 'help');
  const nested = subcommands.flatMap((one) => sectionsOf(one, `${path} ${one.name()}`));
  return [`### ${path}\n\n\`\`\`text\n${helpOf(command).trimEnd()}\n\`\`\`\n`, ...nested];
}

/** The whole text, with what was added after the options; the width does not depend on the terminal. */
function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => WIDTH });
  command.outputHelp();
  return text;
}
