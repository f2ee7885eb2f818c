import { addCommands } from '../administration/command-spec.js';
import type { AddCommand } from '../command-context.js';
import { REASON } from './reason-option.js';

const SERVER = { flags: '--server-name <name>', help: 'name of the server', needed: true } as const;
const FIELDS = [
  { flags: '--server-command <command>', help: 'command that starts it' },
  { flags: '--args <list>', help: 'its arguments between commas, or a JSON list' },
  { flags: '--env <json>', help: 'its environment variables, a JSON object' },
  { flags: '--url <url>', help: 'address of a remote server, instead of a command' },
  { flags: '--headers <json>', help: 'headers of every request to it, a JSON object' },
  { flags: '--tools <json>', help: 'allow-list {tool: description}; {} = every tool' },
  { flags: '--description <text>', help: 'what it is for; clients see it' },
] as const;
const TOOL = {
  flags: '--tool-name <name>',
  help: 'name of the tool as its server has it; * and ? are globs',
  needed: true,
} as const;
const POLICY = [
  { flags: '--policy <json>', help: 'members of the policy to set' },
  { flags: '--policy-file <file>', help: 'a file with them' },
] as const;
const WHOLE = 'Members that are not named stay as they are. The file must load with the change, or nothing is written.';

/** The servers of a config. `server add` does the same in fewer words. */
export const addConfigServers: AddCommand = (group, context) => {
  addCommands(
    group,
    context,
    {
      'list-servers': {
        help: 'list the servers of a config; never shows env or headers',
        of: ['config'],
        examples: ['config list-servers --config-name team'],
      },
      'get-server': {
        help: 'print a server as the file has it, values of env and headers included',
        of: ['config'],
        options: [SERVER],
        examples: ['config get-server --config-name team --server-name mail'],
      },
      'add-server': {
        help: 'add a server to a config',
        of: ['config'],
        options: [
          SERVER,
          ...FIELDS,
          { flags: '--input-guardrails-policy <json>', help: 'what is checked on the way in' },
          { flags: '--output-guardrails-policy <json>', help: 'what is checked on the way out' },
        ],
        details:
          'Secrets do not belong into the file: write ${env:NAME} or ${file:PATH}, in single quotes, and the gateway looks them up.\n' +
          'Without a policy, only the allow-list and the schemas of the tools are checked.',
        examples: [
          'config add-server --config-name team --server-name files --server-command npx --args -y,@modelcontextprotocol/server-filesystem,/srv',
          `config add-server --config-name team --server-name mail --url https://mail.example.com/mcp --headers '{"Authorization": "Bearer \${env:MAIL_TOKEN}"}'`,
        ],
      },
      'update-server': {
        help: 'change a server of a config',
        of: ['config'],
        options: [SERVER, ...FIELDS],
        details: WHOLE,
        examples: [
          `config update-server --config-name team --server-name files --tools '{"read_file": ""}' --description 'Read files'`,
        ],
      },
      'remove-server': {
        help: 'remove a server from a config',
        of: ['config'],
        options: [SERVER],
        examples: ['config remove-server --config-name team --server-name files'],
      },
      'remove-all-servers': {
        help: 'remove every server from a config',
        of: ['config'],
        examples: ['config remove-all-servers --config-name team'],
      },
      'disable-server': {
        help: 'hide a server and refuse its calls, until it is enabled',
        of: ['config'],
        options: [SERVER, REASON],
        examples: ["config disable-server --config-name team --server-name mail --reason 'incident 42'"],
      },
      'enable-server': {
        help: 'show a disabled server again',
        of: ['config'],
        options: [SERVER],
        examples: ['config enable-server --config-name team --server-name mail'],
      },
      'disable-tool': {
        help: 'hide a tool of a server and refuse its calls, until it is enabled',
        of: ['config'],
        options: [SERVER, TOOL, REASON],
        examples: ['config disable-tool --config-name team --server-name mail --tool-name send_mail'],
      },
      'enable-tool': {
        help: 'show a disabled tool again',
        of: ['config'],
        options: [SERVER, TOOL],
        examples: ['config enable-tool --config-name team --server-name mail --tool-name send_mail'],
      },
      'update-server-input-guardrails': {
        help: 'set what is checked on the way to a server',
        of: ['config'],
        options: [SERVER, ...POLICY],
        details: WHOLE,
        examples: [
          `config update-server-input-guardrails --config-name team --server-name mail --policy '{"enabled": true, "policy_name": "default", "block": ["injection_attack"]}'`,
        ],
      },
      'update-server-output-guardrails': {
        help: 'set what is checked in the answers of a server',
        of: ['config'],
        options: [SERVER, ...POLICY],
        details: WHOLE,
        examples: [
          'config update-server-output-guardrails --config-name team --server-name mail --policy-file out.json',
        ],
      },
      'update-server-guardrails': {
        help: 'set both',
        of: ['config'],
        options: [
          SERVER,
          { flags: '--input-policy <json>', help: 'members of the input policy to set' },
          { flags: '--input-policy-file <file>', help: 'a file with them' },
          { flags: '--output-policy <json>', help: 'members of the output policy to set' },
          { flags: '--output-policy-file <file>', help: 'a file with them' },
        ],
        details: WHOLE,
        examples: [
          `config update-server-guardrails --config-name team --server-name mail --input-policy-file in.json --output-policy '{"enabled": false}'`,
        ],
      },
    },
    async () => {
      const actions = await import('../administration/server-actions.js');
      const switches = await import('../administration/kill-switch-actions.js');
      return {
        'disable-server': switches.disableServer,
        'enable-server': switches.enableServer,
        'disable-tool': switches.disableTool,
        'enable-tool': switches.enableTool,
        'list-servers': actions.list,
        'get-server': actions.get,
        'add-server': actions.add,
        'update-server': actions.update,
        'remove-server': actions.remove,
        'remove-all-servers': actions.removeAll,
        'update-server-input-guardrails': actions.setInputPolicy,
        'update-server-output-guardrails': actions.setOutputPolicy,
        'update-server-guardrails': actions.setPolicies,
      };
    },
  );
};
