import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import { resultOf, sendModern } from '../support/answers.js';
import type { EventStream } from '../support/event-stream.js';
import { openStream } from '../support/event-stream.js';
import { eventually, TestGateway } from '../support/gateway.js';
import { type RawResponse, RawSession, send } from '../support/raw-http.js';
import { echoServer } from '../support/upstreams.js';

type Json = Record<string, unknown>;

interface Answer {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly schema?: Json }>>;
}
interface Operation {
  readonly tags: readonly string[];
  readonly responses: Readonly<Record<string, Answer>>;
  readonly requestBody?: {
    readonly content: Readonly<
      Record<string, { readonly examples: Readonly<Record<string, { readonly value: Json }>> }>
    >;
  };
}
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

const ACCEPT_ALL = ['Accept', 'application/json, text/event-stream'];
const JSON_BODY = ['Content-Type', 'application/json'];
const PING = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });

let gateway: TestGateway;
let paths: Paths;
let ajv: Ajv2020;
beforeAll(async () => {
  const reviewed = { ...echoServer('reviewed'), extra: { definition_pinning: 'review' } };
  gateway = await TestGateway.start({ projects: [{ servers: [echoServer('echo_server'), reviewed] }] });
  const document = (await get('/openapi.json', admin())).json();
  paths = document.paths as Paths;
  ajv = new Ajv2020({ strict: false, allErrors: true });
  ajvFormats.default(ajv);
  ajv.addSchema({ $id: 'doc', ...document });
});
afterAll(() => gateway.stop());

function admin(key = gateway.config.adminKey): readonly string[] {
  return ['Authorization', `Bearer ${key}`];
}

function get(path: string, headers: readonly string[], at = gateway): Promise<RawResponse> {
  return send(`${at.origin}${path}`, { method: 'GET', headers });
}

/** The text of the schema's faults; '' = the value fits what the document says about this answer. */
function faults(path: string, method: string, response: RawResponse): string {
  const answer = paths[path]?.[method]?.responses[String(response.status)];
  if (answer === undefined) return `${method} ${path} answers ${String(response.status)}, which is not documented`;
  if (answer.content === undefined)
    return response.text === '' ? '' : `a body where none is documented: ${response.text}`;
  const type = (response.headers['content-type'] ?? '').split(';')[0] ?? '';
  if (!(type in answer.content)) return `${type} is not a documented type`;
  if (type !== 'application/json') return '';
  const at = `/paths/${path.replaceAll('/', '~1')}/${method}/responses/${String(response.status)}/content/application~1json/schema`;
  const validate = ajv.getSchema(`doc#${at.replace(/[{}]/g, encodeURIComponent)}`);
  if (validate === undefined) return `there is no schema at ${at}`;
  return validate(response.json()) === true
    ? ''
    : `${ajv.errorsText(validate.errors)} in ${response.text.slice(0, 300)}`;
}

/** Tests that start gateways of their own. */
const OWN_GATEWAY_MS = 30_000;

type Request = () => Promise<RawResponse>;

/** A request for each refusal that every admin route knows. */
function adminCases(path: string, good: string): [string, Request][] {
  return [
    [`get ${path} 200`, () => get(good, admin())],
    [`get ${path} 400`, () => get(good, [...admin(), ...admin()])],
    [`get ${path} 401`, () => get(good, admin('wrong'))],
    [`get ${path} 403`, () => get(good, [...admin(), 'Host', 'evil.example'])],
    [`get ${path} 431`, () => get(good, admin('k'.repeat(2000)))],
  ];
}

function key(value = gateway.key()): readonly string[] {
  return ['apikey', value];
}

function mcp(method: string, headers: readonly string[], body?: string, at = gateway): Promise<RawResponse> {
  return send(at.url, { method, headers, ...(body === undefined ? {} : { body }) });
}

function post(headers: readonly string[], body = PING): Promise<RawResponse> {
  return mcp('POST', [...JSON_BODY, ...ACCEPT_ALL, ...headers], body);
}

