import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { TestGateway, eventually } from '../support/gateway.js';
import { LeakyServer, PLACES, definition } from '../support/leaky-server.js';
import { connectV1, httpV1 } from '../support/mcp-clients.js';
import { RawSession } from '../support/raw-http.js';
import { echoServer, stdioServer } from '../support/upstreams.js';

jest.setTimeout(40_000);

type Json = Record<string, unknown>;

const LONG = `t${'o'.repeat(120)}l`;
const PLACE_NAMES = [...PLACES.keys()];
const SEVEN = 7;
const META = { meta: 0, direct: 1, both: 2 } as const;
const NAMES = 3;
const TROUBLE = 4;
const LATE = 5;
const GROWING = 6;
const QUICK = 7;
const NAGGING = 8;

/** A stdio server that gets one more tool, and says so, as soon as its list was read for the first time; `nags` says so each time. */
const GROWS = `
import { createInterface } from 'node:readline';
const tools = [{ name: 'one', inputSchema: { type: 'object' } }];
const send = (message) => console.log(JSON.stringify({ jsonrpc: '2.0', ...message }));
for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) continue;
  if (method === 'initialize') {
    const { protocolVersion } = params;
    const capabilities = { tools: { listChanged: true } };
    send({ id, result: { protocolVersion, capabilities, serverInfo: { name: 'grows', version: '1' } } });
  } else if (method === 'tools/call') send({ id, result: { content: [{ type: 'text', text: params.name }] } });
  else if (method !== 'tools/list') send({ id, error: { code: -32601, message: 'no' } });
  else {
    send({ id, result: { tools } });
    if (tools.length === 1) tools.push({ name: 'two', inputSchema: { type: 'object' } });
    else if (process.argv[1] !== 'nags') continue;
    send({ method: 'notifications/tools/list_changed' });
  }
}
`;

const INLINE = ['--input-type=module', '-e', GROWS];

let gateway: TestGateway;
let web: LeakyServer;
let first: LeakyServer;
let second: LeakyServer;

beforeAll(async () => {
  [web, first, second] = await Promise.all([LeakyServer.start(), LeakyServer.start(), LeakyServer.start()]);
  first.toolNames.splice(0, Infinity, 'b__c', 'plain', 'with space', 'ünï', LONG, `${LONG}2`);
  second.toolNames.splice(0, Infinity, 'c', 'plain', 'b__c');
  const url = (name: string, server: LeakyServer, extra: Json = {}) => ({ name, config: { url: server.url }, extra });
  const servers = [
    url('web', web),
    url('narrow', web, { tools: { in_text: 'Says it.', not_there: 'Nobody has it.' } }),
  ];
  gateway = await TestGateway.start({
    projects: [
      { servers, exposure: 'meta' },
      { servers, exposure: 'direct' },
      { servers, exposure: 'both' },
      {
        servers: [
          stdioServer('pages', ['--mode', 'many-pages']),
          url('a', first),
          url('a__b', second),
          url('my server', first),
          url('my_server', second),
          url('s'.repeat(100), first),
        ],
      },
      {
        servers: [
          stdioServer('hung', ['--mode', 'hang-init']),
          stdioServer('dead', ['--mode', 'die-at-start']),
          { name: 'gone', config: { url: 'http://127.0.0.1:1/mcp' } },
          url('good', web),
        ],
      },
      { servers: [stdioServer('late', ['--mode', 'slow-start', '--start-ms', '4000']), url('good', web)] },
      { servers: [{ name: 'grows', config: { command: process.execPath, args: INLINE } }] },
      { servers: [echoServer('echo')] },
      { servers: [{ name: 'nags', config: { command: process.execPath, args: [...INLINE, 'nags'] } }] },
    ],
  });
});

afterAll(async () => {
  await gateway.stop();
  await Promise.all([web.close(), first.close(), second.close()]);
});

const open = (project: number): Promise<RawSession> => RawSession.open(gateway.url, gateway.key(project));

async function list(session: RawSession): Promise<Json[]> {
  const { result } = await session.request('tools/list');
  return (result as { tools: Json[] }).tools;
}

const namesOf = (tools: readonly Json[]): string[] => tools.map(({ name }) => String(name));
const isMeta = (name: string): boolean => name.startsWith('enkrypt_');

async function timed<T>(work: Promise<T>): Promise<{ value: T; ms: number }> {
  const started = performance.now();
  const value = await work;
  return { value, ms: performance.now() - started };
}

