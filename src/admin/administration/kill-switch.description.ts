import type { ApiDescription } from '../api-docs/described-by.decorator.js';
import { changeRoute, NOTHING, objectOf } from './route-descriptions.js';

const SERVER = ['config', 'server'];
const TOOL = [...SERVER, 'tool'];
const REASON = {
  type: ['string', 'null'],
  maxLength: 256,
  description: 'One line. Callers are told it where a server or a tool is disabled.',
};

const disable = (summary: string, description: string, params: readonly string[]) =>
  changeRoute({ summary, description, params, body: objectOf({ reason: REASON }, ['reason']), data: NOTHING });
const enable = (summary: string, params: readonly string[]) => changeRoute({ summary, params, data: NOTHING });

const KEYS = 'Its keys open nothing from then on, and their sessions, streams and calls under way end.';
const CALLS =
  'It is not listed any more, and calls are refused with the reason, those under way included that were not sent yet.';

/** What the API document says about the switches. */
export const KILL_SWITCHES: ApiDescription = {
  routes: {
    disableUser: disable('Disable a user at once', KEYS, ['user']),
    enableUser: enable('Enable a user', ['user']),
    disableProject: disable('Disable a project at once', KEYS, ['project']),
    enableProject: enable('Enable a project', ['project']),
    disableServer: disable('Disable a server at once', CALLS, SERVER),
    enableServer: enable('Enable a server', SERVER),
    disableTool: disable('Disable a tool of a server at once', CALLS, TOOL),
    enableTool: enable('Enable a tool of a server', TOOL),
  },
  schemas: {},
};
