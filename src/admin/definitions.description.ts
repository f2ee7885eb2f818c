import { ApiParam, ApiQuery } from '@nestjs/swagger';
import { DEFINITION_CHANGES } from '../contracts/definition-pinning.js';
import { adminRoute, envelopeOf, jsonAnswer, ref } from './api-docs/admin-answers.js';
import type { ApiDescription } from './api-docs/described-by.decorator.js';
import { DEFINITION_STATUSES } from './definitions.dto.js';

const TEXT_OR_NULL = { type: ['string', 'null'] };
const HASH = { type: 'string', pattern: '^[0-9a-f]{64}$' };
const ENTRY = {
  id: {
    type: 'string',
    pattern: '^[0-9a-f]{16}$',
    description: 'Of this very definition: after another change it is another one.',
  },
  config: { type: 'string' },
  server: { type: 'string' },
  kind: { enum: ['tool', 'server'], description: 'server = what the server says of itself' },
  name: { type: 'string' },
  status: { enum: ['pinned', 'changed', 'review', 'rejected'] },
  changes: { type: 'array', items: { enum: [...DEFINITION_CHANGES] } },
  hash: { ...HASH, description: 'SHA-256 of the canonical form (RFC 8785).' },
  pinned_hash: { anyOf: [HASH, { type: 'null' }], description: 'What is in force meanwhile.' },
  since: { type: 'string', format: 'date-time' },
  tenants: { type: 'integer', minimum: 1 },
};
const DIFF = {
  path: { type: 'string', description: 'JSON Pointer in the definition.' },
  change: { enum: [...DEFINITION_CHANGES, 'new'] },
  before: TEXT_OR_NULL,
  after: TEXT_OR_NULL,
  extent: TEXT_OR_NULL,
};

function object(properties: Record<string, object>): Record<string, unknown> {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

const id = ApiParam({ name: 'id', schema: ENTRY.id, description: 'From the list.' });
const missing = jsonAnswer(404, 'There is no definition with this id now.', ref('AdminError'));
const decided = (done: string) => [
  id,
  jsonAnswer(200, `${done}; it holds for all users of the config at once.`, envelopeOf(ref('PinnedDefinition'))),
  missing,
  jsonAnswer(409, 'The definition is in force already.', ref('AdminError')),
  // None is needed; one that is sent is read all the same.
  jsonAnswer(413, 'The body is larger than 4 MiB.', ref('AdminError')),
  jsonAnswer(415, 'There is a body, and it is not application/json.', ref('AdminError')),
  jsonAnswer(422, 'There is a body, and it is no JSON object.', ref('AdminError')),
];

/** What the API document says about /api/v1/definitions. */
export const DEFINITIONS: ApiDescription = {
  routes: {
    list: [
      ...adminRoute({
        tags: ['admin'],
        summary: 'Definitions that wait for a decision, or all',
        description: 'What servers offer, held against what they offered before. Texts are in the detail alone.',
      }),
      ApiQuery({ name: 'status', required: false, schema: { enum: [...DEFINITION_STATUSES], default: 'waiting' } }),
      ApiQuery({ name: 'server', required: false, schema: { type: 'string' } }),
      jsonAnswer(200, 'The definitions, without their texts.', envelopeOf(ref('PinnedDefinitions'))),
    ],
    detail: [
      ...adminRoute({
        tags: ['admin'],
        summary: 'One definition, with what changed in it',
        description:
          'The texts are those of the server, invisible characters written out. Do not give them to a model.',
      }),
      id,
      jsonAnswer(200, 'The definition.', envelopeOf(ref('PinnedDefinitionDetail'))),
      missing,
    ],
    approve: [
      ...adminRoute({ tags: ['admin'], summary: 'Take a changed or new definition over' }),
      ...decided('Approved'),
    ],
    reject: [...adminRoute({ tags: ['admin'], summary: 'Refuse a definition for good' }), ...decided('Rejected')],
  },
  schemas: {
    PinnedDefinition: object(ENTRY),
    PinnedDefinitions: object({
      definitions: { type: 'array', items: ref('PinnedDefinition') },
      faults: { type: 'array', items: { type: 'string' }, description: 'Records that cannot be read.' },
    }),
    PinnedDefinitionDetail: object({ ...ENTRY, diff: { type: 'array', items: object(DIFF) } }),
  },
};
