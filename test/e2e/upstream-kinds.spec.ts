import { readFileSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { TestGateway } from '../support/gateway.js';
import { EVERYTHING, Processes } from '../support/mcp-clients.js';
import { RawSession, send } from '../support/raw-http.js';
import { HttpUpstreams } from '../support/upstreams.js';
import { ECHO, type Seen, ScriptedServer, result, sendJson, sessionServer } from './upstream-kit.js';

jest.setTimeout(30_000);

type Json = Record<string, unknown>;

const SCHEMAS: Readonly<Record<string, Json>> = {
  any: { type: 'object' },
  plain: {
    type: 'object',
    properties: { n: { type: 'integer', minimum: 1 }, mail: { type: 'string', format: 'email' } },
    required: ['n'],
    additionalProperties: false,
  },
  newest: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: {
      pair: { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], items: false },
      card: { $ref: '#/$defs/card' },
    },
    $defs: { card: { type: 'string', minLength: 4 } },
    dependentRequired: { card: ['pair'] },
    unevaluatedProperties: false,
  },
  draft07: {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    definitions: { name: { type: 'string', minLength: 2 } },
    properties: {
      name: { $ref: '#/definitions/name' },
      pair: { type: 'array', items: [{ type: 'string' }, { type: 'number' }], additionalItems: false },
    },
    dependencies: { pair: ['name'] },
  },
  hostile: { type: 'object', properties: { text: { type: 'string', pattern: '^(a+)+$' } } },
  lookahead: { type: 'object', properties: { text: { type: 'string', pattern: '^(?=.*x).*$' } } },
  broken: { type: 'no-such-type' },
  remote: { type: 'object', properties: { a: { $ref: 'https://example.com/schema.json' } } },
};

let gateway: TestGateway;
let session: RawSession;
let scripted: ScriptedServer;
let redirecting: string;
const processes = new Processes();
const upstreams = new HttpUpstreams();

const CONFIG_HEADERS = { Authorization: 'Bearer upstream-token', 'X-Tenant': 'acme' };

beforeAll(async () => {
  scripted = await ScriptedServer.start(
    sessionServer((seen, response) => {
      const tools = Object.entries(SCHEMAS).map(([name, inputSchema]) => ({ name, inputSchema }));
      const answers: Record<string, Json> = {
        'tools/list': { tools },
        'tools/call': { content: [{ type: 'text', text: 'called' }] },
      };
      sendJson(response, result(seen, answers[seen.message.method ?? '']));
    }),
  );
  const [streamable, sse, modern] = await Promise.all([
    processes.everything('streamableHttp'),
    processes.everything('sse'),
    processes.listen(ECHO),
  ]);
  redirecting = await upstreams.listen(['--mode', 'redirect']);
  const npx = (...args: readonly string[]): Json => ({ command: 'npx', args: ['-y', 'mcp-remote', ...args] });
  const servers = [
    { name: 'stdio', config: { command: process.execPath, args: [EVERYTHING, 'stdio'], env: { FROM_CONFIG: 'yes' } } },
    { name: 'streamable', config: { url: streamable, transport: 'streamable-http' } },
    { name: 'sse', config: { url: sse, transport: 'sse' } },
    { name: 'guessed_http', config: { url: streamable } },
    { name: 'guessed_sse', config: { url: sse } },
    { name: 'remote_http', config: npx(streamable, '--allow-http') },
    { name: 'remote_sse', config: npx(sse, '--allow-http', '--transport', 'sse-only') },
    { name: 'headers', config: { url: scripted.url, headers: CONFIG_HEADERS } },
    {
      name: 'remote_headers',
      config: npx(scripted.url, '--header', 'X-Remote:from mcp-remote', '--header', 'X-Two: 2'),
    },
    { name: 'modern', config: { url: modern } },
    { name: 'denied', config: { url: await upstreams.listen(['--mode', 'http-401', '--on', 'all']) } },
    { name: 'expired', config: { url: await upstreams.listen(['--mode', 'http-401']) } },
    { name: 'failing', config: { url: await upstreams.listen(['--mode', 'http-500']) } },
    { name: 'cut', config: { url: await upstreams.listen(['--mode', 'sse-cut']) } },
    { name: 'moved', config: { url: redirecting } },
  ];
  gateway = await TestGateway.start({ projects: [{ servers }] });
  session = await RawSession.open(gateway.url, gateway.key());
  await session.request('tools/list');
});

