import { ApiQuery } from '@nestjs/swagger';
import { adminRoute, envelopeOf, jsonAnswer, ref } from './api-docs/admin-answers.js';
import type { ApiDescription } from './api-docs/described-by.decorator.js';
import { STATUS_SECTIONS } from './config-status.dto.js';

const TIME = { type: 'string', format: 'date-time' };
const COUNT = { type: 'integer', minimum: 0 };
const COUNTS = [
  'mcp_configs',
  'servers',
  'keys',
  'active_keys',
  'projects_with_active_keys',
  'users_with_active_keys',
] as const;

/** What the API document says about /api/v1/config. */
export const CONFIG: ApiDescription = {
  routes: {
    status: [
      ...adminRoute({
        tags: ['admin'],
        summary: 'The config in force',
        description:
          'Which revision is in force, what is wrong with the file, which features are on, and what was counted.',
      }),
      ApiQuery({
        name: 'section',
        required: false,
        schema: { enum: [...STATUS_SECTIONS] },
        description: 'One section alone; without it all of them.',
      }),
      jsonAnswer(200, 'The sections asked for.', envelopeOf(ref('ConfigStatus'))),
    ],
  },
  schemas: {
    ConfigProblem: {
      type: 'object',
      properties: {
        path: { type: 'string', description: 'Like `projects.<id>.users[0]`.' },
        message: { type: 'string' },
      },
      required: ['path', 'message'],
      additionalProperties: false,
    },
    ConfigStatus: {
      type: 'object',
      properties: {
        config: {
          type: 'object',
          properties: {
            ok: {
              type: 'boolean',
              description: 'false while the file is broken and the last good revision is in force',
            },
            revision: { type: 'string' },
            loaded_at: TIME,
            in_force: { type: 'string' },
            broken_since: TIME,
            problems: { type: 'array', items: ref('ConfigProblem') },
            warnings: { type: 'array', items: ref('ConfigProblem') },
            counts: {
              type: 'object',
              properties: Object.fromEntries(COUNTS.map((name) => [name, COUNT])),
              required: [...COUNTS],
              additionalProperties: false,
            },
          },
          required: ['ok', 'revision', 'loaded_at', 'problems', 'warnings', 'counts'],
          additionalProperties: false,
        },
        features: {
          type: 'object',
          properties: {
            admin_key: { type: 'boolean' },
            admin_api_docs: { type: 'boolean' },
            telemetry: { type: 'boolean' },
            log_level: { enum: ['debug', 'info', 'warn', 'error'] },
          },
          required: ['admin_key', 'admin_api_docs', 'telemetry', 'log_level'],
          additionalProperties: false,
        },
        counters: {
          type: 'object',
          description: 'Totals since the start by the name of the metric.',
          additionalProperties: { type: 'number' },
        },
      },
      additionalProperties: false,
    },
  },
};
