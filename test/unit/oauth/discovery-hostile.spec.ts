import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Reach } from '../../../src/oauth/upstream/discovery/reach.js';
import { TokenError } from '../../../src/oauth/upstream/token-error.js';
import { discoveryWith, Neighbours, PATH_OF_ISSUER, PATH_OF_RESOURCE } from './discovery-kit.js';

let at: Neighbours;
beforeEach(async () => {
  at = await Neighbours.start();
});
afterEach(() => at.close());

const HTML = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<script>alert(1)</script>');
};
const HUGE = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.on('error', () => undefined);
  response.end(`{"x":"${'x'.repeat(10 * 1024 * 1024)}"}`);
};
const ledTo =
  (url: string) =>
  (response: ServerResponse): void => {
    response.writeHead(302, { location: url }).end();
  };

async function refusal(challenge = 'Bearer'): Promise<string> {
  const error: unknown = await discoveryWith()
    .learn(at.entry(), challenge)
    .catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(TokenError);
  expect(String(error)).toMatch(
    /Server "notes" was not called: discovering the authorization server failed: .+\. .+\./,
  );
  // Nobody was registered with, and nobody else was asked.
  expect(at.paths(at.as)).not.toContain('/register');
  expect(at.stranger.seen).toEqual([]);
  expect(String(error)).not.toMatch(/alert|evil/);
  return String(error);
}

describe('metadata of a server', () => {
  it.each<[string, (n: Neighbours) => string]>([
    ['another port', (n) => `${n.stranger.origin}${PATH_OF_RESOURCE}/mcp`],
    ['another host', () => 'https://evil.example/metadata'],
    ['a host behind a user name', (n) => n.mcp.origin.replace('http://', 'http://user@')],
    ['no URL', () => 'metadata'],
    ['a file', () => 'file:///etc/passwd'],
  ])('are not read at %s', async (_where, place) => {
    const text = await refusal(`Bearer resource_metadata="${place(at)}"`);
    expect(text).toMatch(/not on the server itself/);
    expect(at.mcp.seen).toEqual([]);
  });

  it.each<[string, (n: Neighbours) => Parameters<Neighbours['mcpPages']['set']>[1], RegExp]>([
    ['of another resource', (n) => n.resource({ resource: 'https://evil.example/mcp' }), /for somebody else/],
    ['of another path', (n) => n.resource({ resource: `${n.mcp.origin}/other` }), /for somebody else/],
    ['of the host, at a path', (n) => n.resource({ resource: n.mcp.origin }), /for somebody else/],
    ['without a resource', (n) => ({ authorization_servers: [n.as.origin] }), /none of this kind/],
    ['without an authorization server', (n) => n.resource({ authorization_servers: [] }), /no authorization server/],
    ['with numbers for servers', (n) => n.resource({ authorization_servers: [1, null] }), /no authorization server/],
    ['with tokens in bodies', (n) => n.resource({ bearer_methods_supported: ['body'] }), /no tokens in a header/],
    ['in HTML', () => HTML, /not with JSON/],
    ['of 10 MB', () => HUGE, /larger than/],
    ['somewhere else', (n) => ledTo(`${n.stranger.origin}/x`), /redirects \(HTTP 302\)/],
  ])('are refused: %s', async (_what, page, message) => {
    at.mcpPages.set(`${PATH_OF_RESOURCE}/mcp`, page(at));
    expect(await refusal()).toMatch(message);
    expect(at.as.seen).toEqual([]);
  });

  it.each([
    ['http elsewhere', 'http://evil.example', /without https/],
    ['a cloud metadata service', 'http://169.254.169.254/latest', /without https/],
    ['a private address', 'https://10.0.0.1', /not on the public internet/],
    ['the same in another spelling', 'https://[::ffff:10.0.0.1]', /not on the public internet/],
    ['a script', 'javascript:alert(1)', /without https/],
    ['a file', 'file:///etc/passwd', /without https/],
    ['a user name', 'https://user:word@evil.example', /user name or password/],
    ['a query', 'https://evil.example?x=1', /with a query/],
    ['a fragment', 'https://evil.example#x', /fragment/],
    ['a line break', 'https://evil.exa\nmple', /no URL/],
  ])('lead to no authorization server at %s', async (_what, issuer, message) => {
    at.mcpPages.set(`${PATH_OF_RESOURCE}/mcp`, at.resource({ authorization_servers: [issuer] }));
    expect(await refusal()).toMatch(message);
  });
});

