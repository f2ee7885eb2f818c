import http from 'node:http';
import type { AddressInfo } from 'node:net';

type Json = Record<string, unknown>;
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Json;
}

/** What it says of itself is nothing that a gateway may build on. */
const TOOL = { name: 'mirror', annotations: { readOnlyHint: true }, inputSchema: { type: 'object' } };
const HELLO = {
  protocolVersion: '2025-06-18',
  capabilities: { tools: {} },
  serverInfo: { name: 'mirror', version: '1' },
};
const SESSION = { 'mcp-session-id': 'mirror-session' };

/**
 * An HTTP upstream whose one tool gives back its arguments as text, after one progress message for each text in `progress`. It keeps
 * what it got, so that a test sees what the gateway really sent.
 */
export class MirrorServer {
  /** Arguments of every call as JSON text. */
  readonly calls: string[] = [];
  /** Every request of a call as it came over the wire. */
  readonly bodies: string[] = [];
  /** Headers of every such request. */
  readonly headers: http.IncomingHttpHeaders[] = [];
  /** Request ids of every cancellation notice. */
  readonly cancelled: unknown[] = [];
  /** Calls that wait for ever until they are cancelled or disconnected, by what they said in `hang`. */
  readonly hanging = new Map<string, { readonly id: unknown; closed: boolean }>();
  private readonly server: http.Server;

  private constructor(private readonly delayMs: number) {
    this.server = http.createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        if (request.method !== 'POST') response.writeHead(request.method === 'DELETE' ? 200 : 405).end();
        else this.read(request.headers, Buffer.concat(parts).toString(), response);
      });
    });
  }

  /** @param delayMs each call is answered after a random time of up to this */
  static async start(delayMs = 0): Promise<MirrorServer> {
    const mirror = new MirrorServer(delayMs);
    await new Promise<void>((resolve) => mirror.server.listen(0, '127.0.0.1', resolve));
    return mirror;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}/mcp`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private read(headers: http.IncomingHttpHeaders, body: string, response: http.ServerResponse): void {
    const message = JSON.parse(body) as Message;
    if (message.method === 'tools/call') {
      this.bodies.push(body);
      this.headers.push(headers);
    }
    this.receive(message, response);
  }

  private receive(message: Message, response: http.ServerResponse): void {
    const { id, method, params } = message;
    const answer = (body: Json): void => {
      const headers = { 'content-type': 'application/json', ...(method === 'initialize' ? SESSION : {}) };
      response.writeHead(200, headers).end(JSON.stringify({ jsonrpc: '2.0', id, ...body }));
    };
    if (method === 'notifications/cancelled') this.cancelled.push(params?.requestId);
    if (id === undefined) response.writeHead(202).end();
    else if (method === 'initialize') answer({ result: HELLO });
    else if (method === 'tools/list') answer({ result: { tools: [TOOL] } });
    else if (method === 'tools/call') this.call(id, params ?? {}, response);
    else answer({ error: { code: -32601, message: 'Method not found' } });
  }

  private call(id: number, params: Json, response: http.ServerResponse): void {
    const { progress = [], hang, ...rest } = params.arguments as { progress?: string[]; hang?: string };
    this.calls.push(JSON.stringify(params.arguments));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    const event = (value: Json): string => `data: ${JSON.stringify({ jsonrpc: '2.0', ...value })}\n\n`;
    const progressToken = (params._meta as Json | undefined)?.progressToken;
    for (const [index, message] of progress.entries()) {
      const note = { progressToken, progress: index + 1, total: 10, message };
      response.write(event({ method: 'notifications/progress', params: note }));
    }
    if (hang !== undefined) {
      const waiting = { id, closed: false };
      this.hanging.set(hang, waiting);
      response.once('close', () => {
        waiting.closed = true;
      });
      return;
    }
    const content = [{ type: 'text', text: JSON.stringify(rest) }];
    setTimeout(() => response.end(event({ id, result: { content } })), Math.random() * this.delayMs);
  }
}
