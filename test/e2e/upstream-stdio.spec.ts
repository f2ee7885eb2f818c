import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ServerConnection } from '../../src/contracts/server-entry.js';
import { GatewayError } from '../../src/errors.js';
import { ChildRegistry } from '../../src/mcp/upstream/child-registry.js';
import { listProcesses, processScope, readProcStat } from '../../src/mcp/upstream/proc-stat.js';
import { openStdioSession } from '../../src/mcp/upstream/stdio-session.js';
import type { UpstreamSession } from '../../src/mcp/upstream/upstream-session.js';
import {
  callTool,
  ECHO,
  entry,
  makePool,
  MISBEHAVING,
  never,
  script,
  stdio,
  tempDir,
  textOf,
  until,
  who,
} from './upstream-kit.js';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

interface Connected {
  session: UpstreamSession;
  again: () => Promise<UpstreamSession>;
  lines: unknown[];
  close: () => Promise<void>;
}

async function connect(connection: ServerConnection, options: Parameters<typeof makePool>[0] = {}): Promise<Connected> {
  const { pool, lines } = makePool(options);
  closers.push(() => pool.close());
  const target = entry(connection);
  const again = async () => pool.session(who('a'), target, null, never);
  return { session: await again(), again, lines, close: () => pool.close() };
}

const bad = (...modes: string[]) => stdio([MISBEHAVING, ...modes.flatMap((mode) => ['--mode', mode])]);
const after = (ms: number, code: 'upstream_timeout' | 'cancelled' = 'upstream_timeout'): AbortSignal => {
  const abort = new AbortController();
  setTimeout(() => {
    abort.abort(new GatewayError(code, 'enough'));
  }, ms).unref();
  return abort.signal;
};

/** A bare server: `answer(message)` returns what to print, or nothing. */
const bare = (body: string): ServerConnection =>
  stdio([
    script(`
      const out = (value) => process.stdout.write(JSON.stringify(value) + '\\n');
      const result = (id, value) => out({ jsonrpc: '2.0', id, result: value });
      const init = (m) => result(m.id, { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'bare', version: '1' } });
      const say = (id, text) => result(id, { content: [{ type: 'text', text }] });
      const seen = [];
      function answer(m) { seen.push(m); ${body} }
      let rest = '';
      process.stdin.on('data', (d) => {
        const lines = (rest + d).split('\\n');
        rest = lines.pop();
        for (const line of lines) answer(JSON.parse(line));
      });
      process.stdin.on('end', () => process.exit(0));
    `),
  ]);

