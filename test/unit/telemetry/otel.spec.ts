import { createServer, type Server } from 'node:http';
import { createServer as createHttp2Server, type ServerHttp2Session } from 'node:http2';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '../../../src/telemetry/logger.js';
import { Metrics } from '../../../src/telemetry/metrics.js';
import { startOtel, type Otel } from '../../../src/telemetry/otel.js';
import { otlpEndpoint } from '../../../src/telemetry/otlp-endpoint.js';
import { memoryStream, until } from './harness.js';

interface Post {
  readonly path: string;
  readonly type: string;
  readonly body: string;
}

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A collector that keeps what it receives. */
async function collector(): Promise<{ port: number; posts: Post[] }> {
  const posts: Post[] = [];
  const server: Server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const body = Buffer.concat(chunks).toString('latin1');
      posts.push({ path: req.url ?? '', type: req.headers['content-type'] ?? '', body });
      res.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  return { port: (server.address() as AddressInfo).port, posts };
}

async function start(url: string, metrics = new Metrics(), stream = memoryStream()): Promise<Otel> {
  const settings = { enabled: true, url, insecure: true, serviceName: 'gw', serviceVersion: '1.2.3', jobName: 'job-1' };
  const log = createLogger({ level: 'info', destination: stream });
  const otel = await startOtel({ ...settings, intervalMs: 100, exportTimeoutMs: 500 }, metrics, log);
  closers.push(() => otel.shutdown());
  return otel;
}

const call = {
  method: 'tools/call',
  server: 'echo_server',
  tool: 'echo',
  era: '2025',
  requestId: 'r-1',
  sessionId: undefined,
  parent: undefined,
  arrival: undefined,
} as const;
const PARENT_TRACE = '0af7651916cd43dd8448eb211c80319c';

describe('otlpEndpoint', () => {
  it.each([
    ['http://localhost:4317', true, { protocol: 'grpc', url: 'http://localhost:4317' }],
    ['http://localhost:4317', false, { protocol: 'grpc', url: 'https://localhost:4317' }],
    ['https://collector', true, { protocol: 'grpc', url: 'https://collector' }],
    [
      'http://c:4318',
      true,
      { protocol: 'http', tracesUrl: 'http://c:4318/v1/traces', metricsUrl: 'http://c:4318/v1/metrics' },
    ],
    [
      'http://c:9/otlp/',
      true,
      { protocol: 'http', tracesUrl: 'http://c:9/otlp/v1/traces', metricsUrl: 'http://c:9/otlp/v1/metrics' },
    ],
    [
      'https://c/v1/traces',
      true,
      { protocol: 'http', tracesUrl: 'https://c/v1/traces', metricsUrl: 'https://c/v1/metrics' },
    ],
  ])('reads %s (insecure %s)', (url, insecure, endpoint) => {
    expect(otlpEndpoint(url, insecure)).toEqual(endpoint);
  });

  it.each(['', 'localhost:4317', 'file:///etc/passwd'])('refuses %j', (url) => {
    expect(() => otlpEndpoint(url, true)).toThrow(expect.objectContaining({ code: 'config_invalid' }));
  });
});

