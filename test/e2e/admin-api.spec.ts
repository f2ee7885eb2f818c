import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { resultOf } from '../support/answers.js';
import { AdminClient } from '../support/admin-client.js';
import { ApiContract } from '../support/api-contract.js';
import { eventually, TestGateway } from '../support/gateway.js';
import { RawSession, send } from '../support/raw-http.js';
import { echoServer } from '../support/upstreams.js';

type Json = Record<string, unknown>;
jest.setTimeout(60_000);

const ECHO = echoServer('echo_server').config as { command: string; args: string[] };
/** What the operator of these gateways allows. */
const ALLOWED = { server_command: ECHO.command, args: ECHO.args };
const CANARY = 'canary-5f0c2f9a';
let gateway: TestGateway;
let contract: ApiContract;
let admin: AdminClient;

beforeAll(async () => {
  gateway = await TestGateway.start({
    projects: [{ servers: [echoServer('echo_server')] }],
    common: {
      admin_api: {
        allowed_commands: [`${ECHO.command}:${String(ECHO.args[0])}`],
        allowed_upstream_hosts: ['mcp.internal:8443'],
      },
    },
  });
  const document = await send(`${gateway.origin}/openapi.json`, {
    method: 'GET',
    headers: ['Authorization', `Bearer ${gateway.config.adminKey}`],
  });
  contract = new ApiContract(document.json());
  admin = new AdminClient(gateway, contract);
});
afterAll(() => gateway.stop());

/** The config file as it stands on disk. */
function stored(): Json {
  return JSON.parse(readFileSync(gateway.configPath, 'utf8')) as Json;
}

const at = (...parts: readonly string[]): string => parts.map((part) => `/${encodeURIComponent(part)}`).join('');

/** A project with a user, a config with the echo server, and a key: all by API. */
async function project(name: string): Promise<{ key: string; keyId: string; user: string; config: string }> {
  const user = `${name}@example.com`;
  await admin.data('POST', '/configs', { config_name: `${name}-config` });
  await admin.data('POST', `${at('configs', `${name}-config`)}/servers`, {
    server_name: 'echo_server',
    server_command: ECHO.command,
    args: ECHO.args,
  });
  await admin.data('POST', '/projects', { project_name: name });
  await admin.data('POST', '/users', { email: user });
  await admin.data('POST', `${at('projects', name)}/assign-config`, { config_name: `${name}-config` });
  await admin.data('POST', `${at('projects', name)}/users`, { email: user });
  const made = await admin.data<{ api_key: string; key_id: string }>('POST', `${at('users', user)}/api-keys`, {
    project_name: name,
    name: 'laptop',
  });
  return { key: made.api_key, keyId: made.key_id, user, config: `${name}-config` };
}

