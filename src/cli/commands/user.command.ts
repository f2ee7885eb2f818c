import { addCommands } from '../administration/command-spec.js';
import type { AddCommand } from '../command-context.js';
import { REASON } from './reason-option.js';
import { addUserKeys } from './user-keys.command.js';

export const addUser: AddCommand = (program, context) => {
  const group = program
    .command('user')
    .description('look after users and their API keys')
    .addHelpText(
      'after',
      `
A key is shown once, when it is made; the file holds its hash. Elsewhere it goes by its id (key_id), the beginning of that hash.
A gateway that is running takes every change over within a second.`,
    );
  group.commandsGroup('Users:');
  addCommands(
    group,
    context,
    {
      list: { help: 'list the users', examples: ['user list'] },
      create: {
        help: 'add a user; prints user_id',
        options: [{ flags: '--email <address>', help: 'its address, of which there is no other', needed: true }],
        examples: ['user create --email joe@example.com'],
      },
      update: {
        help: 'give a user another address; its id, projects and keys stay',
        of: ['user'],
        options: [{ flags: '--new-email <address>', help: 'its address from now on', needed: true }],
        examples: ['user update --email joe@example.com --new-email joe.b@example.com'],
      },
      get: {
        help: 'print a user with its projects and keys',
        of: ['user'],
        examples: ['user get --email joe@example.com'],
      },
      'list-projects': {
        help: 'list the projects of a user',
        of: ['user'],
        examples: ['user list-projects --email joe@example.com'],
      },
      delete: {
        help: 'delete a user that has no projects and no keys',
        of: ['user'],
        options: [{ flags: '--force', help: 'also take it out of its projects, and delete its keys' }],
        examples: ['user delete --email joe@example.com', 'user delete --email joe@example.com --force'],
      },
      disable: {
        help: 'refuse every key of a user, end its sessions, until it is enabled',
        of: ['user'],
        options: [REASON],
        examples: ["user disable --email joe@example.com --reason 'laptop stolen'"],
      },
      enable: {
        help: 'accept the keys of a user again',
        of: ['user'],
        examples: ['user enable --email joe@example.com'],
      },
      search: {
        help: 'find users by a part of their address, or of the name of a project',
        options: [{ flags: '--search-term <text>', help: 'the part; letter case does not count', needed: true }],
        examples: ['user search --search-term joe'],
      },
    },
    async () => {
      const actions = await import('../administration/user-actions.js');
      const switches = await import('../administration/kill-switch-actions.js');
      return {
        disable: switches.disableUser,
        enable: switches.enableUser,
        list: actions.list,
        create: actions.create,
        update: actions.update,
        get: actions.get,
        search: actions.search,
        'list-projects': actions.listProjects,
        delete: actions.remove,
      };
    },
  );
  addUserKeys(group, context);
};