afterAll(async () => {
  await gateway.stop();
  await Promise.all([processes.close(), upstreams.close(), scripted.close()]);
});

function calls(): readonly Seen[] {
  return scripted.seen.filter(({ message }) => message.method === 'tools/call');
}

async function errorText(tool: string, args: Json = { message: 'x' }): Promise<string> {
  const { result: answer } = await session.call(tool, args);
  expect(answer).toMatchObject({ isError: true });
  return (answer as { content: { text: string }[] }).content[0]!.text;
}

describe('kinds of servers', () => {
  it.each(['stdio', 'streamable', 'sse', 'guessed_http', 'guessed_sse', 'remote_http', 'remote_sse'])(
    '%s: server-everything is listed and called',
    async (name) => {
      const echo = await session.call(`${name}__echo`, { message: 'hi' });
      expect(echo.result).toMatchObject({ content: [{ type: 'text', text: 'Echo: hi' }] });
      const info = await session.call('enkrypt_get_server_info', { server_name: name });
      const shown = (info.result as { structuredContent: { server_info: { tools: Json[] } } }).structuredContent;
      expect(shown.server_info.tools.length).toBeGreaterThanOrEqual(10);
    },
  );

  it('modern: a server that speaks both eras is called', async () => {
    expect((await session.call('modern__reverse', { text: 'abc' })).result).toMatchObject({
      content: [{ text: 'cba' }],
    });
  });

  it('a stdio server gets the variables of its config', async () => {
    const answer = await session.call('stdio__get-env');
    const { text } = (answer.result as { content: { text: string }[] }).content[0]!;
    expect(JSON.parse(text)).toMatchObject({ FROM_CONFIG: 'yes' });
  });
});

describe('what goes to a server over HTTP', () => {
  it('are the headers of its config', async () => {
    await session.call('headers__any');
    expect(calls().at(-1)!.headers).toMatchObject({ authorization: 'Bearer upstream-token', 'x-tenant': 'acme' });
  });

  it('are the headers of an mcp-remote command line, without an npx process', async () => {
    expect((await session.call('remote_headers__any')).result).toMatchObject({ content: [{ text: 'called' }] });
    expect(calls().at(-1)!.headers).toMatchObject({ 'x-remote': 'from mcp-remote', 'x-two': '2' });
    const children = childrenOf(gateway.child.pid!);
    // The one stdio server is there, so the search would have found npx as well.
    expect(children.filter((line) => line.includes(EVERYTHING))).toHaveLength(1);
    expect(children.filter((line) => /npx|npm|mcp-remote/.test(line))).toEqual([]);
  });

  it('are never headers of the client', async () => {
    const request = { jsonrpc: '2.0', id: 77, method: 'tools/call', params: { name: 'headers__any', arguments: {} } };
    const own = ['Cookie', 'client-cookie', 'X-Tenant', 'client-tenant', 'X-Client', 'client-value', 'Origin'];
    await session.post(request, [...own, gateway.origin, 'X-Forwarded-For', '192.0.2.7']);
    const { headers } = calls().at(-1)!;
    expect(headers['x-tenant']).toBe('acme');
    const text = JSON.stringify(headers);
    for (const secret of ['client-', gateway.key(), session.sessionId, '192.0.2.7', gateway.origin]) {
      expect(text).not.toContain(secret);
    }
  });
});

