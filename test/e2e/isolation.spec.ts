import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callModern, resultOf, sendModern, textOf } from '../support/answers.js';
import { TestGateway } from '../support/gateway.js';
import { MirrorServer } from '../support/mirror-server.js';
import { answerOf, RawSession, send } from '../support/raw-http.js';
import { StdioDoorClient } from '../support/stdio-door.js';
import { HttpUpstreams, stdioServer } from '../support/upstreams.js';

type Json = Record<string, unknown>;

const CLIENTS = 200;
const ROUNDS = 4;
const USERS = 2;
const TENANTS = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const;
const ALPHA = 'jane@alpha.example';
const BETA = 'john@beta.example';

/** Sends one request with this id and resolves with its answer. */
type Caller = (id: number, method: string, params: Json) => Promise<Json>;
interface TestClient {
  readonly name: string;
  readonly project: number;
  readonly tenant: string;
  readonly request: Caller;
}

const upstreams = new HttpUpstreams();
let gateway: TestGateway;
let mirror: MirrorServer;
const clients: TestClient[] = [];
const closing: (() => Promise<unknown>)[] = [];

/** A client of one of three kinds, all of which number their requests from 1. */
async function openClient(index: number): Promise<TestClient> {
  const [project, user] = TENANTS[index % TENANTS.length]!;
  const about = { name: `client-${String(index)}`, project, tenant: `${String(project)}/${String(user)}` };
  const key = gateway.key(project, user);
  if (index % 2 === 0) {
    const session = await RawSession.open(gateway.url, key);
    closing.push(() => session.end());
    return { ...about, request: (id, method, params) => session.request(method, params, id) };
  }
  return {
    ...about,
    request: async (id, method, params) => answerOf(await sendModern(gateway.url, key, { id, method, params })),
  };
}

/** Runs the work for every client at once. */
const all = <T>(work: (client: TestClient) => Promise<T>): Promise<T[]> => Promise.all(clients.map(work));

beforeAll(async () => {
  mirror = await MirrorServer.start(30);
  const web = await upstreams.start('web', ['--delay-ms', '0-50']);
  const pipe = stdioServer('pipe', ['--delay-ms', '0-50']);
  const slow = await upstreams.start('slow', ['--delay-ms', '400']);
  const redacted = {
    name: 'mirror',
    config: { url: mirror.url },
    extra: {
      input_guardrails_policy: { enabled: true, policy_name: 'pii', additional_config: { pii_redaction: true } },
    },
  };
  const ownAlpha = await upstreams.start('own', ['--mode', 'secret-echo', '--name', 'alpha']);
  const ownBeta = await upstreams.start('own', ['--name', 'beta']);
  gateway = await TestGateway.start({
    projects: [
      { servers: [web, pipe, slow, redacted, ownAlpha], users: USERS },
      { servers: [web, pipe, slow, redacted, ownBeta], users: USERS },
    ],
    policies: { pii: { detectors: { pii: { entities: ['EMAIL'] } } } },
  });
  clients.push(...(await Promise.all(Array.from({ length: CLIENTS }, (_, index) => openClient(index)))));
}, 60_000);

afterAll(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
  await gateway.stop();
  await mirror.close();
  await upstreams.close();
}, 60_000);

describe('200 clients of two projects that use equal request ids', () => {
  it.each(['web__echo', 'pipe__echo'])(
    'each get the answer to their own request of %s',
    async (tool) => {
      const wrong: string[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        await all(async ({ name, request }) => {
          // Two at a time from each client, with the same two ids everywhere.
          const ids = [1, 2];
          await Promise.all(
            ids.map(async (id) => {
              const message = `${name} round ${String(round)} request ${String(id)}`;
              const answer = await request(id, 'tools/call', { name: tool, arguments: { message } });
              if (answer.id !== id || textOf(answer) !== message) wrong.push(`${message}: ${JSON.stringify(answer)}`);
            }),
          );
        });
      }
      expect(wrong).toEqual([]);
    },
    60_000,
  );

  it('each see the tools of their own project, under a server name that both have', async () => {
    const lists = await all(async ({ project, request }) => {
      const { tools } = (await request(1, 'tools/list', {})).result as { tools: { name: string }[] };
      return { project, leaks: tools.filter(({ name }) => name.startsWith('own__leak_')).length, count: tools.length };
    });
    expect(lists).toHaveLength(CLIENTS);
    for (const { project, leaks } of lists) expect(leaks > 0).toBe(project === 0);
    expect(new Set(lists.map(({ project, count }) => `${String(project)}: ${String(count)}`)).size).toBe(2);
    await all(async ({ project, request }) => {
      const answer = await request(1, 'tools/call', { name: 'own__leak_content', arguments: { text: 'mine' } });
      expect(textOf(answer)).toMatch(project === 0 ? /^mine$/ : /^error -32602: /);
    });
  });

  it('share an upstream session only when they are the same principal', async () => {
    for (const tool of ['web__pids', 'pipe__pids']) {
      const seen = await all(async ({ tenant, request }) => {
        const { pid, session } = JSON.parse(textOf(await request(1, 'tools/call', { name: tool }))) as Json;
        return { tenant, place: tool === 'web__pids' ? session : pid };
      });
      const tenantsOf = new Map<unknown, Set<string>>();
      for (const { tenant, place } of seen) tenantsOf.set(place, (tenantsOf.get(place) ?? new Set()).add(tenant));
      expect([...tenantsOf.values()].map(({ size }) => size)).toEqual([1, 1, 1, 1]);
    }
  });

  it('each get their own redacted text back', async () => {
    mirror.calls.length = 0;
    await all(async ({ name, request }) => {
      const email = `${name}@secret.example`;
      const answer = await request(1, 'tools/call', { name: 'mirror__mirror', arguments: { to: email } });
      expect(JSON.parse(textOf(answer))).toEqual({ to: email });
    });
    expect(mirror.calls).toHaveLength(CLIENTS);
    expect(mirror.calls.filter((text) => text.includes('secret.example'))).toEqual([]);
  });
});

