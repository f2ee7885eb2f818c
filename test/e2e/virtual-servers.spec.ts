import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { sendModern, textOf } from '../support/answers.js';
import { openStream } from '../support/event-stream.js';
import { eventually, ROOT, type ServerOptions, TestGateway } from '../support/gateway.js';
import { answerOf, credential, RawSession, send } from '../support/raw-http.js';

jest.setTimeout(60_000);
type Json = Record<string, unknown>;

const JSON_HEADERS = ['Content-Type', 'application/json', 'Accept', 'application/json, text/event-stream'];
const UPDATED = 'notifications/resources/updated';

let folder: string;
let gateway: TestGateway;

function script(name: string, file: string, ...args: readonly string[]): ServerOptions {
  return { name, config: { command: process.execPath, args: [join(ROOT, 'test', 'support', file), ...args] } };
}
const offering = (name: string): ServerOptions => script(name, 'offering-server.mjs', name, join(folder, name));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'virtual-'));
  const off = offering('off');
  gateway = await TestGateway.start({
    projects: [
      {
        servers: [
          offering('one'),
          offering('two'),
          { ...offering('three'), extra: { disabled_tools: { plain: 'under repair' } } },
          { ...off, extra: { disabled: true, disabled_reason: 'moved' } },
          script('changing', 'changing-server.mjs'),
        ],
        virtual: {
          tools: { description: 'For charts alone.', servers: { one: { tools: ['chart'] }, two: { tools: ['pl*'] } } },
          mixed: {
            servers: {
              one: { prompts: ['greet'], resources: ['one://*'] },
              two: {},
              three: { tools: ['plain'], resources: ['three://people/{person}/mail'] },
              off: {},
            },
          },
          news: {
            servers: { changing: { tools: ['touch', 'offer'], resources: ['note://first', 'folder://{+path}'] } },
          },
          nothing: { servers: { gone: {} } },
        },
      },
      { servers: [offering('alone')] },
    ],
    policies: {},
  });
});
afterAll(async () => {
  await gateway.stop();
  rmSync(folder, { recursive: true, force: true });
});

const urlOf = (name: string): string => `${gateway.origin}/mcp/virtual/${name}`;
const at = (name: string, project = 0): Promise<RawSession> => RawSession.open(urlOf(name), gateway.key(project));
const errorOf = (answer: Json): { code: number; message: string } => answer.error as { code: number; message: string };
const read = (session: RawSession, uri: string): Promise<Json> => session.request('resources/read', { uri });

async function listed(session: RawSession, method: string, member: string, id = 'name'): Promise<string[]> {
  const result = (await session.request(method)).result as Record<string, Json[]>;
  return result[member]!.map((item) => String(item[id]));
}
const tools = (session: RawSession): Promise<string[]> => listed(session, 'tools/list', 'tools');

/** What a server was asked for, but for lists. */
function asked(name: string): Json[] {
  const path = join(folder, name);
  const lines = existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
  return lines.map((line) => JSON.parse(line) as Json).filter(({ method }) => !String(method).endsWith('/list'));
}

