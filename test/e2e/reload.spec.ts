import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { resultOf, textOf } from '../support/answers.js';
import { eventually, type ServerOptions, TestGateway } from '../support/gateway.js';
import { isRunning } from '../support/processes.js';
import { RawSession, send } from '../support/raw-http.js';
import { StdioDoorClient } from '../support/stdio-door.js';
import { HttpUpstreams, stdioServer } from '../support/upstreams.js';

type Json = Record<string, unknown>;
type Entry = Record<string, Json | string>;

/** How soon a change of the file is in force. */
const WITHIN_MS = 1_000;

const upstreams = new HttpUpstreams();
let gateway: TestGateway;
let session: RawSession;
let stdio: StdioDoorClient;
let added: ServerOptions;
/** Of the one server that no test touches: the same from beginning to end. */
let steadyPid: number;
let steadySession: unknown;

const POLICIES = {
  team: { detectors: { keyword_detector: { banned_keywords: ['project x'] } } },
};

const pids = async (server: string): Promise<{ pid: number; session: unknown }> =>
  JSON.parse(textOf(await session.call(`${server}__pids`))) as { pid: number; session: unknown };

beforeAll(async () => {
  const web = await upstreams.start('web');
  const changing = stdioServer('changing', ['--name', 'one']);
  added = await upstreams.start('added');
  gateway = await TestGateway.start({
    projects: [{ servers: [stdioServer('steady'), web, changing] }],
    policies: POLICIES,
  });
  session = await RawSession.open(gateway.url, gateway.key());
  stdio = await StdioDoorClient.open(gateway);
  steadyPid = (await pids('steady')).pid;
  steadySession = (await pids('web')).session;
}, 30_000);

afterAll(async () => {
  await stdio.close();
  await gateway.stop();
  await upstreams.close();
}, 30_000);

/** Changes the config of the one project. */
function editConfig(change: (config: Json, servers: Entry[]) => void): void {
  gateway.edit((json) => {
    const [config] = Object.values(json.mcp_configs as Record<string, Json>);
    change(config!, config!.mcp_config as Entry[]);
  });
}

/** The entry of one server. */
const entryOf = (servers: Entry[], name: string): Entry => servers.find(({ server_name }) => server_name === name)!;

const shown = async (request: (method: string) => Promise<Json>): Promise<string[]> => {
  const { tools } = (await request('tools/list')).result as { tools: { name: string }[] };
  return tools.map(({ name }) => name);
};

/** Both doors: live sessions that were opened before any change. */
const DOORS: readonly (readonly [string, (method: string, params?: Json) => Promise<Json>])[] = [
  ['HTTP', (method, params) => session.request(method, params)],
  ['stdio', (method, params) => stdio.request(method, params)],
];

/** Polls both doors until the answer is as wanted, within the promised second. */
async function onBothDoors(params: Json, wanted: RegExp): Promise<void> {
  await Promise.all(
    DOORS.map(([, request]) =>
      eventually(
        async () => textOf(await request('tools/call', params)),
        (text) => wanted.test(text),
        WITHIN_MS,
      ),
    ),
  );
}

async function listsOnBothDoors(wanted: (names: string[]) => boolean): Promise<void> {
  await Promise.all(DOORS.map(([, request]) => eventually(() => shown(request), wanted, WITHIN_MS)));
}

