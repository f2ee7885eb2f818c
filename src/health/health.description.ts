import { jsonAnswer, publicRoute, ref } from '../admin/api-docs/admin-answers.js';
import type { ApiDescription } from '../admin/api-docs/described-by.decorator.js';

const TIME = { type: 'string', format: 'date-time' };
const SUMMARY = {
  status: {
    enum: ['ok', 'degraded', 'error'],
    description: '`degraded`: serving, but not as configured. `error`: serves nothing new.',
  },
  config: {
    enum: ['ok', 'stale'],
    description: '`stale`: the file is broken and the last good revision is in force.',
  },
};

/** What the API document says about /health. */
export const HEALTH: ApiDescription = {
  routes: {
    overall: [
      ...publicRoute({
        tags: ['health'],
        summary: 'How the gateway is',
        description: 'With the admin key as a bearer token the answer has detail; a wrong key is answered like none.',
        security: [{}, { adminKey: [] }],
      }),
      jsonAnswer(200, 'It serves.', { anyOf: [ref('HealthSummary'), ref('HealthDetail')] }),
      jsonAnswer(503, 'It drains.', { anyOf: [ref('HealthSummary'), ref('HealthDetail')] }),
    ],
    live: [
      ...publicRoute({ tags: ['health'], summary: 'Whether the process answers; for liveness probes' }),
      jsonAnswer(200, 'It answers.', ref('ProbeOk')),
    ],
    ready: [
      ...publicRoute({ tags: ['health'], summary: 'Whether it takes new requests; for readiness probes' }),
      jsonAnswer(200, 'It takes requests.', ref('ProbeOk')),
      jsonAnswer(503, 'It drains.', ref('ProbeError')),
    ],
  },
  schemas: {
    HealthSummary: {
      type: 'object',
      properties: SUMMARY,
      required: ['status', 'config'],
      additionalProperties: false,
    },
    HealthDetail: {
      type: 'object',
      properties: {
        ...SUMMARY,
        detail: {
          type: 'object',
          properties: {
            version: { type: 'string' },
            commit: { type: ['string', 'null'], description: 'Commit of the build; null when the build did not know.' },
            uptime_s: { type: 'integer' },
            draining: { type: 'boolean' },
            config: ref('HealthConfig'),
            cache: ref('HealthCache'),
            limits: ref('HealthLimits'),
            audit: ref('HealthAudit'),
            upstreams: { type: 'array', items: ref('HealthUpstream') },
          },
          required: ['version', 'commit', 'uptime_s', 'draining', 'config', 'cache', 'limits', 'audit', 'upstreams'],
          additionalProperties: false,
        },
      },
      required: ['status', 'config', 'detail'],
      additionalProperties: false,
    },
    HealthAudit: {
      type: 'object',
      properties: {
        writable: { type: 'boolean', description: 'false: lines wait in memory, and admin changes are refused.' },
        dropped: { type: 'integer', description: 'Lines lost since the start.' },
        copies: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              to: { enum: ['postgres', 'otlp'] },
              reachable: { type: 'boolean' },
              waiting_bytes: { type: 'integer' },
              missed: { type: 'integer' },
            },
            required: ['to', 'reachable', 'waiting_bytes', 'missed'],
            additionalProperties: false,
          },
        },
      },
      required: ['writable', 'dropped', 'copies'],
      additionalProperties: false,
    },
    HealthConfig: {
      type: 'object',
      properties: {
        ok: { type: 'boolean' },
        revision: { type: 'string' },
        loaded_at: TIME,
        in_force: { type: 'string' },
        broken_since: TIME,
        problems: { type: 'array', items: ref('ConfigProblem') },
      },
      required: ['ok', 'revision', 'loaded_at'],
      additionalProperties: false,
    },
    HealthCache: {
      type: 'object',
      properties: {
        type: { enum: ['memory', 'external'] },
        state: { enum: ['up', 'degraded'], description: '`degraded`: the memory of the process stands in for it.' },
        reason: { enum: ['unreachable', 'timeout', 'refused', 'connecting'] },
        since: TIME,
      },
      required: ['type'],
      additionalProperties: false,
    },
    HealthLimits: {
      type: 'object',
      description: 'Where calls are counted; without a state nothing was counted yet.',
      properties: {
        type: { enum: ['memory', 'external'] },
        state: { enum: ['up', 'degraded'], description: '`degraded`: each process counts its own calls.' },
        reason: { enum: ['unreachable', 'timeout', 'refused', 'connecting'] },
        since: TIME,
      },
      required: ['type'],
      additionalProperties: false,
    },
    HealthUpstream: {
      type: 'object',
      properties: {
        server: { type: 'string' },
        status: { enum: ['up', 'down', 'idle'] },
        sessions: { type: 'integer', minimum: 0 },
      },
      required: ['server', 'status', 'sessions'],
      additionalProperties: false,
    },
    ProbeOk: {
      type: 'object',
      properties: { status: { const: 'ok' } },
      required: ['status'],
      additionalProperties: false,
    },
    ProbeError: {
      type: 'object',
      properties: { status: { const: 'error' } },
      required: ['status'],
      additionalProperties: false,
    },
  },
};
