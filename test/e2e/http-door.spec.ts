import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { JSON_HEADERS, resultOf, textOf } from '../support/answers.js';
import { type EventStream, openStream } from '../support/event-stream.js';
import { eventually, TestGateway } from '../support/gateway.js';
import { answerOf, type RawResponse, RawSession, send } from '../support/raw-http.js';
import { sendBytes } from '../support/raw-socket.js';
import { echoServer, stdioServer } from '../support/upstreams.js';

type Json = Record<string, unknown>;

const MAX_BYTES = 4 * 1024 * 1024;
const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
};
const HELLO = JSON.stringify(INITIALIZE);

let gateway: TestGateway;
let key: string;
beforeAll(async () => {
  gateway = await TestGateway.start(
    {
      projects: [{ servers: [stdioServer('up'), echoServer('echo')] }, { servers: [], users: 1 }],
      common: { allowed_hosts: ['config.example'] },
    },
    ['--allowed-host', 'any.example', '--allowed-host', 'one.example:8443'],
  );
  key = gateway.key();
});
afterAll(() => gateway.stop());

/** One request to /mcp with a valid key; headers given replace the usual ones of the same name. */
function ask(
  body: string | Buffer | undefined,
  headers: readonly string[] = [],
  method = 'POST',
): Promise<RawResponse> {
  const given = new Set(headers.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase()));
  const usual = ['apikey', key, ...JSON_HEADERS].filter(
    (_, index, all) => !given.has(all[index - (index % 2)]!.toLowerCase()),
  );
  return send(gateway.url, { method, headers: [...usual, ...headers], ...(body === undefined ? {} : { body }) });
}

/** HTTP status and JSON-RPC code of a refusal; its id has to be null or the request's own. */
function refusalOf(response: RawResponse): [status: number, code: unknown] {
  expect(response.headers['content-type']).toBe('application/json');
  const { jsonrpc, error } = response.json();
  expect(jsonrpc).toBe('2.0');
  return [response.status, (error as Json).code];
}

async function stillServes(): Promise<void> {
  expect((await ask(HELLO)).status).toBe(200);
}

