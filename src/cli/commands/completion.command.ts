import { Argument } from 'commander';
import type { AddCommand } from '../command-context.js';
import { type Shell, SHELLS } from '../completion/shells.js';

export const addCompletion: AddCommand = (program, { io, outcome }) => {
  program
    .command('completion')
    .description('print a script that completes commands, options and server names in a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addHelpText(
      'after',
      `
Install it (the command secure-mcp-gateway must be on the PATH), then open a new shell:
  bash        echo 'source <(secure-mcp-gateway completion bash)' >> ~/.bashrc
  zsh         echo 'source <(secure-mcp-gateway completion zsh)' >> ~/.zshrc      below compinit
  fish        secure-mcp-gateway completion fish > ~/.config/fish/completions/secure-mcp-gateway.fish
  powershell  Add-Content $PROFILE 'secure-mcp-gateway completion powershell | Out-String | Invoke-Expression'

Example:
  $ source <(secure-mcp-gateway completion bash)`,
    )
    .action(async (shell: Shell) => {
      const { completion } = await import('../completion/completion.js');
      outcome.code = completion(shell, program, io);
    });
};
