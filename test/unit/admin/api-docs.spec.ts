import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { META_TOOLS } from '../../../src/mcp/meta-tools/definitions.js';
import { until } from '../telemetry/harness.js';
import { ADMIN_KEY, AUTHORIZED, BUILD, configText, startEdge, type EdgeApp } from './edge-app.js';

type Json = Record<string, unknown>;

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security: readonly Json[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[];
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Json }>>;
}

interface Document {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Json>>;
    readonly securitySchemes: Readonly<Record<string, Json>>;
  };
}

const DOCS = ['/openapi.json', '/docs', '/docs/swagger-ui.css', '/docs/swagger-page.js', '/docs/nothing'];

function basic(user: string, password: string): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

let edge: EdgeApp;
beforeAll(async () => {
  edge = await startEdge();
});
afterAll(() => edge.close());

describe('access to the API docs', () => {
  it.each(DOCS)('is refused at %s without the admin key, and both ways to send it are named', async (path) => {
    const answer = await edge.get(path);
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toMatch(/^Basic realm="[^"]+", charset="UTF-8", Bearer$/);
    expect(answer.json()).toMatchObject({ data: null });
  });

  it.each<[string, Record<string, string>]>([
    ['a bearer token', AUTHORIZED],
    ['the password of any user', basic('anybody', ADMIN_KEY)],
    ['the password of nobody', basic('', ADMIN_KEY)],
    [
      'a password after a scheme in capitals',
      { authorization: basic('x', ADMIN_KEY).authorization.replace('Basic', 'BASIC') },
    ],
  ])('is given to the admin key as %s', async (_what, headers) => {
    for (const path of DOCS)
      expect([path, (await edge.get(path, headers)).status]).toEqual([path, path === '/docs/nothing' ? 404 : 200]);
  });

  it.each<[string, Record<string, string>, number, string]>([
    ['a wrong password', basic('admin', 'wrong'), 401, 'wrong_key'],
    ['the key as the user name', basic(ADMIN_KEY, ''), 401, 'malformed'],
    ['the key as the user name and a password', basic(ADMIN_KEY, 'x'), 401, 'wrong_key'],
    ['a password that goes on', basic('admin', `${ADMIN_KEY}x`), 401, 'wrong_key'],
    ['a password with the key behind a colon', basic('admin', `x:${ADMIN_KEY}`), 401, 'wrong_key'],
    ['no colon', { authorization: `Basic ${Buffer.from(ADMIN_KEY).toString('base64')}` }, 401, 'malformed'],
    ['credentials that are not base64', { authorization: `Basic admin:${ADMIN_KEY}` }, 401, 'malformed'],
    ['the header of the gateway key', { apikey: ADMIN_KEY }, 401, 'no_key'],
    ['an oversized password', basic('admin', 'x'.repeat(2_000)), 431, 'too_large'],
  ])('is refused with %s, and the reason is logged without the key', async (_what, headers, status, reason) => {
    for (const path of ['/docs', '/openapi.json']) {
      expect((await edge.get(path, headers)).status).toBe(status);
      expect(edge.log.lines().at(-1)).toMatchObject({ event: 'admin_denied', reason, remote: '127.0.0.1' });
    }
    expect(edge.log.text()).not.toContain(ADMIN_KEY);
    expect(edge.log.text()).not.toContain(Buffer.from(ADMIN_KEY).toString('base64'));
  });

  it('opens nothing else by password: browsers send what they remember wherever they are led', async () => {
    for (const path of ['/metrics', '/api/v1/config/status', '/forgotten']) {
      const answer = await edge.get(path, basic('admin', ADMIN_KEY));
      expect([path, answer.status, answer.headers['www-authenticate']]).toEqual([path, 401, 'Bearer']);
    }
    expect((await edge.get('/health', basic('admin', ADMIN_KEY))).json()).not.toHaveProperty('detail');
  });

  it('is not opened by a key in the URL', async () => {
    for (const query of [`?key=${ADMIN_KEY}`, `?access_token=${ADMIN_KEY}`, `?apikey=${ADMIN_KEY}`]) {
      expect((await edge.get(`/docs${query}`)).status).toBe(401);
    }
  });

  it('writes a bounded number of lines about guesses, counts them all, and says how many it left out', async () => {
    const other = await startEdge();
    const linesOf = (name: string): Json[] => other.log.lines().filter(({ event }) => event === name);
    let sent = 0;
    const guess = (): Promise<unknown> => other.get('/docs', basic('x', String(sent++)));
    try {
      // However slow the machine: until more came within one second than may be written.
      await until(async () => {
        await Promise.all(Array.from({ length: 300 }, guess));
        return linesOf('admin_denied').length < sent;
      });
      // Those of a second are told with the first refusal after it.
      await until(async () => {
        await guess();
        const told = linesOf('admin_denials_suppressed').reduce((sum, { count }) => sum + Number(count), 0);
        return linesOf('admin_denied').length + told === sent;
      });
      const metrics = (await other.get('/metrics', AUTHORIZED)).text;
      expect(metrics).toContain(`enkrypt_auth_failure_total{reason="admin_wrong_key"} ${String(sent)}`);
    } finally {
      await other.close();
    }
  }, 20_000);

  it('ends with admin_api_docs off, for holders of the key too, within a reload', async () => {
    const other = await startEdge();
    try {
      expect((await other.get('/docs', AUTHORIZED)).status).toBe(200);
      const config = JSON.parse(configText(ADMIN_KEY)) as Json;
      await other.writeConfig(JSON.stringify({ ...config, common_mcp_gateway_config: { admin_api_docs: false } }));
      await until(async () => (await other.get('/docs', AUTHORIZED)).status === 404);
      const answer = await other.get('/openapi.json', AUTHORIZED);
      expect(answer.status).toBe(404);
      expect(answer.json().message).toContain('admin_api_docs');
      expect((await other.get('/openapi.json')).status).toBe(401);
    } finally {
      await other.close();
    }
  });
});

