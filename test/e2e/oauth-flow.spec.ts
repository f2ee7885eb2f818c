import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Client as ClientV2,
  type OAuthClientProvider as ProviderV2,
  StreamableHTTPClientTransport as HttpV2,
} from '@modelcontextprotocol/client';
import { type OAuthClientProvider, UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { AuthorizationServer, MACHINE } from '../support/authorization-server.js';
import { eventually, TestGateway } from '../support/gateway.js';
import { RawSession, send } from '../support/raw-http.js';
import { textOf } from '../support/answers.js';
import { echoServer } from '../support/upstreams.js';

type Json = Record<string, unknown>;

const REDIRECT = 'http://127.0.0.1:9/callback';
const INFO = { name: 'oauth-client', version: '1' };

let gateway: TestGateway;
let server: AuthorizationServer;

/** What an MCP client keeps of its login; the "browser" is ours. */
class Login implements OAuthClientProvider {
  readonly redirectUrl = REDIRECT;
  readonly clientMetadata = {
    redirect_uris: [REDIRECT],
    client_name: 'a test',
    grant_types: ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  };
  authorization: URL | undefined;
  private client: Awaited<ReturnType<OAuthClientProvider['clientInformation']>>;
  private saved: Awaited<ReturnType<OAuthClientProvider['tokens']>>;
  private verifier = '';

  clientInformation(): typeof this.client {
    return this.client;
  }
  saveClientInformation(client: NonNullable<typeof this.client>): void {
    this.client = client;
  }
  tokens(): typeof this.saved {
    return this.saved;
  }
  saveTokens(tokens: NonNullable<typeof this.saved>): void {
    this.saved = tokens;
  }
  redirectToAuthorization(url: URL): void {
    this.authorization = url;
  }
  saveCodeVerifier(verifier: string): void {
    this.verifier = verifier;
  }
  codeVerifier(): string {
    return this.verifier;
  }

  /** Where the browser came back to. */
  async comeBack(): Promise<URL> {
    if (this.authorization === undefined) throw new Error('there was no authorization request');
    return AuthorizationServer.follow(this.authorization, REDIRECT);
  }
}

describe('with a real authorization server', () => {
  beforeAll(async () => {
    gateway = await TestGateway.start({ projects: [{ servers: [echoServer('echo')] }] });
    const { userId } = gateway.config.keys[0]![0]!;
    server = await AuthorizationServer.start(gateway.url, userId);
    gateway.edit((json) => {
      const common = json.common_mcp_gateway_config as Json;
      common.inbound_oauth = {
        resource: gateway.url,
        issuers: [{ issuer: server.url, required_scopes: ['mcp:use'], users: { [MACHINE.id]: userId } }],
      };
    });
    await eventually(
      () => send(`${gateway.origin}/.well-known/oauth-protected-resource`, { method: 'GET' }),
      ({ status }) => status === 200,
    );
  });
  afterAll(async () => {
    await gateway.stop();
    await server.stop();
  });

  it('an SDK v1 client finds it, registers, logs in with PKCE, and calls a tool', async () => {
    const login = new Login();
    const first = new HttpV1(new URL(gateway.url), { authProvider: login });
    await expect(new ClientV1(INFO).connect(first as never)).rejects.toThrow(UnauthorizedError);
    expect(login.authorization?.searchParams.get('resource')).toBe(gateway.url);
    expect(login.authorization?.searchParams.get('scope')).toBe('mcp:use');
    expect(login.authorization?.searchParams.get('code_challenge_method')).toBe('S256');
    const back = await login.comeBack();
    await first.finishAuth(back.searchParams.get('code') ?? '');
    const client = new ClientV1(INFO);
    await client.connect(new HttpV1(new URL(gateway.url), { authProvider: login }));
    const result = await client.callTool({ name: 'echo__echo', arguments: { message: 'logged in' } });
    expect(result.content).toMatchObject([{ text: 'logged in' }]);
    await client.close();
  });

  it('an SDK v2 client does the same', async () => {
    const login = new Login();
    const options = { authProvider: login as unknown as ProviderV2 };
    const first = new HttpV2(new URL(gateway.url), options);
    await expect(new ClientV2(INFO).connect(first)).rejects.toThrow(/unauthorized/i);
    const back = await login.comeBack();
    await first.finishAuth(back.searchParams);
    const client = new ClientV2(INFO);
    await client.connect(new HttpV2(new URL(gateway.url), options));
    const result = await client.callTool({ name: 'echo__echo', arguments: { message: 'logged in' } });
    expect(result.content).toMatchObject([{ text: 'logged in' }]);
    await client.close();
  });

  it('a machine comes with client credentials', async () => {
    const token = await machineToken(gateway.url);
    const session = await RawSession.open(gateway.url, token);
    expect(textOf(await session.call('echo__echo', { message: 'machine' }))).toBe('machine');
  });

  it('an opaque token is refused', async () => {
    const opaque = await machineToken();
    expect(opaque.startsWith('eyJ')).toBe(false);
    const headers = ['Authorization', `Bearer ${opaque}`, 'Content-Type', 'application/json'];
    expect((await send(gateway.url, { headers, body: '{}' })).status).toBe(401);
  });
});

/** @param resource what the token is for; without one the server gives an opaque token for itself */
async function machineToken(resource?: string): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    ...(resource !== undefined && { scope: 'mcp:use', resource }),
  });
  const basic = Buffer.from(`${MACHINE.id}:${MACHINE.secret}`).toString('base64');
  const response = await fetch(`${server.url}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body,
  });
  const answer = (await response.json()) as { access_token?: string };
  if (answer.access_token === undefined) throw new Error(`no token: ${JSON.stringify(answer)}`);
  return answer.access_token;
}
