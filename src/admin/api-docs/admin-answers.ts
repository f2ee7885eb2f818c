import { ApiOperation, type ApiOperationOptions, ApiResponse, ApiSecurity } from '@nestjs/swagger';
import type { JsonSchema } from './described-by.decorator.js';

const TIME = { type: 'string', format: 'date-time' };

/** Schemas that every route of the admin side may answer with. */
export const ADMIN_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  AdminError: {
    type: 'object',
    description: 'Why the request was refused, and what to do.',
    properties: { message: { type: 'string' }, data: { type: 'null' }, timestamp: TIME },
    required: ['message', 'data', 'timestamp'],
    additionalProperties: false,
  },
  HostRefused: {
    type: 'object',
    description: 'The Host or Origin of the request is not one that is served.',
    properties: { message: { type: 'string' } },
    required: ['message'],
    additionalProperties: false,
  },
  Fault: {
    type: 'object',
    description: 'A fault of the gateway. Its log has the cause.',
    properties: { statusCode: { const: 500 }, message: { type: 'string' } },
    required: ['statusCode', 'message'],
    additionalProperties: false,
  },
};

/** A reference to a schema of the document. */
export function ref(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

/** The envelope of the admin API around some data. */
export function envelopeOf(data: JsonSchema): JsonSchema {
  return {
    type: 'object',
    properties: { message: { type: 'string' }, data, timestamp: TIME },
    required: ['message', 'data', 'timestamp'],
    additionalProperties: false,
  };
}

/** An answer with a JSON body. */
export function jsonAnswer(status: number, description: string, schema: JsonSchema): MethodDecorator {
  return ApiResponse({ status, description, content: { 'application/json': { schema } } });
}

const CHALLENGE = { 'WWW-Authenticate': { description: 'How to send the key.', schema: { type: 'string' } } };

/** A route that needs the admin key, with all the ways in which it is refused. */
export function adminRoute(
  operation: ApiOperationOptions,
  schemes: readonly string[] = ['adminKey'],
): readonly MethodDecorator[] {
  const error = { 'application/json': { schema: ref('AdminError') } };
  return [
    ApiOperation(operation),
    ...schemes.map((scheme) => ApiSecurity(scheme)),
    ApiResponse({ status: 400, description: 'The request is malformed; the message says where.', content: error }),
    ApiResponse({ status: 401, description: 'No admin key, or a wrong one.', headers: CHALLENGE, content: error }),
    jsonAnswer(
      403,
      'The config has no admin key; or the role of the key is too low; or the Host or Origin is not served.',
      {
        anyOf: [ref('AdminError'), ref('HostRefused')],
      },
    ),
    ApiResponse({
      status: 429,
      description: 'Too many wrong keys came from this address.',
      headers: { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer' } } },
      content: error,
    }),
    ApiResponse({ status: 431, description: 'The Authorization header is too large.', content: error }),
    jsonAnswer(500, 'A fault of the gateway.', ref('Fault')),
  ];
}

/** A route for everybody. */
export function publicRoute(operation: ApiOperationOptions): readonly MethodDecorator[] {
  return [ApiOperation({ security: [], ...operation }), jsonAnswer(500, 'A fault of the gateway.', ref('Fault'))];
}
