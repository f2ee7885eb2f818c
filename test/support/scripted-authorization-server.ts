import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request for a token, as it came. */
export interface TokenRequestSeen {
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly form: URLSearchParams;
}

/** What the server does with a request for a token. */
export type Behaviour = (request: TokenRequestSeen, response: ServerResponse) => void;

/** An authorization server of a test that answers as it is told, rightly or wrongly. */
export class ScriptedAuthorizationServer {
  readonly seen: TokenRequestSeen[] = [];
  behaviour: Behaviour = issuing();

  private constructor(
    private readonly server: http.Server,
    readonly origin: string,
  ) {}

  static async start(): Promise<ScriptedAuthorizationServer> {
    const server = http.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const authorization = new ScriptedAuthorizationServer(server, `http://127.0.0.1:${String(port)}`);
    server.on('request', (request, response) => {
      void authorization.answer(request, response);
    });
    return authorization;
  }

  get tokenUrl(): string {
    return `${this.origin}/token`;
  }

  /** `oauth_config` of a client of it. */
  config(more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
    return {
      enabled: true,
      OAUTH_CLIENT_ID: 'gateway',
      OAUTH_CLIENT_SECRET: 'client-secret-of-the-test',
      OAUTH_TOKEN_URL: this.tokenUrl,
      ...more,
    };
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const seen = { url: request.url ?? '', headers: request.headers, form: new URLSearchParams(text) };
    this.seen.push(seen);
    this.behaviour(seen, response);
  }
}

/** Issues `token-1`, `token-2`, … with these members beside. */
export function issuing(more: Readonly<Record<string, unknown>> = {}): Behaviour {
  let count = 0;
  return (_request, response) => {
    count++;
    answerJson(response, 200, {
      access_token: `token-${String(count)}`,
      token_type: 'Bearer',
      expires_in: 3600,
      ...more,
    });
  };
}

export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