describe('the page', () => {
  it('has no script or style of its own and a policy that forbids them', async () => {
    const { headers, text } = await edge.get('/docs', AUTHORIZED);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    const policy = headers['content-security-policy'];
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(text).not.toMatch(/<script>|<style|style=|\son\w+=/);
  });

  it('loads only what the gateway itself serves, each part as what it is', async () => {
    const { text } = await edge.get('/docs', AUTHORIZED);
    const parts = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);
    expect(parts.length).toBeGreaterThanOrEqual(4);
    const types = { css: 'text/css', js: 'text/javascript', png: 'image/png' };
    for (const path of parts) {
      expect(path).toMatch(/^\/docs\//);
      const answer = await edge.get(path, AUTHORIZED);
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toContain(types[path.split('.').at(-1) as keyof typeof types]);
      expect(answer.text.length).toBeGreaterThan(100);
    }
    expect((await edge.get('/docs/swagger-page.js', AUTHORIZED)).text).toContain("url: '/openapi.json'");
  });

  it.each([
    '/docs/index.html',
    '/docs/package.json',
    '/docs/..%2Fpackage.json',
    '/docs/%2e%2e%2fpackage.json',
    '/docs/a/b',
  ])('has no part %s', async (path) => {
    expect((await edge.get(path, AUTHORIZED)).status).toBe(404);
  });
});