describe('errors of a server over HTTP', () => {
  it('wrong credentials are named, with where to correct them', async () => {
    const answer = await session.call('enkrypt_discover_all_tools', { server_name: 'denied' });
    const { error } = (answer.result as { structuredContent: { error: Json } }).structuredContent;
    expect(error).toMatchObject({ code: 'TOOL_006' });
    expect(error.message).toMatch(/denied.*credentials.*401.*headers/);
    expect(await errorText('expired__echo')).toMatch(/expired.*credentials.*401/);
    expect(await errorText('denied__echo')).toMatch(/denied/);
  });

  it('a failing server is named with its status, and nothing of its page is passed on', async () => {
    const text = await errorText('failing__echo');
    expect(text).toMatch(/failing.*500/);
    expect(text).not.toContain('<h1>');
  });

  it('a stream that ends without an answer is an error at once', async () => {
    expect(await errorText('cut__echo')).toMatch(/cut/);
  });

  it('a redirect is not followed', async () => {
    expect(await errorText('moved__echo')).toMatch(/moved.*redirect/);
    const stats = await send(new URL('/stats', redirecting).href, { method: 'GET' });
    expect(stats.json()).toMatchObject({ calls: 1, redirects_followed: 0 });
  });
});

describe('arguments against the schema of the tool', () => {
  const REFUSED: readonly (readonly [tool: string, args: Json, path: string])[] = [
    ['plain', {}, 'arguments'],
    ['plain', { n: 0 }, 'arguments/n'],
    ['plain', { n: 1.5 }, 'arguments/n'],
    ['plain', { n: '1' }, 'arguments/n'],
    ['plain', { n: 1, more: true }, 'more'],
    ['plain', { n: 1, mail: 'nobody' }, 'arguments/mail'],
    ['plain', JSON.parse('{"n":1,"__proto__":{"x":1}}') as Json, 'arguments'],
    ['newest', { pair: ['a', 'b'] }, 'arguments/pair/1'],
    ['newest', { pair: ['a', 1, 2] }, 'arguments/pair'],
    ['newest', { card: '12345' }, 'arguments'],
    ['newest', { card: '1', pair: [] }, 'arguments/card'],
    ['newest', { other: 1 }, 'arguments'],
    ['draft07', { name: 'a' }, 'arguments/name'],
    ['draft07', { pair: ['a', 1] }, 'arguments'],
    ['draft07', { name: 'ab', pair: ['a', 1, 2] }, 'arguments/pair'],
    ['broken', {}, 'broken'],
    ['remote', { a: 1 }, 'remote'],
  ];

  it.each(REFUSED)('%s refuses %j through both doors, before the server is called', async (tool, args, path) => {
    const before = calls().length;
    expect(await errorText(`headers__${tool}`, args)).toContain(path);
    const answer = await session.call('enkrypt_secure_call_tools', {
      server_name: 'headers',
      tool_calls: [{ name: tool, args }],
    });
    const [element] = (answer.result as { structuredContent: { results: Json[] } }).structuredContent.results;
    expect(element).toMatchObject({ status: 'error', message: expect.stringContaining(path) as unknown });
    expect(calls()).toHaveLength(before);
  });

  it.each([
    ['plain', { n: 1, mail: 'a@example.com' }],
    ['newest', { pair: ['a', 1], card: '1234' }],
    ['draft07', { name: 'ab', pair: ['a', 1] }],
    ['lookahead', { text: 'y' }],
    ['any', { whatever: [1, null, { deep: true }] }],
  ])('%s lets %j through unchanged', async (tool, args) => {
    const answer = await session.call(`headers__${tool}`, args);
    expect(answer.result).toMatchObject({ content: [{ text: 'called' }] });
    expect(calls().at(-1)!.message.params).toMatchObject({ name: tool, arguments: args });
  });

  it('a hostile pattern cannot hang the gateway', async () => {
    const before = calls().length;
    const started = performance.now();
    expect(await errorText('headers__hostile', { text: `${'a'.repeat(50_000)}!` })).toContain('arguments/text');
    expect(performance.now() - started).toBeLessThan(3000);
    expect(calls()).toHaveLength(before);
    const answer = await session.call('headers__hostile', { text: 'aaaa' });
    expect(answer.result).toMatchObject({ content: [{ text: 'called' }] });
  });
});

/** Command lines of all descendants of a process. */
function childrenOf(parent: number): string[] {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const ppid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        return [{ pid: Number(name), ppid, line: readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ') }];
      } catch {
        // It ended while this was reading.
        return [];
      }
    });
  const under = (pid: number): string[] =>
    processes.filter(({ ppid }) => ppid === pid).flatMap(({ pid: child, line }) => [line, ...under(child)]);
  return under(parent);
}
