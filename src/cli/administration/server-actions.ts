import { InvalidArgumentError } from 'commander';
import type { Json } from '../../config/administration/document.js';
import {
  addServer,
  getServer,
  listServers,
  type PolicyDirection,
  removeAllServers,
  removeServer,
  type ServerFields,
  setPolicy,
  updateServer,
} from '../../config/administration/servers.js';
import { type CliIo, EXIT } from '../cli-io.js';
import { looksSecret } from '../server/secret-look.js';
import { type Action, changing, reading, tell } from './action.js';
import { readObject } from './json-files.js';
import type { Words } from './words.js';

export const list = reading((document, words) => listServers(document, words.id(document, 'config')));

export const get = reading((document, words) =>
  getServer(document, words.id(document, 'config'), words.text('serverName')),
);

export const add: Action = async (words, { repository, io }) => {
  if (words.has('serverCommand') === words.has('url')) {
    throw new InvalidArgumentError('Say how the server is reached: --server-command or --url.');
  }
  const fields = fieldsOf(words);
  const name = words.text('serverName');
  await repository.change(
    (document) => {
      addServer(document, words.id(document, 'config'), name, fields);
    },
    undefined,
    'none',
  );
  warnOfSecrets(fields, io);
  tell({ note: `Added server ${name}. Try it: secure-mcp-gateway server test ${JSON.stringify(name)}` }, io);
  return EXIT.ok;
};

export const update: Action = async (words, { repository, io }) => {
  const fields = fieldsOf(words);
  if (Object.keys(fields).length === 0) throw new InvalidArgumentError('Say what is to be changed of the server.');
  const name = words.text('serverName');
  await repository.change(
    (document) => {
      updateServer(document, words.id(document, 'config'), name, fields);
    },
    undefined,
    'none',
  );
  warnOfSecrets(fields, io);
  tell({ note: `Changed server ${name}.` }, io);
  return EXIT.ok;
};

export const remove = changing((document, words) => {
  const name = words.text('serverName');
  removeServer(document, words.id(document, 'config'), name);
  return { note: `Removed server ${name}.` };
});

export const removeAll = changing((document, words) => {
  const count = removeAllServers(document, words.id(document, 'config'));
  return { note: `Removed ${String(count)} server${count === 1 ? '' : 's'}.` };
});

export const setInputPolicy: Action = policySetter([['input_guardrails_policy', 'policy']]);
export const setOutputPolicy: Action = policySetter([['output_guardrails_policy', 'policy']]);
export const setPolicies: Action = policySetter([
  ['input_guardrails_policy', 'inputPolicy'],
  ['output_guardrails_policy', 'outputPolicy'],
]);

/** @param sources policies and the options that give them; `<option>File` names a file instead */
function policySetter(sources: readonly (readonly [PolicyDirection, string])[]): Action {
  return async (words, { repository, io }) => {
    const policies: Partial<Record<PolicyDirection, Json>> = {};
    for (const [direction, option] of sources) {
      const policy = await policyOf(words, option);
      if (policy !== undefined) policies[direction] = policy;
    }
    if (Object.keys(policies).length === 0) {
      throw new InvalidArgumentError('Give the members of the policy as JSON, or a file that holds them.');
    }
    const name = words.text('serverName');
    await repository.change(
      (document) => {
        setPolicy(document, words.id(document, 'config'), name, policies);
      },
      undefined,
      'none',
    );
    tell({ note: `Changed the guardrails of server ${name}. What was not named stays as it was.` }, io);
    return EXIT.ok;
  };
}

async function policyOf(words: Words, option: string): Promise<Json | undefined> {
  const file = words.optional(`${option}File`);
  if (file === undefined) return words.json(option);
  if (words.has(option)) throw new InvalidArgumentError('Give a policy as JSON or as a file, not both.');
  return readObject(file);
}

/** Those that were given. */
function fieldsOf(words: Words): ServerFields {
  const fields = {
    command: words.optional('serverCommand'),
    args: words.list('args'),
    env: words.texts('env'),
    url: words.optional('url'),
    headers: words.texts('headers'),
    tools: words.json('tools'),
    description: words.optional('description'),
    input_guardrails_policy: words.json('inputGuardrailsPolicy'),
    output_guardrails_policy: words.json('outputGuardrailsPolicy'),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function warnOfSecrets({ env, headers }: ServerFields, io: CliIo): void {
  for (const [name, value] of Object.entries({ ...env, ...headers })) {
    if (!looksSecret(name, value)) continue;
    const variable = name.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
    io.stderr(
      `warning: ${name} looks like a secret and stands in the file in clear; better \${env:${variable}} or \${file:PATH}\n`,
    );
  }
}
