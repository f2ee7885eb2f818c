import { ADMIN_ROLES } from '../../config/admin-role.js';
import { addCommands } from '../administration/command-spec.js';
import type { AddCommand } from '../command-context.js';

const KEY = [
  { flags: '--admin-key <key>', help: 'id of the key, the key, or - to read it from stdin', needed: true },
] as const;

export const addAdminKey: AddCommand = (program, context) => {
  const group = program
    .command('admin-key')
    .description('look after the keys of the admin API')
    .addHelpText(
      'after',
      `
A viewer reads; an operator also changes configs, servers, projects, users and their keys; an owner does everything. The key of
admin_apikey is an owner's. The last active owner key can be neither disabled nor deleted.`,
    );
  addCommands(
    group,
    context,
    {
      generate: {
        help: 'make an admin key; prints admin_api_key and key_id',
        options: [
          { flags: '--role <role>', help: 'what it may do', needed: true, choices: ADMIN_ROLES },
          { flags: '--name <text>', help: 'what the key is for; the list shows it' },
          { flags: '--expires-at <time>', help: 'refused from this time on, with its zone (default: never)' },
        ],
        examples: ["admin-key generate --role viewer --name 'dashboard'"],
      },
      list: { help: 'list the admin keys; by id, never the keys', examples: ['admin-key list'] },
      rotate: {
        help: 'make another key in the place of one, which then opens nothing; prints new_admin_api_key and key_id',
        options: KEY,
        examples: ['admin-key rotate --admin-key 3f9a0c12d4e5'],
      },
      disable: {
        help: 'refuse an admin key until it is enabled',
        options: KEY,
        examples: ['admin-key disable --admin-key 3f9a0c12d4e5'],
      },
      enable: {
        help: 'accept a disabled admin key again',
        options: KEY,
        examples: ['admin-key enable --admin-key 3f9a0c12d4e5'],
      },
      delete: {
        help: 'delete an admin key',
        options: KEY,
        examples: ['admin-key delete --admin-key 3f9a0c12d4e5'],
      },
    },
    async () => {
      const actions = await import('../administration/admin-key-actions.js');
      return {
        generate: actions.generate,
        list: actions.list,
        rotate: actions.rotate,
        disable: actions.disable,
        enable: actions.enable,
        delete: actions.remove,
      };
    },
  );
};