/** The head of a standing stream, which is then hung up. */
async function streamHead(sessionId: string): Promise<RawResponse> {
  const stream = await openStream(gateway.url, gateway.key(), sessionId);
  const { status, response } = stream;
  response.destroy();
  await stream.closed;
  return { status, headers: response.headers, text: '', json: () => ({}) };
}

const open = (): Promise<RawSession> => RawSession.open(gateway.url, gateway.key());
const inSession = async (method: string, headers: readonly string[] = []): Promise<RawResponse> =>
  mcp(method, [...key(), ...headers, 'Mcp-Session-Id', (await open()).sessionId]);

/** What every method of /mcp refuses in the same way. */
function doorCases(method: string): [string, Request][] {
  const upper = method.toUpperCase();
  const body = method === 'post' ? PING : undefined;
  const ask = (headers: readonly string[]): Promise<RawResponse> =>
    mcp(upper, [...(body === undefined ? [] : JSON_BODY), ...ACCEPT_ALL, ...headers], body);
  return [
    [`${method} /mcp 400`, () => ask(key())],
    [`${method} /mcp 401`, () => ask([])],
    [`${method} /mcp 403`, () => ask([...key(), 'Origin', 'https://evil.example'])],
    [`${method} /mcp 404`, () => ask([...key(), 'Mcp-Session-Id', 'x'.repeat(32)])],
    [`${method} /mcp 431`, () => ask(key('k'.repeat(2000)))],
  ];
}

/** Requests of a route of one definition, with each of its refusals. */
function definitionCases(
  method: 'get' | 'post',
  tail: string,
  good: (id: string) => Promise<RawResponse>,
): [string, Request][] {
  const name = `${method} /api/v1/definitions/{id}${tail}`;
  const ask = (id: string, headers = admin()): Promise<RawResponse> =>
    send(`${gateway.origin}/api/v1/definitions/${id}${tail}`, { method: method.toUpperCase(), headers });
  const nobody = '0'.repeat(16);
  return [
    [`${name} 200`, async () => good(await waitingDefinition())],
    [`${name} 400`, () => ask('x')],
    [`${name} 401`, () => ask(nobody, admin('wrong'))],
    [`${name} 403`, () => ask(nobody, [...admin(), 'Host', 'evil.example'])],
    [`${name} 404`, () => ask(nobody)],
    [`${name} 431`, () => ask(nobody, admin('k'.repeat(2000)))],
  ];
}

/** What is sent to a route that needs no body. */
function bodyCases(what: 'approve' | 'reject'): [string, Request][] {
  const name = `post /api/v1/definitions/{id}/${what}`;
  const ask = (body: string, type = 'application/json'): Promise<RawResponse> =>
    send(`${gateway.origin}/api/v1/definitions/${'0'.repeat(16)}/${what}`, {
      method: 'POST',
      headers: [...admin(), 'Content-Type', type],
      body,
    });
  return [
    [`${name} 413`, () => ask(`"${'x'.repeat(4 * 1024 * 1024)}"`)],
    [`${name} 415`, () => ask('{}', 'text/plain')],
    [`${name} 422`, () => ask('[]')],
  ];
}

const definitions = async (query: string): Promise<{ id: string }[]> =>
  ((await get(`/api/v1/definitions${query}`, admin())).json().data as { definitions: { id: string }[] }).definitions;

/** The id of one that nobody has decided about. */
async function waitingDefinition(): Promise<string> {
  await (await open()).call('enkrypt_discover_all_tools', {});
  const [first] = await eventually(
    () => definitions('?server=reviewed'),
    (some) => some.length > 0,
  );
  return first?.id ?? '';
}

/** Decides about one; with `pinned`, about one that is in force. */
async function decide(what: 'approve' | 'reject', id: string): Promise<RawResponse> {
  return send(`${gateway.origin}/api/v1/definitions/${id}/${what}`, { method: 'POST', headers: admin() });
}
async function decideAgain(what: 'approve' | 'reject'): Promise<RawResponse> {
  const id = await waitingDefinition();
  await decide('approve', id);
  return decide(what, id);
}

