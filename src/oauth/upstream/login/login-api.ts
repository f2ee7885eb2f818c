import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { ServerEntry } from '../../../contracts/server-entry.js';
import { GatewayError, toGatewayError } from '../../../errors.js';
import { RateLimitError } from '../../../limits/rate-limit-error.js';
import { parseStrictJson } from '../../../strict-json.js';
import type { Caller } from '../../inbound/api-key.authenticator.js';
import { CallerAuthenticator } from '../../inbound/caller.authenticator.js';
import type { Peer } from '../../inbound/client-address.js';
import { credentialsFromHeaders } from '../../inbound/credentials.js';
import { Discovery } from '../discovery/discovery.js';
import { useFor } from '../token-key.js';
import { type TokenUse, UpstreamTokens } from '../upstream-tokens.js';
import { LoginAudit } from './login-audit.js';
import { LoginError } from './login-error.js';
import { placeOf } from './login-place.js';
import { UpstreamLogins } from './upstream-logins.js';

const MAX_BODY_BYTES = 16 * 1024;
const STATUSES = new Map([
  ['unauthenticated', 401],
  ['forbidden', 403],
  ['unknown_server', 404],
  ['rate_limited', 429],
  ['overloaded', 503],
  ['login_required', 409],
  ['upstream_token', 502],
  ['internal', 500],
]);

/** Writes down who was turned away, and says what to answer. */
export type Denied = (method: string, error: GatewayError, peer: Peer | undefined) => GatewayError;

/** What one request is answered. */
interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `/oauth/logins` and `/oauth/tokens`: a person's own logins, by the gateway key. For the command line and for other consoles. */
@Injectable()
export class LoginApi {
  constructor(
    private readonly authenticator: CallerAuthenticator,
    private readonly tokens: UpstreamTokens,
    private readonly logins: UpstreamLogins,
    private readonly discovery: Discovery,
    private readonly audit: LoginAudit,
  ) {}

  /** @returns false when there is nothing of it at this path */
  serve(req: IncomingMessage, res: ServerResponse, denied: Denied): boolean {
    const [path = ''] = (req.url ?? '').split('?', 1);
    if (!/^\/oauth\/(?:logins|tokens)(?:\/|$)/.test(path)) return false;
    this.answer(req, path)
      .catch((cause: unknown) => this.refusal(req, cause, denied))
      .then(
        (answer) => {
          send(req, res, answer);
        },
        () => res.destroy(),
      );
    return true;
  }

  private async answer(req: IncomingMessage, path: string): Promise<Answer> {
    const caller = await this.authenticator.authenticate(credentialsFromHeaders(req.headers, req.rawHeaders), req);
    const [, , kind, ...rest] = path.split('/').map(decoded);
    const route = `${req.method ?? ''} ${kind ?? ''}${rest.length > 0 ? '/:' : ''}`;
    const [name = ''] = rest;
    if (rest.length > 1) throw unknownRoute();
    switch (route) {
      case 'GET tokens':
        return { status: 200, body: { tokens: await this.list(caller) } };
      case 'DELETE tokens/:':
        return { status: 200, body: await this.end(await this.loginOf(caller, name)) };
      case 'POST logins':
        return { status: 201, body: await this.begin(caller, await bodyOf(req)) };
      case 'GET logins/:':
        return { status: 200, body: await this.outcome(caller, name) };
      case 'POST logins/:':
        if (name !== 'answer') throw unknownRoute();
        return { status: 200, body: await this.carried(caller, await bodyOf(req)) };
      default:
        throw unknownRoute();
    }
  }

  private refusal(req: IncomingMessage, cause: unknown, denied: Denied): Answer {
    if (cause instanceof LoginError) {
      return { status: cause.status, body: { message: `${cause.message} ${cause.remedy}` } };
    }
    let error = toGatewayError(cause);
    if (error.code === 'unauthenticated' || error.code === 'forbidden') {
      error = denied(`HTTP ${req.method ?? ''} /oauth`, error, req);
    }
    const status = STATUSES.get(error.code) ?? 400;
    const answer = { status, body: { message: error.message } };
    if (error instanceof RateLimitError) return { ...answer, headers: { 'retry-after': String(error.retryAfterS) } };
    if (status !== 401 && status !== 403) return answer;
    return { ...answer, headers: { 'www-authenticate': this.authenticator.challenge(error) } };
  }

