import http from 'node:http';
import { EventStream } from './event-stream.js';

/** One HTTP exchange with full control over headers (a list keeps repetitions) and body. */
export interface RawResponse {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  json(): Record<string, unknown>;
}

export interface RawRequest {
  readonly method?: string;
  /** Flat list of names and values; Host is added unless given. */
  readonly headers?: readonly string[];
  readonly body?: string | Buffer;
}

export function send(url: string, { method = 'POST', headers = [], body }: RawRequest): Promise<RawResponse> {
  const target = new URL(url);
  return new Promise((resolve, reject) => {
    const names = headers.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
    const all = [...headers];
    if (!names.includes('host')) all.push('Host', target.host);
    const framed = names.includes('content-length') || names.includes('transfer-encoding');
    if (body !== undefined && !framed) all.push('Content-Length', String(Buffer.byteLength(body)));
    const request = http.request({
      host: target.hostname,
      port: target.port,
      path: target.pathname + target.search,
      method,
      headers: all as unknown as http.OutgoingHttpHeaders,
      agent: false,
    });
    request.on('error', reject);
    request.on('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8');
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          json: () => JSON.parse(text) as Record<string, unknown>,
        });
      });
    });
    request.end(body);
  });
}

/** A gateway key or an access token as a header. */
export function credential(key: string): readonly string[] {
  return key.startsWith('eyJ') ? ['Authorization', `Bearer ${key}`] : ['apikey', key];
}

const JSON_HEADERS = ['Content-Type', 'application/json', 'Accept', 'application/json, text/event-stream'];

/** A 2025-era session over raw HTTP: small, exact, no SDK between the test and the wire. */
export class RawSession {
  private id = 0;

  private constructor(
    readonly url: string,
    /** A client may come with another one later: access tokens are renewed. */
    public key: string,
    readonly sessionId: string,
  ) {}

  static async open(
    url: string,
    key: string,
    protocolVersion = '2025-11-25',
    capabilities: object = {},
  ): Promise<RawSession> {
    const params = { protocolVersion, capabilities, clientInfo: { name: 'raw', version: '1' } };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
    const response = await send(url, { headers: [...credential(key), ...JSON_HEADERS], body });
    const sessionId = response.headers['mcp-session-id'];
    if (response.status !== 200 || typeof sessionId !== 'string') throw new Error(`initialize: ${response.text}`);
    const session = new RawSession(url, key, sessionId);
    await session.post({ jsonrpc: '2.0', method: 'notifications/initialized' });
    return session;
  }

  post(message: unknown, extra: readonly string[] = []): Promise<RawResponse> {
    const headers = [...credential(this.key), 'Mcp-Session-Id', this.sessionId, ...JSON_HEADERS, ...extra];
    return send(this.url, { headers, body: JSON.stringify(message) });
  }

  /** The response object of one request (JSON or the last SSE event). */
  async request(
    method: string,
    params: Record<string, unknown> = {},
    id: string | number = ++this.id,
  ): Promise<Record<string, unknown>> {
    const response = await this.post({ jsonrpc: '2.0', id, method, params });
    return answerOf(response);
  }

  call(name: string, args: Record<string, unknown> = {}, id?: string | number): Promise<Record<string, unknown>> {
    return this.request('tools/call', { name, arguments: args }, id);
  }

  /** A call whose answer is read as it comes; resolves when its stream has begun. */
  open(name: string, text: string): Promise<EventStream> {
    const headers = [...credential(this.key), 'Mcp-Session-Id', this.sessionId, ...JSON_HEADERS];
    const params = { name, arguments: { text } };
    const body = JSON.stringify({ jsonrpc: '2.0', id: ++this.id, method: 'tools/call', params });
    return EventStream.open(this.url, { method: 'POST', headers, body });
  }

  end(): Promise<RawResponse> {
    return send(this.url, { method: 'DELETE', headers: [...credential(this.key), 'Mcp-Session-Id', this.sessionId] });
  }
}

/** The JSON-RPC response in a JSON or SSE answer. */
export function answerOf(response: RawResponse): Record<string, unknown> {
  if (!(response.headers['content-type'] ?? '').startsWith('text/event-stream')) return response.json();
  const events = response.text
    .split('\n\n')
    .map((block) => /^data: (.+)$/m.exec(block)?.[1])
    .filter((data) => data !== undefined)
    .map((data) => JSON.parse(data) as Record<string, unknown>);
  const answer = events.find((event) => 'result' in event || 'error' in event);
  if (answer === undefined) throw new Error(`no answer in the stream: ${response.text.slice(0, 500)}`);
  return answer;
}