describe('the life of a project over the API', () => {
  it('ends in a tool call with the new key right after the answer, and a disabled key is refused at once', async () => {
    const { key, keyId } = await project('whole-life');
    const session = await RawSession.open(gateway.url, key);
    const answer = await session.call('echo_server__echo', { message: 'made by API' });
    expect(JSON.stringify(resultOf(answer))).toContain('made by API');
    expect(await admin.status('POST', `/api-keys/${keyId}/disable`)).toBe(200);
    expect((await session.post({ jsonrpc: '2.0', id: 9, method: 'tools/list' })).status).toBe(401);
    expect(await admin.status('POST', `/api-keys/${keyId}/enable`)).toBe(200);
    await expect(RawSession.open(gateway.url, key)).resolves.toBeDefined();
    const rotated = await admin.data('POST', '/api-keys/rotate', { api_key: key });
    await expect(RawSession.open(gateway.url, key)).rejects.toThrow('initialize');
    await expect(RawSession.open(gateway.url, String(rotated.new_api_key))).resolves.toBeDefined();
  });

  it('has routes that all answer as the document says', async () => {
    const { keyId, user } = await project('every-route');
    const config = at('configs', 'every-route-config');
    const home = at('projects', 'every-route');
    const listed = await admin.data<Json[]>('GET', '/projects?q=every-route&limit=1&offset=0');
    expect(listed.map(({ project_name }) => project_name)).toEqual(['every-route']);
    const all: readonly (readonly [string, string, unknown?])[] = [
      ['GET', '/configs'],
      ['POST', '/configs/copy', { source_config: 'every-route-config', target_config: 'copy' }],
      ['PUT', '/configs/copy/rename', { new_name: 'copied' }],
      ['GET', config],
      ['GET', `${config}/projects`],
      ['GET', `${config}/servers`],
      ['GET', `${config}/servers/echo_server`],
      ['PUT', `${config}/servers/echo_server`, { description: 'says it again' }],
      ['PUT', `${config}/servers/echo_server/input-guardrails`, { policy: { enabled: false } }],
      ['PUT', `${config}/servers/echo_server/output-guardrails`, { policy: { enabled: false } }],
      ['PUT', `${config}/servers/echo_server/guardrails`, { input_policy: { enabled: false } }],
      ['PUT', `/limits/servers/${config.split('/').at(-1) ?? ''}/echo_server`, { concurrent: 2 }],
      ['GET', `/limits/servers/${config.split('/').at(-1) ?? ''}/echo_server`],
      ['POST', `${config}/validate`],
      ['POST', `${config}/export`, {}],
      ['POST', '/configs/search', { search_term: 'every' }],
      ['DELETE', '/configs/copied/servers/echo_server'],
      ['DELETE', '/configs/copied/servers'],
      ['DELETE', '/configs/copied'],
      ['PUT', '/settings/enkrypt-api-key', { api_key: `${CANARY}-service` }],
      ['GET', '/settings/enkrypt-api-key'],
      ['PUT', '/settings/telemetry', { enabled: false, url: 'https://otlp.example.com' }],
      ['PUT', `/limits${home}`, { calls_per_minute: 5, concurrent: null }],
      ['GET', `/limits${home}`],
      ['PUT', `/limits${at('users', user)}`, { calls_per_day: 0 }],
      ['GET', `/limits${at('users', user)}`],
      ['PUT', `/limits/api-keys/${keyId}`, { bytes_per_minute: 1 }],
      ['GET', `/limits/api-keys/${keyId}`],
      ['GET', home],
      ['GET', `${home}/config`],
      ['GET', `${home}/users`],
      ['POST', `${home}/export`],
      ['POST', '/projects/search', { search_term: 'every' }],
      ...['disable', 'enable'].flatMap((verb) => [
        ['POST', `${config}/servers/echo_server/tools/echo/${verb}`] as const,
        ['POST', `${config}/servers/echo_server/${verb}`] as const,
        ['POST', `${home}/${verb}`] as const,
        ['POST', `${at('users', user)}/${verb}`] as const,
      ]),
      ['GET', '/users'],
      ['GET', at('users', user)],
      ['GET', `${at('users', user)}/projects`],
      ['GET', `${at('users', user)}/api-keys?project_identifier=every-route`],
      ['POST', '/users/search', { search_term: 'every' }],
      ['GET', '/api-keys'],
      ['GET', `/api-keys/${keyId}`],
      ['PUT', `/api-keys/${keyId}`, { name: 'desk', allowed_ips: ['127.0.0.1'], access: { deny: [{ tool: 'x' }] } }],
      ['DELETE', `/api-keys/${keyId}`],
      ['DELETE', `${at('users', user)}/api-keys`],
      ['PUT', at('users', user), { new_email: 'other@example.com' }],
      ['DELETE', `${home}/users/other%40example.com`],
      ['DELETE', `${home}/users`],
      ['POST', `${home}/unassign-config`],
      ['DELETE', at('users', 'other@example.com'), { force: true }],
      ['DELETE', home],
      ['GET', '/system/health'],
      ['POST', '/system/backup'],
    ];
    for (const [method, path, body] of all) {
      const answer = await admin.ask(method, path, body);
      expect([method, path, answer.status < 300 ? '' : answer.text]).toEqual([method, path, '']);
    }
    const key = await admin.data('POST', '/admin-keys', { role: 'viewer' });
    const rotated = await admin.data('POST', `/admin-keys/${String(key.key_id)}/rotate`);
    for (const verb of ['disable', 'enable']) {
      expect(await admin.status('POST', `/admin-keys/${String(rotated.key_id)}/${verb}`)).toBe(200);
    }
    expect(await admin.data<Json[]>('GET', '/admin-keys')).toHaveLength(2);
    expect(await admin.status('DELETE', `/admin-keys/${String(rotated.key_id)}`)).toBe(200);
    const exported = await admin.data('POST', `${config}/export`);
    expect(await admin.status('POST', '/configs/import', { config_name: 'imported', config: exported })).toBe(201);
    const backup = await admin.ask('POST', '/system/backup');
    expect(backup.headers['content-disposition']).toBe('attachment; filename="backup.json"');
    const { data } = JSON.parse(backup.text) as { data: Json };
    expect(await admin.status('POST', '/system/reset', { confirm: true })).toBe(200);
    expect([Object.values(stored().users as Json), stored().admin_apikey]).toEqual([
      [expect.objectContaining({ email: 'default@example.com' })],
      gateway.config.json.admin_apikey,
    ]);
    const restored = await admin.ask('POST', '/system/restore', { backup: data });
    // Its servers start a command that is allowed, so they may come back.
    expect([restored.status, restored.text]).toEqual([200, expect.any(String)]);
    // Those of tokens need servers with logins: oauth-admin.spec.ts.
    expect(contract.notCalled('administration').filter((route) => !route.includes('/oauth/'))).toEqual([]);
    expect(admin.surprises).toEqual([]);
  });

  it('refuses in the envelope, with the status that fits', async () => {
    const statuses: Record<string, number> = {};
    const asked: readonly (readonly [string, string, unknown, number])[] = [
      ['GET', '/configs/nobody', undefined, 404],
      ['POST', '/configs', { config_name: 'config_0' }, 409],
      ['POST', '/configs', { config_name: 'x', surprise: 1 }, 422],
      ['POST', '/configs', {}, 422],
      ['POST', '/configs', '{"config_name":', 400],
      ['POST', '/configs', '{"config_name":"a","config_name":"b"}', 400],
      ['POST', '/configs', '[]', 422],
      ['POST', '/configs', '{"__proto__":{"config_name":"x"}}', 422],
      ['GET', '/configs?limit=501', undefined, 422],
      ['GET', '/configs?limit=0', undefined, 422],
      ['POST', '/configs/config_0/export', { output_file: '/tmp/x' }, 422],
      ['POST', '/system/restore', { input_file: '/etc/passwd' }, 422],
      ['POST', '/system/reset', { confirm: false }, 422],
      ['PUT', '/configs/config_0/servers/echo_server/input-guardrails', { policy_file: '/etc/passwd' }, 422],
      ['GET', `/api-keys/${gateway.key()}`, undefined, 422],
      ['DELETE', '/configs/config_0', undefined, 409],
    ];
    for (const [method, path, body, expected] of asked) {
      const answer = await admin.ask(method, path, body);
      const name = `${method} ${path} ${JSON.stringify(body)}`;
      statuses[name] = answer.status;
      expect([name, answer.status]).toEqual([name, expected]);
      expect([name, Object.keys(answer.json()).sort()]).toEqual([name, ['data', 'message', 'timestamp']]);
      expect(answer.text).not.toContain(gateway.key());
    }
    expect(admin.surprises).toEqual([]);
    const url = `${gateway.origin}/api/v1/configs`;
    expect((await send(url, { body: '{}', headers: ['Content-Type', 'application/json'] })).status).toBe(401);
    const asText = ['Authorization', `Bearer ${gateway.config.adminKey}`, 'Content-Type', 'text/plain'];
    expect((await send(url, { body: '{}', headers: asText })).status).toBe(415);
    const large = ['Authorization', `Bearer ${gateway.config.adminKey}`, 'Content-Type', 'application/json'];
    expect((await send(url, { body: `"${'x'.repeat(4 * 1024 * 1024)}"`, headers: large })).status).toBe(413);
  });

  it('takes names with odd characters as names', async () => {
    for (const name of [
      'a/b',
      'a%2Fb',
      '..',
      'ünï çødé 日本 🚀',
      '__proto__',
      'constructor',
      'toString',
      '%00',
      'a?b#c',
    ]) {
      const made = await admin.ask('POST', '/projects', { project_name: name });
      expect([name, made.status]).toEqual([name, 201]);
      // A path of dots is resolved by every client before it is sent, so the id is for such names.
      const path = name === '..' ? at('projects', String((made.json().data as Json).project_id)) : at('projects', name);
      expect([name, (await admin.data('GET', path)).project_name]).toEqual([name, name]);
      expect([name, await admin.status('DELETE', path)]).toEqual([name, 200]);
    }
    expect((await admin.ask('GET', '/projects/%E0%A4%A')).status).toBe(400);
    expect(({} as Json).project_name).toBeUndefined();
  });
});

