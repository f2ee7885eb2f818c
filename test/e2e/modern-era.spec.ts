import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callModern, JSON_HEADERS, resultOf, sendModern, textOf } from '../support/answers.js';
import { EventStream } from '../support/event-stream.js';
import { eventually, TestGateway } from '../support/gateway.js';
import { answerOf, type RawResponse, send } from '../support/raw-http.js';
import { CallRecords, echoServer, stdioServer } from '../support/upstreams.js';

type Json = Record<string, unknown>;

const VERSION = 'io.modelcontextprotocol/protocolVersion';
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
const ENVELOPE: Json = { [VERSION]: '2026-07-28', [CAPABILITIES]: {} };
/** A server whose one tool never answers, and shows progress only if asked to; it writes the method of all it hears to a file. */
const SLOW = `
const { appendFileSync } = require('node:fs');
const say = (message) => console.log(JSON.stringify({ jsonrpc: '2.0', ...message }));
const tool = { name: 'wait', inputSchema: { type: 'object' } };
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  appendFileSync(process.argv[1], method + '\\n');
  if (method === 'initialize') {
    const serverInfo = { name: 'slow', version: '1' };
    say({ id, result: { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo } });
  } else if (method === 'tools/list') say({ id, result: { tools: [tool] } });
  else if (method === 'tools/call' && params.arguments.message === 'progress') {
    say({ method: 'notifications/progress', params: { progressToken: params._meta.progressToken, progress: 1 } });
  } else if (method === 'server/discover') say({ id, error: { code: -32601, message: 'no' } });
});`;

const records = new CallRecords();
let gateway: TestGateway;
let key: string;
beforeAll(async () => {
  gateway = await TestGateway.start({
    projects: [
      {
        servers: [
          stdioServer('up', ['--record', records.path('up')]),
          echoServer('echo'),
          { name: 'slow', config: { command: process.execPath, args: ['-e', SLOW, records.path('slow')] } },
        ],
      },
      { servers: [stdioServer('other')] },
    ],
  });
  key = gateway.key();
});
afterAll(async () => {
  await gateway.stop();
  records.remove();
});

/** Methods that the slow server heard so far. */
function seen(): string[] {
  const path = records.path('slow');
  return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
}

interface Parts {
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: Json;
  readonly meta?: Json;
  /** Replaces or (with null) removes header fields of the right request. */
  readonly headers?: Readonly<Record<string, string | null>>;
}

/** A tools/call of up__echo, right in all its parts unless told otherwise. */
function ask({
  id = 'id-1',
  method = 'tools/call',
  params,
  meta = ENVELOPE,
  headers = {},
}: Parts): Promise<RawResponse> {
  const body = { name: 'up__echo', arguments: { message: 'hi' }, ...params, _meta: meta };
  const fields: Record<string, string | null> = {
    apikey: key,
    'Content-Type': 'application/json',
    Accept: 'application/json, text/event-stream',
    'MCP-Protocol-Version': '2026-07-28',
    'Mcp-Method': method,
    'Mcp-Name': 'up__echo',
    ...headers,
  };
  const flat = Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [name, value]));
  return send(gateway.url, { headers: flat, body: JSON.stringify({ jsonrpc: '2.0', id, method, params: body }) });
}

function base64(text: string): string {
  return `=?base64?${Buffer.from(text).toString('base64')}?=`;
}

