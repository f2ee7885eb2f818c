import { addCommands } from '../administration/command-spec.js';
import { OUTPUT_OPTIONS } from '../administration/output-options.js';
import type { AddCommand } from '../command-context.js';

/** Lists of servers, as projects have them assigned. */
export const addConfigEntities: AddCommand = (group, context) => {
  addCommands(
    group,
    context,
    {
      list: {
        help: 'list the configs (lists of servers) with the projects that use them',
        examples: ['config list', "config list | jq '.[].mcp_config_name'"],
      },
      add: {
        help: 'add a config without servers; prints mcp_config_id',
        options: [{ flags: '--config-name <name>', help: 'its name, of which there is no other', needed: true }],
        examples: ['config add --config-name team'],
      },
      copy: {
        help: 'add a config with the servers of another one; prints mcp_config_id',
        options: [
          { flags: '--source-config <name>', help: 'name or id of the config to copy', needed: true },
          { flags: '--target-config <name>', help: 'name of the new one', needed: true },
        ],
        examples: ['config copy --source-config team --target-config team_trial'],
      },
      rename: {
        help: 'give a config another name; its id and the projects that use it stay',
        of: ['config'],
        options: [{ flags: '--new-name <name>', help: 'its name from now on', needed: true }],
        examples: ['config rename --config-name team --new-name support'],
      },
      'list-projects': {
        help: 'list the projects that use a config',
        of: ['config'],
        examples: ['config list-projects --config-name team'],
      },
      get: {
        help: 'print a config as the file has it, values of env and headers included',
        of: ['config'],
        examples: ['config get --config-name team'],
      },
      remove: {
        help: 'remove a config that no project uses',
        of: ['config'],
        examples: ['config remove --config-id 0b6c3d52-5f0f-4b52-9d7b-6a3c1d7a9f11'],
      },
      export: {
        help: 'write a config to a file, for config import',
        of: ['config'],
        options: OUTPUT_OPTIONS,
        details:
          'Secrets that stand in env or headers in clear are in the file too; references such as ${env:NAME} stay references.',
        examples: ['config export --config-name team --output-file team.json'],
      },
      import: {
        help: 'add a config from a file that config export wrote; prints mcp_config_id',
        options: [
          { flags: '--input-file <file>', help: 'what config export wrote, or a config file or backup', needed: true },
          { flags: '--config-name <name>', help: 'name of the new config', needed: true },
          { flags: '--source-config <name>', help: 'which one, by name or id, where the file has several' },
          { flags: '--dry-run', help: 'print what would be added, and write nothing' },
        ],
        details:
          'Files of the reference gateway are taken as well. Look at the commands in a file of somebody else first: the gateway starts them.',
        examples: [
          'config import --input-file team.json --config-name team_copy',
          'config import --input-file ~/.enkrypt/enkrypt_mcp_config.json --source-config default_config --config-name old',
        ],
      },
      search: {
        help: 'find configs by a part of their name, or of the name of a server',
        options: [{ flags: '--search-term <text>', help: 'the part; letter case does not count', needed: true }],
        examples: ['config search --search-term mail'],
      },
    },
    async () => {
      const actions = await import('../administration/config-actions.js');
      return {
        list: actions.list,
        add: actions.add,
        copy: actions.copy,
        rename: actions.rename,
        get: actions.get,
        remove: actions.remove,
        search: actions.search,
        'list-projects': actions.listProjects,
        export: actions.exportToFile,
        import: actions.importFromFile,
      };
    },
  );
};
