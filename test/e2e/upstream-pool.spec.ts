import { afterEach, describe, expect, it } from '@jest/globals';
import { GatewayError } from '../../src/errors.js';
import { CanarySession } from '../../src/mcp/upstream/canary-session.js';
import type { UpstreamPoolOptions } from '../../src/mcp/upstream/pool.js';
import {
  callTool,
  entry,
  makePool,
  MISBEHAVING,
  never,
  result,
  ScriptedServer,
  sendJson,
  sessionServer,
  stdio,
  textOf,
  until,
  url,
  who,
  type Reply,
} from './upstream-kit.js';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

const answering: Reply = (seen, response) => {
  sendJson(response, result(seen, { content: [{ type: 'text', text: String(seen.headers['mcp-session-id']) }] }));
};

/** A server that numbers its sessions and tells which one a call came in, and a pool for it. */
async function setUp(options: Partial<UpstreamPoolOptions> = {}, reply?: Reply) {
  let sessions = 0;
  const server = await ScriptedServer.start(reply ?? sessionServer(answering, () => `s${String(++sessions)}`));
  const { pool } = makePool(options);
  closers.push(
    () => pool.close(),
    () => server.close(),
  );
  const count = (method: string): number => server.methods().filter((each) => each === method).length;
  return { server, pool, target: entry(url(server.url)), count };
}