describe('the placeholder of a redacted value', () => {
  /** The text that the upstream got for this address. */
  async function placeholderOf(email: string): Promise<string> {
    mirror.calls.length = 0;
    const answer = await callModern(gateway.url, gateway.key(0), 'mirror__mirror', { to: email });
    expect(textOf(answer)).toContain(email);
    const { to } = JSON.parse(mirror.calls[0]!) as { to: string };
    expect(to).toMatch(/^<EMAIL_1_\w+>$/);
    return to;
  }

  it('is not turned back for another project, another user, or a later request of its own client', async () => {
    const placeholder = await placeholderOf(ALPHA);
    for (const [project, user] of TENANTS) {
      const args = { to: BETA, stolen: placeholder };
      const answer = await callModern(gateway.url, gateway.key(project, user), 'mirror__mirror', args);
      expect(JSON.parse(textOf(answer))).toEqual(args);
    }
  });

  it('is different in every request, so that it cannot be guessed', async () => {
    const seen = new Set<string>();
    for (let n = 0; n < 20; n++) seen.add(await placeholderOf(ALPHA));
    expect(seen.size).toBe(20);
  });
});

describe('a session id', () => {
  it.each([
    ['of another project', 1, 0],
    ['of another user of the project', 0, 1],
  ])('is unknown to a key %s, for POST, GET and DELETE', async (_, project, user) => {
    const session = await RawSession.open(gateway.url, gateway.key());
    const headers = ['apikey', gateway.key(project, user), 'Mcp-Session-Id', session.sessionId];
    const json = ['Content-Type', 'application/json', 'Accept', 'application/json, text/event-stream'];
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    expect((await send(gateway.url, { headers: [...headers, ...json], body })).status).toBe(404);
    expect(
      (await send(gateway.url, { method: 'GET', headers: [...headers, 'Accept', 'text/event-stream'] })).status,
    ).toBe(404);
    expect((await send(gateway.url, { method: 'DELETE', headers })).status).toBe(404);
    expect(textOf(await session.call('web__echo', { message: 'still mine' }))).toBe('still mine');
    await session.end();
  });

  it('does not let a client cancel the request of another one with the same id', async () => {
    const [mine, other] = [
      await RawSession.open(gateway.url, gateway.key()),
      await RawSession.open(gateway.url, gateway.key(1)),
    ];
    await mine.request('tools/list');
    const call = mine.call('slow__echo', { message: 'not cancelled' }, 7);
    for (let n = 0; n < 5; n++) {
      await other.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } });
    }
    expect(textOf(await call)).toBe('not cancelled');
    await Promise.all([mine.end(), other.end()]);
  });
});

describe('two gateways at the stdio door', () => {
  it('answer the clients of two projects with their own tools and tokens', async () => {
    const doors = await Promise.all([0, 1].map((project) => StdioDoorClient.open(gateway, gateway.key(project))));
    const answers = await Promise.all(
      doors.flatMap((door, project) =>
        Array.from({ length: 50 }, async (_, n) => {
          const message = `project ${String(project)} call ${String(n)}`;
          const answer = await door.request('tools/call', { name: 'web__echo', arguments: { message } });
          return textOf(answer) === message;
        }),
      ),
    );
    expect(answers.every((own) => own)).toBe(true);
    const [alpha, beta] = await Promise.all(
      doors.map((door) => door.request('tools/call', { name: 'own__leak_content', arguments: { text: 't' } })),
    );
    expect(resultOf(alpha!)).not.toBeNull();
    expect(textOf(beta!)).toMatch(/^error -32602: /);
    await Promise.all(doors.map((door) => door.close()));
  }, 30_000);
});
