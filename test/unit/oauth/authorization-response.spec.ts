import { describe, expect, it } from '@jest/globals';
import type { UpstreamOAuth } from '../../../src/contracts/upstream-oauth.js';
import { checkedResponse } from '../../../src/oauth/upstream/login/authorization-response.js';
import { oauthFor } from './oauth-settings.js';

const STATE = 'S'.repeat(43);
const ISSUER = 'https://login.example.com/realms/one';

function server(more: Partial<UpstreamOAuth>): UpstreamOAuth {
  const authorizationUrl = 'https://login.example.com/authorize';
  return oauthFor('https://login.example.com/token', { grant: 'authorization_code', authorizationUrl, ...more });
}

const answer = (more: Record<string, string>): URLSearchParams =>
  new URLSearchParams({ code: 'c', state: STATE, ...more });

describe('the answer of an authorization server', () => {
  it.each<[string, Record<string, string>, Partial<UpstreamOAuth>]>([
    ['names another issuer than the configured one', { iss: 'https://evil.example' }, { issuer: ISSUER }],
    ['names an issuer that only begins like it', { iss: `${ISSUER}2` }, { issuer: ISSUER }],
    ['names none although the server always does', {}, { issuer: ISSUER, issuerSendsIss: true }],
    ['names one of another origin, and none is configured', { iss: 'https://evil.example' }, { issuer: null }],
    ['is of an implicit login', { iss: ISSUER, id_token: 'x' }, { issuer: ISSUER }],
    ['is wrapped (JARM)', { iss: ISSUER, response: 'x' }, { issuer: ISSUER }],
    ['has another state', { iss: ISSUER, state: 'T'.repeat(43) }, { issuer: ISSUER }],
  ])('is refused when it %s', async (_what, parameters, oauth) => {
    await expect(checkedResponse(answer(parameters), STATE, server(oauth))).rejects.toMatchObject({ status: 400 });
  });

  it.each(['access_denied', 'server_error', '<script>alert(1)</script>', 'x'.repeat(5_000)])(
    'tells of the error %# in words of its own',
    async (error) => {
      const given = checkedResponse(
        answer({ iss: ISSUER, error, error_description: 'hunter2' }),
        STATE,
        server({ issuer: ISSUER }),
      );
      const refusal = await given.then(
        () => null,
        (cause: unknown) => cause as Error,
      );
      expect(refusal?.message.length).toBeLessThan(200);
      expect(refusal?.message).not.toMatch(/hunter2|script|xxx/);
    },
  );

  it.each<[Record<string, string>, Partial<UpstreamOAuth>]>([
    [{ iss: ISSUER }, { issuer: ISSUER, issuerSendsIss: true }],
    [{}, { issuer: ISSUER }],
    [{}, { issuer: null }],
    [{ iss: ISSUER }, { issuer: null }],
  ])('is taken with %p from %p', async (parameters, oauth) => {
    expect((await checkedResponse(answer(parameters), STATE, server(oauth))).get('code')).toBe('c');
  });
});
