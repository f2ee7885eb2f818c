import { ApiParam, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { objectOf, listOf, TEXT, TEXT_OR_NULL, TEXTS, FLAG } from './administration/route-descriptions.js';
import { adminRoute, envelopeOf, jsonAnswer, ref } from './api-docs/admin-answers.js';
import type { ApiDescription } from './api-docs/described-by.decorator.js';

const ID = { type: 'string', pattern: '^[0-9a-f]{16}$' };
const STATES = ['none', 'valid', 'expiring', 'expired', 'login_required', 'failed', 'unknown'];

const FILTERS: readonly (readonly [string, string])[] = [
  ['config', 'Name or id of a config.'],
  ['server', 'Name of a server.'],
  ['user', 'Email or id of a user. The tokens of the gateway itself are nobody’s.'],
  ['project', 'Name or id of a project.'],
];

/** What the API document says about /api/v1/oauth/tokens. */
export const OAUTH_TOKENS: ApiDescription = {
  routes: {
    list: [
      ...adminRoute({
        tags: ['administration'],
        summary: 'Tokens for servers, and their state',
        description: 'Every token that the config asks for, whether there is one or not. Never a token itself.',
      }),
      ...FILTERS.map(([name, description]) =>
        ApiQuery({ name, required: false, schema: { type: 'string', maxLength: 256 }, description }),
      ),
      ApiQuery({
        name: 'limit',
        required: false,
        schema: { type: 'integer', minimum: 1, maximum: 500, default: 100 },
      }),
      ApiQuery({ name: 'offset', required: false, schema: { type: 'integer', minimum: 0, default: 0 } }),
      ApiResponse({
        status: 200,
        description: 'The tokens.',
        headers: { 'X-Total-Count': { description: 'How many there are, on all pages.', schema: { type: 'integer' } } },
        content: { 'application/json': { schema: envelopeOf(listOf(ref('OAuthToken'))) } },
      }),
      jsonAnswer(422, 'The query is well-formed and wrong; the message says where.', ref('AdminError')),
    ],
    end: [
      ...adminRoute({
        tags: ['administration'],
        summary: 'End a token: forget it everywhere and revoke it where it is from',
        description: 'Whoever had logged in is asked to again. The gateway asks for a new token of its own.',
      }),
      ApiParam({ name: 'id', schema: ID, description: 'From the list.' }),
      jsonAnswer(
        200,
        'It is gone; `revoked` = the authorization server has confirmed it.',
        envelopeOf(objectOf({ removed: FLAG, revoked: FLAG })),
      ),
      jsonAnswer(404, 'The config asks for no token with this id.', ref('AdminError')),
      jsonAnswer(413, 'There is a body, and it is too large.', ref('AdminError')),
      jsonAnswer(415, 'There is a body, and it is not application/json.', ref('AdminError')),
      jsonAnswer(422, 'There is a body, and it is not an empty JSON object.', ref('AdminError')),
      jsonAnswer(503, 'The token vault cannot be asked; nothing was removed.', ref('AdminError')),
    ],
  },
  schemas: {
    OAuthToken: objectOf({
      id: ID,
      grant: { enum: ['client_credentials', 'authorization_code'] },
      user: { ...TEXT_OR_NULL, description: 'Who has logged in, or has to; null = it is the gateway’s own.' },
      project: TEXT_OR_NULL,
      servers: { ...listOf(objectOf({ config: TEXT, server: TEXT })), description: 'Where it is sent to.' },
      state: { enum: STATES, description: '`unknown` = the vault cannot be asked.' },
      scopes: TEXTS,
      expires_at: { type: ['string', 'null'], format: 'date-time' },
      refreshable: FLAG,
      last_error: { ...TEXT_OR_NULL, description: 'One word: why the last attempt to get one failed.' },
    }),
  },
};
