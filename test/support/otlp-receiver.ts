import http from 'node:http';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { logsOf, metricNamesOf, type SentLog, type SentSpan, spansOf } from './otlp-decode.js';

const GRPC_HEAD_BYTES = 5;

/** A collector that decodes what it is sent, over gRPC and over HTTP. */
export class OtlpReceiver {
  readonly spans: SentSpan[] = [];
  readonly logs: SentLog[] = [];
  readonly metrics = new Set<string>();
  /** Everything as it came. */
  readonly bytes: Buffer[] = [];
  private readonly sessions = new Set<http2.ServerHttp2Session>();

  private constructor(
    private readonly overHttp: http.Server,
    private readonly overGrpc: http2.Http2Server,
  ) {}

  static async start(): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver(http.createServer(), http2.createServer());
    receiver.overHttp.on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        receiver.take(request.url ?? '', Buffer.concat(parts));
        response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
      });
    });
    receiver.overGrpc.on('session', (session) => {
      receiver.sessions.add(session);
      session.once('close', () => receiver.sessions.delete(session));
    });
    receiver.overGrpc.on('stream', (stream, headers) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        receiver.take(headers[':path'] ?? '', Buffer.concat(parts).subarray(GRPC_HEAD_BYTES));
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
        stream.on('wantTrailers', () => {
          stream.sendTrailers({ 'grpc-status': '0' });
        });
        stream.end(Buffer.alloc(GRPC_HEAD_BYTES));
      });
    });
    for (const server of [receiver.overHttp, receiver.overGrpc]) {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    }
    return receiver;
  }

  /** What `plugins.telemetry.config.url` has to be. */
  url(protocol: 'grpc' | 'http'): string {
    const { port } = (protocol === 'grpc' ? this.overGrpc : this.overHttp).address() as AddressInfo;
    return `http://127.0.0.1:${String(port)}${protocol === 'grpc' ? '' : '/otlp'}`;
  }

  async close(): Promise<void> {
    for (const session of this.sessions) session.destroy();
    this.overHttp.closeAllConnections();
    await Promise.all([this.overHttp, this.overGrpc].map((server) => new Promise((resolve) => server.close(resolve))));
  }

  private take(path: string, body: Buffer): void {
    this.bytes.push(body);
    if (/trace/i.test(path)) this.spans.push(...spansOf(body));
    else if (/log/i.test(path)) this.logs.push(...logsOf(body));
    else for (const name of metricNamesOf(body)) this.metrics.add(name);
  }
}
