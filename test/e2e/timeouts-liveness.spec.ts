import { afterEach, describe, expect, it } from '@jest/globals';
import type { UpstreamPool } from '../../src/mcp/upstream/pool.js';
import {
  entry,
  makePool,
  never,
  type Reply,
  rpcError,
  ScriptedServer,
  sendJson,
  sessionServer,
  until,
  url,
  who,
} from './upstream-kit.js';

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function start(onCall: Reply): Promise<{ server: ScriptedServer; pool: UpstreamPool }> {
  const server = await ScriptedServer.start(sessionServer(onCall));
  const { pool } = makePool();
  closers.push(
    () => pool.close(),
    () => server.close(),
  );
  return { server, pool };
}

const count = (server: ScriptedServer, name: string): number =>
  server.methods().filter((method) => method === name).length;

describe('the question for a sign of life', () => {
  it('ends the session of a server that is silent, whoever asks, and the next call opens another', async () => {
    const { server, pool } = await start(() => undefined);
    const target = entry(url(server.url));
    const session = await pool.session(who('a'), target, null, never);
    const answers = await Promise.all([1, 2, 3].map(() => pool.answersWithin(who('a'), target, null, 200)));
    expect(answers).toEqual([false, false, false]);
    expect(count(server, 'ping')).toBe(1);
    expect(session.alive).toBe(false);
    await until('the session is given back', () => count(server, 'DELETE') === 1);
    expect(await pool.session(who('a'), target, null, never)).not.toBe(session);
    expect(count(server, 'initialize')).toBe(2);
  });

  it('takes a refusal for an answer', async () => {
    const { server, pool } = await start((seen, response) => {
      sendJson(response, rpcError(seen, -32601));
    });
    const target = entry(url(server.url));
    const session = await pool.session(who('a'), target, null, never);
    expect(await pool.answersWithin(who('a'), target, null, 5_000)).toBe(true);
    expect(await pool.answersWithin(who('a'), target, null, 5_000)).toBe(true);
    expect(count(server, 'ping')).toBe(2);
    expect(await pool.session(who('a'), target, null, never)).toBe(session);
  });

  it('is not asked where there is no session', async () => {
    const { server, pool } = await start(() => undefined);
    expect(await pool.answersWithin(who('a'), entry(url(server.url)), null, 200)).toBe(true);
    expect(server.seen).toEqual([]);
  });
});
