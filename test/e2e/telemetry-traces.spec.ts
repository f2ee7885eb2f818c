import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { JSON_HEADERS } from '../support/answers.js';
import { TestGateway, eventually } from '../support/gateway.js';
import { MirrorServer } from '../support/mirror-server.js';
import type { SentSpan } from '../support/otlp-decode.js';
import { OtlpReceiver } from '../support/otlp-receiver.js';
import { RawSession, send } from '../support/raw-http.js';

jest.setTimeout(60_000);

type Json = Record<string, unknown>;
const BANNED = 'the forbidden phrase';
const POLICIES = { team: { detectors: { keyword_detector: { banned_keywords: [BANNED] }, pii: {} } } };
const BLOCK = { enabled: true, policy_name: 'team', block: ['keyword_detector'] };

let mirror: MirrorServer;
let receiver: OtlpReceiver;
const gateways: TestGateway[] = [];

beforeAll(async () => {
  [mirror, receiver] = await Promise.all([MirrorServer.start(), OtlpReceiver.start()]);
});
afterEach(async () => {
  await Promise.all(gateways.splice(0).map((gateway) => gateway.stop()));
});
afterAll(async () => {
  await Promise.all([mirror.close(), receiver.close()]);
});

async function start(config: Json): Promise<{ gateway: TestGateway; session: RawSession }> {
  const extra = { input_guardrails_policy: BLOCK, output_guardrails_policy: BLOCK };
  const gateway = await TestGateway.start({
    projects: [{ servers: [{ name: 'mirror', config: { url: mirror.url }, extra }], exposure: 'direct' }],
    policies: POLICIES,
    plugins: { telemetry: { config: { enabled: true, ...config } } },
  });
  gateways.push(gateway);
  return { gateway, session: await RawSession.open(gateway.url, gateway.key()) };
}

const newTrace = (): string => randomBytes(16).toString('hex');
const parentOf = (trace: string, flags = '01'): string => `00-${trace}-b7ad6b7169203331-${flags}`;
const spansOf = (trace: string): SentSpan[] => receiver.spans.filter(({ traceId }) => traceId === trace);

async function traced(session: RawSession, params: Json, headers: readonly string[] = []): Promise<void> {
  await session.post({ jsonrpc: '2.0', id: 7, method: 'tools/call', params }, headers);
}

