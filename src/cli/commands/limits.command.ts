import { addCommands } from '../administration/command-spec.js';
import type { AddCommand } from '../command-context.js';

const OF = [
  { flags: '--key-id <id>', help: 'id of a key, as user list-api-keys shows it' },
  { flags: '--server-name <name>', help: 'name of a server of the config' },
] as const;
const NUMBER = 'a whole number; 0 = no limit, default = as the defaults say';

export const addLimits: AddCommand = (program, context) => {
  const group = program.command('limits').description('say how much a key, user, project or server may be used');
  addCommands(
    group,
    context,
    {
      get: {
        help: 'print the limits of one of them, and what holds with the defaults',
        mayNarrow: ['project', 'user', 'config'],
        options: OF,
        examples: ['limits get --project-name team'],
      },
      set: {
        help: 'set limits of one of them; those not named stay',
        mayNarrow: ['project', 'user', 'config'],
        options: [
          ...OF,
          { flags: '--calls-per-minute <n>', help: `calls of tools in a minute: ${NUMBER}` },
          { flags: '--calls-per-day <n>', help: 'the quota: calls of tools in 24 hours' },
          { flags: '--bytes-per-minute <n>', help: 'bytes of arguments and answers in a minute' },
          { flags: '--concurrent <n>', help: 'calls under way' },
        ],
        examples: [
          'limits set --project-name team --calls-per-minute 60 --concurrent 4',
          'limits set --key-id 3f9a0c12d4e5 --calls-per-day default',
          'limits set --config-name team --server-name mail --concurrent 2',
        ],
      },
    },
    async () => {
      const actions = await import('../administration/limit-actions.js');
      return { get: actions.get, set: actions.set };
    },
  );
};
