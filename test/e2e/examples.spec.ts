import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  BAD,
  call,
  closeAll,
  ECHO,
  echo,
  ECHO_CALL,
  HELLO,
  http,
  listen,
  postCall,
  raw,
  stdio,
} from './support/example-servers.js';

const QUIET_MS = 400;
afterEach(closeAll);

const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Looks again every 20 ms, for five seconds at most. */
async function until(condition: () => boolean): Promise<void> {
  for (let n = 0; n < 250 && !condition(); n++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(condition()).toBe(true);
}

describe.each([
  ['stdio', stdio],
  ['http', http],
])('the echo server over %s', (_name, open) => {
  it('offers its five tools and each does what its description says', async () => {
    const client = await open(ECHO);
    const { tools } = await client.listTools();
    expect(tools.map((tool) => tool.name)).toEqual(['echo', 'reverse', 'add', 'sleep', 'blob']);
    expect((await echo(client)).content[0]?.text).toBe('hi');
    expect((await call(client, 'reverse', { text: 'abc' })).content[0]?.text).toBe('cba');
    expect((await call(client, 'add', { a: 2, b: 3 })).structuredContent).toEqual({ sum: 5 });
    expect((await call(client, 'blob', { bytes: 100_000 })).content[0]?.text).toHaveLength(100_000);
  });

  it('reports progress while it sleeps and stops when cancelled', async () => {
    const client = await open(ECHO);
    let notes = 0;
    const options = { onprogress: () => (notes += 1) };
    await client.callTool({ name: 'sleep', arguments: { ms: 100 } }, undefined, options);
    expect(notes).toBeGreaterThan(1);
    const abort = new AbortController();
    const sleeping = client.callTool({ name: 'sleep', arguments: { ms: 60_000 } }, undefined, { signal: abort.signal });
    abort.abort();
    await expect(sleeping).rejects.toThrow();
    expect((await echo(client)).content[0]?.text).toBe('hi');
  });
});

it('the echo server answers a request of revision 2026-07-28 without a session', async () => {
  const url = await listen(ECHO);
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'echo',
    },
    body: JSON.stringify({ jsonrpc: '2.0', ...ECHO_CALL, params: { ...ECHO_CALL.params, _meta } }),
  });
  expect(response.headers.get('mcp-session-id')).toBeNull();
  expect(await response.json()).toMatchObject({ id: 7, result: { resultType: 'complete' } });
});

