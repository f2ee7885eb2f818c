import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { textOf } from '../support/answers.js';
import { eventually, type ServerOptions, TestGateway } from '../support/gateway.js';
import { RawSession } from '../support/raw-http.js';
import { HttpUpstreams } from '../support/upstreams.js';

jest.setTimeout(60_000);

interface Trouble {
  readonly server: string;
  readonly status: string;
  readonly message: string;
}
interface Listed {
  readonly ms: number;
  readonly servers: readonly string[];
  readonly trouble: readonly Trouble[];
}

const upstreams = new HttpUpstreams();
const holes: Server[] = [];
let gateway: TestGateway;
let startedMs: number;

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return `http://127.0.0.1:${String(port)}/mcp`;
}

/** Takes connections and never says anything. */
function blackHole(): Promise<string> {
  const hole = createServer((socket) => {
    socket.on('error', () => undefined).resume();
  });
  holes.push(hole);
  return listening(hole);
}

/** A port that nobody listens on. */
async function deadEnd(): Promise<string> {
  const server = createServer();
  const url = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return url;
}

async function list(session: RawSession): Promise<Listed> {
  const startedAt = performance.now();
  const { tools, _meta } = (await session.request('tools/list')).result as {
    tools: { name: string }[];
    _meta?: Record<string, Trouble[]>;
  };
  const ms = performance.now() - startedAt;
  const servers = [...new Set(tools.map(({ name }) => name.split('__')[0] ?? ''))];
  return { ms, servers, trouble: _meta?.['secure-mcp-gateway/unavailable'] ?? [] };
}

beforeAll(async () => {
  const [url, hole] = await Promise.all([upstreams.listen(), blackHole()]);
  const dead = await deadEnd();
  const entry = (name: string, where: string): ServerOptions => ({ name, config: { url: `${where}?of=${name}` } });
  // Those in trouble come first: they must not hold the places of the others.
  const servers = [
    ...Array.from({ length: 15 }, (_, index) => entry(`hole${String(index)}`, hole)),
    ...Array.from({ length: 15 }, (_, index) => entry(`dead${String(index)}`, dead)),
    ...Array.from({ length: 70 }, (_, index) => entry(`live${String(index)}`, url)),
  ];
  const startedAt = performance.now();
  // Lists are read again after five seconds.
  const common = { enkrypt_tool_cache_expiration: 0.0015 };
  gateway = await TestGateway.start({ projects: [{ exposure: 'direct', servers }], common });
  startedMs = performance.now() - startedAt;
});
afterAll(async () => {
  await gateway.stop();
  await upstreams.close();
  for (const hole of holes) hole.close();
});

describe('a hundred servers, thirty of them dead', () => {
  let session: RawSession;

  it('are ready within ten seconds, and the first list has all that live', async () => {
    expect(startedMs).toBeLessThan(10_000);
    const startedAt = performance.now();
    session = await RawSession.open(gateway.url, gateway.key());
    const listed = await eventually(
      () => list(session),
      ({ servers }) => servers.length === 70,
      10_000,
    );
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(listed.servers).toContain('live69');
    expect(listed.servers.some((name) => /hole|dead/.test(name))).toBe(false);
  });

  it('are listed at once from then on, and the list says which could not be asked', async () => {
    const times: number[] = [];
    let listed = await list(session);
    for (let count = 0; count < 20; count++) {
      listed = await list(session);
      times.push(listed.ms);
    }
    expect(times.sort((one, two) => one - two)[10]).toBeLessThan(50);
    expect(listed.trouble).toHaveLength(30);
    const dead = listed.trouble.find(({ server }) => server === 'dead3');
    expect(dead).toMatchObject({ status: 'failed', message: expect.stringContaining('dead3') as unknown });
    expect(listed.trouble.find(({ server }) => server === 'hole3')?.status).toMatch(/pending|failed/);
  });

  it('answer calls while the others are dead', async () => {
    const startedAt = performance.now();
    expect(textOf(await session.call('live3__echo', { message: 'here' }))).toContain('here');
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it('that live go on being listed when they die as well, as they were', async () => {
    await upstreams.close();
    const listed = await eventually(
      () => list(session),
      ({ trouble }) => trouble.length === 100,
      15_000,
    );
    expect(listed.servers).toHaveLength(70);
    expect((await list(session)).ms).toBeLessThan(500);
    const { result } = await session.call('live3__echo', { message: 'here' });
    expect(result).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('live3') as unknown }] });
  });
});