const CASES = new Map<string, Request>([
  ...adminCases('/api/v1/config/status', '/api/v1/config/status'),
  ...adminCases('/api/v1/definitions', '/api/v1/definitions?status=all'),
  ...definitionCases('get', '', (id) => get(`/api/v1/definitions/${id}`, admin())),
  ...definitionCases('post', '/approve', (id) => decide('approve', id)),
  ...definitionCases('post', '/reject', (id) => decide('reject', id)),
  ...bodyCases('approve'),
  ...bodyCases('reject'),
  ['post /api/v1/definitions/{id}/approve 409', () => decideAgain('approve')],
  ['post /api/v1/definitions/{id}/reject 409', () => decideAgain('reject')],
  ...adminCases('/metrics', '/metrics'),
  ...adminCases('/openapi.json', '/openapi.json'),
  ...adminCases('/docs', '/docs'),
  ...adminCases('/docs/{asset}', '/docs/swagger-ui.css'),
  ['get /docs/{asset} 404', () => get('/docs/nothing', admin())],
  ['get /health 200', () => get('/health', admin())],
  ['get /health/live 200', () => get('/health/live', [])],
  ['get /health/ready 200', () => get('/health/ready', [])],
  ...doorCases('post'),
  ...doorCases('get'),
  ...doorCases('delete'),
  ['post /mcp 200', async () => (await open()).post({ jsonrpc: '2.0', id: 1, method: 'tools/list' })],
  ['post /mcp 202', async () => (await open()).post({ jsonrpc: '2.0', method: 'notifications/initialized' })],
  ['post /mcp 406', () => mcp('POST', [...JSON_BODY, ...key(), 'Accept', 'text/html'], PING)],
  ['post /mcp 413', () => post(key(), `"${'x'.repeat(4 * 1024 * 1024)}"`)],
  ['post /mcp 415', () => mcp('POST', [...ACCEPT_ALL, ...key(), 'Content-Type', 'text/plain'], PING)],
  ['get /mcp 200', async () => streamHead((await open()).sessionId)],
  ['get /mcp 405', () => inSession('GET', [...ACCEPT_ALL, 'MCP-Protocol-Version', '2026-07-28'])],
  ['get /mcp 406', () => inSession('GET', ['Accept', 'application/json'])],
  ['get /mcp 409', secondStream],
  ['delete /mcp 200', () => inSession('DELETE')],
  ['delete /mcp 405', () => inSession('DELETE', ['MCP-Protocol-Version', '2026-07-28'])],
]);

async function secondStream(): Promise<RawResponse> {
  const { sessionId } = await open();
  const first: EventStream = await openStream(gateway.url, gateway.key(), sessionId);
  try {
    return await mcp('GET', [...key(), ...ACCEPT_ALL, 'Mcp-Session-Id', sessionId]);
  } finally {
    first.response.destroy();
    await first.closed;
  }
}

/** Answers that need a gateway of their own; see the tests below. */
const ELSEWHERE = new Set([
  ...['post', 'get', 'delete'].flatMap((method) => [`${method} /mcp 503`, `${method} /mcp 429`]),
  'get /health 503',
  'get /health/ready 503',
  ...['/openapi.json', '/docs'].map((path) => `get ${path} 404`),
  // In wrong-keys.spec.ts: one guard says it for all of them.
  ...['/api/v1/config/status', '/api/v1/definitions', '/api/v1/definitions/{id}', '/metrics'].map(tooMany),
  ...['/openapi.json', '/docs', '/docs/{asset}'].map(tooMany),
  ...['approve', 'reject'].map((verb) => `post /api/v1/definitions/{id}/${verb} 429`),
]);

function tooMany(path: string): string {
  return `get ${path} 429`;
}