describe('the 2026 era', () => {
  it('is announced by server/discover, without a session', async () => {
    const response = await sendModern(gateway.url, key, { method: 'server/discover', params: {} });
    expect(response.status).toBe(200);
    expect(response.headers['mcp-session-id']).toBeUndefined();
    expect(response.json()).toMatchObject({
      id: 1,
      result: {
        resultType: 'complete',
        supportedVersions: ['2026-07-28'],
        capabilities: { tools: {} },
        serverInfo: { name: expect.any(String), version: expect.any(String) },
        cacheScope: 'private',
        ttlMs: expect.any(Number),
      },
    });
  });

  it('lists the tools of the key, for this key alone to keep', async () => {
    const list = async (own: string): Promise<Json> =>
      (await sendModern(gateway.url, own, { method: 'tools/list', params: {} })).json().result as Json;
    const result = await list(key);
    expect(result).toMatchObject({
      resultType: 'complete',
      cacheScope: 'private',
      ttlMs: expect.any(Number),
    });
    const names = (result.tools as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['enkrypt_list_all_servers', 'up__echo', 'echo__sleep']));
    const others = ((await list(gateway.key(1))).tools as { name: string }[]).map(({ name }) => name);
    expect(others).toContain('other__echo');
    expect(others).not.toContain('up__echo');
  });

  it('calls tools, and every result says that it is complete', async () => {
    const answer = await callModern(gateway.url, key, 'up__echo', { message: 'hi' });
    expect(answer).toMatchObject({ id: 1, result: { resultType: 'complete', content: [{ text: 'hi' }] } });
    const meta = await callModern(gateway.url, key, 'enkrypt_get_server_info', { server_name: 'up' });
    expect(meta).toMatchObject({ result: { resultType: 'complete' } });
    expect(resultOf(meta)?.structuredContent.status).toBe('success');
  });

  it.each([[0], ['abc'], ['']])('gives the id %p back', async (id) => {
    expect((await ask({ id })).json()).toMatchObject({ id, result: {} });
  });

  it('takes no notice of a session id and never makes one', async () => {
    const response = await ask({ headers: { 'Mcp-Session-Id': 'whatever' } });
    expect(response.status).toBe(200);
    expect(response.headers['mcp-session-id']).toBeUndefined();
  });

  it('has no GET and no DELETE', async () => {
    for (const method of ['GET', 'DELETE']) {
      const headers = ['apikey', key, 'MCP-Protocol-Version', '2026-07-28', 'Accept', 'text/event-stream'];
      const response = await send(gateway.url, { method, headers });
      expect(response.status).toBe(405);
      expect(response.headers.allow).toContain('POST');
    }
  });

  it('asks for the key first, like every era', async () => {
    expect((await ask({ headers: { apikey: null } })).status).toBe(401);
    expect((await ask({ headers: { apikey: null, 'Mcp-Method': 'wrong' } })).status).toBe(401);
  });

  it.each([['nonsense'], ['ping'], ['initialize'], ['logging/setLevel'], ['__proto__']])(
    'answers the method %s with 404 and -32601',
    async (method) => {
      const response = await ask({ method, id: 7 });
      expect(response.status).toBe(404);
      expect(response.json()).toMatchObject({ id: 7, error: { code: -32601 } });
    },
  );

  it('answers an unknown tool with -32602', async () => {
    for (const name of ['nothing', 'other__echo', '__proto__']) {
      expect(await callModern(gateway.url, key, name, {})).toMatchObject({ id: 1, error: { code: -32602 } });
    }
  });

  it('answers notifications with 202', async () => {
    const message = { jsonrpc: '2.0', method: 'notifications/x', params: { _meta: ENVELOPE } };
    const headers = ['MCP-Protocol-Version', '2026-07-28', 'Mcp-Method', 'notifications/x'];
    const response = await send(gateway.url, {
      headers: ['apikey', key, ...JSON_HEADERS, ...headers],
      body: JSON.stringify(message),
    });
    expect([response.status, response.text]).toEqual([202, '']);
  });
});

