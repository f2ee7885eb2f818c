import { ApiBody, ApiHeader, ApiParam, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { adminRoute, envelopeOf, jsonAnswer, ref } from '../api-docs/admin-answers.js';
import type { JsonSchema } from '../api-docs/described-by.decorator.js';

type Decorators = readonly MethodDecorator[];

export const TEXT = { type: 'string' };
export const FLAG = { type: 'boolean' };
export const COUNT = { type: 'integer', minimum: 0 };
export const TEXT_OR_NULL = { type: ['string', 'null'] };
export const TEXTS = { type: 'array', items: TEXT };
/** Members of a key that can be set; null takes a restriction away. */
export const KEY_SETTINGS = {
  name: TEXT_OR_NULL,
  expires_at: { type: ['string', 'null'], format: 'date-time' },
  access: { type: ['object', 'null'], description: 'As `apikeys.<name>.access` in the config.' },
  allowed_ips: { type: ['array', 'null'], maxItems: 256, items: TEXT, description: 'Addresses and ranges (CIDR).' },
};
/** What is said of a switch. */
export const SWITCH = { disabled: FLAG, disabled_at: TEXT_OR_NULL, disabled_reason: TEXT_OR_NULL };
export const ANY_OBJECT = { type: 'object' };
export const NOTHING = { type: 'null' };

const ETAG = { ETag: { description: 'The revision of the config, for If-Match.', schema: TEXT } };
const TOTAL = { 'X-Total-Count': { description: 'How many there are, on all pages.', schema: { type: 'integer' } } };
const ATTACHMENT = { 'Content-Disposition': { description: 'To be kept as a file.', schema: TEXT } };

/** What a route says of itself. */
interface Route {
  readonly summary: string;
  readonly description?: string;
  /** Schema of `data` in the answer. */
  readonly data: JsonSchema;
  /** Names in the path: those of entities take a name or an id. */
  readonly params?: readonly string[];
  /** Schema of the body; absent = none is read, or an empty object. */
  readonly body?: JsonSchema;
  /** Of success; default 200. */
  readonly status?: number;
}

/** An object whose members must all be there, unless they are named as optional, and no other. */
export function objectOf(
  properties: Readonly<Record<string, JsonSchema>>,
  optional: readonly string[] = [],
): JsonSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}

export function listOf(items: JsonSchema): JsonSchema {
  return { type: 'array', items };
}

/** A route that only reads. */
export function readRoute(route: Route): Decorators {
  return [...common(route), success(route, ETAG)];
}

/** A route that answers with a page of a list. */
export function listRoute(route: Route): Decorators {
  return [
    ...common(route),
    ApiQuery({
      name: 'limit',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: 500 },
      description: 'Absent = all.',
    }),
    ApiQuery({ name: 'offset', required: false, schema: { type: 'integer', minimum: 0, default: 0 } }),
    ApiQuery({
      name: 'q',
      required: false,
      schema: { type: 'string', maxLength: 256 },
      description: 'What the name holds.',
    }),
    success(route, { ...ETAG, ...TOTAL }),
  ];
}

/** A route that answers with a document to keep. */
export function downloadRoute(route: Route): Decorators {
  return [...common({ body: objectOf({}), ...route }), success(route, { ...ETAG, ...ATTACHMENT })];
}

/** A route that changes the config. */
export function changeRoute(route: Route): Decorators {
  return [
    ...common({ body: objectOf({}), ...route }),
    ApiHeader({
      name: 'If-Match',
      required: false,
      schema: TEXT,
      description: 'The ETag that the config must still have.',
    }),
    success(route, ETAG),
    refusal(409, 'The name is taken, or something still needs what is to be removed.'),
    refusal(412, 'The config was changed since it was read.'),
    refusal(
      503,
      'The record of the change cannot be written, or others keep writing the config. Nothing was changed, unless the message says so.',
    ),
  ];
}

function common({ summary, description, params = [], body }: Route): Decorators {
  return [
    ...adminRoute({ tags: ['administration'], summary, ...(description === undefined ? {} : { description }) }),
    ...params.map((name) => ApiParam({ name, schema: TEXT, description: PARAMS[name] ?? '' })),
    ...(body === undefined ? [] : bodyOf(body)),
    refusal(404, 'There is no such thing.'),
    refusal(422, 'The request is well-formed and wrong; the message says where.'),
  ];
}

const PARAMS: Readonly<Record<string, string>> = {
  config: 'Name or id of a config.',
  project: 'Name or id of a project.',
  user: 'Email or id of a user.',
  server: 'Name of a server.',
  tool: 'Name of a tool as its server has it; `*` and `?` are globs.',
  key: 'Id of a key (`key_id`), never the key itself.',
};

function bodyOf(schema: JsonSchema): Decorators {
  const isOptional = !Array.isArray(schema.required) || schema.required.length === 0;
  return [
    ApiBody({ required: !isOptional, schema }),
    refusal(413, 'The body is larger than 4 MiB.'),
    refusal(415, 'The body is not application/json.'),
  ];
}

function success(
  { status = 200, data }: Route,
  headers: Record<string, { description: string; schema: object }>,
): MethodDecorator {
  const content = { 'application/json': { schema: envelopeOf(data) } };
  return ApiResponse({ status, description: 'Done.', headers, content });
}

function refusal(status: number, description: string): MethodDecorator {
  return jsonAnswer(status, description, ref('AdminError'));
}
