import http from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { textOf } from '../support/answers.js';
import { openStream } from '../support/event-stream.js';
import { eventually, TestGateway } from '../support/gateway.js';
import { credential, RawSession, send } from '../support/raw-http.js';
import { echoServer } from '../support/upstreams.js';

const READY_OFF_MS = 1_000;
const EXIT_MS = 25_000;
const BLOB = 24 * 1024 * 1024;

function ready(gateway: TestGateway): Promise<number> {
  return send(`${gateway.origin}/health/ready`, { method: 'GET' }).then(({ status }) => status);
}

/** SIGTERM; resolves with the exit code and how long it took. */
function terminate({ child }: TestGateway): Promise<{ code: number | null; ms: number }> {
  const started = performance.now();
  const exited = new Promise<{ code: number | null; ms: number }>((resolve) => {
    child.once('exit', (code) => {
      resolve({ code, ms: performance.now() - started });
    });
  });
  child.kill('SIGTERM');
  return exited;
}

/** Posts over a connection that is kept, and leaves the answer in the socket until told to read. */
function unread(session: RawSession, body: string): Promise<http.IncomingMessage> {
  const { hostname, port, pathname } = new URL(session.url);
  const headers = [...credential(session.key), 'Content-Type', 'application/json', 'Accept', 'application/json'];
  headers.push('Mcp-Session-Id', session.sessionId, 'Host', `${hostname}:${port}`);
  headers.push('Content-Length', String(Buffer.byteLength(body)));
  return new Promise((resolve, reject) => {
    const agent = new http.Agent({ keepAlive: true });
    const options = { hostname, port, path: pathname, method: 'POST', agent, headers: headers as never };
    http
      .request(options, (response) => {
        resolve(response.pause());
      })
      .on('error', reject)
      .end(body);
  });
}

describe('a gateway that is told to end', () => {
  it('says so to load balancers within a second, and serves on for the time that they need', async () => {
    const gateway = await TestGateway.start({ projects: [{ servers: [echoServer('echo')] }] }, ['--drain-delay', '3']);
    const session = await RawSession.open(gateway.url, gateway.key());
    const stream = await openStream(gateway.url, gateway.key(), session.sessionId);
    const inFlight = session.call('echo__sleep', { ms: 4_000 });
    await session.call('echo__echo', { message: 'so that the one before is under way' });

    const exited = terminate(gateway);
    const started = performance.now();
    await eventually(
      () => ready(gateway),
      (status) => status === 503,
    );
    expect(performance.now() - started).toBeLessThan(READY_OFF_MS);

    expect(textOf(await session.call('echo__echo', { message: 'late' }))).toBe('late');
    const fresh = await RawSession.open(gateway.url, gateway.key());
    expect(textOf(await fresh.call('echo__echo', { message: 'later still' }))).toBe('later still');
    expect(stream.isClosed).toBe(false);

    expect(textOf(await inFlight)).toBe('slept 4000 ms');
    await stream.closed;
    const { code, ms } = await exited;
    expect([code, ms < EXIT_MS, ms >= 3_000]).toEqual([0, true, true]);
    await gateway.stop();
  });

  it('ends connections that are kept open with their next answer, so that clients go elsewhere', async () => {
    const gateway = await TestGateway.start({ projects: [{ servers: [] }] }, ['--drain-delay', '2']);
    const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
    const session = await RawSession.open(gateway.url, gateway.key());
    const before = await unread(session, JSON.stringify(ping));
    expect(before.headers.connection).toBe('keep-alive');
    before.resume();
    const exited = terminate(gateway);
    await eventually(
      () => ready(gateway),
      (status) => status === 503,
    );
    const after = await unread(session, JSON.stringify(ping));
    expect([after.statusCode, after.headers.connection]).toEqual([200, 'close']);
    after.resume();
    expect((await exited).code).toBe(0);
    await gateway.stop();
  });

  it('lets a slow client read to the end what it was answered', async () => {
    const gateway = await TestGateway.start({ projects: [{ servers: [echoServer('echo')] }] });
    const session = await RawSession.open(gateway.url, gateway.key());
    const params = { name: 'echo__blob', arguments: { bytes: BLOB } };
    const answer = await unread(session, JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/call', params }));
    const exited = terminate(gateway);
    await eventually(
      () => ready(gateway),
      (status) => status === 503,
    );
    let bytes = 0;
    for await (const part of answer) bytes += (part as Buffer).length;
    expect([bytes > BLOB, bytes]).toEqual([true, Number(answer.headers['content-length'])]);
    expect((await exited).code).toBe(0);
    await gateway.stop();
  });

  it.each(['-1', '31', 'soon', ''])('refuses a delay of %j', async (delay) => {
    await expect(TestGateway.start({ projects: [{ servers: [] }] }, [`--drain-delay=${delay}`])).rejects.toThrow(
      'between 0 and 30',
    );
  });
});