describe('the headers of the 2026 era', () => {
  it.each<[string, Parts]>([
    ['no version', { headers: { 'MCP-Protocol-Version': null } }],
    ['another version', { headers: { 'MCP-Protocol-Version': '2025-11-25' } }],
    ['no method', { headers: { 'Mcp-Method': null } }],
    ['another method', { headers: { 'Mcp-Method': 'tools/list' } }],
    ['no name', { headers: { 'Mcp-Name': null } }],
    ['another name', { headers: { 'Mcp-Name': 'echo__echo' } }],
    ['another name in base64', { headers: { 'Mcp-Name': base64('echo__echo') } }],
    ['broken base64', { headers: { 'Mcp-Name': '=?base64?***?=' } }],
    ['a harmless name for another tool', { params: { name: 'echo__echo' } }],
  ])('are refused with 400 and -32020, and nothing is called: %s', async (_what, parts) => {
    const before = records.calls('up').length;
    const response = await ask(parts);
    expect(response.status).toBe(400);
    expect(response.json()).toMatchObject({ jsonrpc: '2.0', id: 'id-1', error: { code: -32020 } });
    expect(records.calls('up')).toHaveLength(before);
  });

  it('may carry the name in base64', async () => {
    const response = await ask({ headers: { 'Mcp-Name': base64('up__echo') } });
    expect(textOf(answerOf(response))).toBe('hi');
  });

  it('announce an envelope: a body without it is refused, under its id', async () => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} });
    const headers = ['apikey', key, ...JSON_HEADERS, 'MCP-Protocol-Version', '2026-07-28', 'Mcp-Method', 'tools/list'];
    const response = await send(gateway.url, { headers, body });
    expect(response.status).toBe(400);
    expect(response.json()).toMatchObject({
      id: 1,
      error: { code: -32602, message: expect.stringContaining(VERSION) },
    });
  });

  it.each([['2099-01-01'], ['2025-11-25']])(
    'naming the version %p are answered with the ones there are',
    async (version) => {
      const response = await ask({
        meta: { ...ENVELOPE, [VERSION]: version },
        headers: { 'MCP-Protocol-Version': version },
      });
      expect(response.status).toBe(400);
      expect(response.json()).toMatchObject({
        id: 'id-1',
        error: { code: -32022, data: { supported: ['2026-07-28'], requested: version } },
      });
    },
  );

  it('need the capabilities of the client in the body', async () => {
    const response = await ask({ meta: { [VERSION]: '2026-07-28' } });
    expect(response.status).toBe(400);
    expect(response.json()).toMatchObject({ id: 'id-1', error: { code: -32602 } });
  });
});

describe('the response of the 2026 era', () => {
  function open(name: string, args: Json, meta: Json, signal?: AbortSignal): Promise<EventStream> {
    const body = {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name, arguments: args, _meta: { ...ENVELOPE, ...meta } },
    };
    const headers = ['MCP-Protocol-Version', '2026-07-28', 'Mcp-Method', 'tools/call', 'Mcp-Name', name];
    return EventStream.open(gateway.url, {
      method: 'POST',
      headers: ['apikey', key, ...JSON_HEADERS, ...headers],
      body: JSON.stringify(body),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  it('is a stream once there is progress to tell, and ends with the result', async () => {
    const stream = await open('echo__sleep', { ms: 200 }, { progressToken: 0 });
    await stream.closed;
    expect(stream.response.headers['content-type']).toBe('text/event-stream');
    const { events } = stream;
    expect(events[0]).toMatchObject({ method: 'notifications/progress', params: { progressToken: 0 } });
    expect(events.at(-1)).toMatchObject({ id: 1, result: { resultType: 'complete' } });
  });

  it.each<[string, Json]>([
    ['after its stream has begun', { message: 'progress' }],
    ['before anything came', { message: 'silence' }],
  ])('cancels the call at the server when the client closes it %s', async (_when, args) => {
    const before = seen().length;
    const abort = new AbortController();
    const opened = open('slow__wait', args, { progressToken: 't' }, abort.signal).catch(() => null);
    await eventually(seen, (lines) => lines.slice(before).includes('tools/call'));
    if (args.message === 'progress') {
      const stream = await opened;
      await eventually(
        () => stream?.events ?? [],
        (events) => events.length > 0,
      );
    }
    const refused = (): Json[] => gateway.audit().filter(({ tool }) => tool === 'wait');
    const audited = refused().length;
    abort.abort();
    await eventually(seen, (lines) => lines.slice(before).includes('notifications/cancelled'));
    const lines = await eventually(refused, (found) => found.length > audited);
    expect(lines.at(-1)).toMatchObject({ era: '2026', server: 'slow', reasons: ['cancelled'] });
    expect(textOf(await callModern(gateway.url, key, 'up__echo', { message: 'next' }))).toBe('next');
  });
});
