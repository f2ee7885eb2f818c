import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A streamable HTTP server of the stateless handshake era with one tool, `whoami`, that takes some tokens and no others. */
export class TokenUpstream {
  /** Values of Authorization, one for each request. */
  readonly seen: (string | undefined)[] = [];
  /** Methods of the requests that were taken. */
  readonly methods: string[] = [];
  /** Whether a value of Authorization is taken; the answer to others is HTTP 401. */
  accepts: (authorization: string | undefined) => boolean = (authorization) => authorization !== undefined;
  /** Answer to every request, in the place of the server's own. */
  challenge: { readonly status: number; readonly header: string } | undefined;

  private constructor(
    private readonly server: http.Server,
    readonly url: string,
  ) {}

  static async start(): Promise<TokenUpstream> {
    const server = http.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const upstream = new TokenUpstream(
      server,
      `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/mcp`,
    );
    server.on('request', (request, response) => {
      void upstream.answer(request, response);
    });
    return upstream;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { authorization } = request.headers;
    this.seen.push(authorization);
    let text = '';
    for await (const chunk of request) text += String(chunk);
    if (this.challenge !== undefined) {
      response.writeHead(this.challenge.status, { 'www-authenticate': this.challenge.header }).end();
      return;
    }
    if (!this.accepts(authorization)) {
      response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end();
      return;
    }
    if (request.method !== 'POST') {
      response.writeHead(405).end();
      return;
    }
    const message = JSON.parse(text) as { id?: number; method: string };
    this.methods.push(message.method);
    if (message.id === undefined) {
      response.writeHead(202).end();
      return;
    }
    const body = { jsonrpc: '2.0', id: message.id, ...answerTo(message.method, authorization) };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }
}

function answerTo(method: string, authorization: string | undefined): Record<string, unknown> {
  switch (method) {
    case 'initialize': {
      const serverInfo = { name: 'token-upstream', version: '1' };
      return { result: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo } };
    }
    case 'tools/list':
      return { result: { tools: [{ name: 'whoami', inputSchema: { type: 'object' } }] } };
    case 'tools/call':
      return { result: { content: [{ type: 'text', text: authorization ?? 'nobody' }] } };
    default:
      return { error: { code: -32601, message: 'Method not found' } };
  }
}
