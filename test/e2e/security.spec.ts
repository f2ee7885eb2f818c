import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestGateway, eventually } from '../support/gateway.js';
import { RawSession, send } from '../support/raw-http.js';
import { sendBytes } from '../support/raw-socket.js';
import { CallRecords, stdioServer } from '../support/upstreams.js';
import { ScriptedServer, result, sendJson, sessionServer } from './upstream-kit.js';

type Json = Record<string, unknown>;

const KEYWORD_POLICY = { team: { detectors: { keyword_detector: { banned_keywords: ['falcon'] }, pii: {} } } };
const BLOCKING = { enabled: true, policy_name: 'team', block: ['keyword_detector'] };

/** A POST whose body is sent only when `finish` is called: headers are judged long before. */
function slowPost(gateway: TestGateway, key: string, extra: Readonly<Record<string, string>>, body: string) {
  const { hostname, port } = new URL(gateway.url);
  const request = http.request({
    host: hostname,
    port,
    path: '/mcp',
    method: 'POST',
    agent: false,
    headers: {
      apikey: key,
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      'Content-Length': String(Buffer.byteLength(body)),
      ...extra,
    },
  });
  const answer = new Promise<{ status: number; text: string }>((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => {
      let text = '';
      response.on('data', (part: Buffer) => (text += part.toString()));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text });
      });
    });
  });
  request.flushHeaders();
  request.write(body.slice(0, 1));
  return {
    finish: () => {
      request.end(body.slice(1));
      return answer;
    },
  };
}

const call = (name: string, args: Json): string =>
  JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name, arguments: args } });

describe('a request that was begun before the config changed', () => {
  const records = new CallRecords();
  let gateway: TestGateway;

  beforeAll(async () => {
    const servers = [
      stdioServer('srv', ['--record', records.path('srv')], { input_guardrails_policy: { enabled: false } }),
    ];
    gateway = await TestGateway.start({ projects: [{ servers, users: 2 }], policies: KEYWORD_POLICY });
  });
  afterAll(async () => {
    await gateway.stop();
    records.remove();
  });

  const revision = async (): Promise<unknown> => {
    const headers = ['Authorization', `Bearer ${gateway.config.adminKey}`];
    const response = await send(`${gateway.origin}/api/v1/config/status?section=config`, { method: 'GET', headers });
    return ((response.json().data as Json).config as Json).revision;
  };
  const edit = async (change: (json: Json) => void): Promise<void> => {
    const before = await revision();
    gateway.edit(change);
    await eventually(revision, (now) => now !== before);
  };

  it('is judged by the policy that is in force when its body has arrived', async () => {
    const session = await RawSession.open(gateway.url, gateway.key());
    await session.call('srv__echo', { message: 'warm' });
    const before = records.calls('srv').length;
    const post = slowPost(
      gateway,
      gateway.key(),
      { 'Mcp-Session-Id': session.sessionId },
      call('srv__echo', { message: 'falcon' }),
    );
    await edit((json) => {
      for (const config of Object.values(json.mcp_configs as Record<string, { mcp_config: Json[] }>)) {
        for (const server of config.mcp_config) server.input_guardrails_policy = BLOCKING;
      }
    });
    const { text } = await post.finish();
    expect(text).toContain('blocked due to input guardrail');
    expect(records.calls('srv')).toHaveLength(before);
  });

  it('is refused when its key was revoked meanwhile', async () => {
    const key = gateway.key(0, 1);
    const session = await RawSession.open(gateway.url, key);
    const list = JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/list', params: {} });
    const post = slowPost(gateway, key, { 'Mcp-Session-Id': session.sessionId }, list);
    await edit((json) => {
      const keys = json.apikeys as Record<string, Json>;
      const hash = gateway.config.keys[0]?.[1]?.hash ?? '';
      keys[hash] = { ...keys[hash], disabled: true };
    });
    const { status, text } = await post.finish();
    expect(status).toBe(401);
    expect(text).not.toContain('srv__');
  });
});