describe('the document', () => {
  let document: Document;
  let operations: (Operation & { readonly path: string; readonly method: string })[];
  beforeAll(async () => {
    document = (await edge.get('/openapi.json', AUTHORIZED)).json() as unknown as Document;
    operations = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ ...operation, path, method })),
    );
  });

  it('is OpenAPI 3.1 of this version', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.info.version).toBe(BUILD.version);
  });

  it('has every route of the app and no other, beside the endpoint that stands before it', () => {
    const { router } = edge.app.getHttpAdapter().getInstance() as unknown as {
      readonly router: {
        readonly stack: readonly { readonly route?: { readonly path: string; readonly methods: Json } }[];
      };
    };
    const routes = router.stack.flatMap(({ route }) =>
      // Middleware stands in the list as a route for everything.
      route === undefined || route.path === '{/*splat}'
        ? []
        : Object.keys(route.methods).map((method) => `${method} ${route.path.replace(/:(\w+)/g, '{$1}')}`),
    );
    expect(routes.length).toBeGreaterThanOrEqual(8);
    const own = operations.filter(({ path }) => path !== '/mcp').map(({ method, path }) => `${method} ${path}`);
    expect(own.sort()).toEqual(routes.sort());
    expect(Object.keys(document.paths['/mcp'] ?? {}).sort()).toEqual(['delete', 'get', 'post']);
  });

  it('describes each operation: what it does, who may, and every answer', () => {
    const tags = document.tags.map(({ name }) => name);
    for (const { path, method, ...operation } of operations.filter(({ path }) => !path.startsWith('/forgotten'))) {
      const at = `${method} ${path}`;
      expect([at, operation.summary]).toEqual([at, expect.stringMatching(/^[A-Z]/)]);
      expect([at, tags.includes(operation.tags[0] ?? '')]).toEqual([at, true]);
      expect([at, Object.keys(operation.responses).some((status) => /^20[01]$/.test(status))]).toEqual([at, true]);
      for (const [status, answer] of Object.entries(operation.responses)) {
        expect([at, status, answer.description]).toEqual([at, status, expect.stringMatching(/\.$/)]);
        if (Number(status) >= 400)
          expect([at, status, answer.content]).toEqual([
            at,
            status,
            expect.objectContaining({ 'application/json': expect.anything() }),
          ]);
      }
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const inPath = operation.parameters?.filter((each) => each.in === 'path' && each.required === true) ?? [];
      expect([at, inPath.map(({ name }) => name)]).toEqual([at, names]);
      for (const requirement of operation.security) {
        for (const scheme of Object.keys(requirement))
          expect(document.components.securitySchemes).toHaveProperty(scheme);
      }
    }
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  });

  it('asks for the admin key exactly where the guard does', async () => {
    for (const { path, method, security } of operations) {
      if (method !== 'get' || path === '/mcp' || path.startsWith('/forgotten')) continue;
      const open = security.length === 0 || security.some((each) => Object.keys(each).length === 0);
      expect([path, (await edge.get(path.replace('{asset}', 'x'))).status === 401]).toEqual([path, !open]);
    }
  });

  it('holds schemas that compile, and refers to none that is not there', () => {
    const ajv = new Ajv2020({ strict: false, formats: { 'date-time': true } });
    ajv.addSchema({ $id: 'doc', ...document });
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#([^"]+)"/g)].map(([, ref = '']) => ref);
    expect(refs.length).toBeGreaterThan(20);
    for (const ref of new Set(refs)) expect(() => ajv.getSchema(`doc#${ref}`)).not.toThrow();
    const names = Object.keys(document.components.schemas);
    for (const ref of refs) expect(names).toContain(ref.replace('/components/schemas/', ''));
    for (const name of names) expect(typeof ajv.getSchema(`doc#/components/schemas/${name}`)).toBe('function');
  });

  it.each(META_TOOLS.map(({ name, inputSchema }) => [name, inputSchema] as const))(
    'has the arguments of %s as clients are told them',
    (name, inputSchema) => {
      expect(document.components.schemas[`${name}.arguments`]).toMatchObject(inputSchema);
      expect(document.components.schemas).toHaveProperty([`${name}.call`]);
    },
  );

  it('says of faults what the app sends, and the app sends nothing of their cause', async () => {
    const answer = await edge.get('/forgotten/broken', AUTHORIZED);
    expect(answer.status).toBe(500);
    const validate = new Ajv2020({ strict: false }).compile(document.components.schemas.Fault ?? false);
    expect([validate(answer.json()), answer.json()]).toEqual([true, answer.json()]);
    expect(answer.text).not.toContain('secret');
  });
});