describe('what an exposure shows and serves', () => {
  const DIRECT = [...PLACE_NAMES.map((name) => `web__${name}`), 'narrow__in_text'];

  it('meta: the seven tools, and no tool of a server', async () => {
    const session = await open(META.meta);
    const names = namesOf(await list(session));
    expect(names).toHaveLength(SEVEN);
    expect(names.every(isMeta)).toBe(true);
    const before = web.calls().length;
    const answer = await session.call('web__in_text', { text: 'x' });
    expect(answer.error).toMatchObject({ code: -32602 });
    expect(web.calls()).toHaveLength(before);
    const through = await session.call('enkrypt_secure_call_tools', {
      server_name: 'web',
      tool_calls: [{ name: 'in_text', args: { text: 'x' } }],
    });
    expect(through.result).toMatchObject({ structuredContent: { results: [{ status: 'success', response: 'x' }] } });
  });

  it('direct: the tools of the servers, and no meta tool', async () => {
    const session = await open(META.direct);
    expect(namesOf(await list(session))).toEqual(DIRECT);
    expect((await session.call('web__in_text', { text: 'x' })).result).toMatchObject({ content: [{ text: 'x' }] });
    for (const name of ['enkrypt_list_all_servers', 'enkrypt_secure_call_tools']) {
      const answer = await session.call(name, { server_name: 'web', tool_calls: [{ name: 'in_text' }] });
      expect(answer.error).toMatchObject({ code: -32602 });
    }
  });

  it('both: the seven tools and then the tools of the servers', async () => {
    const session = await open(META.both);
    const names = namesOf(await list(session));
    expect(names.slice(0, SEVEN).every(isMeta)).toBe(true);
    expect(names.slice(SEVEN)).toEqual(DIRECT);
  });

  it('leaves definitions as the server wrote them, apart from the name', async () => {
    const tools = await list(await open(META.both));
    for (const name of PLACE_NAMES) {
      const shown = tools.find((tool) => tool.name === `web__${name}`);
      // As text, so that the order of members counts too.
      expect(JSON.stringify(shown)).toBe(JSON.stringify({ ...definition(name), name: `web__${name}` }));
    }
    const through = await (await open(META.meta)).call('enkrypt_discover_all_tools', { server_name: 'web' });
    expect(through.result).toMatchObject({ structuredContent: { tools: PLACE_NAMES.map(definition) } });
  });

  it('hides and refuses what an allow-list leaves out, through both doors', async () => {
    const session = await open(META.both);
    const names = namesOf(await list(session));
    expect(names.filter((name) => name.startsWith('narrow__'))).toEqual(['narrow__in_text']);
    const before = web.calls().length;
    for (const tool of ['in_structured', 'not_there', '__proto__']) {
      expect((await session.call(`narrow__${tool}`, { text: 'x' })).error).toMatchObject({ code: -32602 });
      const meta = await session.call('enkrypt_secure_call_tools', {
        server_name: 'narrow',
        tool_calls: [{ name: tool, args: { text: 'x' } }],
      });
      expect(meta.result).toMatchObject({
        isError: true,
        structuredContent: { results: [{ status: 'error', error: { code: 'TOOL_002' } }] },
      });
    }
    expect(web.calls()).toHaveLength(before);
    expect((await session.call('narrow__in_text', { text: 'x' })).result).toMatchObject({ content: [{ text: 'x' }] });
  });

  it.each(['nobody__x', 'web__nobody', 'web', 'web__', '__proto__', 'constructor', 'in_text', 'web__in_text '])(
    'refuses the unknown name %j with -32602',
    async (name) => {
      const answer = await (await open(META.both)).call(name, { text: 'x' });
      expect(answer.error).toMatchObject({ code: -32602 });
    },
  );

  it('takes a cursor it never gave for an error', async () => {
    const session = await open(META.both);
    expect((await session.request('tools/list', { cursor: 'x' })).error).toMatchObject({ code: -32602 });
  });
});

describe('names', () => {
  it('lists every page of a server, and serves the last tool of the last page', async () => {
    const session = await open(NAMES);
    const names = namesOf(await list(session)).filter((name) => name.startsWith('pages__'));
    expect(names).toHaveLength(250);
    const answer = await session.call('pages__page_tool_249');
    expect(answer.result).toMatchObject({ content: [{ text: 'page_tool_249' }] });
  });

  it('are unique, short and safe, and each reaches its own server and tool', async () => {
    const session = await open(NAMES);
    const names = namesOf(await list(session)).filter((name) => !isMeta(name) && !name.startsWith('pages__'));
    expect(names).toHaveLength(3 * first.toolNames.length + 2 * second.toolNames.length);
    expect(new Set(names).size).toBe(names.length);
    const reached: string[] = [];
    for (const name of names) {
      expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
      const before = [first.calls().length, second.calls().length];
      expect((await session.call(name, { text: name })).result).toMatchObject({ content: [{ text: name }] });
      const inFirst = first.calls().length > before[0]!;
      expect(second.calls().length > before[1]!).toBe(!inFirst);
      reached.push(inFirst ? `first ${first.calls().at(-1)!.name}` : `second ${second.calls().at(-1)!.name}`);
    }
    const expected = (label: string, server: LeakyServer, times: number): string[] =>
      server.toolNames.flatMap((name) => Array.from({ length: times }, () => `${label} ${name}`));
    expect(reached.sort()).toEqual([...expected('first', first, 3), ...expected('second', second, 2)].sort());
  });

  it('stay the same from list to list and from client to client', async () => {
    const [one, two] = await Promise.all([list(await open(NAMES)), list(await open(NAMES))]);
    expect(two).toEqual(one);
  });

  it('that two servers could claim belong to neither in their plain form', async () => {
    const session = await open(NAMES);
    expect(namesOf(await list(session))).not.toContain('a__b__c');
    expect((await session.call('a__b__c', { text: 'x' })).error).toMatchObject({ code: -32602 });
  });
});

