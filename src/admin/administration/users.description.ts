import { ApiQuery } from '@nestjs/swagger';
import { ref } from '../api-docs/admin-answers.js';
import type { ApiDescription } from '../api-docs/described-by.decorator.js';
import {
  changeRoute,
  COUNT,
  FLAG,
  KEY_SETTINGS,
  listOf,
  listRoute,
  NOTHING,
  objectOf,
  readRoute,
  SWITCH,
  TEXT,
  TEXT_OR_NULL,
} from './route-descriptions.js';

const params = ['user'];
const KEY_BODY = { ...KEY_SETTINGS, project_name: TEXT_OR_NULL, project_id: TEXT_OR_NULL };

/** What the API document says about /api/v1/users. */
export const USERS: ApiDescription = {
  routes: {
    list: listRoute({ summary: 'Users', data: listOf(ref('UserSummary')) }),
    create: changeRoute({
      summary: 'Create a user',
      status: 201,
      body: objectOf({ email: TEXT }),
      data: objectOf({ user_id: TEXT, email: TEXT }),
    }),
    search: listRoute({
      summary: 'Users whose address or a project of whom holds a term',
      body: objectOf({ search_term: TEXT }),
      data: listOf(objectOf({ user_id: TEXT, email: TEXT, match_type: TEXT, api_keys: COUNT })),
    }),
    detail: readRoute({ summary: 'A user', params, data: ref('UserSummary') }),
    update: changeRoute({
      summary: 'Change the address of a user',
      params,
      body: objectOf({ new_email: TEXT }),
      data: NOTHING,
    }),
    remove: changeRoute({
      summary: 'Delete a user',
      description: 'With `force`, out of its projects and with its keys.',
      params,
      body: objectOf({ force: { ...FLAG, default: false } }, ['force']),
      data: NOTHING,
    }),
    projects: listRoute({
      summary: 'Projects of a user',
      params,
      data: listOf(objectOf({ project_id: TEXT, project_name: TEXT, api_keys: COUNT, created_at: TEXT_OR_NULL })),
    }),
    keys: [
      ...listRoute({ summary: 'Keys of a user, without the keys themselves', params, data: listOf(ref('KeySummary')) }),
      ApiQuery({
        name: 'project_identifier',
        required: false,
        schema: { type: 'string', maxLength: 256 },
        description: 'Name or id of a project: its keys alone.',
      }),
    ],
    generate: changeRoute({
      summary: 'Make a key for a user in a project',
      description: 'The answer is the only time that the key is shown.',
      params,
      status: 201,
      body: objectOf(KEY_BODY, Object.keys(KEY_BODY)),
      data: objectOf({ api_key: TEXT, key_id: TEXT }),
    }),
    removeKeys: changeRoute({ summary: 'Delete all keys of a user', params, data: NOTHING }),
  },
  schemas: {
    UserSummary: objectOf({
      user_id: TEXT,
      email: TEXT,
      created_at: TEXT_OR_NULL,
      projects: listOf(objectOf({ project_id: TEXT, project_name: TEXT })),
      api_keys: COUNT,
      ...SWITCH,
    }),
  },
};