describe('UpstreamPool', () => {
  it('gives the open session back at once, and one attempt serves all who wait', async () => {
    const { pool, target, count } = await setUp();
    const attempts = Array.from({ length: 20 }, async () => pool.session(who('a'), target, null, never));
    const sessions = new Set(await Promise.all(attempts));
    expect(sessions.size).toBe(1);
    expect(count('initialize')).toBe(1);
    expect(pool.session(who('a'), target, null, never)).toBe([...sessions][0]);
  });

  it('never shares a session between tenants, whatever the affinity, unless the operator calls the server shared', async () => {
    const { pool, target } = await setUp();
    const affinities = ['principal', 'session', 'shared'] as const;
    for (const affinity of affinities) {
      const server = { ...target, affinity };
      const own = await Promise.all(
        [who('a'), who('b'), who('a', 'other')].map(async (principal) =>
          pool.session(principal, server, 'client', never),
        ),
      );
      const seen = new Set(own);
      expect([affinity, seen.size]).toEqual([affinity, affinity === 'shared' ? 2 : 3]);
      expect(own[0] === own[2]).toBe(false);
    }
  });

  it('keeps 200 callers of two tenants apart, with equal arguments and at random times', async () => {
    const { pool, target } = await setUp();
    const texts = await Promise.all(
      Array.from({ length: 200 }, async (_, n) => {
        const tenant = n % 2 === 0 ? 'a' : 'b';
        await new Promise((resolve) => setTimeout(resolve, (n * 7) % 20));
        const session = await pool.session(who(tenant), target, null, never);
        return [tenant, textOf(await callTool(session, 'x'))] as const;
      }),
    );
    const pairs = new Set(texts.map(([tenant, session]) => `${tenant} ${session}`));
    expect(pairs.size).toBe(2);
    expect(new Set(texts.map(([, session]) => session)).size).toBe(2);
  });

  it('binds sessions to client sessions where asked, and closes them with those', async () => {
    const { pool, target, count } = await setUp();
    const bound = { ...target, affinity: 'session' as const };
    const [one, two, none] = await Promise.all(
      ['1', '2', null].map(async (client) => pool.session(who('a'), bound, client, never)),
    );
    expect(new Set([one, two, none]).size).toBe(3);
    pool.closeClientSession('b_p_c', '1');
    expect(one?.alive).toBe(true);
    pool.closeClientSession('a_p_c', '1');
    expect([one?.alive, two?.alive, none?.alive]).toEqual([false, true, true]);
    await until('the upstream session is ended', () => count('DELETE') === 1);
    expect(pool.status()).toHaveLength(2);
  });

  it('lets a caller who gives up go, and the attempt go on for the others', async () => {
    let answer: (() => void) | undefined;
    const ready = sessionServer(answering);
    const { pool, target } = await setUp({}, (seen, response) => {
      if (seen.message.method === 'initialize')
        answer = () => {
          ready(seen, response);
        };
      else ready(seen, response);
    });
    const abort = new AbortController();
    const first = pool.session(who('a'), target, null, abort.signal);
    const second = pool.session(who('a'), target, null, never);
    await until('the attempt is under way', () => answer !== undefined);
    abort.abort(new GatewayError('cancelled', 'enough'));
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    await expect(
      pool.session(who('a'), target, null, AbortSignal.abort(new GatewayError('cancelled', 'x'))),
    ).rejects.toMatchObject({ code: 'cancelled' });
    answer?.();
    expect((await second).alive).toBe(true);
  });

  it('opens the breaker after three failures, says when it tries again, and closes it on success', async () => {
    let down = true;
    const ready = sessionServer(answering);
    const { pool, target, server } = await setUp({}, (seen, response) => {
      if (down) response.writeHead(503).end();
      else ready(seen, response);
    });
    const attempt = async () => pool.session(who('a'), target, null, never);
    for (let i = 0; i < 3; i++) await expect(attempt()).rejects.toThrow(/HTTP 503/);
    const asked = server.seen.length;
    const refused = await attempt().catch((error: unknown) => error as GatewayError);
    expect(refused).toMatchObject({ code: 'upstream_unavailable', retryable: true });
    expect((refused as GatewayError).message).toMatch(/next attempt is possible in 0\.\d s/);
    expect(server.seen).toHaveLength(asked);
    down = false;
    // Another tenant is not held back by it.
    expect((await pool.session(who('b'), target, null, never)).alive).toBe(true);
    await until('the breaker lets an attempt pass', () =>
      attempt().then(
        () => true,
        () => false,
      ),
    );
    expect((await attempt()).alive).toBe(true);
  });

  it('at its cap closes the idle session that was not used for the longest time, never one in use', async () => {
    const holds: (() => void)[] = [];
    const { pool, target, count } = await setUp(
      { maxSessions: 2 },
      sessionServer((seen, response) => {
        if ((seen.message.params as { name: string }).name === 'hold') {
          holds.push(() => {
            answering(seen, response);
          });
        } else answering(seen, response);
      }),
    );
    const a = await pool.session(who('a'), target, null, never);
    const held = callTool(a, 'hold');
    await until('the call is under way', () => holds.length === 1);
    const b = await pool.session(who('b'), target, null, never);
    const c = await pool.session(who('c'), target, null, never);
    expect([a.alive, b.alive, c.alive]).toEqual([true, false, true]);
    await until('its upstream session is ended', () => count('DELETE') === 1);
    const busy = c.request('tools/call', { name: 'hold' }, undefined, AbortSignal.timeout(2_000));
    await expect(pool.session(who('d'), target, null, never)).rejects.toMatchObject({
      code: 'overloaded',
      retryable: true,
    });
    await expect(pool.session(who('d'), target, null, never)).rejects.toThrow(/All 2 upstream sessions/);
    holds[0]?.();
    await held;
    expect((await pool.session(who('d'), target, null, never)).alive).toBe(true);
    expect(a.alive).toBe(false);
    const cut = expect(busy).rejects.toMatchObject({ code: 'upstream_unavailable' });
    await pool.close();
    await cut;
  });

  it('has a cap of its own for children, and takes one away before it starts another', async () => {
    const { pool } = makePool({ maxStdioChildren: 1 });
    closers.push(() => pool.close());
    const [one, two] = [entry(stdio([MISBEHAVING])), entry(stdio([MISBEHAVING]))];
    const first = await pool.session(who('a'), one, null, never);
    const second = await pool.session(who('a'), two, null, never);
    expect([first.alive, second.alive]).toEqual([false, true]);
    expect(pool.status()).toEqual([
      { server: 'test', kind: 'stdio', era: '2025', alive: true, inFlight: 0, openedAt: expect.any(Number) },
    ]);
  });

  it('closes sessions that nobody used for a while', async () => {
    const { pool, target, count } = await setUp({ idleMs: 50 });
    const session = await pool.session(who('a'), target, null, never);
    await until('the session is closed', () => !session.alive);
    await until('the server is told', () => count('DELETE') === 1);
    expect(pool.status()).toEqual([]);
  });

  it('after a reload keeps only what is current; a shared session as long as one user is', async () => {
    const { pool, target } = await setUp();
    const shared = { ...target, name: 'shared', affinity: 'shared' as const };
    const a = await pool.session(who('a'), target, null, never);
    const b = await pool.session(who('b'), target, null, never);
    const both = await pool.session(who('a'), shared, null, never);
    expect(pool.session(who('b'), shared, null, never)).toBe(both);
    pool.retain((tenant) => tenant === 'b_p_c');
    expect([a.alive, b.alive, both.alive]).toEqual([false, true, true]);
    pool.retain((_tenant, name, hash) => name === 'shared' && hash === target.configHash);
    expect([b.alive, both.alive]).toEqual([false, true]);
    pool.retain(() => false);
    expect(both.alive).toBe(false);
  });

  it('drops a session while it is being opened: nobody gets it, and it is closed', async () => {
    let answer: (() => void) | undefined;
    const ready = sessionServer(answering);
    const { pool, target } = await setUp({}, (seen, response) => {
      if (seen.message.method === 'initialize')
        answer = () => {
          ready(seen, response);
        };
      else ready(seen, response);
    });
    const attempt = pool.session(who('a'), target, null, never);
    const outcome = expect(attempt).rejects.toMatchObject({ code: 'upstream_unavailable' });
    await until('the attempt is under way', () => answer !== undefined);
    pool.retain(() => false);
    await outcome;
    expect(pool.status()).toEqual([]);
  });

  it('connects again after a session was lost for good', async () => {
    const { pool, target } = await setUp();
    const first = await pool.session(who('a'), target, null, never);
    await first.close();
    const second = await pool.session(who('a'), target, null, never);
    expect(second).not.toBe(first);
    expect(second.alive).toBe(true);
  });

  it('closes twice without harm, ends attempts under way, and opens nothing afterwards', async () => {
    const { pool, target } = await setUp({}, () => undefined);
    const attempt = pool.session(who('a'), target, null, never);
    const outcome = expect(attempt).rejects.toMatchObject({ code: 'upstream_unavailable' });
    const start = performance.now();
    await Promise.all([pool.close(), pool.close()]);
    await outcome;
    expect(performance.now() - start).toBeLessThan(1_000);
    await expect(pool.session(who('a'), target, null, never)).rejects.toThrow(/gateway is stopping/);
  });

  it('has a canary that echoes and counts', async () => {
    const { pool } = makePool();
    closers.push(() => pool.close());
    const canary = await pool.session(who('a'), entry({ kind: 'canary' }), null, never);
    expect(textOf(await callTool(canary, 'echo', { message: 'sing' }))).toBe('sing');
    expect(canary instanceof CanarySession ? canary.calls : 0).toBe(1);
  });
});