describe('servers in trouble', () => {
  it('neither delay nor hide the good one, and each has its status', async () => {
    const session = await open(TROUBLE);
    const listed = await timed(list(session));
    expect(listed.ms).toBeLessThan(5000);
    const names = namesOf(listed.value).filter((name) => !isMeta(name));
    expect(names).toEqual(PLACE_NAMES.map((name) => `good__${name}`));
    const all = await timed(session.call('enkrypt_list_all_servers'));
    expect(all.ms).toBeLessThan(5000);
    expect(all.value.result).toMatchObject({
      structuredContent: {
        status: 'success',
        discovery_success_servers: ['good'],
        discovery_failed_servers: ['hung', 'dead', 'gone'],
        available_servers: {
          hung: { status: 'pending', error: expect.stringContaining('hung') as unknown },
          dead: { status: 'error', error: expect.stringContaining('dead') as unknown },
          gone: { status: 'error', error: expect.stringContaining('gone') as unknown },
          good: { status: 'success' },
        },
      },
    });
    const again = await timed(list(session));
    expect(again.ms).toBeLessThan(2000);
  });

  it('do not delay calls to the good one, from the first call of a new client on', async () => {
    const session = await open(TROUBLE);
    const direct = await timed(session.call('good__in_text', { text: 'x' }));
    expect(direct.value.result).toMatchObject({ content: [{ text: 'x' }] });
    expect(direct.ms).toBeLessThan(1000);
    const meta = await timed(
      session.call('enkrypt_secure_call_tools', {
        server_name: 'good',
        tool_calls: [{ name: 'in_text', args: { text: 'x' } }],
      }),
    );
    expect(meta.value.result).toMatchObject({ structuredContent: { summary: { successful_calls: 1 } } });
    expect(meta.ms).toBeLessThan(1000);
  });

  it('give a direct call to the dead one a result that names it', async () => {
    const { result } = await (await open(TROUBLE)).call('gone__in_text', { text: 'x' });
    expect(result).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('gone') as unknown }] });
  });
});

describe('a server that starts late', () => {
  it('is announced by notifications/tools/list_changed, and its tools are then listed and served', async () => {
    let announced = 0;
    const client = await connectV1(httpV1({ url: gateway.url, key: gateway.key(LATE) }), () => announced++);
    try {
      const { value, ms } = await timed(client.list());
      expect(ms).toBeLessThan(4000);
      const before = namesOf(value);
      expect(before).toContain('good__in_text');
      expect(before).not.toContain('late__echo');
      await eventually(
        () => announced,
        (count) => count > 0,
        10_000,
      );
      expect(namesOf(await client.list())).toContain('late__echo');
      expect(await client.call('late__echo', { message: 'here' })).toMatchObject({ content: [{ text: 'here' }] });
    } finally {
      await client.close();
    }
  });
});

describe('a server whose tools change', () => {
  it('is announced until the client has seen the change, however soon after the first list it comes', async () => {
    let announced = false;
    const client = await connectV1(httpV1({ url: gateway.url, key: gateway.key(GROWING) }), () => {
      announced = true;
    });
    try {
      let names = namesOf(await client.list());
      expect(names).toContain('grows__one');
      await eventually(
        async () => {
          if (announced) {
            announced = false;
            names = namesOf(await client.list());
          }
          return names;
        },
        (seen) => seen.includes('grows__two'),
      );
      expect(await client.call('grows__two')).toMatchObject({ content: [{ text: 'two' }] });
    } finally {
      await client.close();
    }
  });

  it('keeps its tools on show while the change has not been read yet', async () => {
    const session = await open(NAGGING);
    for (const clear of [{}, { server_name: 'nags' }]) {
      await session.call('enkrypt_clear_cache', clear);
      for (const name of ['enkrypt_discover_all_tools', 'enkrypt_secure_call_tools']) {
        const { result } = await session.call(name, { server_name: 'nags' });
        const { tools } = (result as { structuredContent: { tools: Json[] } }).structuredContent;
        expect(namesOf(tools)).toContain('one');
      }
      const { result } = await session.call('enkrypt_get_server_info', { server_name: 'nags' });
      expect(result).toMatchObject({ structuredContent: { server_info: { has_cached_tools: true } } });
    }
  });

  it('is not announced to a client that has listed its tools already', async () => {
    let announced = 0;
    const client = await connectV1(httpV1({ url: gateway.url, key: gateway.key(QUICK) }), () => announced++);
    try {
      expect(namesOf(await client.list())).toContain('echo__sleep');
      // Longer than an announcement is put off.
      await client.call('echo__sleep', { ms: 500 });
      expect(announced).toBe(0);
    } finally {
      await client.close();
    }
  });
});