describe('a stdio server', () => {
  it('is initialised first, called, and gone after close', async () => {
    const { session, close } = await connect(stdio([ECHO]));
    expect(session).toMatchObject({ era: '2025', alive: true, inFlight: 0 });
    expect(textOf(await callTool(session, 'echo', { message: 'größe' }))).toBe('größe');
    await close();
    expect(session.alive).toBe(false);
    await expect(callTool(session, 'echo')).rejects.toMatchObject({ code: 'upstream_unavailable' });
  });

  it('of the stateless era is found by its refusal to initialise', async () => {
    const { session } = await connect(
      bare(`
        const v = m.params._meta?.['io.modelcontextprotocol/protocolVersion'];
        if (m.method === 'initialize') return out({ jsonrpc: '2.0', id: m.id, error: { code: -32601, message: 'no' } });
        if (v !== '2026-07-28') return process.exit(3);
        if (m.method === 'server/discover') return result(m.id, { supportedVersions: [v], capabilities: {}, resultType: 'complete' });
        if (m.params.name === 'ask') return result(m.id, { resultType: 'input_required' });
        say(m.id, 'modern');`),
    );
    expect(session.era).toBe('2026');
    expect(textOf(await callTool(session, 'x'))).toBe('modern');
    await expect(callTool(session, 'ask')).rejects.toThrow(/asks for input/);
  });

  it('answers many calls at once, each with its own answer', async () => {
    const { session } = await connect(stdio([ECHO]));
    const messages = Array.from({ length: 200 }, (_, i) => `message ${String(i)}`);
    const answers = await Promise.all(messages.map((message) => callTool(session, 'echo', { message })));
    expect(answers.map(textOf)).toEqual(messages);
    expect(session.inFlight).toBe(0);
  });

  it('sees the allow-list and its own variables, and no secret of the gateway', async () => {
    const connection = {
      ...bare(`if (m.method === 'initialize') init(m); else if (m.id) say(m.id, JSON.stringify(process.env));`),
      env: { TOKEN: 't' },
    };
    const baseEnv = {
      PATH: '/usr/bin:/bin',
      HOME: '/home/x',
      ENKRYPT_GATEWAY_KEY: 'secret',
      NODE_OPTIONS: '--no-warnings',
    };
    const { session } = await connect(connection, { baseEnv });
    expect(JSON.parse(textOf(await callTool(session, 'env')))).toEqual({
      PATH: '/usr/bin:/bin',
      HOME: '/home/x',
      TOKEN: 't',
    });
  });

  it('that floods stderr is not blocked, and its tail goes to the log only', async () => {
    const { session, lines } = await connect(bad('stderr-flood'));
    expect(textOf(await callTool(session, 'echo', { message: 'hi' }))).toContain('hi');
    process.kill(await pidOf(session), 'SIGKILL');
    await until('the end is logged', () => JSON.stringify(lines).includes('stopped by itself'));
    const text = JSON.stringify(lines);
    expect(text).toContain('stderr noise');
    expect(text.length).toBeLessThan(12_000);
  });

  it('that prints garbage is understood all the same', async () => {
    const { session } = await connect(bad('garbage-stdout'));
    expect(textOf(await callTool(session, 'echo', { message: 'hi' }))).toContain('hi');
  });

  it('that answers with ids nobody used only makes its own call time out', async () => {
    const { session } = await connect(bad('wrong-ids'));
    await expect(callTool(session, 'echo', { message: 'hi' }, after(300))).rejects.toMatchObject({
      code: 'upstream_timeout',
    });
    expect(session).toMatchObject({ alive: true, inFlight: 0 });
  });

  it('that answers twice is heard once, and never in another call', async () => {
    const { session } = await connect(bad('duplicate-answers'));
    for (let i = 0; i < 3; i++) expect(textOf(await callTool(session, 'echo', { message: 'x' }))).toBe('first answer');
  });

  it('cannot answer a call with a request, with the id as text, or with a broken answer', async () => {
    const { session } = await connect(
      bare(`
        if (m.method === 'initialize') return init(m);
        if (m.params?.name === 'confuse') {
          out({ jsonrpc: '2.0', id: m.id, method: 'sampling/createMessage', result: { content: [{ text: 'stolen' }] } });
          say(String(m.id), 'as text');
          say(m.id + 1, 'for the next call');
          return setTimeout(() => say(m.id, 'right'), 20);
        }
        if (m.params?.name === 'broken') return out({ jsonrpc: '2.0', id: m.id, result: 'text' });
        if (m.params?.name === 'seen') return say(m.id, JSON.stringify(seen.filter((each) => each.method === undefined)));
        if (m.method && m.id) say(m.id, 'own');`),
    );
    expect(textOf(await callTool(session, 'confuse'))).toBe('right');
    expect(textOf(await callTool(session, 'other'))).toBe('own');
    await expect(callTool(session, 'broken')).rejects.toMatchObject({ code: 'upstream_protocol' });
    const refused = { jsonrpc: '2.0', error: { code: -32601, message: 'Method not found' } };
    expect(JSON.parse(textOf(await callTool(session, 'seen')))).toEqual([{ ...refused, id: 2 }]);
  });

  it('is told when a call is given up, and its late answer is dropped', async () => {
    const { session } = await connect(
      bare(`
        if (m.method === 'initialize') return init(m);
        if (m.method === 'notifications/cancelled') return say(m.params.requestId, 'late');
        if (m.params?.name === 'seen') say(m.id, JSON.stringify(seen.at(-2)));`),
    );
    await expect(callTool(session, 'hang', {}, after(50, 'cancelled'))).rejects.toMatchObject({ code: 'cancelled' });
    expect(JSON.parse(textOf(await callTool(session, 'seen')))).toMatchObject({
      method: 'notifications/cancelled',
      params: { requestId: 2 },
    });
  });

  it('that sends progress without end is ended by the signal', async () => {
    const { session } = await connect(bad('endless-progress'));
    let heard = 0;
    const call = session.request('tools/call', { name: 'echo', arguments: {} }, () => heard++, after(200));
    await expect(call).rejects.toMatchObject({ code: 'upstream_timeout' });
    expect(heard).toBeGreaterThan(0);
  });

  it('that announces changed tools is heard', async () => {
    const { pool } = makePool();
    closers.push(() => pool.close());
    const changes: string[] = [];
    pool.onToolsChanged((tenant, server) => changes.push(`${tenant} ${server}`));
    await pool.session(who('a'), entry(bad('list-changed-storm')), null, never);
    await until('changes are heard', () => changes.length > 0);
    expect(changes[0]).toBe('a_p_c test');
  });

  it('may send 50 MB, but not more than the cap', async () => {
    const { session } = await connect(bad('huge-result'));
    expect(textOf(await callTool(session, 'echo', { message: '' })).length).toBe(50 * 1024 * 1024);
    const endless = bare(`
      if (m.method === 'initialize') return init(m);
      const chunk = 'x'.repeat(1 << 20);
      const more = () => { while (process.stdout.write(chunk)); process.stdout.once('drain', more); };
      if (m.id) more();`);
    const { session: other, again } = await connect(endless);
    await expect(callTool(other, 'x')).rejects.toThrow(/larger than the cap of 64 MiB/);
    expect(other.alive).toBe(false);
    expect((await again()).alive).toBe(true);
  }, 40_000);

  it('that does not read its input blocks nobody', async () => {
    const { session } = await connect(
      bare(`if (m.method === 'initialize') { init(m); process.stdin.pause(); setInterval(() => {}, 1000); }`),
    );
    const big = { message: 'x'.repeat(4 * 1024 * 1024) };
    const calls = Array.from({ length: 6 }, () => callTool(session, 'echo', big, after(300)));
    const outcomes = await Promise.allSettled(calls);
    const codes = outcomes.map((each) =>
      each.status === 'rejected' ? (each.reason as GatewayError).code : 'answered',
    );
    expect(codes.filter((code) => code === 'upstream_timeout')).toHaveLength(3);
    expect(codes.filter((code) => code === 'upstream_unavailable')).toHaveLength(3);
  });

  it.each([
    ['dies before the handshake', bad('die-at-start'), /stopped with exit code 1/],
    [
      'cannot be found',
      { kind: 'stdio', command: '/no/such/program', args: [], env: {} } as const,
      /could not be started \(ENOENT\)/,
    ],
    ['cannot be named', { kind: 'stdio', command: 'a\0b', args: [], env: {} } as const, /its command is not usable/],
    ['never answers initialize', bad('hang-init'), /did not finish the handshake in time/],
    ['offers an unknown version', bare(`result(m.id, { protocolVersion: '3000-01-01' })`), /protocol version/],
  ])('that %s is reported as such', async (_what, connection, message) => {
    await expect(connect(connection, { connectTimeoutMs: 1_000 })).rejects.toThrow(message);
  });
});