describe('a hostile server', () => {
  let upstream: ScriptedServer;
  let gateway: TestGateway;
  const calls: string[] = [];

  beforeAll(async () => {
    upstream = await ScriptedServer.start(
      sessionServer((seen, response) => {
        if (seen.message.method === 'tools/list') {
          const object = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
          const tools = [
            { name: 'async', inputSchema: { $async: true, ...object } },
            { name: 'tiny_values', inputSchema: { type: 'object' } },
          ];
          sendJson(response, result(seen, { tools }));
          return;
        }
        calls.push(String((seen.message.params as Json).name));
        const body = `{"jsonrpc":"2.0","id":${String(seen.message.id)},"result":{"content":[],"x":[${'[],'.repeat(3_000_000)}[]]}}`;
        response.writeHead(200, { 'content-type': 'application/json' }).end(body);
      }),
    );
    gateway = await TestGateway.start({
      projects: [
        {
          servers: [
            { name: 'evil', config: { url: upstream.url }, extra: { output_guardrails_policy: BLOCKING } },
            stdioServer('good'),
          ],
        },
      ],
      policies: KEYWORD_POLICY,
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await upstream.close();
  });

  it('cannot end the gateway, or skip the check of arguments, with an asynchronous schema', async () => {
    const session = await RawSession.open(gateway.url, gateway.key());
    const answer = await session.call('evil__async', {});
    expect(JSON.stringify(answer)).toContain("required property 'a'");
    expect(calls).not.toContain('async');
    const other = await session.call('good__echo', { message: 'still here' });
    expect(JSON.stringify(other)).toContain('still here');
    expect(gateway.child.exitCode).toBeNull();
  });

  it('cannot hold up the others with an answer of millions of empty values', async () => {
    const session = await RawSession.open(gateway.url, gateway.key());
    const answer = await session.call('evil__tiny_values');
    expect(JSON.stringify(answer)).toContain('arrays, objects and members');
    expect(JSON.stringify(await session.call('good__echo', { message: 'still here' }))).toContain('still here');
  });
});

describe('the main port beside an admin port', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await TestGateway.start({ projects: [{ servers: [] }] }, ['--admin-port', '0']);
  });
  afterAll(() => gateway.stop());

  it.each([
    '/api/v1/config/status',
    '/API/v1/config/status',
    '/Api/V1/Config/Status/',
    '/metrics',
    '/Metrics',
    '/DOCS',
    '/OpenAPI.json',
    'http://localhost/api/v1/config/status',
    '/health/../api/v1/config/status',
  ])('does not serve %s, even with the admin key', async (target) => {
    const head = `GET ${target} HTTP/1.1\r\nHost: ${new URL(gateway.url).host}\r\nConnection: close\r\n`;
    const answer = await sendBytes(gateway.origin, `${head}Authorization: Bearer ${gateway.config.adminKey}\r\n\r\n`);
    expect(answer.status).toBe(404);
  });
});

describe('a client with a key', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await TestGateway.start({
      projects: [{ servers: [stdioServer('srv', [], { input_guardrails_policy: BLOCKING })] }],
      policies: KEYWORD_POLICY,
    });
  });
  afterAll(() => gateway.stop());

  it('cannot hide a banned word in what it declares to be a picture', async () => {
    const session = await RawSession.open(gateway.url, gateway.key());
    const block = { type: 'image', mimeType: 'image/png', data: 'falcon' };
    const answer = await session.call('srv__echo', { message: 'x', block });
    expect(JSON.stringify(answer)).toContain('blocked due to input guardrail');
  });

  it('cannot fill the memory with a body in one-byte chunks', async () => {
    const { hostname, port, host } = new URL(gateway.url);
    const head = `POST /mcp HTTP/1.1\r\nHost: ${host}\r\napikey: ${gateway.key()}\r\nContent-Type: application/json\r\n`;
    const chunks = Buffer.from('1\r\n \r\n'.repeat(10_000));
    const before = rssMiB(gateway);
    const socket = net.connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write(`${head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n`);
    for (let i = 0; i < 100; i++) {
      if (!socket.write(chunks)) await new Promise((resolve) => socket.once('drain', resolve));
    }
    // A megabyte of blanks is no JSON: the answer says that everything was read.
    const answered = new Promise<string>((resolve) =>
      socket.once('data', (data) => {
        resolve(data.toString());
      }),
    );
    socket.write('0\r\n\r\n');
    expect(await answered).toContain('400');
    socket.destroy();
    expect(rssMiB(gateway) - before).toBeLessThan(150);
  });

  it('cannot make one request last for hundreds of calls', async () => {
    const session = await RawSession.open(gateway.url, gateway.key());
    const item = { name: 'echo', args: { message: 'x' } };
    const args = { server_name: 'srv', tool_calls: Array.from({ length: 101 }, () => item) };
    const answer = await session.call('enkrypt_secure_call_tools', args);
    expect(JSON.stringify(answer)).toContain('at most 100 calls');
  });
});

describe('a server that writes its secret to stderr and dies', () => {
  it('does not get the secret into the log', async () => {
    const source = "console.error('token is ' + process.env.SERVICE_TOKEN + ' oops'); process.exit(1)";
    const config = { command: process.execPath, args: ['-e', source], env: { SERVICE_TOKEN: 'tok-4f9a77c2e1' } };
    const gateway = await TestGateway.start({ projects: [{ servers: [{ name: 'srv', config }] }] });
    try {
      const session = await RawSession.open(gateway.url, gateway.key());
      const answer = await session.call('enkrypt_discover_all_tools', { server_name: 'srv' });
      await eventually(
        () => gateway.stderr,
        (text) => text.includes('oops'),
      );
      expect(gateway.stderr).toContain('token is [redacted] oops');
      expect(gateway.stderr + JSON.stringify(answer)).not.toContain('tok-4f9a77c2e1');
    } finally {
      await gateway.stop();
    }
  });
});

function rssMiB(gateway: TestGateway): number {
  const status = readFileSync(`/proc/${String(gateway.child.pid)}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}
