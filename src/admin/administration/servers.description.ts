import { ref } from '../api-docs/admin-answers.js';
import type { ApiDescription } from '../api-docs/described-by.decorator.js';
import {
  ANY_OBJECT,
  changeRoute,
  COUNT,
  FLAG,
  listOf,
  listRoute,
  NOTHING,
  objectOf,
  readRoute,
  SWITCH,
  TEXT,
  TEXT_OR_NULL,
  TEXTS,
} from './route-descriptions.js';

const params = ['config', 'server'];
const VALUES = { type: 'object', additionalProperties: TEXT };
const MEMBERS = {
  server_command: { ...TEXT, description: 'A command that the operator allows.' },
  args: TEXTS,
  env: VALUES,
  url: { ...TEXT, description: 'On the public internet, or of a host that the operator allows.' },
  headers: VALUES,
  tools: ANY_OBJECT,
  description: TEXT,
};
const POLICIES = { input_guardrails_policy: ANY_OBJECT, output_guardrails_policy: ANY_OBJECT };
const optional = [...Object.keys(MEMBERS), ...Object.keys(POLICIES)];

/** What the API document says about /api/v1/configs/{config}/servers. */
export const SERVERS: ApiDescription = {
  routes: {
    list: listRoute({ summary: 'Servers of a config', params: ['config'], data: listOf(ref('ServerSummary')) }),
    add: changeRoute({
      summary: 'Add a server',
      description: 'With `server_command` (and `args`, `env`) or with `url` (and `headers`).',
      params: ['config'],
      status: 201,
      body: objectOf({ server_name: TEXT, ...MEMBERS, ...POLICIES }, optional),
      data: NOTHING,
    }),
    removeAll: changeRoute({ summary: 'Remove all servers of a config', params: ['config'], data: NOTHING }),
    detail: readRoute({ summary: 'A server, secrets masked', params, data: ANY_OBJECT }),
    update: changeRoute({
      summary: 'Set members of a server',
      description: 'A member that is left out stays. `***` as a value keeps the value of the same command or address.',
      params,
      body: objectOf(MEMBERS, optional),
      data: ANY_OBJECT,
    }),
    remove: changeRoute({ summary: 'Remove a server', params, data: NOTHING }),
    setInput: changeRoute({
      summary: 'Set members of the input policy',
      params,
      body: objectOf({ policy: ANY_OBJECT }),
      data: NOTHING,
    }),
    setOutput: changeRoute({
      summary: 'Set members of the output policy',
      params,
      body: objectOf({ policy: ANY_OBJECT }),
      data: NOTHING,
    }),
    setBoth: changeRoute({
      summary: 'Set members of both policies',
      params,
      body: objectOf({ input_policy: ANY_OBJECT, output_policy: ANY_OBJECT }, ['input_policy', 'output_policy']),
      data: NOTHING,
    }),
  },
  schemas: {
    ServerSummary: objectOf({
      server_name: TEXT,
      description: TEXT,
      command: TEXT_OR_NULL,
      args: TEXTS,
      url: TEXT_OR_NULL,
      tools: COUNT,
      input_guardrails_enabled: FLAG,
      output_guardrails_enabled: FLAG,
      ...SWITCH,
      disabled_tools: { ...ANY_OBJECT, description: 'Tools that are disabled, with the reasons.' },
    }),
  },
};
