import type { ServerResponse } from 'node:http';
import type { Behaviour } from './scripted-authorization-server.js';

/** What the answers of a hostile authorization server are made of. */
export interface HostileParts {
  /** Must be seen nowhere. */
  readonly token: string;
  readonly words: string;
  /** Origin of a server that must not be asked for anything. */
  readonly thief: string;
}

/** One way to misbehave: its name (also the server's), what it does, and the error that it has to lead to. */
export interface HostileAnswer {
  readonly name: string;
  readonly behaviour: Behaviour;
  readonly error: RegExp;
  /** How often it may be asked by one call; three times when it may only be unwell. */
  readonly requests: number;
}

const JSON_TYPE = { 'content-type': 'application/json' };

export function hostileAnswers({ token, words, thief }: HostileParts): readonly HostileAnswer[] {
  const good = { access_token: token, token_type: 'Bearer', expires_in: 3600 };
  const one = (name: string, behaviour: Behaviour, error: RegExp, requests = 1): HostileAnswer => {
    return { name, behaviour, error, requests };
  };
  const raw = (name: string, text: string, error: RegExp, headers: Record<string, string> = JSON_TYPE) =>
    one(name, (_request, response) => void response.writeHead(200, headers).end(text), error);
  const json = (name: string, more: Record<string, unknown>, error: RegExp) =>
    raw(name, JSON.stringify({ ...good, ...more }), error);
  const refusal = (name: string, status: number, body: unknown, error: RegExp, requests = 1) =>
    one(
      name,
      (_request, response) =>
        void response.writeHead(status, { ...JSON_TYPE, 'retry-after': '3600' }).end(JSON.stringify(body)),
      error,
      requests,
    );
  const redirect = (status: number) =>
    one(
      `redirect-${String(status)}`,
      (_request, response) => void response.writeHead(status, { location: `${thief}/steal` }).end(),
      new RegExp(`redirects \\(HTTP ${String(status)}\\), which is not followed`),
    );
  const unusable = /holds no usable token/;
  const notJson = /the answer is not JSON/;
  return [
    ...[301, 302, 303, 307, 308].map(redirect),
    one(
      'redirect-self',
      ({ url }, response) => void response.writeHead(307, { location: url }).end(),
      /redirects \(HTTP 307\)/,
    ),
    raw('ten-megabytes', JSON.stringify({ ...good, more: 'x'.repeat(10 * 1024 * 1024) }), /larger than/),
    one(
      'endless',
      (_request, response) => {
        endless(response);
      },
      /larger than/,
    ),
    one('silent', () => undefined, /did not answer in time/, 3),
    one(
      'dripping',
      (_request, response) => {
        drip(response);
      },
      /did not answer in time/,
      3,
    ),
    raw('page', `<html>${token}</html>`, notJson, { 'content-type': 'text/html' }),
    raw('wrong-type', JSON.stringify(good), /not of the type application\/json/, { 'content-type': 'text/plain' }),
    raw('empty', '', notJson),
    raw('list', JSON.stringify([good]), unusable),
    raw('text', JSON.stringify(token), unusable),
    raw('null', 'null', unusable),
    raw('half', JSON.stringify(good).slice(0, -2), notJson),
    raw('twice', `{"access_token":"a",${JSON.stringify(good).slice(1)}`, /duplicate member names/),
    raw('deep', `{"x":${'['.repeat(9000)}${']'.repeat(9000)},${JSON.stringify(good).slice(1)}`, /nest|deep/),
    json('no-token', { access_token: undefined }, unusable),
    json('token-number', { access_token: 7 }, unusable),
    json('token-object', { access_token: { token } }, unusable),
    json('token-empty', { access_token: '' }, unusable),
    json('token-crlf', { access_token: `${token}\r\nX-Evil: 1` }, /no header can carry/),
    json('token-letters', { access_token: `${token}\u00e9\u0436` }, /no header can carry/),
    json('token-long', { access_token: token.repeat(1000) }, /no header can carry/),
    json('token-huge', { access_token: token.padEnd(100_000, 'x') }, /larger than/),
    json('type-mac', { token_type: 'mac' }, /cannot be used/),
    json('type-dpop', { token_type: 'DPoP' }, /not a bearer token/),
    json('type-missing', { token_type: undefined }, unusable),
    json('life-negative', { expires_in: -1 }, unusable),
    json('life-zero', { expires_in: 0 }, /has no life/),
    json('life-word', { expires_in: 'x' }, unusable),
    json('life-null', { expires_in: null }, unusable),
    json('refresh-number', { refresh_token: 7 }, unusable),
    json('refresh-crlf', { refresh_token: `${token}\r\n` }, /refresh token is malformed/),
    json('scope-list', { scope: ['read'] }, unusable),
    json('scope-narrow', { scope: 'other' }, /did not grant the scopes read/),
    refusal('invalid-client', 401, { error: 'invalid_client', error_description: words }, /answered invalid_client/),
    refusal('invalid-grant', 400, { error: 'invalid_grant', error_description: words }, /answered invalid_grant/),
    refusal('error-words', 400, { error: `${words}\u001b[2J\r\n`, error_description: words }, /an unknown error/),
    refusal('error-200', 200, { error: 'invalid_client', error_description: words }, unusable),
    refusal('too-many', 429, { error: 'slow_down', error_description: words }, /answered slow_down|HTTP 429/),
    refusal('unwell', 503, { error: 'server_error', error_description: words }, /HTTP 503|server_error/, 3),
    one(
      'challenge',
      (_request, response) => void response.writeHead(401, { 'www-authenticate': `Basic realm="${words}"` }).end(),
      /HTTP 401/,
    ),
    one('reset-content', (_request, response) => void response.writeHead(205).end(), /not usable|HTTP 205/),
    one('hangs-up', (_request, response) => void response.destroy(), /could not be reached/, 3),
  ];
}

/** Ends when the other side has had enough, at the latest after 64 MB. */
function endless(response: ServerResponse): void {
  response.writeHead(200, JSON_TYPE);
  const block = 'x'.repeat(65_536);
  let left = 1024;
  const more = (): void => {
    while (left-- > 0 && !response.destroyed) if (!response.write(block)) return;
    response.end();
  };
  response.on('drain', more);
  more();
}

/** A byte at a time, for ever; ends with the connection. */
function drip(response: ServerResponse): void {
  response.writeHead(200, JSON_TYPE);
  const timer = setInterval(() => response.write(' '), 50);
  response.on('close', () => {
    clearInterval(timer);
  });
}
