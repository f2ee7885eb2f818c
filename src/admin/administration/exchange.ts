import type { IncomingMessage, ServerResponse } from 'node:http';
import { BadRequestException, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { identityOf } from '../admin-identity.js';
import { envelope } from '../envelope.js';
import { noteRecorded } from '../request-notes.js';

/** What a route of the administration needs of its request beside body and query, and how it says more than a body can. */
export interface Exchange {
  /** Names and ids in the path. */
  readonly target: Readonly<Record<string, string>>;
  /** Id of the admin key that it came with. */
  readonly adminKey: string | null;
  /** The revision that the config must have; undefined = any. */
  readonly expected: string | undefined;
  readonly header: (name: string, value: string) => void;
  /** To be called once the audit log has a line about the request. */
  readonly recorded: () => void;
}

type Request = IncomingMessage & { readonly params: Readonly<Record<string, string>> };

/** One strong entity tag as the gateway makes them (RFC 9110 §8.8.3). */
const TAG = /^"([0-9a-f]{16})"$/;

/** The exchange of a route. @throws BadRequestException for an If-Match that is no entity tag of ours */
export const OfExchange = createParamDecorator((_data: unknown, context: ExecutionContext): Exchange => {
  const http = context.switchToHttp();
  const request = http.getRequest<Request>();
  const { params, headers } = request;
  const response = http.getResponse<ServerResponse>();
  return {
    target: { ...params },
    adminKey: identityOf(request)?.id ?? null,
    expected: expectedRevision(headers['if-match']),
    header: (name, value) => response.setHeader(name, value),
    recorded: () => {
      noteRecorded(request);
    },
  };
});

function expectedRevision(header: string | undefined): string | undefined {
  if (header === undefined || header === '*') return undefined;
  const revision = TAG.exec(header)?.[1];
  if (revision !== undefined) return revision;
  throw new BadRequestException(envelope('If-Match must be one ETag as an answer gave it, quotes included.', null));
}
