import { addCommands } from '../administration/command-spec.js';
import type { AddCommand } from '../command-context.js';

/** Settings of the whole gateway. */
export const addConfigSettings: AddCommand = (group, context) => {
  addCommands(
    group,
    context,
    {
      'set-enkrypt-api-key': {
        help: 'set the key of the guardrail service (plugins.guardrails.config.api_key)',
        options: [{ flags: '--api-key <key>', help: 'the key, a reference, or - to read it from stdin', needed: true }],
        details:
          'The file then holds the key in clear; better a reference that the gateway looks up, in single quotes.',
        examples: [
          "config set-enkrypt-api-key --api-key '${env:ENKRYPT_API_KEY}'",
          'config set-enkrypt-api-key --api-key - < key.txt',
        ],
      },
      'get-enkrypt-api-key': {
        help: 'say whether that key is set; shows its last four characters, or the reference',
        examples: ['config get-enkrypt-api-key'],
      },
      'configure-telemetry': {
        help: 'switch telemetry on or off, and say where it goes; what is not named stays',
        options: [
          { flags: '--enabled <boolean>', help: 'send traces and metrics', choices: ['true', 'false'] },
          { flags: '--url <url>', help: 'collector that takes OTLP' },
          { flags: '--insecure <boolean>', help: 'without TLS', choices: ['true', 'false'] },
        ],
        examples: ['config configure-telemetry --enabled true --url http://localhost:4317 --insecure true'],
      },
    },
    async () => {
      const actions = await import('../administration/settings-actions.js');
      return {
        'set-enkrypt-api-key': actions.setKey,
        'get-enkrypt-api-key': actions.getKey,
        'configure-telemetry': actions.telemetry,
      };
    },
  );
};
