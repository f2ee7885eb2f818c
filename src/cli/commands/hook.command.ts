import type { Command } from 'commander';
import { HOOK_CLIENTS, type HookClientName } from '../../contracts/hook-policy.js';
import { eventKind, eventNames, misuseExitCode } from '../../hooks/events.js';
import { type AddCommand, CONFIG_HELP } from '../command-context.js';
import type { HookOptions } from '../hook.js';

/**
 * The client, not a person, reads the exit code, and takes 2 as "block". So commander must not answer for a wrong option or a missing
 * value: it would say 2 at every event, also where that keeps an agent from ending.
 */
export const addHook: AddCommand = (program, { io, outcome }) => {
  program
    .command('hook')
    .description('check one event of an AI client, which calls this with its JSON on stdin')
    .argument('<client>', HOOK_CLIENTS.join(' or '))
    .argument('<event>', "the event's name in the client, such as PreToolUse or beforeMCPExecution")
    .option('-c, --config [file]', CONFIG_HELP)
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText(
      'after',
      `
The answer on stdout is the client's own format. What cannot be checked is refused; see docs/hooks.md.
Exit codes: 0 answered, 1 called wrongly where nothing can be blocked, 2 called wrongly (clients take it as "block").

Examples:
  $ secure-mcp-gateway hook claude-code PreToolUse --config ./gateway.json < event.json
  $ secure-mcp-gateway hook cursor beforeMCPExecution --config ./gateway.json < event.json`,
    )
    .action(async (client: string, event: string, options: { config?: string | true }, command: Command) => {
      try {
        const call = readCall(client, event, options.config, command.args.slice(2));
        if (typeof call === 'string') {
          io.stderr(`error: ${call}\n`);
          outcome.code = misuseExitCode(event);
          return;
        }
        const { hook } = await import('../hook.js');
        outcome.code = await hook(call, io);
      } catch (error) {
        io.stderr(`error: the hook failed: ${error instanceof Error ? error.message : 'unknown failure'}\n`);
        outcome.code = misuseExitCode(event);
      }
    });
};

/**
 * Exit code for a command line that was answered with the help or the version; null = it calls no hook, a person asked. A client takes 0
 * without an answer as consent.
 */
export function unansweredHook(args: readonly string[]): 1 | 2 | null {
  const words = args.slice(args.indexOf('hook')).filter((word) => !word.startsWith('-'));
  const event = words[words.findIndex((word) => HOOK_CLIENTS.some((name) => name === word)) + 1];
  return words[0] === 'hook' && event !== undefined && event !== 'hook' ? misuseExitCode(event) : null;
}

/** The call, or what is wrong with it. */
function readCall(
  client: string,
  event: string,
  config: string | true | undefined,
  rest: readonly string[],
): HookOptions | string {
  const known = HOOK_CLIENTS.find((name): name is HookClientName => name === client);
  if (known === undefined) return `unknown client; use ${HOOK_CLIENTS.join(' or ')}`;
  if (eventKind(known, event) === undefined) return `unknown event of ${known}; use ${eventNames(known).join(', ')}`;
  if (rest.length > 0) return `too many arguments or an unknown option after ${known} ${event}`;
  if (config === true || config === '') return '--config needs the path of a file';
  return { client: known, event, config };
}
