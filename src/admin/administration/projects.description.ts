import { ref } from '../api-docs/admin-answers.js';
import type { ApiDescription } from '../api-docs/described-by.decorator.js';
import {
  ANY_OBJECT,
  changeRoute,
  COUNT,
  downloadRoute,
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

const params = ['project'];
const SUMMARY = {
  project_name: TEXT,
  project_id: TEXT,
  mcp_config: { anyOf: [objectOf({ mcp_config_id: TEXT, mcp_config_name: TEXT }), NOTHING] },
  api_keys: COUNT,
  created_at: TEXT_OR_NULL,
  ...SWITCH,
};

/** What the API document says about /api/v1/projects. */
export const PROJECTS: ApiDescription = {
  routes: {
    list: listRoute({ summary: 'Projects', data: listOf(objectOf({ ...SUMMARY, users: COUNT })) }),
    create: changeRoute({
      summary: 'Create a project',
      status: 201,
      body: objectOf({ project_name: TEXT }),
      data: objectOf({ project_id: TEXT, project_name: TEXT }),
    }),
    search: listRoute({
      summary: 'Projects whose name or a user of which holds a term',
      body: objectOf({ search_term: TEXT }),
      data: listOf(objectOf({ project_id: TEXT, project_name: TEXT, match_type: TEXT, users: TEXTS })),
    }),
    detail: readRoute({
      summary: 'A project with its users',
      params,
      data: objectOf({ ...SUMMARY, users: listOf(ref('Member')) }),
    }),
    remove: changeRoute({ summary: 'Remove a project that has no keys', params, data: NOTHING }),
    assign: changeRoute({
      summary: 'Give a project a config',
      params,
      body: objectOf({ config_name: TEXT_OR_NULL, config_id: TEXT_OR_NULL }, ['config_name', 'config_id']),
      data: NOTHING,
    }),
    unassign: changeRoute({ summary: 'Take the config of a project away', params, data: NOTHING }),
    config: readRoute({ summary: 'The config of a project, secrets masked', params, data: ANY_OBJECT }),
    members: listRoute({ summary: 'Users of a project', params, data: listOf(ref('Member')) }),
    addMember: changeRoute({
      summary: 'Add a user to a project',
      params,
      body: objectOf({ user_id: TEXT_OR_NULL, email: TEXT_OR_NULL }, ['user_id', 'email']),
      data: NOTHING,
    }),
    removeAll: changeRoute({ summary: 'Take all users out of a project', params, data: NOTHING }),
    removeMember: changeRoute({
      summary: 'Take a user out of a project',
      description: 'Its keys of the project open nothing from then on.',
      params: ['project', 'user'],
      data: NOTHING,
    }),
    export: downloadRoute({ summary: 'A project as a document, secrets masked', params, data: ANY_OBJECT }),
  },
  schemas: {
    Member: objectOf({ user_id: TEXT, email: TEXT, api_keys: COUNT, created_at: TEXT_OR_NULL }),
  },
};
