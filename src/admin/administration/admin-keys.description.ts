import { ADMIN_ROLES } from '../../config/admin-role.js';
import { ref } from '../api-docs/admin-answers.js';
import type { ApiDescription } from '../api-docs/described-by.decorator.js';
import { changeRoute, FLAG, listOf, listRoute, NOTHING, objectOf, TEXT, TEXT_OR_NULL } from './route-descriptions.js';

const params = ['key'];
const ROLE = { type: 'string', enum: [...ADMIN_ROLES] };
const MADE = objectOf({ admin_api_key: TEXT, key_id: TEXT });
const LAST = 'The last active key with the role owner can be neither disabled nor deleted.';

/** What the API document says about /api/v1/admin-keys. */
export const ADMIN_KEYS: ApiDescription = {
  routes: {
    list: listRoute({ summary: 'Admin keys, without the keys themselves', data: listOf(ref('AdminKeySummary')) }),
    generate: changeRoute({
      summary: 'Make an admin key',
      description: 'The answer is the only time that the key is shown.',
      status: 201,
      body: objectOf(
        { role: ROLE, name: TEXT_OR_NULL, expires_at: { type: ['string', 'null'], format: 'date-time' } },
        ['name', 'expires_at'],
      ),
      data: MADE,
    }),
    rotate: changeRoute({
      summary: 'Replace an admin key by another one',
      description: 'The old key opens nothing from then on.',
      params,
      data: MADE,
    }),
    disable: changeRoute({ summary: 'Disable an admin key at once', description: LAST, params, data: NOTHING }),
    enable: changeRoute({ summary: 'Enable an admin key', params, data: NOTHING }),
    remove: changeRoute({ summary: 'Delete an admin key', description: LAST, params, data: NOTHING }),
  },
  schemas: {
    AdminKeySummary: objectOf({
      key_id: { type: 'string', pattern: '^[0-9a-f]{12}$' },
      name: TEXT_OR_NULL,
      role: ROLE,
      created_at: TEXT_OR_NULL,
      expires_at: TEXT_OR_NULL,
      disabled: FLAG,
      last_used_at: { ...TEXT_OR_NULL, description: 'To the minute.' },
    }),
  },
};