describe('the API document', () => {
  it('lists no answer that is not asked for here; only a fault has no request that leads to it', () => {
    const documented = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item)
        // These have a spec of their own: admin-api.spec.ts.
        .filter(([, { tags }]) => !tags.includes('administration'))
        .flatMap(([method, { responses }]) => Object.keys(responses).map((status) => `${method} ${path} ${status}`)),
    );
    const asked = [...CASES.keys(), ...ELSEWHERE];
    expect(documented.filter((each) => !each.endsWith(' 500') && !asked.includes(each))).toEqual([]);
    expect(asked.filter((each) => !documented.includes(each))).toEqual([]);
  });

  it.each([...CASES])('tells the truth about %s', async (name, request) => {
    const [method = '', path = '', status] = name.split(' ');
    const response = await request();
    expect([response.status, faults(path, method, response)]).toEqual([Number(status), '']);
  });

  it('has examples of messages that the gateway takes, one for each meta tool', async () => {
    const examples = paths['/mcp']?.post?.requestBody?.content['application/json']?.examples ?? {};
    expect(Object.keys(examples).filter((name) => name.startsWith('enkrypt_'))).toHaveLength(7);
    const session = await open();
    const schema = ajv.getSchema('doc#/paths/~1mcp/post/requestBody/content/application~1json/schema');
    for (const [name, { value }] of Object.entries(examples)) {
      expect([name, schema?.(value)]).toEqual([name, true]);
      const response = name === 'initialize' ? await post(key(), JSON.stringify(value)) : await session.post(value);
      expect([name, response.status, faults('/mcp', 'post', response)]).toEqual([name, 200, '']);
      const answer = response.json();
      expect([name, answer.error, resultOf(answer)?.isError]).toEqual([name, undefined, false]);
      if (!name.startsWith('enkrypt_')) continue;
      expect(ajv.getSchema(`doc#/components/schemas/${name}.call`)?.(value)).toBe(true);
      expect(ajv.validate({ $ref: 'doc#/components/schemas/ToolAnswer' }, answer)).toBe(true);
    }
  });

  it('describes the failure of a meta tool', async () => {
    const answer = await (await open()).call('enkrypt_get_server_info', { server_name: 'nobody' });
    const failure = resultOf(answer);
    expect(failure?.isError).toBe(true);
    ajv.validate({ $ref: 'doc#/components/schemas/MetaToolError' }, failure?.structuredContent);
    expect(ajv.errorsText()).toBe('No errors');
    expect(ajv.validate({ $ref: 'doc#/components/schemas/MetaToolError' }, { status: 'success' })).toBe(false);
  });

  it('describes both eras: errors of 2026-07-28 carry the id of their request', async () => {
    const unknown = await sendModern(gateway.url, gateway.key(), { id: 'a', method: 'no/such', params: {} });
    expect([unknown.status, unknown.json().id, faults('/mcp', 'post', unknown)]).toEqual([404, 'a', '']);
  });

  it(
    'and the answer of health agree without a key, and while the file is broken',
    async () => {
      const other = await TestGateway.start({ projects: [{ servers: [] }] });
      try {
        expect(faults('/health', 'get', await get('/health', [], other))).toBe('');
        other.edit((json) => (json.surprise = 1));
        await eventually(
          () => get('/health', [], other),
          (answer) => answer.json().status === 'degraded',
        );
        for (const path of ['/health', '/api/v1/config/status']) {
          const answer = await get(path, admin(other.config.adminKey), other);
          expect([path, answer.status, faults(path, 'get', answer)]).toEqual([path, 200, '']);
          expect(answer.text).toContain('surprise');
        }
      } finally {
        await other.stop();
      }
    },
    OWN_GATEWAY_MS,
  );

  it(
    'tells the truth about a gateway whose docs are off, and about one without an admin key',
    async () => {
      const other = await TestGateway.start({ projects: [{ servers: [] }], common: { admin_api_docs: false } });
      try {
        for (const path of ['/docs', '/openapi.json']) {
          const answer = await get(path, admin(other.config.adminKey), other);
          expect([path, answer.status, faults(path, 'get', answer)]).toEqual([path, 404, '']);
        }
        other.edit((json) => delete json.admin_apikey);
        const closed = await eventually(
          () => get('/metrics', admin(other.config.adminKey), other),
          ({ status }) => status === 403,
        );
        expect(faults('/metrics', 'get', closed)).toBe('');
      } finally {
        await other.stop();
      }
    },
    OWN_GATEWAY_MS,
  );

  it(
    'tells the truth about a gateway that drains',
    async () => {
      const other = await TestGateway.start({ projects: [{ servers: [echoServer('echo_server')] }] });
      try {
        const session = await RawSession.open(other.url, other.key());
        const slow = session.call('echo_server__sleep', { ms: 1500 });
        await session.call('echo_server__echo', { message: 'so that the one before is under way' });
        const exited = new Promise((resolve) => other.child.once('exit', resolve));
        other.child.kill('SIGTERM');
        const ready = await eventually(
          () => get('/health/ready', [], other),
          ({ status }) => status !== 200,
        );
        expect([ready.status, faults('/health/ready', 'get', ready)]).toEqual([503, '']);
        const health = await get('/health', admin(other.config.adminKey), other);
        expect([health.status, faults('/health', 'get', health)]).toEqual([503, '']);
        for (const method of ['post', 'get', 'delete']) {
          const answer = await mcp(method.toUpperCase(), [...JSON_BODY, ...key(other.key())], undefined, other);
          expect([method, answer.status, faults('/mcp', method, answer)]).toEqual([method, 503, '']);
        }
        await slow;
        await exited;
      } finally {
        await other.stop();
      }
    },
    OWN_GATEWAY_MS,
  );
});