describe('the misbehaving server', () => {
  it.each([
    ['hang', stdio],
    ['wrong-ids', stdio],
    ['endless-progress', stdio],
    ['hang', http],
    ['endless-progress', http],
  ])('never gives the answer in mode %s', async (mode, open) => {
    const client = await open(BAD, '--mode', mode);
    await expect(echo(client, QUIET_MS)).rejects.toMatchObject({ code: -32001 });
    expect((await call(client, 'record_count')).content[0]?.text).toBe('1');
  });

  it('answers neither discovery nor the handshake in mode hang-init', async () => {
    const server = raw('--mode', 'hang-init');
    server.send({ id: 0, method: 'server/discover' });
    server.send(HELLO);
    server.send({ id: 2, method: 'ping' });
    expect(JSON.parse(await server.line())).toMatchObject({ id: 2 });
  });

  it('keeps progress coming in mode endless-progress and stops when cancelled', async () => {
    const server = raw('--mode', 'endless-progress');
    server.send({ ...ECHO_CALL, params: { ...ECHO_CALL.params, _meta: { progressToken: 'p' } } });
    for (let n = 1; n <= 5; n++) {
      expect(JSON.parse(await server.line())).toMatchObject({ params: { progressToken: 'p', progress: n } });
    }
    server.send({ method: 'notifications/cancelled', params: { requestId: 7 } });
    server.send({ id: 8, method: 'ping' });
    for (;;) if ((JSON.parse(await server.line()) as { id?: number }).id === 8) break;
    server.send({ id: 9, method: 'ping' });
    expect(JSON.parse(await server.line())).toMatchObject({ id: 9 });
  });

  it('uses ids that nobody sent in mode wrong-ids', async () => {
    const server = raw('--mode', 'wrong-ids');
    server.send(ECHO_CALL);
    const ids = [await server.line(), await server.line(), await server.line()].map(
      (line) => JSON.parse(line) as unknown,
    );
    expect(ids).toEqual(expect.not.arrayContaining([expect.objectContaining({ id: 7 })]));
  });

  it('answers twice, differently, in mode duplicate-answers', async () => {
    const server = raw('--mode', 'duplicate-answers');
    server.send(ECHO_CALL);
    expect(await server.line()).toContain('first answer');
    expect(JSON.parse(await server.line())).toMatchObject({ id: 7, result: { content: [{ text: 'second answer' }] } });
  });

  it('exits when called in mode die and at once in mode die-at-start', async () => {
    const server = raw('--mode', 'die');
    server.send(ECHO_CALL);
    expect(await server.exit).toBe(1);
    const early = raw('--mode', 'die-at-start');
    expect(await early.exit).toBe(1);
    expect(early.stderrBytes()).toBeGreaterThan(0);
  });

  it('waits before it works in mode slow-start', async () => {
    const started = performance.now();
    const client = await stdio(BAD, '--mode', 'slow-start', '--start-ms', '300');
    expect(performance.now() - started).toBeGreaterThan(300);
    expect((await echo(client)).content[0]?.text).toBe('hi');
  });

  it('writes ten megabytes to stderr before the answer in mode stderr-flood', async () => {
    const server = raw('--mode', 'stderr-flood');
    server.send(ECHO_CALL);
    expect(JSON.parse(await server.line())).toMatchObject({ id: 7 });
    expect(server.stderrBytes()).toBeGreaterThan(9 * 1024 * 1024);
  });

  it('mixes lines that are not JSON-RPC into stdout in mode garbage-stdout', async () => {
    const server = raw('--mode', 'garbage-stdout');
    expect(await server.line()).toBe('Server starting...');
    const client = await stdio(BAD, '--mode', 'garbage-stdout');
    expect((await echo(client)).content[0]?.text).toBe('hi');
  });

  it('returns as much as asked in mode huge-result and as deep in mode deep-result', async () => {
    const client = await stdio(BAD, '--mode', 'huge-result', '--bytes', '3000000');
    expect((await echo(client)).content[0]?.text).toHaveLength(3_000_000);
    const { response } = await postCall('--mode', 'deep-result');
    expect(await response.text()).toContain('{"a":'.repeat(100_000));
  });

  it('sends list_changed in bursts after the handshake in mode list-changed-storm', async () => {
    const server = raw('--mode', 'list-changed-storm');
    server.send({ method: 'notifications/initialized' });
    for (let n = 0; n < 500; n++) expect(await server.line()).toContain('tools/list_changed');
  });

  it('has a grandchild that outlives it in mode grandchild', async () => {
    const client = await stdio(BAD, '--mode', 'grandchild');
    const pids = JSON.parse((await call(client, 'pids')).content[0]?.text ?? '') as { pid: number; grandchild: number };
    try {
      process.kill(pids.pid, 'SIGKILL');
      await until(() => !alive(pids.pid));
      expect(alive(pids.grandchild)).toBe(true);
    } finally {
      process.kill(pids.grandchild, 'SIGKILL');
    }
  });

  it('lists 250 tools in five pages in mode many-pages', async () => {
    const client = await stdio(BAD, '--mode', 'many-pages');
    const names = new Set<string>();
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = await client.listTools(cursor === undefined ? {} : { cursor });
      for (const tool of page.tools) names.add(tool.name);
      cursor = page.nextCursor;
      pages += 1;
    } while (cursor !== undefined);
    expect([names.size, pages]).toEqual([250, 5]);
  });

  it('fails as a result in mode error-result and as an error in mode rpc-error', async () => {
    expect(await echo(await stdio(BAD, '--mode', 'error-result'))).toMatchObject({ isError: true });
    await expect(echo(await stdio(BAD, '--mode', 'rpc-error'))).rejects.toMatchObject({ code: -32000 });
  });

  it('returns its text from every leak tool in mode secret-echo', async () => {
    const server = raw('--mode', 'secret-echo');
    server.send({ id: 1, method: 'tools/list' });
    const list = JSON.parse(await server.line()) as { result: { tools: { name: string }[] } };
    const leaks = list.result.tools.map((tool) => tool.name).filter((name) => name.startsWith('leak_'));
    expect(leaks).toHaveLength(9);
    for (const name of leaks) {
      server.send({ id: 2, method: 'tools/call', params: { name, arguments: { text: 'canary-text' } } });
      expect(await server.line()).toContain('canary-text');
    }
  });
});

describe('the record of the misbehaving server', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'examples-'));
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it('holds one line per call that arrived, even when the call killed the server', async () => {
    const file = path.join(directory, 'calls.jsonl');
    const client = await stdio(BAD, '--record', file);
    await echo(client);
    await call(client, 'record_count');
    const server = raw('--mode', 'die', '--record', file);
    server.send(ECHO_CALL);
    await server.exit;
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    const sha256 = createHash('sha256').update('{"message":"hi"}').digest('hex');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { name: 'echo', sha256 },
      { name: 'echo', sha256 },
    ]);
  });

  it('counts calls of a batch although it refuses the batch', async () => {
    const server = raw();
    server.sendText(`[${JSON.stringify(ECHO_CALL)},${JSON.stringify(ECHO_CALL)}]`);
    expect(await server.line()).toContain('-32600');
    server.send({ id: 8, method: 'tools/call', params: { name: 'record_count' } });
    expect(JSON.parse(await server.line())).toMatchObject({ result: { content: [{ text: '2' }] } });
  });

  it('comes before an answer that --delay-ms holds back', async () => {
    const client = await stdio(BAD, '--delay-ms', '150-200');
    const started = performance.now();
    await echo(client);
    expect(performance.now() - started).toBeGreaterThanOrEqual(150);
  });
});

it.each([
  ['an unknown mode', ['--mode', 'nope']],
  ['an HTTP mode on stdio', ['--mode', 'http-500']],
  ['a delay that is not a number', ['--delay-ms', 'soon']],
])('the misbehaving server refuses %s with exit code 2', async (_name, args) => {
  expect(await raw(...args).exit).toBe(2);
});

it('--help of the misbehaving server explains every mode', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [BAD, '--help']);
  for (const mode of ['hang', 'grandchild', 'slow-body', 'secret-echo', 'many-pages'])
    expect(stdout).toContain(`  ${mode} `);
});
