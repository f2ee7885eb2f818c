import { MAX_OVERLAP_SECONDS } from '../../config/administration/key-rotation.js';
import { ref } from '../api-docs/admin-answers.js';
import type { ApiDescription } from '../api-docs/described-by.decorator.js';
import {
  changeRoute,
  FLAG,
  KEY_SETTINGS,
  listOf,
  listRoute,
  NOTHING,
  objectOf,
  readRoute,
  TEXT,
  TEXT_OR_NULL,
} from './route-descriptions.js';

const params = ['key'];

/** What the API document says about /api/v1/api-keys. */
export const API_KEYS: ApiDescription = {
  routes: {
    list: listRoute({ summary: 'Keys of everybody, without the keys themselves', data: listOf(ref('KeySummary')) }),
    rotate: changeRoute({
      summary: 'Replace a key by another one',
      description:
        'The old key works on for `overlap_seconds`, at most to its own expiry; by default it opens nothing from then on. ' +
        'The answer is the only time that the new one is shown.',
      body: objectOf(
        {
          api_key: { ...TEXT, description: 'The key, or its id.' },
          overlap_seconds: { type: 'integer', minimum: 0, maximum: MAX_OVERLAP_SECONDS, default: 0 },
        },
        ['overlap_seconds'],
      ),
      data: objectOf({ new_api_key: TEXT, key_id: TEXT }),
    }),
    detail: readRoute({ summary: 'What is known of a key', params, data: ref('KeySummary') }),
    update: changeRoute({
      summary: 'Change the name, the expiry or the restrictions of a key',
      params,
      body: objectOf(KEY_SETTINGS, Object.keys(KEY_SETTINGS)),
      data: NOTHING,
    }),
    disable: changeRoute({ summary: 'Disable a key at once', params, data: NOTHING }),
    enable: changeRoute({ summary: 'Enable a key', params, data: NOTHING }),
    remove: changeRoute({ summary: 'Delete a key', params, data: NOTHING }),
  },
  schemas: {
    KeySummary: objectOf({
      key_id: { type: 'string', pattern: '^[0-9a-f]{12}$' },
      name: TEXT_OR_NULL,
      user_id: TEXT,
      user_email: TEXT_OR_NULL,
      project_id: TEXT,
      project_name: TEXT_OR_NULL,
      mcp_config_id: TEXT_OR_NULL,
      mcp_config_name: TEXT_OR_NULL,
      created_at: TEXT_OR_NULL,
      expires_at: TEXT_OR_NULL,
      disabled: FLAG,
      disabled_at: TEXT_OR_NULL,
      enabled_at: TEXT_OR_NULL,
      last_used_at: { ...TEXT_OR_NULL, description: 'To the minute.' },
      allowed_ips: { type: ['array', 'null'], items: TEXT },
      access: { type: ['object', 'null'] },
      rotated_from: { ...TEXT_OR_NULL, description: 'Id of the key before.' },
      replaced_by: { ...TEXT_OR_NULL, description: 'Id of the key in whose place it stands until `expires_at`.' },
    }),
  },
};
