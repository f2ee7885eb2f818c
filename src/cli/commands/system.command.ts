import { addCommands } from '../administration/command-spec.js';
import { OUTPUT_OPTIONS } from '../administration/output-options.js';
import type { AddCommand } from '../command-context.js';

export const addSystem: AddCommand = (program, context) => {
  const group = program.command('system').description('check, back up, restore and reset the whole config');
  addCommands(
    group,
    context,
    {
      'health-check': {
        help: 'print what is wrong or odd in the config, and how much is in it',
        details: 'The exit code is 1 when there are issues. "doctor" also tries the servers.',
        examples: ['system health-check'],
      },
      backup: {
        help: 'write everything to one file, for system restore',
        options: OUTPUT_OPTIONS,
        details:
          'It holds the hashes of keys, never keys. Secrets that stand in server entries in clear are in it, so guard it like the config.',
        examples: ['system backup --output-file gateway-backup.json'],
      },
      restore: {
        help: 'put a backup in the place of everything there is; the admin key in force stays',
        options: [
          { flags: '--input-file <file>', help: 'what system backup wrote, or a config file', needed: true },
          { flags: '--dry-run', help: 'print what would change, and write nothing' },
        ],
        details:
          'Backups and config files of the reference gateway are taken as well: older forms are rewritten, and keys in clear become hashes.\n' +
          'A running gateway goes on with what was restored within a second: keys made since the backup open nothing, keys deleted\n' +
          'since open again. The file before is kept as a backup beside it. Where there is no config file, it is made.',
        examples: [
          'system restore --input-file gateway-backup.json --dry-run',
          'system restore --input-file ~/.enkrypt/enkrypt_mcp_config.json',
        ],
      },
      reset: {
        help: 'put one new config, project, user and key in the place of all there are; settings and admin key stay',
        options: [{ flags: '--confirm', help: 'needed: every key opens nothing from then on' }],
        details: 'Prints the new ids and the new key. The file before is kept as a backup beside it.',
        examples: ['system reset --confirm'],
      },
      'start-api': {
        help: 'not here: "secure-mcp-gateway start" serves the admin API',
        options: [
          { flags: '--host <address>', help: 'see start --host' },
          { flags: '--port <number>', help: 'see start --admin-port' },
          { flags: '--reload', help: 'start always follows the file' },
        ],
        examples: ['start --admin-port 8001'],
      },
      'stop-api': {
        help: 'not here: the admin API ends with the gateway',
        options: [
          { flags: '--port <number>', help: 'not used' },
          { flags: '--force', help: 'not used' },
        ],
        examples: ['start --help'],
      },
    },
    async () => {
      const actions = await import('../administration/system-actions.js');
      return {
        backup: actions.backup,
        restore: actions.restore,
        reset: actions.reset,
        'health-check': actions.healthCheck,
        'start-api': actions.startApi,
        'stop-api': actions.stopApi,
      };
    },
  );
};
