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
  TEXT,
  TEXTS,
} from './route-descriptions.js';

const params = ['config'];
const SEARCH = objectOf({ search_term: { type: 'string', maxLength: 256 } });
const REF = objectOf({ config_id: TEXT, config_name: TEXT });

/** What the API document says about /api/v1/configs. */
export const CONFIGS: ApiDescription = {
  routes: {
    list: listRoute({ summary: 'Configs', data: listOf(ref('ConfigSummary')) }),
    create: changeRoute({
      summary: 'Create an empty config',
      status: 201,
      body: objectOf({ config_name: TEXT }),
      data: REF,
    }),
    copy: changeRoute({
      summary: 'Copy a config',
      status: 201,
      body: objectOf({ source_config: TEXT, target_config: TEXT }),
      data: REF,
    }),
    import: changeRoute({
      summary: 'Import an exported config',
      description: 'Masked values must be filled in first. Servers must be such as the API may make.',
      status: 201,
      body: objectOf({ config_name: TEXT, config: ANY_OBJECT }),
      data: REF,
    }),
    search: listRoute({
      summary: 'Configs whose name or a server of which holds a term',
      body: SEARCH,
      data: listOf(objectOf({ mcp_config_id: TEXT, mcp_config_name: TEXT, match_type: TEXT, servers: TEXTS })),
    }),
    rename: changeRoute({ summary: 'Rename a config', params, body: objectOf({ new_name: TEXT }), data: NOTHING }),
    detail: readRoute({ summary: 'A config with its servers, secrets masked', params, data: ANY_OBJECT }),
    remove: changeRoute({ summary: 'Remove a config that no project uses', params, data: NOTHING }),
    projects: listRoute({
      summary: 'Projects that use a config',
      params,
      data: listOf(objectOf({ project_id: TEXT, project_name: TEXT })),
    }),
    validate: readRoute({
      summary: 'Whether a config would load',
      description: 'If not, the answer is 422 and names every problem.',
      params,
      body: objectOf({}),
      data: NOTHING,
    }),
    export: downloadRoute({ summary: 'A config as a document, secrets masked', params, data: ANY_OBJECT }),
  },
  schemas: {
    ConfigSummary: objectOf({
      mcp_config_id: TEXT,
      mcp_config_name: TEXT,
      servers: COUNT,
      used_by_projects: listOf(objectOf({ project_id: TEXT, project_name: TEXT })),
    }),
  },
};
