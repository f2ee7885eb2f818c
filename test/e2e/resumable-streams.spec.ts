import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type EventStream, openStream, postStream } from '../support/event-stream.js';
import { buildConfig, eventually, TestGateway } from '../support/gateway.js';
import { RawSession } from '../support/raw-http.js';
import { echoServer } from '../support/upstreams.js';

jest.setTimeout(30_000);

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await TestGateway.startWith(buildConfig({ projects: [{ servers: [echoServer('echo')], users: 2 }] }));
});
afterAll(() => gateway.stop());

let calls = 0;
/** A call that tells its progress, so that its answer is a stream; resolves with the first of it. */
async function slowCall(session: RawSession, ms: number): Promise<{ stream: EventStream; token: string; id: number }> {
  const id = 1000 + ++calls;
  const token = `t${String(id)}`;
  const params = { name: 'echo__sleep', arguments: { ms }, _meta: { progressToken: token } };
  const stream = await postStream(session.url, session.key, session.sessionId, {
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params,
  });
  await eventually(
    () => stream.events.length,
    (count) => count > 0,
  );
  return { stream, token, id };
}

async function drop(stream: EventStream): Promise<string> {
  const last = stream.ids.at(-1) ?? '';
  stream.close();
  await stream.closed;
  return last;
}

function open(member = 0, version?: string): Promise<RawSession> {
  return RawSession.open(gateway.url, gateway.key(0, member), version);
}

const resume = ({ url, key, sessionId }: RawSession, id: string): Promise<EventStream> =>
  openStream(url, key, sessionId, id);

describe('a stream whose connection breaks', () => {
  it('goes on where it was: the answer comes to who asks with the last event id, once', async () => {
    const session = await open();
    const { stream, id } = await slowCall(session, 1500);
    const last = await drop(stream);
    const rest = await resume(session, last);
    await rest.closed;
    expect(rest.events.filter((event) => event.id === id)).toEqual([
      expect.objectContaining({
        result: {
          content: expect.anything(),
        },
      }),
    ]);
  });

  it('is kept for a while after its end', async () => {
    const session = await open();
    const { stream, id } = await slowCall(session, 300);
    const [first = ''] = stream.ids;
    await stream.closed;
    const again = await resume(session, first);
    await again.closed;
    expect(again.events.map((event) => event.id ?? event.method)).toEqual(
      stream.events.map((event) => event.id ?? event.method),
    );
    expect(again.events.at(-1)).toMatchObject({ id });
  });

  it('gets nothing of the other streams of its session', async () => {
    const session = await open();
    const [one, two] = await Promise.all([slowCall(session, 600), slowCall(session, 600)]);
    await Promise.all([one.stream.closed, two.stream.closed]);
    const again = await resume(session, one.stream.ids[0] ?? '');
    await again.closed;
    expect(JSON.stringify(again.events)).not.toContain(two.token);
    expect(again.events.some((event) => event.id === two.id)).toBe(false);
  });

  it('belongs to its session and its key', async () => {
    const session = await open();
    const { stream, id } = await slowCall(session, 300);
    await stream.closed;
    const first = stream.ids[0] ?? '';
    const [sibling, stranger] = [await open(), await open(1)];
    expect((await resume(sibling, first)).status).toBe(400);
    expect((await resume(stranger, first)).status).toBe(400);
    const thief = await openStream(session.url, stranger.key, session.sessionId, first);
    expect(thief.status).toBe(404);
    for (const bad of ['nothing-1', 'x', `${first}9999999999999999`, '__proto__-1']) {
      expect((await resume(session, bad)).status).toBe(400);
    }
    const own = await resume(session, first);
    await own.closed;
    expect(own.events.at(-1)).toMatchObject({ id });
  });

  it('ends with its session', async () => {
    const session = await open();
    const { stream } = await slowCall(session, 300);
    await stream.closed;
    await session.end();
    expect((await resume(session, stream.ids[0] ?? '')).status).toBe(404);
  });

  it('starts with an id and no data only where the revision knows that', async () => {
    const streams = await Promise.all(
      ['2025-11-25', '2025-06-18'].map(async (version) => {
        const session = await open(0, version);
        const { stream } = await slowCall(session, 100);
        await stream.closed;
        return stream;
      }),
    );
    const [primed, plain] = streams.map((stream) => stream.ids.length - stream.events.length);
    expect([primed, plain]).toEqual([1, 0]);
  });
});

describe('the standing stream', () => {
  it('is one, and is taken over by who has its id', async () => {
    const session = await open();
    await session.request('tools/list');
    const stream = await openStream(session.url, session.key, session.sessionId);
    await eventually(
      () => stream.ids.length,
      (count) => count === 1,
    );
    expect((await openStream(session.url, session.key, session.sessionId)).status).toBe(409);
    const next = await resume(session, stream.ids[0] ?? '');
    expect(next.status).toBe(200);
    await stream.closed;
    next.close();
  });
});

it('an answer without a stream stays JSON and has no event id', async () => {
  const session = await open();
  const response = await session.post({ jsonrpc: '2.0', id: 1, method: 'ping' });
  expect(response.headers['content-type']).toBe('application/json');
});
