import { addCommands } from '../administration/command-spec.js';
import { OUTPUT_OPTIONS } from '../administration/output-options.js';
import type { AddCommand } from '../command-context.js';
import { REASON } from './reason-option.js';

export const addProject: AddCommand = (program, context) => {
  const group = program
    .command('project')
    .description('look after projects: who (users) reaches which servers (a config)')
    .addHelpText(
      'after',
      `
A project ties users to one config. A key is of one user in one project, and reaches the servers of the project's config.

From nothing to a key:
  $ secure-mcp-gateway config add --config-name team
  $ secure-mcp-gateway project create --project-name team
  $ secure-mcp-gateway project assign-config --project-name team --config-name team
  $ secure-mcp-gateway user create --email joe@example.com
  $ secure-mcp-gateway project add-user --project-name team --email joe@example.com
  $ secure-mcp-gateway user generate-api-key --email joe@example.com --project-name team`,
    );
  addCommands(
    group,
    context,
    {
      list: { help: 'list the projects', examples: ['project list'] },
      create: {
        help: 'add a project without config and users; prints project_id',
        options: [{ flags: '--project-name <name>', help: 'its name, of which there is no other', needed: true }],
        examples: ['project create --project-name team'],
      },
      'assign-config': {
        help: 'say which config the keys of a project reach; in the place of the one before',
        of: ['project', 'config'],
        examples: ['project assign-config --project-name team --config-name default_config'],
      },
      'unassign-config': {
        help: 'take the config away: keys of the project reach no server',
        of: ['project'],
        examples: ['project unassign-config --project-name team'],
      },
      'get-config': {
        help: 'print the config of a project as the file has it, values of env and headers included',
        of: ['project'],
        examples: ['project get-config --project-name team'],
      },
      'list-users': {
        help: 'list the users of a project',
        of: ['project'],
        examples: ['project list-users --project-name team'],
      },
      'add-user': {
        help: 'put a user into a project; no harm when it is there already',
        of: ['project', 'user'],
        examples: ['project add-user --project-name team --email joe@example.com'],
      },
      'remove-user': {
        help: 'take a user out of a project; its keys for the project open nothing from then on',
        of: ['project', 'user'],
        examples: ['project remove-user --project-name team --email joe@example.com'],
      },
      'remove-all-users': {
        help: 'take every user out of a project',
        of: ['project'],
        examples: ['project remove-all-users --project-name team'],
      },
      get: { help: 'print a project with its users', of: ['project'], examples: ['project get --project-name team'] },
      remove: {
        help: 'remove a project that has no keys',
        of: ['project'],
        examples: ['project remove --project-name team'],
      },
      export: {
        help: 'write a project with its config and users to a file; never its keys',
        of: ['project'],
        options: OUTPUT_OPTIONS,
        examples: ['project export --project-name team --output-file team.json'],
      },
      disable: {
        help: 'refuse every key of a project, end their sessions, until it is enabled',
        of: ['project'],
        options: [REASON],
        examples: ['project disable --project-name team'],
      },
      enable: {
        help: 'accept the keys of a project again',
        of: ['project'],
        examples: ['project enable --project-name team'],
      },
      search: {
        help: 'find projects by a part of their name, or of the address of a user',
        options: [{ flags: '--search-term <text>', help: 'the part; letter case does not count', needed: true }],
        examples: ['project search --search-term joe'],
      },
    },
    async () => {
      const actions = await import('../administration/project-actions.js');
      const switches = await import('../administration/kill-switch-actions.js');
      return {
        disable: switches.disableProject,
        enable: switches.enableProject,
        list: actions.list,
        create: actions.create,
        get: actions.get,
        remove: actions.remove,
        search: actions.search,
        'assign-config': actions.assign,
        'unassign-config': actions.unassign,
        'get-config': actions.getAssigned,
        'list-users': actions.listUsers,
        'add-user': actions.addUser,
        'remove-user': actions.removeUser,
        'remove-all-users': actions.removeAllUsers,
        export: actions.exportToFile,
      };
    },
  );
};
