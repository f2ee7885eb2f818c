import type { Command } from 'commander';
import { type CliIo, EXIT } from '../cli-io.js';
import { bashScript } from './bash-script.js';
import { type CommandModel, commandModels } from './command-model.js';
import { fishScript } from './fish-script.js';
import { powershellScript } from './powershell-script.js';
import type { Shell } from './shells.js';
import { zshScript } from './zsh-script.js';

const SCRIPTS: Readonly<Record<Shell, (program: string, models: readonly CommandModel[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
};

/** `completion`: the script that teaches a shell the commands, options and choices of this very program. */
export function completion(shell: Shell, program: Command, io: CliIo): number {
  io.stdout(SCRIPTS[shell](program.name(), commandModels(program)));
  return EXIT.ok;
}
