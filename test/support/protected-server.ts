import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createRemoteJWKSet, jwtVerify, type JWTPayload } from 'jose';

const WELL_KNOWN = '/.well-known/oauth-protected-resource';
/** Of the tool that needs more than the others. */
export const MORE = 'mcp:more';

/** What one request is answered instead of the server's own; true = it was answered. */
type Instead = (request: http.IncomingMessage, response: http.ServerResponse) => boolean;

/**
 * A real MCP server (SDK) that demands access tokens (JWT) of one authorization server, for itself as the audience, and says so in metadata
 * (RFC 9728). Its tools: `whoami` tells the subject, `more` needs a scope of its own.
 */
export class ProtectedServer {
  /** Values of Authorization, one for each request to the MCP endpoint. */
  readonly seen: (string | undefined)[] = [];
  /** Methods of those that were served. */
  readonly methods: string[] = [];
  /** Paths of all requests. */
  readonly paths: string[] = [];
  issuer = '';
  /** What the challenge says beside `resource_metadata`. */
  challengeScope: string | null = null;
  instead: Instead = () => false;
  /** Whether anybody may do everything but call tools. */
  isHalfOpen = false;

  private constructor(
    private readonly server: http.Server,
    readonly origin: string,
  ) {}

  static async start(): Promise<ProtectedServer> {
    const server = http.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const own = new ProtectedServer(server, `http://127.0.0.1:${String(port)}`);
    server.on('request', (request, response) => {
      own.answer(request, response).catch(() => response.destroy());
    });
    return own;
  }

  get url(): string {
    return `${this.origin}/mcp`;
  }

  /** As the server writes it; a test may change it. */
  metadata(): Record<string, unknown> {
    return { resource: this.url, authorization_servers: [this.issuer], scopes_supported: ['mcp:use'] };
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { url = '/' } = request;
    this.paths.push(url);
    if (this.instead(request, response)) return;
    if (url === `${WELL_KNOWN}/mcp`) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(this.metadata()));
      return;
    }
    if (url !== '/mcp') {
      response.writeHead(404).end();
      return;
    }
    const { authorization } = request.headers;
    this.seen.push(authorization);
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const message = text === '' ? undefined : (JSON.parse(text) as { method?: string; params?: { name?: string } });
    const isOpen = this.isHalfOpen && message?.method !== 'tools/call';
    const claims = (await this.claimsOf(authorization)) ?? (isOpen ? {} : null);
    if (claims === null) {
      const scope = this.challengeScope === null ? '' : `, scope="${this.challengeScope}"`;
      const challenge = `Bearer resource_metadata="${this.origin}${WELL_KNOWN}/mcp"${scope}`;
      response.writeHead(401, { 'www-authenticate': challenge }).end();
      return;
    }
    if (message?.params?.name === 'more' && !String(claims.scope).split(' ').includes(MORE)) {
      const challenge = `Bearer error="insufficient_scope", scope="${MORE}"`;
      response.writeHead(403, { 'www-authenticate': challenge }).end();
      return;
    }
    this.methods.push(message?.method ?? '');
    await serveMcp(claims, request, response, message);
  }

  private async claimsOf(authorization: string | undefined): Promise<JWTPayload | null> {
    const [, token] = /^Bearer (\S+)$/.exec(authorization ?? '') ?? [];
    if (token === undefined) return null;
    try {
      const keys = createRemoteJWKSet(new URL(`${this.issuer}/jwks`));
      const { payload } = await jwtVerify(token, keys, { issuer: this.issuer, audience: this.url });
      return payload;
    } catch {
      return null;
    }
  }
}

/** Stateless: a server and a transport for each request. */
async function serveMcp(
  claims: JWTPayload,
  request: http.IncomingMessage,
  response: http.ServerResponse,
  message: unknown,
): Promise<void> {
  const server = new McpServer({ name: 'protected', version: '1' });
  const tell = () => ({ content: [{ type: 'text' as const, text: `${String(claims.sub)} ${String(claims.scope)}` }] });
  server.registerTool('whoami', { description: 'Tells who calls' }, tell);
  server.registerTool('more', { description: 'Needs more' }, tell);
  const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
  response.on('close', () => void Promise.all([transport.close(), server.close()]));
  await server.connect(transport);
  await transport.handleRequest(request, response, message);
}
