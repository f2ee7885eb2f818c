import { addCommands } from '../administration/command-spec.js';
import type { AddCommand } from '../command-context.js';

const KEY = [
  { flags: '--api-key <key>', help: 'id of the key, the key, or - to read it from stdin', needed: true },
] as const;

const RESTRICTIONS = [
  {
    flags: '--allowed-ips <list>',
    help: 'addresses and ranges that it may be used from, between commas (default: from everywhere)',
  },
  {
    flags: '--access <json>',
    help: 'servers, tools and methods that it may use, as access in the config (default: all)',
  },
] as const;

export const addUserKeys: AddCommand = (group, context) => {
  group.commandsGroup('API keys:');
  addCommands(
    group,
    context,
    {
      'generate-api-key': {
        help: 'make a key for a user in one of its projects; prints api_key and key_id',
        of: ['user', 'project'],
        options: [
          { flags: '--name <text>', help: 'what the key is for; lists show it' },
          { flags: '--expires-at <time>', help: 'refused from this time on, with its zone (default: never)' },
          ...RESTRICTIONS,
        ],
        examples: [
          'user generate-api-key --email joe@example.com --project-name team',
          "user generate-api-key --email joe@example.com --project-name team --name 'build server' --expires-at 2030-01-31T12:00:00Z",
          'user generate-api-key --email joe@example.com --project-name team --allowed-ips 192.0.2.7,2001:db8::/32',
        ],
      },
      'get-api-key': {
        help: 'print what there is to know of a key; never the key',
        options: KEY,
        examples: ['user get-api-key --api-key 3f9a0c12d4e5', 'user get-api-key --api-key - < key.txt'],
      },
      'rotate-api-key': {
        help: 'make another key in the place of one, which then opens nothing, or soon; prints new_api_key and key_id',
        options: [
          ...KEY,
          {
            flags: '--overlap <time>',
            help: 'how long the old key works on, such as 24h; 30d at most (default: not at all)',
          },
        ],
        examples: [
          'user rotate-api-key --api-key 3f9a0c12d4e5',
          'user rotate-api-key --api-key 3f9a0c12d4e5 --overlap 24h',
        ],
      },
      'update-api-key': {
        help: 'change the name, the expiry or the restrictions of a key; what is not named stays',
        options: [
          ...KEY,
          { flags: '--name <text>', help: 'what the key is for; lists show it' },
          { flags: '--expires-at <time>', help: 'refused from this time on, with its zone; or never' },
          ...RESTRICTIONS,
        ],
        details:
          'The words never, any and all take a restriction away: --expires-at never, --allowed-ips any, --access all.',
        examples: [
          'user update-api-key --api-key 3f9a0c12d4e5 --allowed-ips 192.0.2.0/24',
          `user update-api-key --api-key 3f9a0c12d4e5 --access '{"allow":[{"server":"mail","tool":"get_*"}]}'`,
        ],
      },
      'disable-api-key': {
        help: 'refuse a key until it is enabled',
        options: KEY,
        examples: ['user disable-api-key --api-key 3f9a0c12d4e5'],
      },
      'enable-api-key': {
        help: 'accept a disabled key again',
        options: KEY,
        examples: ['user enable-api-key --api-key 3f9a0c12d4e5'],
      },
      'delete-api-key': {
        help: 'delete a key',
        options: KEY,
        examples: ['user delete-api-key --api-key 3f9a0c12d4e5'],
      },
      'delete-all-api-keys': {
        help: 'delete every key of a user, in all its projects',
        of: ['user'],
        examples: ['user delete-all-api-keys --email joe@example.com'],
      },
      'list-api-keys': {
        help: 'list the keys of a user, of one project if wanted; by id, never the keys',
        of: ['user'],
        mayNarrow: ['project'],
        examples: ['user list-api-keys --email joe@example.com --project-name team'],
      },
      'list-all-api-keys': {
        help: 'list every key; by id, never the keys',
        examples: ['user list-all-api-keys'],
      },
    },
    async () => {
      const actions = await import('../administration/key-actions.js');
      return {
        'generate-api-key': actions.generate,
        'get-api-key': actions.get,
        'rotate-api-key': actions.rotate,
        'update-api-key': actions.update,
        'disable-api-key': actions.disable,
        'enable-api-key': actions.enable,
        'delete-api-key': actions.remove,
        'delete-all-api-keys': actions.removeAll,
        'list-api-keys': actions.listOfUser,
        'list-all-api-keys': actions.listAll,
      };
    },
  );
};