describe('metadata of an authorization server', () => {
  it.each<[string, (n: Neighbours) => Parameters<Neighbours['asPages']['set']>[1], RegExp]>([
    ['of another issuer', (n) => n.issuer({ issuer: 'https://evil.example' }), /for somebody else/],
    ['of the issuer in another spelling', (n) => n.issuer({ issuer: `${n.as.origin}/` }), /written in another way/],
    ['without PKCE', (n) => n.issuer({ code_challenge_methods_supported: undefined }), /S256/],
    ['with plain PKCE alone', (n) => n.issuer({ code_challenge_methods_supported: ['plain'] }), /S256/],
    ['with PKCE as a text', (n) => n.issuer({ code_challenge_methods_supported: 'S256' }), /S256/],
    ['without the code grant', (n) => n.issuer({ grant_types_supported: ['implicit'] }), /authorization_code/],
    ['without codes', (n) => n.issuer({ response_types_supported: ['token'] }), /response type code/],
    [
      'with a script to log in at',
      (n) => n.issuer({ authorization_endpoint: 'javascript:alert(1)' }),
      /authorization_e/,
    ],
    ['with data to log in at', (n) => n.issuer({ authorization_endpoint: 'data:text/html,x' }), /authorization_e/],
    [
      'with http for tokens',
      (n) => n.issuer({ token_endpoint: 'http://evil.example/token' }),
      /token_endpoint without/,
    ],
    ['with http to register', (n) => n.issuer({ registration_endpoint: 'http://evil.example' }), /registration_endp/],
    ['with a number for tokens', (n) => n.issuer({ token_endpoint: 1 }), /token_endpoint that is no URL/],
    ['without a token endpoint', (n) => n.issuer({ token_endpoint: undefined }), /token_endpoint/],
    ['in HTML', () => HTML, /not with JSON/],
    ['of 10 MB', () => HUGE, /larger than/],
    ['somewhere else', (n) => ledTo(`${n.stranger.origin}/x`), /redirects \(HTTP 302\)/],
  ])('are refused: %s', async (_what, page, message) => {
    at.asPages.set(PATH_OF_ISSUER, page(at));
    expect(await refusal()).toMatch(message);
  });

  it('are refused where the operator has named another one', async () => {
    const entry = at.entry({ enabled: true, OAUTH_GRANT_TYPE: 'authorization_code', OAUTH_ISSUER: at.stranger.origin });
    await expect(discoveryWith().learn(entry, 'Bearer')).rejects.toThrow(
      /other authorization servers than OAUTH_ISSUER/,
    );
    expect([at.as.seen, at.stranger.seen]).toEqual([[], []]);
  });
});

describe('the reach of a server', () => {
  const far = new Reach(new URL('https://mcp.example.com/mcp'), ['mcp.example.com:443', 'login.corp:443']);
  const near = new Reach(new URL('http://127.0.0.1:9000/mcp'), ['127.0.0.1:9000']);
  const made = new Reach(new URL('http://127.0.0.1:9000/mcp'), []);

  it.each([
    ['what the operator has named', far, 'https://login.corp/token', undefined, ['login.corp:443']],
    ['the public internet', far, 'https://login.example/token', undefined, []],
    ['this machine from elsewhere', far, 'https://127.0.0.1:1/token', undefined, []],
    ['this machine from elsewhere, with http', far, 'http://127.0.0.1:1/token', 'without https', []],
    ['this machine from itself', near, 'http://localhost:1/token', undefined, ['localhost:1']],
    ['the network from this machine', near, 'https://192.168.0.1/token', undefined, []],
    ['this machine from a server that the operator has not named', made, 'http://localhost:1/', 'without https', []],
  ])('is judged for %s', (_what, reach, url, fault, own) => {
    expect(reach.fault(url)).toBe(fault);
    expect(reach.ownOf([url])).toEqual(own);
  });

  it('ends where a token would travel in clear', async () => {
    const entry = at.entry(undefined, 'http://mcp.example.com/mcp');
    await expect(discoveryWith().learn(entry, 'Bearer')).rejects.toThrow(/a token would travel in clear/);
  });
});
