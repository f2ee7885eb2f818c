import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { buildConfig, eventually, sha256, TestGateway, type TestConfig } from '../support/gateway.js';
import { LeakyServer } from '../support/leaky-server.js';
import { type AnyClient, connect } from '../support/mcp-clients.js';
import { RawSession } from '../support/raw-http.js';

jest.setTimeout(40_000);

type Json = Record<string, unknown>;

const TOOLS = ['get_mail', 'send_mail', 'delete_mail'];
/** Of the same user in the same project as the whole key: the same tenant. */
const READER = 'reader-key-0123456789';
const TALKER = 'talker-key-0123456789';

let mail: LeakyServer;
let files: LeakyServer;
let gateway: TestGateway;

function configWith(servers: Parameters<typeof buildConfig>[0]['projects'][0]['servers']): TestConfig {
  const config = buildConfig({ projects: [{ servers }, { servers, exposure: 'meta' }] });
  const { apikeys } = config.json as { apikeys: Record<string, Json> };
  const [owner] = config.keys[0] ?? [];
  const account = { project_id: owner?.projectId, user_id: owner?.userId };
  apikeys[sha256(READER)] = { ...account, access: { allow: [{ server: 'mail', tool: 'get_*' }] } };
  apikeys[sha256(TALKER)] = { ...account, access: { methods: ['tools/list'] } };
  return config;
}

beforeAll(async () => {
  [mail, files] = await Promise.all([LeakyServer.start(), LeakyServer.start()]);
  for (const server of [mail, files]) server.toolNames.splice(0, Infinity, ...TOOLS);
  const servers = [
    { name: 'mail', config: { url: mail.url } },
    { name: 'files', config: { url: files.url } },
  ];
  gateway = await TestGateway.startWith(configWith(servers));
});

afterAll(async () => {
  await gateway.stop();
  await Promise.all([mail.close(), files.close()]);
});

const client = (key: string, kind: 'SDK v1' | 'SDK v2 auto' = 'SDK v1'): Promise<AnyClient> =>
  connect(kind, { kind: 'http', url: gateway.url, key });

/** Direct tools that a key is shown, without the meta tools. */
async function shown(key: string): Promise<string[]> {
  const one = await client(key);
  const names = (await one.list()).map(({ name }) => String(name)).filter((name) => !name.startsWith('enkrypt_'));
  await one.close();
  return names.sort();
}

const EVERYTHING = ['files', 'mail'].flatMap((server) => TOOLS.map((tool) => `${server}__${tool}`)).sort();

describe('a key with an access of its own', () => {
  it('is shown what it may call, and no more, beside a key of the same user that may call everything', async () => {
    expect(await shown(gateway.key())).toEqual(EVERYTHING);
    expect(await shown(READER)).toEqual(['mail__get_mail']);
    expect(await shown(gateway.key())).toEqual(EVERYTHING);
  });

  it.each(['SDK v1', 'SDK v2 auto'] as const)('calls what it is shown, and nothing else: %s', async (kind) => {
    const one = await client(READER, kind);
    const before = mail.calls().length + files.calls().length;
    expect(await one.call('mail__get_mail', { text: 'x' })).not.toMatchObject({ isError: true });
    for (const name of ['mail__send_mail', 'files__get_mail', 'mail__delete_mail', 'mail__DELETE_mail']) {
      await expect(one.call(name, { text: 'x' })).rejects.toThrow('Unknown tool');
    }
    expect(mail.calls().length + files.calls().length).toBe(before + 1);
    await one.close();
  });

  it('reaches no more through the meta tools', async () => {
    const session = await RawSession.open(gateway.url, READER);
    const before = mail.calls().length + files.calls().length;
    const listed = JSON.stringify((await session.call('enkrypt_list_all_servers', {})).result);
    expect(listed).toContain('get_mail');
    expect(listed).not.toContain('send_mail');
    expect(listed).not.toContain('files');
    const call = (server_name: string, name: string) =>
      session.call('enkrypt_secure_call_tools', { server_name, tool_calls: [{ name, args: { text: 'x' } }] });
    expect(JSON.stringify((await call('mail', 'send_mail')).result)).toContain('not found');
    expect(JSON.stringify((await call('files', 'get_mail')).result)).toContain('not available');
    expect(mail.calls().length + files.calls().length).toBe(before);
    expect(JSON.stringify((await call('mail', 'get_mail')).result)).toContain('success');
  });

  it('uses no method that is left out, and keeps its session', async () => {
    const session = await RawSession.open(gateway.url, TALKER);
    expect((await session.request('tools/list')).result).toBeDefined();
    const refused = await session.call('mail__get_mail', { text: 'x' });
    expect(refused.error).toMatchObject({ code: -32010 });
    expect(JSON.stringify(refused.error)).toContain('tools/call');
    expect((await session.request('ping')).result).toEqual({});
  });
});

describe('an access of project or user', () => {
  it('holds for sessions that are open, as soon as the file says so', async () => {
    const session = await RawSession.open(gateway.url, gateway.key());
    const call = () => session.call('mail__delete_mail', { text: 'x' });
    expect((await call()).result).toBeDefined();
    const [owner] = gateway.config.keys[0] ?? [];
    gateway.edit((json) => {
      const { users } = json as { users: Record<string, Json> };
      const user = users[owner?.userId ?? ''];
      if (user !== undefined) user.access = { deny: [{ tool: '*delete*' }] };
    });
    await eventually(call, (answer) => answer.error !== undefined);
    expect(await shown(gateway.key())).toEqual(EVERYTHING.filter((name) => !name.includes('delete')));
    gateway.edit((json) => {
      const { projects } = json as { projects: Record<string, Json> };
      const project = projects[owner?.projectId ?? ''];
      if (project !== undefined) project.access = { allow: [{ server: 'files' }] };
    });
    const left = ['files__get_mail', 'files__send_mail'];
    await eventually(
      () => shown(gateway.key()),
      (names) => names.length === left.length,
    );
    expect(await shown(gateway.key())).toEqual(left);
    expect(await shown(READER)).toEqual([]);
  });

  it('that names no server is a warning, and one that is misspelt is refused and leaves the old one in force', async () => {
    const [owner] = gateway.config.keys[0] ?? [];
    const setAccess = (access: Json) => {
      gateway.edit((json) => {
        const { projects } = json as { projects: Record<string, Json> };
        const project = projects[owner?.projectId ?? ''];
        if (project !== undefined) project.access = access;
      });
    };
    setAccess({ allow: [{ server: 'fils' }] });
    await eventually(
      () => gateway.stderr,
      (log) => log.includes('covers no server of any config'),
    );
    setAccess({ allow: [{ servers: 'files' }] });
    await eventually(
      () => gateway.stderr,
      (log) => log.includes('access.allow[0]'),
    );
    expect(await shown(gateway.key())).toEqual([]);
  });
});
