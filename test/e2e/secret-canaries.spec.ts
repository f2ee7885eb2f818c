import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { AdminClient } from '../support/admin-client.js';
import { ApiContract } from '../support/api-contract.js';
import { secureCall, sendModern } from '../support/answers.js';
import { CanaryWorld } from '../support/canary-gateway.js';
import { CliProcess } from '../support/cli-process.js';
import { eventually, type TestGateway } from '../support/gateway.js';
import { processState } from '../support/processes.js';
import { RawSession, send } from '../support/raw-http.js';
import { describeWithRedis } from '../support/redis.js';

type Json = Record<string, unknown>;
jest.setTimeout(240_000);

describeWithRedis('secrets', () => {
  let world: CanaryWorld;
  let gateway: TestGateway;
  let admin: AdminClient;
  beforeAll(async () => {
    world = await CanaryWorld.open();
    gateway = await world.start();
    admin = new AdminClient(gateway);
  });
  afterAll(async () => {
    await gateway.stop();
    await world.close();
  });

  const serverNames = (): string[] => {
    const configs = Object.values(gateway.config.json.mcp_configs as Record<string, { mcp_config: Json[] }>);
    return configs.flatMap(({ mcp_config }) => mcp_config.map(({ server_name }) => String(server_name)));
  };

  /** Calls of every server in every way, those that fail in each of their ways among them. */
  async function driveCalls(): Promise<void> {
    const { secrets, canaries } = world;
    const session = await RawSession.open(gateway.url, gateway.key());
    const keep = (name: string, answer: unknown, mine: readonly string[] = []): void => {
      canaries.sink(`answer ${name}`, JSON.stringify(answer), mine);
    };
    const PAYLOAD = ['text of a call'];
    keep('tools/list', await session.request('tools/list'));
    keep('list', await session.call('enkrypt_list_all_servers', { discover_tools: true }));
    for (const server of serverNames()) {
      keep(`info ${server}`, await session.call('enkrypt_get_server_info', { server_name: server }));
      keep(`discover ${server}`, await session.call('enkrypt_discover_all_tools', { server_name: server }));
      for (const tool of ['say', 'echo', 'fail', 'die', 'withheld', 'nothing']) {
        const args = tool === 'echo' ? { message: secrets.payload } : { text: secrets.payload };
        keep(
          `secure ${server} ${tool}`,
          await session.call('enkrypt_secure_call_tools', secureCall(server, tool, args)),
          PAYLOAD,
        );
      }
      keep(`direct ${server}`, await session.call(`${server}__say`, { text: secrets.payload }), PAYLOAD);
      keep(`misfit ${server}`, await session.call(`${server}__say`, { [secrets.payload]: secrets.payload }), PAYLOAD);
    }
    const blocked = { text: `${secrets.payload} badword ann@example.com` };
    keep('blocked', await session.call('talkative__say', blocked));
    keep('status', await session.call('enkrypt_get_cache_status'));
    keep('clear', await session.call('enkrypt_clear_cache', {}));
    keep('timeouts', await session.call('enkrypt_get_timeout_metrics'));
    keep('no tool', await session.call('no_such_tool', { text: secrets.payload }), PAYLOAD);
    keep('no method', await session.request('no/such/method', { text: secrets.payload }), PAYLOAD);
    const modern = { id: 1, method: 'tools/call', params: { name: 'talkative__say', arguments: blocked } };
    keep('modern', (await sendModern(gateway.url, gateway.key(), modern)).text);
  }

  /** Callers with keys that are wrong, at every door and in every place that a key may stand. */
  async function driveStrangers(): Promise<void> {
    const { secrets, canaries } = world;
    const { wrongKey, wrongAdmin } = secrets;
    const json = ['Content-Type', 'application/json', 'Accept', 'application/json, text/event-stream'];
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
    const ways: readonly (readonly [string, readonly string[], string?])[] = [
      [gateway.url, ['apikey', wrongKey]],
      [gateway.url, ['Authorization', `Bearer ${wrongKey}`]],
      [gateway.url, ['Authorization', wrongKey]],
      [gateway.url, ['Authorization', `Bearer ${secrets.accessToken}`]],
      [`${gateway.url}?access_token=${secrets.accessToken}`, []],
      [gateway.url, ['apikey', wrongKey, 'apikey', gateway.key()]],
      [gateway.url, ['apikey', gateway.key(), 'project_id', wrongKey]],
      [gateway.url, ['apikey', gateway.key(), 'Mcp-Session-Id', wrongKey]],
      [gateway.url, ['apikey', gateway.key(), 'Origin', `https://${wrongKey.slice(0, 16)}.example`]],
      [gateway.url, ['apikey', gateway.key()], `{"jsonrpc":"2.0","id":"${secrets.apiBody}","method":`],
      [gateway.url, ['apikey', gateway.key()], `{"a":"${secrets.apiBody}","a":1}`],
      [gateway.url, ['apikey', wrongKey.repeat(100)]],
      [`${gateway.url}?apikey=${wrongKey}`, []],
      [`${gateway.origin}/${wrongKey}`, []],
      ...['/api/v1/configs', '/metrics', '/docs', '/openapi.json', '/health'].flatMap((path) =>
        [`Bearer ${wrongAdmin}`, `Basic ${Buffer.from(`x:${wrongAdmin}`).toString('base64')}`, wrongAdmin].map(
          (value) => [`${gateway.origin}${path}`, ['Authorization', value]] as const,
        ),
      ),
    ];
    for (const [url, headers, text = body] of ways) {
      for (const method of ['POST', 'GET']) {
        const answer = await send(url, {
          method,
          headers: [...headers, ...json],
          ...(method === 'GET' ? {} : { body: text }),
        });
        canaries.sink(
          `stranger ${url.slice(gateway.origin.length, gateway.origin.length + 12)} ${String(answer.status)}`,
          answer.text + JSON.stringify(answer.headers),
        );
      }
    }
  }

  /** Every route of the API: reads, changes with secrets, and requests that are refused. */
  async function driveAdmin(): Promise<void> {
    const { secrets, canaries } = world;
    const document = await send(`${gateway.origin}/openapi.json`, {
      method: 'GET',
      headers: ['Authorization', `Bearer ${gateway.config.adminKey}`],
    });
    const made = (await admin.data('POST', '/users/user0.0%40example.com/api-keys', { project_name: 'project_0' }))
      .api_key;
    canaries.know('key made over the API', String(made));
    const rotated = (await admin.data('POST', '/api-keys/rotate', { api_key: made })).new_api_key;
    canaries.know('rotated key', String(rotated));
    // Shown once, to whoever asked for them.
    admin.seen.length = 0;
    const servers = '/configs/config_0/servers';
    const url = `https://mcp.example.com/a?token=${secrets.query}`;
    const headers = { A: secrets.apiHeader };
    const refused = { server_name: 'x', url, surprise: secrets.apiBody };
    for (const [method, path, body] of [
      ['POST', servers, { server_name: 'added', url, headers }],
      ['PUT', `${servers}/added`, { description: 'new', headers: { A: '***' } }],
      ['PUT', `${servers}/added`, { url: 'https://evil.example.com/', headers: { A: '***' } }],
      ['POST', servers, { server_name: 'userinfo', url: `https://user:${secrets.userinfo}@mcp.example.com/` }],
      ['POST', servers, { server_name: 'userinfo', url: `https://user:${secrets.userinfo}@10.0.0.1/` }],
      ['POST', servers, { server_name: 'userinfo', url: `no url ${secrets.userinfo}` }],
      ['POST', servers, { server_name: 'child', server_command: 'x', env: { T: secrets.apiHeader } }],
      [
        'POST',
        servers,
        { server_name: 'header', url, headers: { 'a b': secrets.apiHeader, B: `${secrets.apiHeader}\n` } },
      ],
      ['POST', servers, refused],
      ['POST', servers, `{"server_name":"${secrets.apiBody}",`],
      ['POST', '/configs/import', { config_name: 'y', config: { mcp_config: [{ server_name: 1, config: headers }] } }],
      ['POST', '/system/restore', { backup: { config: { [secrets.apiBody]: 1 } } }],
      ['PUT', '/settings/enkrypt-api-key', { api_key: secrets.apiService }],
      ['PUT', '/settings/enkrypt-api-key', { api_key: `${secrets.apiService}\n` }],
      ['POST', '/api-keys/rotate', { api_key: secrets.wrongKey }],
      ['DELETE', `/api-keys/${secrets.wrongKey}`, undefined],
      ['GET', `/api-keys/${gateway.key()}`, undefined],
      ['POST', '/system/backup', undefined],
      ['POST', '/configs/config_0/export', undefined],
      ['POST', '/projects/project_0/export', undefined],
    ] as const) {
      await admin.ask(method, path, body);
    }
    const names: Record<string, string> = {
      config: 'config_0',
      server: 'talkative',
      project: 'project_0',
      user: 'user0.0%40example.com',
    };
    const contract = new ApiContract(document.json());
    for (const { path } of [...contract.routes('administration'), ...contract.routes('admin')].filter(
      ({ method }) => method === 'GET',
    )) {
      const target = path.replace(/\{(\w+)\}/g, (_all, name: string) => names[name] ?? '0'.repeat(16));
      const { text, headers: got } = await send(`${gateway.origin}${target}`, {
        method: 'GET',
        headers: ['Authorization', `Bearer ${gateway.config.adminKey}`],
      });
      admin.seen.push(text, JSON.stringify(got));
    }
    for (const path of ['/health', '/docs', '/openapi.json', '/metrics']) {
      const { text } = await send(`${gateway.origin}${path}`, {
        method: 'GET',
        headers: ['Authorization', `Bearer ${gateway.config.adminKey}`],
      });
      admin.seen.push(text);
    }
    admin.seen.forEach((text, index) => {
      // A backup holds the policies.
      canaries.sink(`admin answer ${String(index)}`, text, ['system prompt of a policy']);
    });
  }

  /** What the operating system shows of the gateway and its children. */
  function readProcesses(): void {
    const { canaries } = world;
    const ofGateway = (pid: number): boolean => {
      const parent = processState(pid)?.ppid ?? 0;
      return pid === gateway.child.pid || (parent > 1 && ofGateway(parent));
    };
    for (const pid of readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter(ofGateway)) {
      const isGateway = pid === gateway.child.pid;
      // What its entry says is what a child is started with.
      canaries.sink(
        `argv of ${isGateway ? 'gateway' : 'child'}`,
        readFileSync(`/proc/${String(pid)}/cmdline`, 'latin1'),
        ['argument of a server'],
      );
      if (isGateway) continue;
      canaries.sink('environment of child', readFileSync(`/proc/${String(pid)}/environ`, 'latin1'), [
        'variable of a server',
        'text of a blocked answer',
      ]);
    }
  }

  function readFiles(folder: string): void {
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
      // The config and its backups are where the operator keeps secrets.
      if (!entry.isFile() || entry.name.startsWith('config.json') || ['secret.txt'].includes(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      world.canaries.sink(`file ${basename(path)}`, readFileSync(path));
    }
  }

  async function readRedis(): Promise<void> {
    const { redis, canaries, secrets } = world;
    const auth = ['AUTH', secrets.redis];
    const [, keys] = await redis.commands([auth, ['KEYS', '*']]);
    for (const key of keys as string[]) {
      canaries.sink('key in Redis', key);
      const [, value] = await redis.commands([auth, ['GET', key]]);
      canaries.sink('value in Redis', JSON.stringify(value));
    }
  }

  /** Commands of the operator that explain, and starts that fail, on the config and on broken forms of it. */
  async function driveCommands(): Promise<void> {
    const { canaries, secrets, folder } = world;
    const text = readFileSync(gateway.configPath, 'utf8');
    const broken: Record<string, string> = {
      'as it is': text,
      'cut off': text.slice(0, text.indexOf(secrets.header) + 20),
      'no quotes': text.replace(`Bearer ${secrets.header}`, `Bearer ${secrets.header}"x`),
      'twice a name': text.replace('"API_TOKEN":', `"API_TOKEN":"${secrets.variable.slice(0, 16)}","API_TOKEN":`),
      'numbers for texts': text.replaceAll(/"(api_key|signing_secret)":\s*"[^"]*"/g, '"$1": 5'),
      'a bad header': text.replace(`Bearer ${secrets.header}`, `Bearer ${secrets.header}\\u0001`),
      'a key that is none': text.replace(/"apikeys":\s*\{/, `"apikeys": {"${secrets.wrongKey} x":{},`),
      userinfo: text.replaceAll('http://127.0.0.1', `http://user:${secrets.userinfo}@127.0.0.1`),
      'a secret file that is none': text.replaceAll('secret.txt}', 'missing.txt}'),
    };
    for (const [name, content] of Object.entries(broken)) {
      const path = join(folder, 'config.json');
      writeFileSync(path, content, { mode: 0o600 });
      for (const args of [
        ['start', '--port', '0'],
        ['config', 'validate'],
        ['doctor', '--json', '--timeout', '2'],
        ['server', 'list'],
        ['system', 'health-check'],
        ['user', 'list-all-api-keys'],
        ['config', 'list'],
        ['server', 'test', 'says_500', '--json'],
        ['server', 'test', 'dying'],
      ]) {
        if (args[0] === 'start' && name === 'as it is') continue;
        const run = new CliProcess([...args, '--config', path], folder, {
          REDIS_PASSWORD: secrets.redis,
          TMPDIR: world.temp,
        });
        if (args[0] === 'start') setTimeout(() => run.child.kill('SIGTERM'), 5_000).unref();
        const { stdout, stderr } = await run.ended;
        canaries.sink(`${args.join(' ')} on a config: ${name}`, stdout + stderr);
      }
    }
    await driveDatabase();
  }

  /** Commands that are told of a database which is not there, or by a URL that is none. */
  async function driveDatabase(): Promise<void> {
    const { canaries, secrets, folder } = world;
    const password = secrets.database;
    for (const url of [
      `postgresql://gateway:${password}@127.0.0.1:1/none`,
      `postgresql://gateway:${password}@name.invalid/none`,
      `host=127.0.0.1 password=${password}`,
    ]) {
      for (const args of [
        ['start', '--port', '0'],
        ['doctor', '--json', '--timeout', '2'],
        ['config', 'list'],
        ['hook', 'claude-code', 'Stop'],
      ]) {
        const run = new CliProcess(args, folder, { ENKRYPT_DATABASE_URL: url, TMPDIR: world.temp });
        const { stdout, stderr } = await run.ended;
        canaries.sink(`${args.join(' ')} without the database`, stdout + stderr);
      }
    }
  }

  it('stand in no answer, log, audit line, metric, span, argument, file or cache', async () => {
    const { canaries, collector, redis } = world;
    await driveCalls();
    readProcesses();
    await readRedis();
    await driveStrangers();
    await driveAdmin();
    await redis.kill();
    await driveCalls();
    gateway.edit((json) => {
      json.surprise = { [world.secrets.apiBody]: world.secrets.header };
    });
    await eventually(
      () => gateway.stderr,
      (text) => text.includes('config_rejected'),
    );
    await driveCommands();
    const exited = new Promise((resolve) => gateway.child.once('exit', resolve));
    gateway.child.kill('SIGTERM');
    await exited;
    canaries.sink('stderr', gateway.stderr, []);
    readFiles(gateway.home);
    readFiles(world.temp);
    for (const { path, body } of collector.posts) canaries.sink(`OTLP ${path}`, body);
    // It looked at something everywhere.
    const sinks = new Set(canaries.sinkNames);
    for (const name of [
      'file audit.jsonl',
      'key in Redis',
      'value in Redis',
      'argv of child',
      'environment of child',
      'OTLP /v1/traces',
      'OTLP /v1/metrics',
    ])
      expect(sinks).toContain(name);
    expect([statSync(join(gateway.home, 'audit.jsonl')).size > 10_000, canaries.sizeOf('stderr') > 10_000]).toEqual([
      true,
      true,
    ]);
    const leaks = canaries.leaks();
    expect(leaks.map(({ canary, sink, form, near }) => `${canary} | ${sink} | ${form} | ${near}`)).toEqual([]);
  });

  it('would be found in any of their forms', () => {
    const { canaries, secrets } = world;
    const core = secrets.header.slice(0, 16);
    const forms = [
      core,
      core.toUpperCase(),
      Buffer.from(`x${core}y`).toString('base64'),
      Buffer.from(`xy${core}`).toString('base64url'),
      Buffer.from(core).toString('hex'),
      encodeURIComponent(secrets.header),
      JSON.stringify(secrets.header),
      core.slice(0, 10),
    ];
    const before = canaries.leaks().length;
    forms.forEach((form, index) => {
      canaries.sink(`planted ${String(index)}`, `before ${form} after`);
    });
    expect(canaries.leaks().length - before).toBe(forms.length);
  });
});
