import type { IncomingMessage, ServerResponse } from 'node:http';
import { GatewayError } from '../errors.js';
import { parseStrictJson } from '../strict-json.js';
import type { AdminKey } from './admin-key.js';
import { envelope } from './envelope.js';
import { admit } from './admin-identity.js';

/** As large as a message of /mcp may be. */
const MAX_BYTES = 4 * 1024 * 1024;
const JSON_TYPE = /^application\/json(?:;|$)/i;

type Request = IncomingMessage & { body?: unknown };
type Middleware = (request: Request, response: ServerResponse, next: () => void) => void;

/** Why a body is not taken. */
interface Refusal {
  readonly status: number;
  readonly message: string;
}

/**
 * Reads the JSON bodies of the admin API under the strict rules of the gateway. Bodies of strangers are not read at all; the guard behind
 * this refuses them.
 */
export function jsonBody(adminKey: AdminKey): Middleware {
  return (request, response, next) => {
    if (!/^\/api\//i.test(request.url ?? '')) {
      next();
      return;
    }
    if (!isDecodable(request.url ?? '')) refuse(response, { status: 400, message: 'The path is not valid.' });
    else {
      const sender = hasBody(request) ? adminKey.identify(request, ['Bearer']) : 'no_body';
      if (typeof sender === 'string') {
        next();
        return;
      }
      admit(request, sender);
      readBody(request).then(
        (body) => {
          if (isRefusal(body)) refuse(response, body);
          else {
            request.body = body.value;
            next();
          }
        },
        () => response.destroy(),
      );
    }
  };
}

type Outcome = { readonly value: object } | Refusal;

function isRefusal(outcome: Outcome): outcome is Refusal {
  return 'status' in outcome;
}

async function readBody(request: Request): Promise<Outcome> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    const chunk = part as Buffer;
    bytes += chunk.length;
    if (bytes > MAX_BYTES) return { status: 413, message: 'The body is larger than 4 MiB.' };
    parts.push(chunk);
  }
  // Clients that send no body may still say that it comes in chunks.
  if (bytes === 0) return { value: {} };
  if (JSON_TYPE.test(request.headers['content-type'] ?? '')) return judge(Buffer.concat(parts));
  return { status: 415, message: 'Send the body as Content-Type: application/json.' };
}

function judge(bytes: Buffer): Outcome {
  let value: unknown;
  try {
    value = parseStrictJson(bytes);
  } catch (error) {
    if (error instanceof GatewayError) return { status: 400, message: error.message };
    throw error;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { status: 422, message: 'The body must be a JSON object.' };
  }
  if (hasForbiddenName(value)) return { status: 422, message: 'The body has a member with a forbidden name.' };
  return { value };
}

/** Names that class-transformer drops without a word. The depth is bounded by parseStrictJson. */
function hasForbiddenName(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([name, item]) => name === '__proto__' || name === 'constructor' || hasForbiddenName(item),
  );
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Express would answer in words of its own. */
function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '');
    return true;
  } catch {
    return false;
  }
}

function refuse(response: ServerResponse, { status, message }: Refusal): void {
  // What is left of the body is not read: the connection ends with the answer.
  if (status === 413) response.setHeader('Connection', 'close');
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(envelope(message, null)));
}