describe('a virtual server', () => {
  it('has the chosen tools under the names that they have at /mcp, and calls no others', async () => {
    const session = await at('tools');
    expect(await tools(session)).toEqual(['one__chart', 'two__plain']);
    const whole = await tools(await RawSession.open(gateway.url, gateway.key()));
    expect(whole).toEqual(expect.arrayContaining(['one__chart', 'two__plain', 'two__chart', 'one__plain']));
    expect(textOf(await session.call('one__chart'))).toBe('one chart');
    const before = asked('two').length;
    for (const name of [
      'two__chart',
      'three__chart',
      'chart',
      'enkrypt_list_all_servers',
      'enkrypt_secure_call_tools',
    ]) {
      expect(errorOf(await session.call(name, { server_name: 'two', tool_calls: [] }))).toMatchObject({
        code: -32602,
        message: expect.stringMatching(/^Unknown tool/) as unknown,
      });
    }
    expect(asked('two')).toHaveLength(before);
  });

  it('tells clients what it is for', async () => {
    const initialize = {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {} },
    };
    const instructions = async (url: string): Promise<string> => {
      const sent = await send(url, {
        headers: [...credential(gateway.key()), ...JSON_HEADERS],
        body: JSON.stringify(initialize),
      });
      return String((answerOf(sent).result as Json).instructions);
    };
    expect(await instructions(urlOf('tools'))).toMatch(/^For charts alone\.\n\n/);
    expect(await instructions(urlOf('mixed'))).not.toContain('enkrypt_');
    expect(await instructions(gateway.url)).toContain('enkrypt_');
  });

  it('has neither prompts nor resources where tools alone are chosen', async () => {
    const session = await at('tools');
    expect(await listed(session, 'prompts/list', 'prompts')).toEqual([]);
    expect(await listed(session, 'resources/list', 'resources', 'uri')).toEqual([]);
    expect(errorOf(await session.request('prompts/get', { name: 'one__greet' })).code).toBe(-32602);
    expect(errorOf(await read(session, 'one://note')).code).toBe(-32002);
    // But the page that shows the result of a chosen tool.
    expect(JSON.stringify(await read(session, 'ui://one/chart'))).toContain('<p>one</p>');
    expect(errorOf(await read(session, 'ui://two/chart')).code).toBe(-32002);
  });

  it('has the chosen prompts, resources and templates, and all of a server that nothing is chosen of', async () => {
    const session = await at('mixed');
    expect(await tools(session)).toEqual(['two__chart', 'two__plain']);
    expect(await listed(session, 'prompts/list', 'prompts')).toEqual(['one__greet', 'two__greet']);
    expect(await listed(session, 'resources/list', 'resources', 'uri')).toEqual([
      'one://note',
      'shared://same',
      'two://note',
    ]);
    expect(await listed(session, 'resources/templates/list', 'resourceTemplates', 'uriTemplate')).toEqual([
      'one://people/{person}/mail',
      'two://people/{person}/mail',
      'both://{anything}',
      'three://people/{person}/mail',
    ]);
    // Listed by the first server of the config, but not chosen of it: it is the other's here.
    expect(JSON.stringify(await read(session, 'shared://same'))).toContain('two says');
    expect(JSON.stringify(await read(session, 'both://x'))).toContain('two says');
    expect(JSON.stringify(await read(session, 'three://people/ann/mail'))).toContain('three says');
    const prompt = { type: 'ref/prompt', name: 'one__greet' };
    const complete = (ref: Json): Promise<Json> =>
      session.request('completion/complete', { ref, argument: { name: 'who', value: 'A' } });
    expect(JSON.stringify(await complete(prompt))).toContain('one:greet:A');
    expect(errorOf(await complete({ ...prompt, name: 'three__greet' })).code).toBe(-32602);
    expect(errorOf(await complete({ type: 'ref/resource', uri: 'three://note' })).code).toBe(-32602);
  });

  it.each([
    'three://note',
    'three://people/../note',
    'three://people/%2e%2e/note#/mail?',
    'three://note#three://people/ann/mail',
    'THREE://people/ann/mail',
    'three:\\\\people\\ann\\mail',
    'three://people/ann/mail/',
    ' three://people/ann/mail',
    'one:/note',
    'one://note?x',
    'one://note/',
    'one://other',
    'two://unlisted',
    'shared://same/',
  ])('reads nothing that is neither listed there nor made from a template there: %s', async (uri) => {
    const session = await at('mixed');
    const before = ['one', 'two', 'three'].flatMap(asked).length;
    expect(errorOf(await read(session, uri)).code).toBe(-32002);
    expect(['one', 'two', 'three'].flatMap(asked)).toHaveLength(before);
  });

  it('says of tools and servers that are disabled what it says at /mcp, if they are a part of it', async () => {
    const mixed = await at('mixed');
    expect(textOf(await mixed.call('three__plain'))).toContain('under repair');
    expect(textOf(await mixed.call('off__plain'))).toContain('moved');
    const charts = await at('tools');
    for (const name of ['three__plain', 'off__plain']) {
      expect(textOf(await charts.call(name))).toContain('Unknown tool');
    }
  });

  it('is there for clients of 2026-07-28', async () => {
    const answer = answerOf(await sendModern(urlOf('tools'), gateway.key(), { method: 'tools/list', params: {} }));
    expect(((answer.result as Json).tools as Json[]).map(({ name }) => name)).toEqual(['one__chart', 'two__plain']);
    const call = { method: 'tools/call', params: { name: 'two__chart', arguments: {} } };
    expect(answerOf(await sendModern(urlOf('tools'), gateway.key(), call)).error).toMatchObject({ code: -32602 });
    const discover = { method: 'server/discover', params: {} };
    const found = answerOf(await sendModern(urlOf('tools'), gateway.key(), discover)).result as Json;
    expect(found.instructions).toMatch(/^For charts alone/);
  });

  it('has sessions of its own', async () => {
    const { sessionId } = await at('tools');
    for (const url of [
      gateway.url,
      urlOf('mixed'),
      `${gateway.origin}/mcp/servers/one`,
      `${gateway.origin}/mcp/servers/tools`,
    ]) {
      const headers = [...credential(gateway.key()), 'Mcp-Session-Id', sessionId, ...JSON_HEADERS];
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
      expect((await send(url, { headers, body })).status).toBe(404);
    }
  });

  it.each(['unknown', 'nothing', '__proto__', 'constructor', 'tools%2F', 'virtual%0Atools', '%', 'tools/x', ''])(
    'is not found by a name that is none: %s',
    async (name) => {
      await expect(at(name)).rejects.toThrow(/reaches no virtual server|Nothing is served here/);
    },
  );

  it('is not found by keys of other projects, nor as a server', async () => {
    await expect(at('tools', 1)).rejects.toThrow('reaches no virtual server');
    await expect(RawSession.open(`${gateway.origin}/mcp/servers/virtual%0Atools`, gateway.key())).rejects.toThrow(
      'reaches no server',
    );
  });

  it('tells of resources that it shows, and of no part that it does not', async () => {
    const session = await at('news');
    const stream = await openStream(session.url, session.key, session.sessionId);
    const heard = (): unknown[] =>
      stream.events.filter(({ method }) => method === UPDATED).map(({ params }) => (params as Json).uri);
    const touch = (uri: string, as = uri): Promise<Json> => session.call('changing__touch', { uri, as });
    try {
      expect(await session.request('resources/subscribe', { uri: 'note://first' })).toMatchObject({ result: {} });
      expect(await session.request('resources/subscribe', { uri: 'folder://a' })).toMatchObject({ result: {} });
      expect(errorOf(await session.request('resources/subscribe', { uri: 'note://second' })).code).toBe(-32002);
      await touch('note://first', 'note://first/part');
      await touch('folder://a', 'folder://a');
      await touch('note://first');
      await eventually(heard, (uris) => uris.includes('note://first'));
      expect(heard()).toEqual(['folder://a', 'note://first']);
      gateway.edit((json) => {
        const [config] = Object.values(json.mcp_configs as Record<string, Json>);
        (config!.virtual_servers as Json).news = { servers: { changing: { resources: ['folder://{+path}'] } } };
      });
      await eventually(
        () => tools(session),
        (names) => names.length === 0,
      );
      const other = await RawSession.open(`${gateway.origin}/mcp/servers/changing`, gateway.key());
      await other.call('touch', { uri: 'note://first' });
      await other.call('touch', { uri: 'folder://a' });
      await eventually(heard, (uris) => uris.length > 2);
      expect(heard().slice(2)).toEqual(['folder://a']);
    } finally {
      stream.close();
    }
  });
});
