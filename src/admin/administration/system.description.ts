import { ref } from '../api-docs/admin-answers.js';
import type { ApiDescription } from '../api-docs/described-by.decorator.js';
import {
  ANY_OBJECT,
  changeRoute,
  COUNT,
  downloadRoute,
  objectOf,
  readRoute,
  TEXT,
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
        'Servers that are not there now must be such as the API may make. Backups and config files of the reference gateway are taken as well; ' +
        '`notes` says what was older. With `dry_run`, nothing is changed.',
      body: objectOf({ backup: ANY_OBJECT, dry_run: { type: 'boolean', default: false } }, ['dry_run']),
      data: objectOf({ changes: TEXTS, notes: TEXTS }),
    }),
    reset: changeRoute({
      summary: 'Put one new config, project, user and key in the place of all there are',
      description: 'The admin key and the settings of the gateway stay. The new key is shown this once.',
      body: objectOf({ confirm: { const: true } }),
      data: objectOf({ config_id: TEXT, project_id: TEXT, user_id: TEXT, api_key: TEXT }),
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