describe('startOtel', () => {
  it('does nothing when it is switched off', async () => {
    const log = createLogger({ level: 'info', destination: memoryStream() });
    const settings = {
      enabled: false,
      url: 'nonsense',
      insecure: true,
      serviceName: '',
      serviceVersion: '',
      jobName: '',
    };
    const otel = await startOtel(settings, new Metrics(), log);
    expect(otel.tracer.enabled).toBe(false);
    expect(otel.tracer.start(call)).toBeUndefined();
    await otel.shutdown();
  });

  it('posts spans and counters to a collector over HTTP', async () => {
    const { port, posts } = await collector();
    const metrics = new Metrics();
    metrics.toolCall('echo_server', 'timeout', 12);
    const otel = await start(`http://127.0.0.1:${String(port)}/otlp`, metrics);
    const span = otel.tracer.start({ ...call, parent: `00-${PARENT_TRACE}-b7ad6b7169203331-01` });
    expect(span?.traceparent).toMatch(new RegExp(`^00-${PARENT_TRACE}-(?!b7ad6b7169203331)[0-9a-f]{16}-01$`));
    span?.end('timeout');
    const post = (path: string) => posts.find((candidate) => candidate.path === path);
    await until(() => post('/otlp/v1/traces') !== undefined && post('/otlp/v1/metrics') !== undefined);
    expect(post('/otlp/v1/traces')?.type).toBe('application/x-protobuf');
    for (const text of [
      'tools/call echo',
      'gen_ai.tool.name',
      'echo_server',
      'error.type',
      'timeout',
      'gw',
      '1.2.3',
      'job-1',
    ]) {
      expect(post('/otlp/v1/traces')?.body).toContain(text);
    }
    for (const text of [
      'enkrypt_tool_calls_total',
      'enkrypt_tool_call_duration_seconds',
      'server_name',
      'echo_server',
      'gw',
    ]) {
      expect(post('/otlp/v1/metrics')?.body).toContain(text);
    }
  });

  it('sends what is left at shutdown', async () => {
    const { port, posts } = await collector();
    const otel = await start(`http://127.0.0.1:${String(port)}/x`);
    otel.tracer.start({ ...call, tool: 'last_one' })?.end('success');
    await Promise.all([otel.shutdown(), otel.shutdown()]);
    expect(posts.some((post) => post.body.includes('last_one'))).toBe(true);
  });

  it('makes a new trace when the parent is malformed', async () => {
    const { port } = await collector();
    const otel = await start(`http://127.0.0.1:${String(port)}/x`);
    const span = otel.tracer.start({ ...call, parent: `00-${PARENT_TRACE}-zz-01"` });
    expect(span?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(span?.traceparent).not.toContain(PARENT_TRACE);
    span?.end('success');
  });

  it.each(['refuses', 'hangs'])(
    'neither throws nor delays shutdown when the collector %s, and says so once',
    async (how) => {
      // A listener that accepts and never answers, or one that is gone.
      const server = createTcpServer((socket) => {
        sockets.push(socket);
      });
      const sockets: { destroy(): void }[] = [];
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const close = () =>
        new Promise((resolve) => {
          for (const socket of sockets) socket.destroy();
          server.close(resolve);
        });
      if (how === 'refuses') await close();
      else closers.push(close);
      const stream = memoryStream();
      const otel = await start(`http://127.0.0.1:${String(port)}/x`, new Metrics(), stream);
      for (let i = 0; i < 10; i++) otel.tracer.start(call)?.end('success');
      if (how === 'refuses') await until(() => stream.text() !== '');
      const started = performance.now();
      await otel.shutdown();
      expect(performance.now() - started).toBeLessThan(3_000);
      expect(stream.lines().length).toBeLessThanOrEqual(1);
      if (how === 'refuses') expect(stream.lines()).toMatchObject([{ level: 'warn', event: 'otel_export_failed' }]);
    },
  );

  it('posts spans and counters to a collector over gRPC', async () => {
    const received = new Map<string, string>();
    const server = createHttp2Server();
    const sessions: ServerHttp2Session[] = [];
    server.on('session', (session) => sessions.push(session));
    server.on('stream', (stream, headers) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const path = headers[':path'] ?? '';
        received.set(path, (received.get(path) ?? '') + Buffer.concat(chunks).toString('latin1'));
        // An empty message and status OK: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
        stream.on('wantTrailers', () => {
          stream.sendTrailers({ 'grpc-status': '0' });
        });
        stream.end(Buffer.alloc(5));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(
      () =>
        new Promise((resolve) => {
          for (const session of sessions) session.destroy();
          server.close(resolve);
        }),
    );
    const otel = await start(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
    otel.tracer.start({ ...call, tool: 'over_grpc' })?.end('success');
    await otel.shutdown();
    const of = (service: string) => [...received].find(([path]) => path.includes(service))?.[1];
    expect(of('TraceService')).toContain('over_grpc');
    expect(of('MetricsService')).toContain('enkrypt_tool_calls_total');
  });
});