describe('revisions', () => {
  it('lets one of several writers with the same ETag through, and loses no acknowledged write', async () => {
    const { headers } = await admin.ask('GET', '/projects');
    const tag = String(headers.etag);
    const raced = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        admin.ask('POST', '/projects', { project_name: `raced-${String(index)}` }, ['If-Match', tag]),
      ),
    );
    const statuses = raced.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 412)).toHaveLength(19);
    const free = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        admin.ask('POST', '/projects', { project_name: `free-${String(index)}` }),
      ),
    );
    const there = await admin.data<Json[]>('GET', '/projects');
    const names = there.map(({ project_name }) => project_name);
    for (const answer of [...raced, ...free].filter(({ status }) => status === 201)) {
      expect(names).toContain((answer.json().data as Json).project_name);
    }
    expect(free.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201));
    expect((await admin.ask('POST', '/projects', { project_name: 'x' }, ['If-Match', 'W/"x"'])).status).toBe(400);
    expect(admin.surprises).toEqual([]);
  });
});

describe('what the operator has not allowed', () => {
  const servers = '/configs/config_0/servers';
  const refused = async (body: Json): Promise<readonly [number, string]> => {
    const answer = await admin.ask('POST', servers, { server_name: 'smuggled', ...body });
    return [answer.status, answer.text];
  };

  it.each([
    [{ server_command: '/bin/sh', args: ['-c', 'id'] }, 'allowed_commands'],
    [{ server_command: 'node' }, 'allowed_commands'],
    [{ server_command: process.execPath }, 'allowed_commands'],
    [{ server_command: process.execPath, args: ['-e', '1'] }, 'allowed_commands'],
    [{ ...ALLOWED, env: { LD_PRELOAD: '/tmp/x.so' } }, 'LD_PRELOAD'],
    [{ ...ALLOWED, env: { node_options: '--import=data:,' } }, 'node_options'],
    [{ ...ALLOWED, args: [...ECHO.args, '/etc/passwd'] }, 'allowed_paths'],
    [{ ...ALLOWED, args: [...ECHO.args, '${file:/etc/passwd}'] }, 'references'],
    [{ url: 'https://evil.example.com/', headers: { A: '${env:HOME}' } }, 'references'],
    ...[
      'http://127.0.0.1:1/mcp',
      'http://2130706433/',
      'http://[::1]/',
      'http://[::ffff:10.0.0.1]/',
      'http://169.254.169.254/latest/meta-data',
      'http://localhost/',
      'http://intranet/',
      'http://db.internal/',
      'http://10.1.2.3/',
    ].map((url) => [{ url }, 'allowed_upstream_hosts'] as const),
    [{ server_command: 'npx', args: ['-y', 'mcp-remote', 'https://10.0.0.1/mcp'] }, 'allowed_upstream_hosts'],
  ] as const)('is refused: %j', async (body, remedy) => {
    const [status, text] = await refused(body);
    expect([status, text]).toEqual([403, expect.stringContaining(remedy)]);
  });

  it('is let through once the operator allows the host', async () => {
    expect(await admin.status('POST', servers, { server_name: 'inside', url: 'https://mcp.internal:8443/mcp' })).toBe(
      201,
    );
    expect(await admin.status('PUT', `${servers}/inside`, { url: 'https://mcp.internal:9999/mcp' })).toBe(403);
    expect(await admin.status('DELETE', `${servers}/inside`)).toBe(200);
  });

  it('cannot be smuggled in by an import, a restore or an update, and the section stays', async () => {
    const shell = { server_name: 'shell', config: { command: '/bin/sh', args: ['-c', 'id'] } };
    const config = { mcp_config: [shell] };
    expect(await admin.status('POST', '/configs/import', { config_name: 'bad', config })).toBe(403);
    expect(await admin.status('PUT', `${servers}/echo_server`, { server_command: '/bin/sh' })).toBe(403);
    const backup = await admin.data('POST', '/system/backup');
    const whole = backup.config as Json;
    (whole.mcp_configs as Json)['0b8c9a90-0000-4000-8000-000000000000'] = { mcp_config_name: 'bad', ...config };
    const before = stored();
    expect(await admin.status('POST', '/system/restore', { backup })).toBe(403);
    expect(stored()).toEqual(before);
    delete (whole.mcp_configs as Json)['0b8c9a90-0000-4000-8000-000000000000'];
    whole.common_mcp_gateway_config = { admin_api: { allowed_commands: ['/bin/sh'] }, audit_log: '/tmp/elsewhere' };
    whole.admin_apikey = 'sha256:'.padEnd(71, '0');
    expect(await admin.status('POST', '/system/restore', { backup })).toBe(200);
    expect([stored().common_mcp_gateway_config, stored().admin_apikey]).toEqual([
      before.common_mcp_gateway_config,
      before.admin_apikey,
    ]);
  });
});