  private async list({ principal, config }: Caller): Promise<readonly unknown[]> {
    const list: unknown[] = [];
    for (const server of config?.servers.values() ?? []) {
      const use = this.tokens.useOf(server, principal);
      if (use === undefined) continue;
      const { status, scopes, expiresAt, refreshable, lastError } = await this.tokens.state(use);
      list.push({
        server: server.name,
        grant: use.oauth.grant,
        place: use.oauth.grant === 'authorization_code' ? placeOf(use.oauth) : null,
        state: status,
        scopes,
        expires_at: expiresAt === null ? null : new Date(expiresAt).toISOString(),
        refreshable,
        last_error: lastError,
      });
    }
    return list;
  }

  private async end(use: TokenUse): Promise<{ readonly removed: boolean; readonly revoked: boolean }> {
    const ended = await this.tokens.giveUp(use);
    if (ended.removed) this.audit.loggedOut(use.principal, use.server, ended.revoked);
    return ended;
  }

  private async begin(caller: Caller, body: Readonly<Record<string, unknown>>): Promise<unknown> {
    const use = await this.loginOf(caller, textIn(body, 'server'));
    const { oauth } = use;
    const isDirect = body.direct === true;
    const { ticket, url, expiresAt } = await this.logins.link(use, isDirect ? 'key' : 'browser');
    const sent = isDirect ? await this.logins.send(ticket, null) : null;
    return {
      id: ticket,
      server: use.server,
      url: sent?.url ?? url,
      redirect_uri: oauth.redirectUri,
      place: placeOf(oauth),
      expires_at: new Date(expiresAt).toISOString(),
    };
  }

  private async outcome({ principal }: Caller, id: string): Promise<unknown> {
    const { ticket } = await this.logins.ticket(id);
    if (ticket.login.principal.tenant !== principal.tenant) throw unknownRoute();
    return { server: ticket.login.server, ...ticket.outcome };
  }

  /** The address of the page that the browser ended at, or what stands behind its question mark. */
  private async carried({ principal }: Caller, body: Readonly<Record<string, unknown>>): Promise<unknown> {
    const text = textIn(body, 'answer').trim();
    const query = URL.canParse(text) ? new URL(text).search : text;
    return { server: await this.logins.answeredByKey(new URLSearchParams(query), principal.tenant), state: 'done' };
  }

  /**
   * A login of the caller's own. The tokens of client credentials belong to everybody and are the operator's.
   * @throws GatewayError unknown_server; LoginError
   */
  private async loginOf({ principal, config }: Caller, name: string): Promise<TokenUse> {
    const server: ServerEntry | undefined = config?.servers.get(name);
    if (server === undefined) throw new GatewayError('unknown_server', 'This key reaches no server of this name.');
    const oauth = await this.discovery.settled(server);
    const use = oauth && useFor(server.name, oauth, principal);
    if (use?.oauth.grant === 'authorization_code') return use;
    const why = use === undefined ? 'It needs no token.' : 'Its tokens are got with client credentials.';
    throw new LoginError(400, 'No login', `Nobody logs in to "${name}".`, why);
  }
}

/** @throws LoginError */
async function bodyOf(req: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw badBody('is larger than 16 KB');
    chunks.push(chunk);
  }
  let value: unknown;
  try {
    value = parseStrictJson(Buffer.concat(chunks));
  } catch {
    throw badBody('is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badBody('is not an object');
  return value as Readonly<Record<string, unknown>>;
}

/** @throws LoginError */
function textIn(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = body[name];
  if (typeof value !== 'string' || value === '') throw badBody(`has no text "${name}"`);
  return value;
}

function badBody(what: string): LoginError {
  return new LoginError(400, 'Not understood', `The body ${what}.`, 'Send a JSON object.');
}

function unknownRoute(): LoginError {
  return new LoginError(404, 'Not found', 'Nothing is served here.', 'docs/oauth-upstream.md has the addresses.');
}

/** A part of the path; what is not percent-encoded right names nothing. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

function send(req: IncomingMessage, res: ServerResponse, { status, body, headers }: Answer): void {
  const json = JSON.stringify(body);
  res.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(json),
    'cache-control': 'no-store',
    ...headers,
    ...(!req.complete && { connection: 'close' }),
  });
  res.end(json);
}