describe('the code of the API docs', () => {
  /** The scripts that a gateway had loaded by its end, as V8 counted them, after these requests. */
  async function loadedAfter(...requests: readonly string[]): Promise<string[]> {
    const folder = mkdtempSync(join(tmpdir(), 'loaded-'));
    try {
      const other = await TestGateway.start({ projects: [{ servers: [] }] }, [], () => ({ NODE_V8_COVERAGE: folder }));
      for (const path of requests) expect((await get(path, admin(other.config.adminKey), other)).status).toBe(200);
      await other.stop();
      const reports = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Json);
      return reports.flatMap(({ result }) => (result as { url: string }[]).map(({ url }) => url));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const isDocs = (url: string): boolean => /swagger|\.description-|openapi-document-/.test(url);

  it(
    'is loaded when somebody asks, and not before',
    async () => {
      const before = await loadedAfter('/health', '/metrics', '/api/v1/config/status');
      expect(before.some((url) => url.includes('/dist/bundle/main-'))).toBe(true);
      expect(before.filter(isDocs)).toEqual([]);
      expect((await loadedAfter('/openapi.json')).filter(isDocs).length).toBeGreaterThan(10);
    },
    OWN_GATEWAY_MS,
  );
});

describe('an admin port of its own', () => {
  it(
    'serves the API docs, and the main port does not',
    async () => {
      const other = await TestGateway.start({ projects: [{ servers: [] }] }, ['--admin-port', '0']);
      try {
        const origin = new URL(/^admin (\S+)$/m.exec(other.stderr)?.[1] ?? 'http://missing').origin;
        const password = Buffer.from(`admin:${other.config.adminKey}`).toString('base64');
        for (const path of ['/docs', '/openapi.json', '/docs/swagger-ui-bundle.js']) {
          const answer = await send(`${origin}${path}`, {
            method: 'GET',
            headers: ['Authorization', `Basic ${password}`],
          });
          expect([path, answer.status]).toEqual([path, 200]);
          expect([path, (await get(path, admin(other.config.adminKey), other)).status]).toEqual([path, 404]);
          for (const refused of [other.key(), 'wrong']) {
            const headers = ['Authorization', `Basic ${Buffer.from(`admin:${refused}`).toString('base64')}`];
            expect([path, (await send(`${origin}${path}`, { method: 'GET', headers })).status]).toEqual([path, 401]);
          }
          expect((await send(`${origin}${path}`, { method: 'GET', headers: key(other.key()) })).status).toBe(401);
        }
      } finally {
        await other.stop();
      }
    },
    OWN_GATEWAY_MS,
  );
});