describe('secrets', () => {
  it('show in no answer, no audit line and no log, and masked values keep what they stand for', async () => {
    const path = '/configs/config_0/servers';
    const headers = { Authorization: `Bearer ${CANARY}-header`, 'X-Ref': '***' };
    expect(await admin.status('POST', path, { server_name: 'held', url: 'https://mcp.example.com/a', headers })).toBe(
      422,
    );
    const url = `https://mcp.example.com/a?token=${CANARY}-query`;
    expect(await admin.status('POST', path, { server_name: 'held', url, headers: { A: `${CANARY}-header` } })).toBe(
      201,
    );
    const shown = await admin.data('GET', `${path}/held`);
    expect(shown.config).toEqual({ url: 'https://mcp.example.com/a?***', headers: { A: '***' } });
    const back = { url: 'https://mcp.example.com/a?***', headers: { A: '***', B: 'new' } };
    expect(await admin.status('PUT', `${path}/held`, back)).toBe(200);
    const entry = (
      Object.values(stored().mcp_configs as Json) as { mcp_config: { server_name: string; config: Json }[] }[]
    )
      .flatMap(({ mcp_config }) => mcp_config)
      .find(({ server_name }) => server_name === 'held');
    expect(entry?.config).toEqual({ url, headers: { A: `${CANARY}-header`, B: 'new' } });
    // To another address they go neither by mask nor by silence.
    expect(await admin.status('PUT', `${path}/held`, { url: 'https://evil.example.com/', headers: { A: '***' } })).toBe(
      422,
    );
    expect(await admin.status('PUT', `${path}/held`, { url: 'https://evil.example.com/' })).toBe(422);
    const process_ = {
      server_name: 'child',
      server_command: ECHO.command,
      args: [...ECHO.args, '--api-key', `${CANARY}-arg`],
    };
    expect(await admin.status('POST', path, { ...process_, env: { TOKEN: `${CANARY}-env` } })).toBe(201);
    await admin.data('PUT', '/settings/enkrypt-api-key', { api_key: `${CANARY}-service` });
    for (const read of [
      '/configs',
      '/configs/config_0',
      path,
      `${path}/child`,
      '/projects/project_0/config',
      '/settings/enkrypt-api-key',
    ]) {
      await admin.data('GET', read);
    }
    for (const made of ['/configs/config_0/export', '/projects/project_0/export', '/system/backup'])
      await admin.data('POST', made);
    await admin.ask('PUT', `${path}/child`, { env: { TOKEN: `${CANARY}-bad\0` } });
    await admin.ask('POST', '/api-keys/rotate', { api_key: `${CANARY}-key` });
    const audit = await eventually(
      () => gateway.audit().filter(({ event }) => event === 'admin'),
      (lines) => lines.some(({ operation, outcome }) => operation === 'api_key.rotate' && outcome === 'refused'),
    );
    for (const text of [...admin.seen, JSON.stringify(audit), gateway.stderr]) expect(text).not.toContain(CANARY);
    for (const name of ['held', 'child']) expect(await admin.status('DELETE', `${path}/${name}`)).toBe(200);
    expect(admin.surprises).toEqual([]);
  });

  it('leaves a record of every change, refused ones too', async () => {
    await admin.data('POST', '/users', { email: 'audited@example.com' });
    await admin.ask('POST', '/users', { email: 'audited@example.com' });
    const lines = await eventually(
      () =>
        gateway
          .audit()
          .filter(({ event, operation }) => event === 'admin' && operation === 'user.create')
          .filter(({ outcome }) => outcome !== 'intended')
          .slice(-2),
      (found) => found[1]?.outcome === 'refused',
    );
    const adminKey = String(gateway.config.json.admin_apikey).slice(7, 19);
    expect(lines[0]).toMatchObject({ admin_key: adminKey, outcome: 'done', target: { user_id: expect.any(String) } });
    expect(lines[1]).toMatchObject({ admin_key: adminKey, outcome: 'refused', reason: 'conflict', revision: null });
  });
});

describe('the variable of the operator', () => {
  it('allows commands beside those of the file', async () => {
    const other = await TestGateway.start({ projects: [{ servers: [] }] }, [], () => ({
      ENKRYPT_ADMIN_ALLOWED_COMMANDS: `npx, uvx:time==1.0, ${process.execPath}:${String(ECHO.args[0])}`,
    }));
    try {
      const client = new AdminClient(other, contract);
      const add = (name: string, server_command: string, args: readonly string[]): Promise<number> =>
        client.status('POST', '/configs/config_0/servers', { server_name: name, server_command, args });
      expect([
        await add('a', process.execPath, ECHO.args),
        await add('b', process.execPath, ['-e', '1']),
        await add('c', 'npx', ['-y', 'anything@1.0.0']),
        await add('d', 'uvx', ['time==1.0']),
        await add('e', 'uvx', ['--from', 'git+https://example.com/x', 'time==1.0']),
      ]).toEqual([201, 403, 403, 201, 403]);
    } finally {
      await other.stop();
    }
  });
});