describe('a change of the config file reaches live sessions at both doors within a second', () => {
  const secret = { name: 'web__echo', arguments: { message: 'about project x' } };

  it('when a server gets a guardrail policy, when the policy changes, and when it goes', async () => {
    await onBothDoors(secret, /^about project x$/);
    editConfig((_, servers) => {
      entryOf(servers, 'web').input_guardrails_policy = {
        enabled: true,
        policy_name: 'team',
        block: ['keyword_detector'],
      };
    });
    await onBothDoors(secret, /^Request blocked due to input guardrail violations: keyword_detector/);
    gateway.edit((json) => {
      const plugins = json.plugins as { guardrails: { config: { policies: Json } } };
      plugins.guardrails.config.policies.team = {
        detectors: { keyword_detector: { banned_keywords: ['project y'] } },
      };
    });
    await onBothDoors(secret, /^about project x$/);
    await onBothDoors({ ...secret, arguments: { message: 'project y' } }, /^Request blocked/);
    editConfig((_, servers) => {
      delete entryOf(servers, 'web').input_guardrails_policy;
    });
    await onBothDoors({ ...secret, arguments: { message: 'project y' } }, /^project y$/);
  });

  it('when a tool leaves the allow-list, and when it returns', async () => {
    await onBothDoors({ name: 'web__pids' }, /^\{/);
    editConfig((_, servers) => {
      entryOf(servers, 'web').tools = { echo: 'Returns the message.' };
    });
    await onBothDoors({ name: 'web__pids' }, /^error -32602: /);
    await listsOnBothDoors((names) => names.includes('web__echo') && !names.includes('web__pids'));
    editConfig((_, servers) => {
      entryOf(servers, 'web').tools = {};
    });
    await onBothDoors({ name: 'web__pids' }, /^\{/);
  });

  it('when the exposure changes to meta, to direct and back to both', async () => {
    const counts = (names: string[]) => [
      names.some((name) => name.startsWith('enkrypt_')),
      names.includes('web__echo'),
    ];
    for (const [exposure, expected] of [
      ['meta', [true, false]],
      ['direct', [false, true]],
      ['both', [true, true]],
    ] as const) {
      editConfig((config) => {
        config.exposure = exposure;
      });
      await listsOnBothDoors((names) => JSON.stringify(counts(names)) === JSON.stringify(expected));
      await onBothDoors({ name: 'web__echo', arguments: { message: 'm' } }, expected[1] ? /^m$/ : /^error -32602: /);
      await onBothDoors({ name: 'enkrypt_list_all_servers', arguments: {} }, expected[0] ? /^\{/ : /^error -32602: /);
    }
  });

  it('when a server is added, and when it is removed', async () => {
    editConfig((_, servers) => {
      servers.push({ server_name: added.name, config: added.config });
    });
    await onBothDoors({ name: 'added__echo', arguments: { message: 'new' } }, /^new$/);
    await listsOnBothDoors((names) => names.includes('added__echo'));
    editConfig((_, servers) => {
      servers.splice(servers.indexOf(entryOf(servers, 'added')), 1);
    });
    await onBothDoors({ name: 'added__echo', arguments: { message: 'new' } }, /^error -32602: /);
    await listsOnBothDoors((names) => !names.includes('added__echo'));
  });

  it('when the command of a server changes: a new process, and the old one is gone', async () => {
    const before = await pids('changing');
    editConfig((_, servers) => {
      (entryOf(servers, 'changing').config as { args: string[] }).args.push('--mode', 'error-result');
    });
    await eventually(
      async () => resultOf(await session.call('changing__echo', { message: 'm' }))?.isError === true,
      (changed) => changed,
      WITHIN_MS + 500,
    );
    expect((await pids('changing')).pid).not.toBe(before.pid);
    await eventually(
      () => isRunning(before.pid),
      (running) => !running,
    );
  });

  it('and the sessions of servers that did not change stay as they were', async () => {
    expect((await pids('steady')).pid).toBe(steadyPid);
    expect((await pids('web')).session).toBe(steadySession);
  });
});

describe('a client with an open stream', () => {
  it('is told that its tools changed', async () => {
    const client = new Client({ name: 'listener', version: '1' });
    let told = 0;
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
      told++;
    });
    const headers = { apikey: gateway.key() };
    await client.connect(new StreamableHTTPClientTransport(new URL(gateway.url), { requestInit: { headers } }));
    const listed = async (): Promise<string[]> => (await client.listTools()).tools.map(({ name }) => name);
    let names = await listed();
    let heard = told;
    expect(names).toContain('web__pids');
    editConfig((_, servers) => {
      entryOf(servers, 'web').tools = { echo: '' };
    });
    // Lists again only when it was told to, as a client does.
    await eventually(
      async () => {
        if (told > heard) {
          heard = told;
          names = await listed();
        }
        return names;
      },
      (shownNow) => !shownNow.includes('web__pids'),
      2 * WITHIN_MS,
    );
    await client.close();
  });
});

describe('a config file that cannot be used', () => {
  const health = async (): Promise<Json> => (await send(`${gateway.origin}/health`, { method: 'GET' })).json();

  it('leaves the last good one in force, is told in the log by its path, and is taken over once it is mended', async () => {
    const good = JSON.stringify(gateway.config.json);
    gateway.edit((json) => {
      json.surprise = 1;
    });
    await eventually(
      () => gateway.stderr,
      (text) => text.includes('config_rejected') && text.includes('surprise'),
      WITHIN_MS,
    );
    expect(textOf(await session.call('web__echo', { message: 'still here' }))).toBe('still here');
    expect((await health()).status).not.toBe('ok');
    writeFileSync(gateway.configPath, '{ "half": ');
    expect(textOf(await session.call('web__echo', { message: 'still here' }))).toBe('still here');
    writeFileSync(gateway.configPath, good);
    await eventually(health, ({ status }) => status === 'ok', 2 * WITHIN_MS);
    expect(textOf(await session.call('web__echo', { message: 'back' }))).toBe('back');
    expect((await pids('steady')).pid).toBe(steadyPid);
  });
});