async function pidOf(session: UpstreamSession): Promise<number> {
  const [pids] = await pidsOf(session);
  return pids ?? 0;
}

async function pidsOf(session: UpstreamSession): Promise<number[]> {
  const text = textOf(await callTool(session, 'pids'));
  return (text.match(/\d+/g) ?? []).map(Number);
}

const onLinux = processScope() === null ? describe.skip : describe;
onLinux('the processes of stdio servers', () => {
  /** Neither running nor waiting to be reaped by this process. */
  const gone = (pid: number): boolean => {
    const stat = readProcStat(pid);
    return stat === null || (stat.state === 'Z' && stat.ppid !== process.pid);
  };

  it('after kill -9 fail their calls within a second, naming the signal, and are replaced for the next call', async () => {
    const { session, again } = await connect(bad('hang'));
    const pid = await pidOf(session);
    const calls = [callTool(session, 'echo'), callTool(session, 'echo')];
    const failed = Promise.all(calls.map((call) => expect(call).rejects.toThrow(/stopped with signal SIGKILL/)));
    const start = performance.now();
    process.kill(pid, 'SIGKILL');
    await failed;
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(session.alive).toBe(false);
    const fresh = await again();
    expect(fresh).not.toBe(session);
    expect(fresh.alive).toBe(true);
  });

  it('that exit in a call fail it with the exit code', async () => {
    const { session } = await connect(bad('die'));
    await expect(callTool(session, 'echo')).rejects.toThrow(/stopped with exit code 1/);
  });

  it('leave no zombie and no orphan, however often they come and go', async () => {
    const rounds = Number(process.env.GATEWAY_SOAK ?? '1') * 60;
    const registry = new ChildRegistry(null);
    const log = { debug: () => undefined, info: () => undefined, warn: () => undefined };
    const grandchildScript = script(`
      import { spawn } from 'node:child_process';
      const grandchild = spawn('sleep', ['600'], { stdio: ['ignore', 'inherit', 'inherit'] });
      process.stdin.on('data', (d) => {
        for (const line of String(d).split('\\n').filter(Boolean)) {
          const m = JSON.parse(line);
          if (m.id) process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id: m.id, result: m.method === 'initialize'
            ? { protocolVersion: '2025-11-25', capabilities: {} } : { content: [{ type: 'text', text: process.pid + ' ' + grandchild.pid }] } }) + '\\n');
        }
      });
      process.stdin.on('end', () => process.exit(0));`);
    const pids: number[] = [];
    const round = async (n: number): Promise<void> => {
      const command = { command: process.execPath, args: [grandchildScript], env: { PATH: '/usr/bin:/bin' } };
      const session = await openStdioSession(
        { server: 's', command, registry, clientInfo: { name: 'g', version: '1' }, capabilities: {}, log },
        never,
      );
      const own = await pidsOf(session);
      pids.push(...own);
      // Every third is killed from outside instead of closed.
      if (n % 3 === 0) process.kill(own[0] ?? 0, 'SIGKILL');
      if (n % 3 === 0) await until('the loss is noticed', () => !session.alive);
      await session.close();
    };
    for (let n = 0; n < rounds; n += 4) await Promise.all([0, 1, 2, 3].map((each) => round(n + each)));
    expect(pids).toHaveLength(rounds * 2);
    await until('all are gone', () => pids.every(gone));
    expect(listProcesses().filter(({ ppid, state }) => ppid === process.pid && state === 'Z')).toEqual([]);
    registry.close();
  }, 600_000);

  it('that ignore the end of stdin and SIGTERM are killed, with the whole group, within 3.5 s', async () => {
    const stubborn = stdio([
      script(`
        import { spawn } from 'node:child_process';
        process.on('SIGTERM', () => {});
        const child = spawn('sh', ['-c', 'trap "" TERM; while :; do sleep 1; done'], { stdio: 'ignore' });
        setInterval(() => {}, 1000);
        process.stdin.on('data', (d) => {
          for (const line of String(d).split('\\n').filter(Boolean)) {
            const m = JSON.parse(line);
            if (m.id) process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id: m.id, result: m.method === 'initialize'
              ? { protocolVersion: '2025-11-25', capabilities: {} } : { content: [{ type: 'text', text: process.pid + ' ' + child.pid }] } }) + '\\n');
          }
        });`),
    ]);
    const { session, close } = await connect(stubborn);
    const pids = await pidsOf(session);
    expect(pids).toHaveLength(2);
    const start = performance.now();
    await close();
    expect(performance.now() - start).toBeLessThan(3_500);
    await until('both are gone', () => pids.every(gone));
  });

  it('of a gateway that was killed are ended by the next one, and those of a living one are not', async () => {
    const dir = tempDir();
    const leader = spawn('sh', ['-c', 'sleep 600 & echo $!; wait'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [chunk] = (await once(leader.stdout, 'data')) as [Buffer];
    const orphan = Number(chunk.toString());
    const bystander = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
    const record = (gateway: unknown, pid: number | undefined) => ({
      scope: processScope(),
      gateway,
      groups: [{ pgid: pid, startTime: readProcStat(pid ?? 0)?.startTime }],
    });
    const dead = 2 ** 22 + 5;
    fs.writeFileSync(
      path.join(dir, `${String(dead)}.json`),
      JSON.stringify(record({ pid: dead, startTime: '1' }, leader.pid)),
    );
    const living = { pid: process.ppid, startTime: readProcStat(process.ppid)?.startTime };
    fs.writeFileSync(path.join(dir, `${String(process.ppid)}.json`), JSON.stringify(record(living, bystander.pid)));
    // The leader is gone already: only its number and a member of its group are left.
    leader.kill('SIGKILL');
    await once(leader, 'exit');
    expect(readProcStat(orphan)?.pgid).toBe(leader.pid);
    const registry = new ChildRegistry(dir);
    await until('the orphan is gone', () => gone(orphan));
    expect(gone(bystander.pid ?? 0)).toBe(false);
    expect(fs.readdirSync(dir)).toEqual([`${String(process.ppid)}.json`]);
    registry.close();
    bystander.kill('SIGKILL');
    await once(bystander, 'exit');
  });

  it('are listed while they run, readable by the owner only', async () => {
    const registryDir = path.join(tempDir(), 'children');
    const { session, close } = await connect(bad('grandchild'), { registryDir });
    const file = path.join(registryDir, `${String(process.pid)}.json`);
    const [pid] = await pidsOf(session);
    const record = JSON.parse(fs.readFileSync(file, 'utf8')) as { groups: unknown[] };
    expect(record.groups).toEqual([{ pgid: pid, startTime: readProcStat(pid ?? 0)?.startTime }]);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    await close();
    expect(fs.existsSync(file)).toBe(false);
  });
});
