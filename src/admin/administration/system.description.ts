import { ref } from '../api-docs/admin-answers.js';
import type { ApiDescription } from '../api-docs/described-by.decorator.js';
import {
  ANY_OBJECT,
  changeRoute,
  COUNT,
  downloadRoute,
  NOTHING,
  objectOf,
  readRoute,
  TEXTS,
} from './route-descriptions.js';

/** What the API document says about /api/v1/system. */
export const SYSTEM: ApiDescription = {
  routes: {
    health: readRoute({ summary: 'What a person should know of the config', data: ref('SystemHealth') }),
    backup: downloadRoute({
      summary: 'Configs, projects, users, keys and policies as one document',
      description: 'Keys are hashes, and values of servers are masked.',
      data: ANY_OBJECT,
    }),
    restore: changeRoute({
      summary: 'Restore a backup',
      description:
        'Takes configs, projects, users, keys and named policies. The admin key and the settings of the gateway stay. ' +
        'Servers that are not there now must be such as the API may make.',
      body: objectOf({ backup: ANY_OBJECT }),
      data: NOTHING,
    }),
    reset: changeRoute({
      summary: 'Remove all configs, projects, users and keys',
      body: objectOf({ confirm: { const: true } }),
      data: NOTHING,
    }),
  },
  schemas: {
    SystemHealth: objectOf({
      timestamp: { type: 'string', format: 'date-time' },
      status: { enum: ['healthy', 'unhealthy'] },
      issues: TEXTS,
      warnings: TEXTS,
      statistics: { type: 'object', additionalProperties: COUNT },
    }),
  },
};