describe.each(['grpc', 'http'] as const)('traces over %s', (protocol) => {
  it('are one tree for each call, below the trace of the client and above the one of the server', async () => {
    const { gateway, session } = await start({ url: receiver.url(protocol) });
    const [byMeta, byHeader, blocked] = [newTrace(), newTrace(), newTrace()];
    const call = (args: Json, meta?: Json): Json => ({
      name: 'mirror__mirror',
      arguments: args,
      ...(meta && { _meta: meta }),
    });
    await traced(session, call({ text: 'one' }, { traceparent: parentOf(byMeta) }));
    const sent = mirror.bodies.length;
    await traced(session, call({ text: 'two' }), ['traceparent', parentOf(byHeader), 'tracestate', 'a=b']);
    await traced(session, call({ text: BANNED }), ['traceparent', parentOf(blocked)]);
    await gateway.stop();

    const spans = spansOf(byMeta);
    const root = spans.find(({ parentSpanId }) => parentSpanId === 'b7ad6b7169203331');
    expect(root).toMatchObject({ name: 'tools/call mirror', kind: 2 });
    expect(root?.attributes).toMatchObject({
      'mcp.method.name': 'tools/call',
      'gen_ai.tool.name': 'mirror',
      'rpc.system': 'jsonrpc',
      'enkrypt.server.name': 'mirror',
      'enkrypt.outcome': 'success',
    });
    expect(root?.attributes['mcp.session.id']).toMatch(/^[0-9a-f]{16}$/);
    const children = spans.filter(({ parentSpanId }) => parentSpanId === root?.spanId);
    expect(children.map(({ name }) => name)).toEqual([
      'auth',
      'route',
      'input checks',
      'tools/call mirror',
      'output checks',
    ]);
    expect(spans).toHaveLength(6);

    const upstream = spansOf(byHeader).find(({ kind }) => kind === 3);
    const second = JSON.parse(mirror.bodies[sent] ?? '{}') as { params?: Json };
    expect(second.params?._meta).toEqual({
      traceparent: `00-${byHeader}-${upstream?.spanId ?? ''}-01`,
      tracestate: 'a=b',
    });
    expect(mirror.headers.at(-1)).toMatchObject({
      traceparent: `00-${byHeader}-${upstream?.spanId ?? ''}-01`,
      tracestate: 'a=b',
    });

    expect(spansOf(blocked).map(({ name }) => name)).toEqual(['tools/call mirror', 'auth', 'route', 'input checks']);
    expect(spansOf(blocked)[0]?.attributes).toMatchObject({ 'error.type': 'blocked_input' });
    expect(receiver.metrics).toContain('enkrypt_tool_calls_total');
  });

  it('are found again in the audit log and in the log, which is sent too', async () => {
    const { gateway, session } = await start({ url: receiver.url(protocol) });
    const trace = newTrace();
    await traced(session, {
      name: 'mirror__mirror',
      arguments: { text: 'x' },
      _meta: { traceparent: parentOf(trace) },
    });
    await eventually(
      () => gateway.audit(),
      (lines) => lines.some((line) => line.trace_id === trace),
    );
    await send(gateway.url, { headers: ['apikey', 'wrong', ...JSON_HEADERS], body: '{}' });
    const before = receiver.logs.length;
    await gateway.stop();
    const sent = receiver.logs.slice(before).concat(receiver.logs);
    expect(sent.find(({ attributes }) => attributes.event === 'request_denied')).toMatchObject({ severity: 'WARN' });
  });
});

describe('sampling', () => {
  it('leaves a call alone that is not sampled, and takes the word of a client that traces', async () => {
    const { gateway, session } = await start({ url: receiver.url('http'), sample_ratio: 0 });
    const [wanted, unwanted] = [newTrace(), newTrace()];
    const before = receiver.spans.length;
    await traced(session, { name: 'mirror__mirror', arguments: { text: 'no trace' } });
    expect(mirror.bodies.at(-1)).not.toContain('traceparent');
    await traced(session, { name: 'mirror__mirror', arguments: {} }, ['traceparent', parentOf(unwanted, '00')]);
    expect(mirror.bodies.at(-1)).toContain(parentOf(unwanted, '00'));
    await traced(session, { name: 'mirror__mirror', arguments: {} }, ['traceparent', parentOf(wanted)]);
    await gateway.stop();
    expect(spansOf(wanted)).toHaveLength(6);
    expect(receiver.spans.slice(before).every(({ traceId }) => traceId === wanted)).toBe(true);
  });
});

describe('privacy', () => {
  it('sends no payload, key, session id or address of a person, in spans, metrics or logs', async () => {
    const before = receiver.bytes.length;
    const { gateway, session } = await start({ url: receiver.url('http') });
    const canary = `canary-${randomBytes(8).toString('hex')}`;
    const argument = { text: canary, mail: `${canary}@example.com`, state: BANNED };
    await traced(session, { name: 'mirror__mirror', arguments: { text: canary } });
    await traced(session, { name: 'mirror__mirror', arguments: argument, _meta: { note: canary } });
    await traced(session, { name: 'mirror__unknown', arguments: argument });
    await send(gateway.url, { headers: ['apikey', canary, ...JSON_HEADERS], body: canary });
    const key = gateway.key();
    const { sessionId } = session;
    await gateway.stop();
    const sent = Buffer.concat(receiver.bytes.slice(before)).toString('latin1');
    expect(sent).toContain('tools/call mirror');
    for (const secret of [canary, key, sessionId, 'user0.0@example.com', BANNED]) expect(sent).not.toContain(secret);
  });
});