describe('Host and Origin', () => {
  const port = (): string => new URL(gateway.url).port;

  it.each<[string, (port: string) => readonly string[]]>([
    ['its address', (p) => ['Host', `127.0.0.1:${p}`]],
    ['localhost', (p) => ['Host', `LocalHost:${p}`]],
    ['its own pages', (p) => ['Origin', `http://localhost:${p}`]],
    ['a name from the command line, any port', () => ['Host', 'any.example:1234', 'Origin', 'https://any.example']],
    ['a name with its port', () => ['Host', 'one.example:8443']],
    ['a name from the config', () => ['Host', 'config.example']],
  ])('serves %s', async (_what, headers) => {
    expect((await ask(HELLO, headers(port()))).status).toBe(200);
  });

  it.each<[string, (port: string) => readonly string[]]>([
    ['a foreign Host', () => ['Host', 'evil.example']],
    ['a foreign Host with the right port', (p) => ['Host', `evil.example:${p}`]],
    ['the right address with another port', () => ['Host', '127.0.0.1:1']],
    ['an allowed name with another port', () => ['Host', 'one.example:1']],
    ['an empty Host', () => ['Host', '']],
    ['a foreign Origin', () => ['Origin', 'http://evil.example']],
    ['the Origin null', () => ['Origin', 'null']],
    ['the Origin of a file', () => ['Origin', 'file://']],
    ['two Origins', (p) => ['Origin', `http://localhost:${p}`, 'Origin', 'http://evil.example']],
  ])('refuses %s with 403, whatever the key', async (_what, headers) => {
    expect(refusalOf(await ask(HELLO, headers(port())))).toEqual([403, -32010]);
    const keyless = await send(gateway.url, { headers: [...headers(port()), ...JSON_HEADERS], body: HELLO });
    expect(refusalOf(keyless)).toEqual([403, -32010]);
  });

  it('refuses a request without Host', async () => {
    const head = `POST /mcp HTTP/1.1\r\napikey: ${key}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
    expect((await sendBytes(gateway.origin, head)).status).toBe(400);
    expect((await sendBytes(gateway.origin, head.replace('1.1', '1.0'))).status).toBe(403);
  });

  it('guards the admin routes and unknown paths as well', async () => {
    for (const path of ['/api/v1/config/status', '/metrics', '/nothing']) {
      const response = await send(`${gateway.origin}${path}`, { method: 'GET', headers: ['Host', 'evil.example'] });
      expect([path, response.status]).toEqual([path, 403]);
    }
  });
});

describe('the body', () => {
  it.each<[string, readonly string[], number]>([
    ['no content type', ['Content-Type', ''], 415],
    ['text/plain', ['Content-Type', 'text/plain'], 415],
    ['a form', ['Content-Type', 'application/x-www-form-urlencoded'], 415],
    ['a type that only starts like JSON', ['Content-Type', 'application/jsonp'], 415],
    ['JSON with parameters', ['Content-Type', 'Application/JSON; charset=utf-8'], 200],
    ['an Accept that takes neither', ['Accept', 'text/html'], 406],
    ['an Accept that takes everything', ['Accept', '*/*'], 200],
    ['an Accept that takes JSON alone', ['Accept', 'application/json'], 200],
  ])('with %s is answered %j -> %i', async (_what, headers, status) => {
    const response = await ask(HELLO, headers);
    expect(response.status).toBe(status);
    if (status !== 200) expect(refusalOf(response)[1]).toBe(-32600);
  });

  it('is answered as a stream to a client that takes nothing else', async () => {
    const response = await ask(HELLO, ['Accept', 'text/event-stream']);
    expect(response.headers['content-type']).toBe('text/event-stream');
    expect(answerOf(response)).toMatchObject({ id: 1, result: { protocolVersion: '2025-11-25' } });
  });

  it.each<[string, string | Buffer]>([
    ['nothing', ''],
    ['no JSON', '{"jsonrpc":'],
    ['100,000 open brackets', '['.repeat(100_000)],
    ['100,000 nested objects', '{"a":'.repeat(100_000)],
    ['65 levels', `{"jsonrpc":"2.0","id":1,"method":"ping","params":${'{"a":'.repeat(64)}1${'}'.repeat(64)}}`],
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['a byte order mark', `\ufeff${HELLO}`],
    ['a duplicate method', HELLO.replace('{', '{"method":"ping",')],
    ['a duplicate name in the params', HELLO.replace('"capabilities":{}', '"capabilities":{"a":1,"\\u0061":2}')],
  ])('that is or has %s is refused with 400 and -32700', async (_what, body) => {
    const response = await ask(body);
    expect(refusalOf(response)).toEqual([400, -32700]);
    expect(response.json().id).toBeNull();
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['a string', 'x'],
    ['no jsonrpc', { id: 1, method: 'ping' }],
    ['the id null', { jsonrpc: '2.0', id: null, method: 'ping' }],
    ['a fraction as id', { jsonrpc: '2.0', id: 0.5, method: 'ping' }],
    ['a list as params', { jsonrpc: '2.0', id: 1, method: 'ping', params: [] }],
    ['no method', { jsonrpc: '2.0', id: 1 }],
  ])('that is or has %s is refused with 400 and -32600', async (_what, message) => {
    expect(refusalOf(await ask(JSON.stringify(message)))).toEqual([400, -32600]);
  });

  it.each<[string, readonly string[]]>([
    ['with its length', []],
    ['in chunks', ['Transfer-Encoding', 'chunked']],
  ])('of one byte too many, sent %s, is refused with 413, which the client gets to read', async (_how, headers) => {
    expect(refusalOf(await ask(Buffer.alloc(MAX_BYTES + 1, 0x20), headers))).toEqual([413, -32600]);
    await stillServes();
  });

  it('may have exactly 4 MiB', async () => {
    expect((await ask(HELLO.padEnd(MAX_BYTES, ' '))).status).toBe(200);
    expect((await ask(HELLO.padEnd(MAX_BYTES, ' '), ['Transfer-Encoding', 'chunked'])).status).toBe(200);
  });

  it('cannot be framed in two ways', async () => {
    const head = `POST /mcp HTTP/1.1\r\nHost: ${new URL(gateway.url).host}\r\napikey: ${key}\r\nConnection: close\r\n`;
    const smuggled = '0\r\n\r\nGET /mcp HTTP/1.1\r\n\r\n';
    const both = `${head}Content-Length: ${String(smuggled.length)}\r\nTransfer-Encoding: chunked\r\n\r\n${smuggled}`;
    expect((await sendBytes(gateway.origin, both)).status).toBe(400);
    expect((await sendBytes(gateway.origin, `${head}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`)).status).toBe(
      400,
    );
    await stillServes();
  });

  it('that ends in the middle harms nobody', async () => {
    const head = `POST /mcp HTTP/1.1\r\nHost: ${new URL(gateway.url).host}\r\napikey: ${key}\r\n`;
    const half = `${head}Content-Type: application/json\r\nContent-Length: 10\r\nConnection: close\r\n\r\n{"a"`;
    expect((await sendBytes(gateway.origin, half, 50)).text).toBe('');
    await stillServes();
  });
});

describe('paths and methods', () => {
  const get = (path: string, headers: readonly string[] = []): Promise<RawResponse> =>
    send(`${gateway.origin}${path}`, { method: 'GET', headers });

  it('serves /mcp, /mcp/ and a query', async () => {
    for (const path of ['/mcp', '/mcp/', '/mcp?x=1']) {
      const url = `${gateway.origin}${path}`;
      expect((await send(url, { headers: ['apikey', key, ...JSON_HEADERS], body: HELLO })).status).toBe(200);
    }
  });

  it.each([['/mcp/else'], ['/mcp/.well-known/oauth-protected-resource'], ['/mcp//']])(
    'tells the holder of a key that there is no %s',
    async (path) => {
      expect(refusalOf(await get(path, ['apikey', key]))).toEqual([404, -32601]);
      expect((await get(path)).status).toBe(401);
    },
  );

  it.each([
    ['/mcpx'],
    ['/MCP'],
    ['/'],
    ['/nothing/here'],
    ['/.well-known/oauth-protected-resource'],
    ['/.well-known/oauth-protected-resource/mcp'],
    ['/.well-known/oauth-authorization-server'],
    ['/.well-known/openid-configuration'],
    ['/__proto__'],
    ['/constructor'],
  ])('answers GET %s with 404 and JSON, without asking for a key', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(response.headers['content-type']).toMatch(/^application\/json/);
    expect(response.json()).toBeDefined();
    expect(response.headers['x-powered-by']).toBeUndefined();
    expect(response.text).not.toMatch(/node_modules|\.js:/);
  });

  it('answers a path that cannot be decoded with a 4xx', async () => {
    const response = await get('/%ff%zz');
    expect([400, 404]).toContain(response.status);
    expect(response.text).not.toMatch(/node_modules|\.js:/);
  });

  it('does not take POST elsewhere for MCP', async () => {
    const response = await send(`${gateway.origin}/mcpx`, { headers: ['apikey', key, ...JSON_HEADERS], body: HELLO });
    expect(response.status).toBe(404);
  });

  it.each(['PUT', 'PATCH', 'OPTIONS', 'HEAD'])('answers %s with 405 and the methods there are', async (method) => {
    const response = await ask(undefined, [], method);
    expect(response.status).toBe(405);
    expect(response.headers.allow).toBe('POST, GET, DELETE');
  });
});

describe('a session', () => {
  it('is needed by everything but initialize', async () => {
    const ping = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
    expect(refusalOf(await ask(ping))).toEqual([400, -32600]);
    expect(refusalOf(await ask(ping, ['Mcp-Session-Id', '']))).toEqual([400, -32600]);
    expect(refusalOf(await ask(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/x' })))).toEqual([400, -32600]);
    expect(refusalOf(await ask(undefined, [], 'GET'))).toEqual([400, -32600]);
    expect(refusalOf(await ask(undefined, [], 'DELETE'))).toEqual([400, -32600]);
  });

  it.each([['unknown'], ['__proto__'], ['x'.repeat(5000)]])(
    'that is not known is answered with 404: %.20s',
    async (id) => {
      const ping = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
      const answers = await Promise.all([
        ask(ping, ['Mcp-Session-Id', id]),
        ask(undefined, ['Mcp-Session-Id', id], 'GET'),
        ask(undefined, ['Mcp-Session-Id', id], 'DELETE'),
      ]);
      for (const answer of answers) expect(refusalOf(answer)).toEqual([404, -32001]);
    },
  );

  it('of another key looks like an unknown one, and lives on', async () => {
    const own = await RawSession.open(gateway.url, key);
    const headers = ['apikey', gateway.key(1), 'Mcp-Session-Id', own.sessionId];
    const ping = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
    const answers = await Promise.all([
      ask(ping, headers),
      ask(undefined, headers, 'GET'),
      ask(undefined, headers, 'DELETE'),
    ]);
    for (const answer of answers) expect(refusalOf(answer)).toEqual([404, -32001]);
    const unknown = await ask(ping, ['apikey', gateway.key(1), 'Mcp-Session-Id', 'unknown']);
    expect(answers[0].text).toBe(unknown.text);
    expect(await own.request('ping')).toMatchObject({ result: {} });
  });

  it('ends with DELETE', async () => {
    const session = await RawSession.open(gateway.url, key);
    const stream = await openStream(gateway.url, key, session.sessionId);
    expect((await session.end()).status).toBe(200);
    await stream.closed;
    expect(refusalOf(await session.post({ jsonrpc: '2.0', id: 1, method: 'ping' }))).toEqual([404, -32001]);
    expect(refusalOf(await session.end())).toEqual([404, -32001]);
  });

  it.each([
    ['2025-11-25', '2025-11-25'],
    ['2025-06-18', '2025-06-18'],
    ['2025-03-26', '2025-03-26'],
    ['2024-11-05', '2024-11-05'],
    ['1999-01-01', '2025-11-25'],
    ['2026-07-28', '2025-11-25'],
  ])('asked for with %s speaks %s', async (asked, spoken) => {
    const params = { ...INITIALIZE.params, protocolVersion: asked };
    const response = await ask(JSON.stringify({ ...INITIALIZE, params }));
    expect(response.json()).toMatchObject({ result: { protocolVersion: spoken } });
  });

  it('is not opened by an initialize without a version', async () => {
    const response = await ask(JSON.stringify({ ...INITIALIZE, params: {} }));
    expect(response.json()).toMatchObject({ id: 1, error: { code: -32602 } });
    expect(response.headers['mcp-session-id']).toBeUndefined();
  });

  it('takes every revision in MCP-Protocol-Version that there is, and no other', async () => {
    const session = await RawSession.open(gateway.url, key);
    const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
    expect((await session.post(ping, ['MCP-Protocol-Version', '2025-03-26'])).status).toBe(200);
    const other = await session.post(ping, ['MCP-Protocol-Version', '1999-01-01']);
    expect(refusalOf(other)).toEqual([400, -32022]);
    expect(other.json()).toMatchObject({ error: { data: { requested: '1999-01-01' } } });
    expect(refusalOf(await session.post(ping, ['MCP-Protocol-Version', '2026-07-28']))).toEqual([400, -32602]);
  });

  it('has one standing stream at a time', async () => {
    const session = await RawSession.open(gateway.url, key);
    const first = await openStream(gateway.url, key, session.sessionId);
    expect(first.status).toBe(200);
    expect(first.response.headers).toMatchObject({ 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
    const headers = ['Mcp-Session-Id', session.sessionId];
    expect(refusalOf(await ask(undefined, headers, 'GET'))).toEqual([409, -32600]);
    expect(refusalOf(await ask(undefined, [...headers, 'Accept', 'application/json'], 'GET'))).toEqual([406, -32600]);
    first.close();
    const second = await eventually(
      () => openStream(gateway.url, key, session.sessionId),
      ({ status }) => status === 200,
    );
    second.close();
  });
});

describe('a message', () => {
  let session: RawSession;
  beforeAll(async () => {
    session = await RawSession.open(gateway.url, key);
  });

  it.each<[string, string | number]>([
    ['0', 0],
    ['a negative number', -1],
    ['a string', 'abc'],
    ['an empty string', ''],
    ['a string that looks like a number', '1'],
    ['__proto__', '__proto__'],
  ])('gets its own id back: %s', async (_what, id) => {
    expect(await session.request('ping', {}, id)).toEqual({ jsonrpc: '2.0', id, result: {} });
    expect(await session.call('up__echo', { message: 'hi' }, id)).toMatchObject({
      id,
      result: { content: [{ text: 'hi' }] },
    });
  });

  it.each([
    { method: 'notifications/initialized' },
    { method: 'notifications/whatever', params: { a: 1 } },
    { method: 'notifications/cancelled', params: { requestId: 'never-sent' } },
    { id: 5, result: {} },
    { id: 5, error: { code: 1, message: 'x' } },
  ])('that needs no answer is answered with 202 and nothing: %j', async (message) => {
    const response = await session.post({ jsonrpc: '2.0', ...message });
    expect([response.status, response.text]).toEqual([202, '']);
  });

  it.each([['nonsense'], ['__proto__'], ['constructor'], ['server/discover'], ['tools/listen']])(
    'with the unknown method %s gets -32601',
    async (method) => {
      expect(await session.request(method)).toMatchObject({ error: { code: -32601 } });
    },
  );

  it.each([
    ['nothing'],
    ['up__nothing'],
    ['__proto__'],
    ['up____proto__'],
    ['constructor'],
    ['up__echo '],
    ['UP__echo'],
  ])('with the unknown tool %j gets -32602', async (name) => {
    expect(await session.call(name, { message: 'hi' })).toMatchObject({ error: { code: -32602 } });
  });

  it.each<[string, Json]>([
    ['no name', {}],
    ['a number as name', { name: 1 }],
    ['an empty name', { name: '' }],
    ['a list as arguments', { name: 'up__echo', arguments: [] }],
    ['a string as arguments', { name: 'up__echo', arguments: 'x' }],
  ])('to tools/call with %s gets -32602', async (_what, params) => {
    expect(await session.request('tools/call', params)).toMatchObject({ error: { code: -32602 } });
  });

  it('to tools/list with a cursor that nobody gave out gets -32602', async () => {
    expect(await session.request('tools/list', { cursor: 'x' })).toMatchObject({ error: { code: -32602 } });
  });

  it('with arguments that do not fit is told where, as a result that a model reads', async () => {
    const answer = await session.call('up__echo', { message: 7 });
    expect(resultOf(answer)?.isError).toBe(true);
    expect(textOf(answer)).toContain('message');
  });

  it('with __proto__ wherever a name can stand does no harm', async () => {
    const calls: string[] = [
      '{"name":"up__echo","arguments":{"message":"hi","__proto__":{"message":"polluted"}}}',
      '{"name":"up__echo","arguments":{"__proto__":{"message":"polluted"}}}',
      '{"name":"enkrypt_get_server_info","arguments":{"server_name":"__proto__"}}',
      '{"name":"enkrypt_secure_call_tools","arguments":{"server_name":"__proto__","tool_calls":[{"name":"__proto__"}]}}',
      '{"name":"enkrypt_secure_call_tools","arguments":{"server_name":"up","tool_calls":[{"name":"__proto__","args":{"__proto__":1}}]}}',
      '{"name":"enkrypt_secure_call_tools","arguments":{"server_name":"up","tool_calls":[{"__proto__":{"name":"echo"}}]}}',
      '{"__proto__":{"name":"up__echo"},"constructor":{"prototype":{"name":"up__echo"}}}',
      '{"name":"up__echo","arguments":{"message":"hi"},"_meta":{"__proto__":{"progressToken":1}}}',
    ];
    for (const [id, params] of calls.entries()) {
      const headers = ['Mcp-Session-Id', session.sessionId];
      const body = `{"jsonrpc":"2.0","id":${String(id)},"method":"tools/call","params":${params}}`;
      const response = await ask(body, headers);
      expect([params, response.status]).toEqual([params, 200]);
      expect(answerOf(response).id).toBe(id);
      expect(response.text).not.toContain('"text":"polluted"');
    }
    expect(textOf(await session.call('up__echo', { message: 'clean' }))).toBe('clean');
  });

  it('with an id that is under way already is refused, and the first is answered', async () => {
    const first = session.call('echo__sleep', { ms: 400 }, 'twice');
    const second = await eventually(
      () => session.call('echo__sleep', { ms: 0 }, 'twice'),
      (answer) => 'error' in answer,
    );
    expect(second).toMatchObject({ id: 'twice', error: { code: -32600 } });
    expect(textOf(await first)).toBe('slept 400 ms');
    expect(textOf(await session.call('echo__sleep', { ms: 0 }, 'twice'))).toBe('slept 0 ms');
  });

  it('that was cancelled gets no answer, and the session goes on', async () => {
    const call = session.post({
      jsonrpc: '2.0',
      id: 0,
      method: 'tools/call',
      params: { name: 'echo__sleep', arguments: { ms: 60_000 } },
    });
    const response = await eventually(
      async () => {
        await session.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 0 } });
        return Promise.race([call, new Promise<null>((resolve) => setTimeout(resolve, 50, null))]);
      },
      (value) => value !== null,
    );
    expect(response?.text).not.toMatch(/"(result|error)"/);
    expect(await session.request('ping')).toMatchObject({ result: {} });
  });

  it('that asks for progress is answered as a stream, under its own token', async () => {
    const params = { name: 'echo__sleep', arguments: { ms: 200 }, _meta: { progressToken: 'mine' } };
    const response = await session.post({ jsonrpc: '2.0', id: 'p', method: 'tools/call', params });
    expect(response.headers['content-type']).toBe('text/event-stream');
    expect(response.text).toContain('"progressToken":"mine"');
    expect(textOf(answerOf(response))).toBe('slept 200 ms');
  });
});

describe('a batch', () => {
  const ping = (id: number): Json => ({ jsonrpc: '2.0', id, method: 'ping' });
  const note = { jsonrpc: '2.0', method: 'notifications/x' };
  let old: RawSession;
  beforeAll(async () => {
    old = await RawSession.open(gateway.url, key, '2025-03-26');
  });

  it('is answered as a list, in revisions that have batches', async () => {
    const response = await old.post([ping(1), note, ping(2), { jsonrpc: '2.0', id: 3, method: 'nonsense' }]);
    expect(response.status).toBe(200);
    const answers = JSON.parse(response.text) as Json[];
    expect(answers.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(answers[2]).toMatchObject({ error: { code: -32601 } });
  });

  it('without requests is answered with 202', async () => {
    const response = await old.post([note, note]);
    expect([response.status, response.text]).toEqual([202, '']);
  });

  it('has one answer for each of two equal ids, one of them an error', async () => {
    const slow = (ms: number): Json => ({
      jsonrpc: '2.0',
      id: 7,
      method: 'tools/call',
      params: { name: 'echo__sleep', arguments: { ms } },
    });
    const answers = JSON.parse((await old.post([slow(100), slow(100)])).text) as Json[];
    expect(answers.filter((answer) => 'error' in answer)).toHaveLength(1);
    expect(answers).toHaveLength(2);
  });

  it.each<[string, unknown[]]>([
    ['nothing', []],
    ['101 messages', Array.from({ length: 101 }, (_, id) => ping(id))],
    ['an initialize', [INITIALIZE]],
    ['a broken message', [ping(1), { jsonrpc: '2.0' }]],
    ['a batch', [[ping(1)]]],
  ])('with %s is refused as a whole', async (_what, items) => {
    expect(refusalOf(await old.post(items))).toEqual([400, -32600]);
  });

  it('is refused in revisions that have none, and without a session', async () => {
    const newer = await RawSession.open(gateway.url, key, '2025-06-18');
    expect(refusalOf(await newer.post([ping(1)]))).toEqual([400, -32600]);
    expect(refusalOf(await ask(JSON.stringify([ping(1)])))).toEqual([400, -32600]);
    expect(refusalOf(await ask(JSON.stringify([INITIALIZE])))).toEqual([400, -32600]);
  });
});

describe('the standing stream', () => {
  let stream: EventStream;

  it('tells a client that has listed its tools when the config gains a server', async () => {
    const session = await RawSession.open(gateway.url, key);
    const names = async (): Promise<string[]> =>
      ((await session.request('tools/list')).result as { tools: { name: string }[] }).tools.map(({ name }) => name);
    const before = await names();
    expect(before).toContain('up__echo');
    expect(before).toContain('enkrypt_secure_call_tools');
    stream = await openStream(gateway.url, key, session.sessionId);
    gateway.edit((json) => {
      const configs = Object.values(json.mcp_configs as Record<string, { mcp_config: Json[] }>);
      const { name, config } = stdioServer('later');
      configs[0]!.mcp_config.push({ server_name: name, description: 'New', config });
    });
    await eventually(
      () => stream.events,
      (events) => events.length > 0,
    );
    expect(stream.events[0]).toEqual({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
    await eventually(names, (now) => now.includes('later__echo'));
    stream.close();
  });
});
