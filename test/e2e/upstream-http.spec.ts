import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { GatewayError } from '../../src/errors.js';
import type { UpstreamSession } from '../../src/mcp/upstream/upstream-session.js';
import {
  callTool,
  entry,
  makePool,
  never,
  result,
  rpcError,
  ScriptedServer,
  sendJson,
  sessionServer,
  textOf,
  until,
  url,
  who,
  type Reply,
} from './upstream-kit.js';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function connect(
  reply: Reply,
  headers: Record<string, string> = {},
  transport: 'streamable-http' | 'sse' | 'auto' = 'streamable-http',
): Promise<{ server: ScriptedServer; session: UpstreamSession; lines: unknown[]; close: () => Promise<void> }> {
  const server = await ScriptedServer.start(reply);
  const { pool, lines } = makePool({ connectTimeoutMs: 2_000 });
  closers.push(
    () => pool.close(),
    () => server.close(),
  );
  const connection = { ...url(server.url, headers), transport } as ReturnType<typeof url>;
  const session = await pool.session(who('a'), entry(connection), null, never);
  return { server, session, lines, close: () => pool.close() };
}

const text = (value: string) => ({ content: [{ type: 'text', text: value }] });
const answering: Reply = (seen, response) => {
  sendJson(response, result(seen, text('hi')));
};
const stream = (response: ServerResponse, ...messages: unknown[]): void => {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const message of messages) response.write(`data: ${JSON.stringify(message)}\n\n`);
};
const modern = (onCall: Reply): Reply => {
  const hello = {
    supportedVersions: ['2026-07-28'],
    capabilities: { tools: {} },
    serverInfo: { name: 'm' },
    resultType: 'complete',
  };
  return (seen, response) => {
    if (seen.message.method === 'server/discover') sendJson(response, result(seen, hello));
    else onCall(seen, response);
  };
};

describe('a server of the handshake era over HTTP', () => {
  it('is probed, initialised, called in its session, and left with DELETE', async () => {
    const { server, session, close } = await connect(sessionServer(answering));
    expect(session).toMatchObject({ era: '2025', protocolVersion: '2025-06-18', alive: true });
    const answer = await callTool(session, 'echo');
    expect(textOf(answer)).toBe('hi');
    expect(answer.bytes).toBe(JSON.stringify({ jsonrpc: '2.0', id: 1, result: text('hi') }).length);
    await close();
    expect(server.methods()).toEqual([
      'server/discover',
      'initialize',
      'notifications/initialized',
      'tools/call',
      'DELETE',
    ]);
    for (const seen of server.seen.slice(2)) {
      expect(seen.headers).toMatchObject({ 'mcp-session-id': 'session-1', 'mcp-protocol-version': '2025-06-18' });
    }
    expect(server.seen[1]?.message.params).toMatchObject({ protocolVersion: '2025-11-25', capabilities: {} });
  });

  it('works without a session id, and is then not sent a DELETE', async () => {
    const { server, session, close } = await connect(sessionServer(answering, () => null));
    expect(textOf(await callTool(session, 'echo'))).toBe('hi');
    await close();
    expect(server.methods()).not.toContain('DELETE');
  });

  it('is initialised once more when it has forgotten the session, for all calls together', async () => {
    let current = 0;
    const { server, session } = await connect(
      sessionServer(
        (seen, response) => {
          if (seen.headers['mcp-session-id'] === `s${String(current)}`) answering(seen, response);
          else response.writeHead(404).end();
        },
        () => `s${String(++current)}`,
      ),
    );
    current = 7;
    const answers = await Promise.all(Array.from({ length: 5 }, () => callTool(session, 'echo')));
    expect(answers.map(textOf)).toEqual(['hi', 'hi', 'hi', 'hi', 'hi']);
    expect(server.methods().filter((method) => method === 'initialize')).toHaveLength(2);
    expect(server.methods().filter((method) => method === 'tools/call')).toHaveLength(10);
  });

  it('that forgets every session is tried once more and not for ever', async () => {
    const gone: Reply = (_seen, response) => {
      response.writeHead(404).end();
    };
    const { server, session } = await connect(sessionServer(gone));
    await expect(callTool(session, 'echo')).rejects.toMatchObject({ code: 'upstream_unavailable' });
    expect(server.methods().filter((method) => method === 'tools/call')).toHaveLength(2);
  });

  it.each([500, 502, 503, 401, 403, 429, 400, 301, 307])(
    'gets the call once, whatever happens: HTTP %i',
    async (status) => {
      const refusing: Reply = (_seen, response) => {
        response.writeHead(status, { location: '/elsewhere' }).end('<html>');
      };
      const { server, session } = await connect(sessionServer(refusing));
      const failure = callTool(session, 'echo');
      await expect(failure).rejects.toMatchObject({ code: 'upstream_unavailable', data: { status } });
      await expect(failure).rejects.toThrow(new RegExp(`HTTP ${String(status)}`));
      expect(server.methods().filter((method) => method === 'tools/call')).toHaveLength(1);
      expect(server.seen.some((seen) => seen.url === '/elsewhere')).toBe(false);
    },
  );

  it('gets the call once when it breaks the connection', async () => {
    const { server, session } = await connect(
      sessionServer((_seen, response) => {
        response.destroy();
      }),
    );
    await expect(callTool(session, 'echo')).rejects.toMatchObject({ code: 'upstream_unavailable' });
    expect(server.methods().filter((method) => method === 'tools/call')).toHaveLength(1);
  });

  it('answers with its own JSON-RPC error, with status 200 or 400', async () => {
    for (const status of [200, 400]) {
      const { session } = await connect(
        sessionServer((seen, response) => {
          sendJson(response, rpcError(seen, -32602, { why: 'x' }), status);
        }),
      );
      const { body } = await callTool(session, 'echo');
      expect(body).toEqual({ kind: 'error', error: { code: -32602, message: 'no', data: { why: 'x' } } });
    }
  });

  it('answers over an event stream, with progress, other ids and its own questions before the answer', async () => {
    const { server, session } = await connect(
      sessionServer((seen, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(': keep-alive\n\nid: 1\ndata:\n\n');
        const { id } = seen.message;
        const token = (seen.message.params?._meta as { progressToken: number }).progressToken;
        const progress = (progressToken: unknown, value: number) => ({
          jsonrpc: '2.0',
          method: 'notifications/progress',
          params: { progressToken, progress: value, total: 2 },
        });
        stream(response, progress(token, 1), progress('other', 9), progress(token, 2));
        stream(response, { jsonrpc: '2.0', id: Number(id) + 1, result: text('for somebody else') });
        stream(response, { jsonrpc: '2.0', id, method: 'sampling/createMessage', params: {}, result: text('stolen') });
        stream(response, { jsonrpc: '2.0', id: 'p', method: 'ping' });
        stream(response, { jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
        stream(response, { jsonrpc: '2.0', id, result: text('größe') });
        stream(response, { jsonrpc: '2.0', id, result: text('second answer') });
        response.end();
      }),
    );
    let changes = 0;
    session.onToolsChanged = () => changes++;
    const progress: unknown[] = [];
    const answer = await session.request('tools/call', { name: 'x' }, (each) => progress.push(each), never);
    expect(textOf(answer)).toBe('größe');
    expect(progress).toEqual([
      { progress: 1, total: 2 },
      { progress: 2, total: 2 },
    ]);
    expect(changes).toBe(1);
    const answers = () => server.seen.filter(({ message }) => message.method === undefined && message.id !== undefined);
    await until('both questions are answered', () => answers().length === 2);
    expect(answers().map(({ message }) => message)).toEqual([
      { jsonrpc: '2.0', id: 1, error: { code: -32601, message: 'Method not found' } },
      { jsonrpc: '2.0', id: 'p', result: {} },
    ]);
  });

  it('that ends its stream without an answer fails the call at once', async () => {
    const { session } = await connect(
      sessionServer((_seen, response) => {
        stream(response, { jsonrpc: '2.0', id: 999, result: {} });
        response.end();
      }),
    );
    await expect(callTool(session, 'echo')).rejects.toMatchObject({ code: 'upstream_protocol' });
  });

  it('that keeps the stream open after its answer does not hold the call', async () => {
    const { session } = await connect(
      sessionServer((seen, response) => {
        stream(response, result(seen, text('hi')));
      }),
    );
    expect(textOf(await callTool(session, 'echo'))).toBe('hi');
  });

  it.each([
    ['another id', (id: number) => JSON.stringify({ jsonrpc: '2.0', id: id + 1, result: {} })],
    ['the id as a string', (id: number) => JSON.stringify({ jsonrpc: '2.0', id: String(id), result: {} })],
    ['a request', (id: number) => JSON.stringify({ jsonrpc: '2.0', id, method: 'ping', result: {} })],
    ['a batch', (id: number) => JSON.stringify([{ jsonrpc: '2.0', id, result: {} }])],
    [
      'result and error',
      (id: number) => JSON.stringify({ jsonrpc: '2.0', id, result: {}, error: { code: 1, message: '' } }),
    ],
    ['bad JSON', () => '{"jsonrpc":'],
    ['nothing', () => ''],
  ])('that answers with %s fails the call', async (_what, body) => {
    const { session } = await connect(
      sessionServer((seen, response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end(body(seen.message.id ?? 0));
      }),
    );
    await expect(callTool(session, 'echo')).rejects.toMatchObject({ code: 'upstream_protocol' });
  });

  it('that sends its answer a byte at a time is cut by the signal, told, and left usable', async () => {
    let slow = true;
    const { server, session } = await connect(
      sessionServer((seen, response) => {
        if (!slow) {
          answering(seen, response);
          return;
        }
        response.writeHead(200, { 'content-type': 'application/json' });
        const timer = setInterval(() => response.write(' '), 5);
        response.on('close', () => {
          clearInterval(timer);
        });
      }),
    );
    const abort = new AbortController();
    const reason = new GatewayError('upstream_timeout', 'too slow');
    const failure = callTool(session, 'echo', {}, abort.signal);
    await until('the call arrived', () => server.methods().includes('tools/call'));
    abort.abort(reason);
    await expect(failure).rejects.toBe(reason);
    await until('the server was told', () => server.methods().includes('notifications/cancelled'));
    expect(server.seen.at(-1)?.message.params).toEqual({ requestId: 1 });
    slow = false;
    expect(textOf(await callTool(session, 'echo'))).toBe('hi');
    expect(session.inFlight).toBe(0);
  });

  it('cannot make the gateway read more than the cap, announced or not, in a body or a stream', async () => {
    const chunk = 'x'.repeat(1024 * 1024);
    let written = 0;
    const endless = (response: ServerResponse): void => {
      while (!response.destroyed) {
        written += chunk.length;
        if (!response.write(chunk)) {
          response.once('drain', () => {
            endless(response);
          });
          return;
        }
      }
    };
    const { session } = await connect(
      sessionServer((seen, response) => {
        const kind = (seen.message.params as { name: string }).name;
        if (kind === 'announced')
          response.writeHead(200, { 'content-type': 'application/json', 'content-length': 2 ** 40 });
        else response.writeHead(200, { 'content-type': kind });
        if (kind === 'text/event-stream') response.write('data: ');
        endless(response);
      }),
    );
    for (const kind of ['announced', 'application/json', 'text/event-stream']) {
      written = 0;
      await expect(callTool(session, kind)).rejects.toThrow(/larger than the cap of 64 MiB/);
      expect(written).toBeLessThan(160 * 1024 * 1024);
    }
  }, 30_000);

  it('may send 50 MB', async () => {
    const { session } = await connect(
      sessionServer((seen, response) => {
        sendJson(response, result(seen, text('y'.repeat(50 * 1024 * 1024))));
      }),
    );
    expect(textOf(await callTool(session, 'blob')).length).toBe(50 * 1024 * 1024);
  }, 30_000);

  it('gets the headers of its config, but none that would replace ours', async () => {
    const { server, session, lines } = await connect(sessionServer(answering), {
      Authorization: 'Bearer own',
      'X-Team': 'red',
      'Mcp-Session-Id': 'fake',
      'MCP-Protocol-Version': '1999-01-01',
      'Content-Type': 'text/plain',
      'Content-Length': '3',
      Host: 'evil.example',
    });
    await callTool(session, 'echo');
    const call = server.seen.find(({ message }) => message.method === 'tools/call');
    expect(call?.headers).toMatchObject({
      authorization: 'Bearer own',
      'x-team': 'red',
      'mcp-session-id': 'session-1',
      'mcp-protocol-version': '2025-06-18',
      'content-type': 'application/json',
      host: new URL(server.url).host,
    });
    expect(JSON.stringify(lines)).toContain('configured headers belong to the gateway');
    expect(JSON.stringify(lines)).not.toContain('Bearer own');
  });

  it('asked for by nobody any more is closed with its calls', async () => {
    const { session, close } = await connect(sessionServer(() => undefined));
    const failure = callTool(session, 'echo');
    const outcome = expect(failure).rejects.toMatchObject({ code: 'upstream_unavailable' });
    await close();
    await outcome;
    expect(session.alive).toBe(false);
  });
});

describe('a server of the stateless era', () => {
  it('gets the envelope and the headers with every call, and no session', async () => {
    const { server, session } = await connect(
      modern((seen, response) => {
        sendJson(response, result(seen, { ...text('hi'), resultType: 'complete' }));
      }),
    );
    expect(session).toMatchObject({ era: '2026', protocolVersion: '2026-07-28', serverInfo: { name: 'm' } });
    const { body } = await session.request(
      'tools/call',
      { name: 'grüße', _meta: { traceparent: 't' } },
      undefined,
      never,
    );
    expect(body).toMatchObject({ kind: 'result', result: { resultType: 'complete' } });
    const call = server.seen[1];
    expect(call?.headers).toMatchObject({
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': `=?base64?${Buffer.from('grüße').toString('base64')}?=`,
    });
    expect(call?.headers['mcp-session-id']).toBeUndefined();
    expect(call?.message.params?._meta).toEqual({
      traceparent: 't',
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'gateway', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    });
  });

  it('that asks for input in the middle is refused clearly', async () => {
    const { session } = await connect(
      modern((seen, response) => {
        sendJson(response, result(seen, { resultType: 'input_required', inputRequests: {} }));
      }),
    );
    await expect(callTool(session, 'x')).rejects.toThrow(/asks for input where nobody can be asked/);
  });

  it('is cancelled by closing the stream, without a message', async () => {
    let closed = false;
    const { server, session } = await connect(
      modern((_seen, response) => {
        stream(response, { jsonrpc: '2.0', method: 'notifications/message', params: {} });
        response.on('close', () => (closed = true));
      }),
    );
    const abort = new AbortController();
    const failure = callTool(session, 'x', {}, abort.signal);
    await until('the call arrived', () => server.seen.length === 2);
    abort.abort(new GatewayError('cancelled', 'enough'));
    await expect(failure).rejects.toMatchObject({ code: 'cancelled' });
    await until('the stream is closed', () => closed);
    expect(server.methods()).toEqual(['server/discover', 'tools/call']);
  });

  it('answers an unknown method with HTTP 404 and an error of its own, which is no lost session', async () => {
    const { server, session } = await connect(
      modern((seen, response) => {
        sendJson(response, rpcError(seen, -32601), 404);
      }),
    );
    expect((await session.request('x/y', undefined, undefined, never)).body).toMatchObject({ kind: 'error' });
    expect(server.seen).toHaveLength(2);
  });
});

describe('the probe for the era', () => {
  const probe = (answer: Reply): Reply => {
    const old = sessionServer(answering);
    return (seen, response) => {
      if (seen.message.method === 'server/discover') answer(seen, response);
      else old(seen, response);
    };
  };
  const status =
    (code: number): Reply =>
    (_seen, response) => {
      response.writeHead(code).end('Bad Request: no valid session');
    };

  it.each<[string, Reply]>([
    ['HTTP 400', status(400)],
    ['HTTP 404', status(404)],
    ['HTTP 405', status(405)],
    ['HTTP 202', status(202)],
    ['an HTML page', (_seen, response) => response.end('<html>')],
    [
      '-32601',
      (seen, response) => {
        sendJson(response, rpcError(seen, -32601));
      },
    ],
    [
      '-32000 with 400',
      (seen, response) => {
        sendJson(response, rpcError(seen, -32000), 400);
      },
    ],
    [
      '-32022 naming an older version',
      (seen, response) => {
        sendJson(response, rpcError(seen, -32022, { supported: ['2025-06-18'] }), 400);
      },
    ],
    [
      'an empty result',
      (seen, response) => {
        sendJson(response, result(seen, {}));
      },
    ],
  ])('takes %s for a server to be initialised', async (_what, answer) => {
    const { session } = await connect(probe(answer));
    expect(session.era).toBe('2025');
  });

  it.each<[string, Reply]>([
    ['HTTP 401', status(401)],
    ['HTTP 403', status(403)],
    ['HTTP 408', status(408)],
    ['HTTP 429', status(429)],
    ['HTTP 500', status(500)],
    ['HTTP 503', status(503)],
    ['HTTP 302', status(302)],
    [
      'a broken connection',
      (_seen, response) => {
        response.destroy();
      },
    ],
    [
      '-32020 with 400',
      (seen, response) => {
        sendJson(response, rpcError(seen, -32020), 400);
      },
    ],
    [
      '-32022 naming only newer versions',
      (seen, response) => {
        sendJson(response, rpcError(seen, -32022, { supported: ['2027-01-01'] }), 400);
      },
    ],
  ])('takes %s for a failure and asks no further', async (_what, answer) => {
    const server = await ScriptedServer.start(probe(answer));
    const { pool } = makePool();
    closers.push(
      () => pool.close(),
      () => server.close(),
    );
    await expect(pool.session(who('a'), entry(url(server.url)), null, never)).rejects.toBeInstanceOf(GatewayError);
    expect(server.methods()).toEqual(['server/discover']);
  });

  it('is made once for all sessions to one server', async () => {
    const server = await ScriptedServer.start(sessionServer(answering));
    const { pool } = makePool();
    closers.push(
      () => pool.close(),
      () => server.close(),
    );
    const target = entry(url(server.url));
    for (const user of ['a', 'b', 'c']) await pool.session(who(user), target, null, never);
    const methods = server.methods();
    expect(methods.filter((method) => method === 'server/discover')).toHaveLength(1);
    expect(methods.filter((method) => method === 'initialize')).toHaveLength(3);
  });

  it('refuses a URL with credentials in it, and a session id that is not allowed', async () => {
    const { pool } = makePool();
    closers.push(() => pool.close());
    await expect(pool.session(who('a'), entry(url('http://u:p@127.0.0.1:1/')), null, never)).rejects.toMatchObject({
      code: 'config_invalid',
    });
    await expect(connect(sessionServer(answering, () => 'not allowed'))).rejects.toMatchObject({
      code: 'upstream_protocol',
    });
  });
});

describe('a server of HTTP+SSE', () => {
  /** The stream on GET /mcp, messages on POST /messages. */
  const sseServer = (
    endpoint: string,
    onCall: (id: number | undefined, send: (value: unknown) => void) => void,
  ): Reply => {
    let events: ServerResponse | undefined;
    return (seen, response) => {
      if (seen.method === 'GET') {
        events = response;
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(`event: endpoint\ndata: ${endpoint}\n\n`);
        return;
      }
      if (seen.url === '/mcp') {
        response.writeHead(405).end();
        return;
      }
      response.writeHead(202).end('Accepted');
      const target = events;
      if (target === undefined || seen.message.id === undefined) return;
      if (seen.message.method === 'initialize')
        stream(target, result(seen, { protocolVersion: '2024-11-05', capabilities: {} }));
      else {
        onCall(seen.message.id, (value) => {
          stream(target, value);
        });
      }
    };
  };
  const echo = (id: number | undefined, send: (value: unknown) => void): void => {
    send({ jsonrpc: '2.0', id: 4711, result: {} });
    send({ jsonrpc: '2.0', id, result: text('old') });
  };

  it.each(['sse', 'auto'] as const)('is used with transport %s', async (transport) => {
    const { server, session } = await connect(sseServer('/messages?session=1', echo), { 'x-team': 'red' }, transport);
    expect(session.protocolVersion).toBe('2024-11-05');
    expect(textOf(await callTool(session, 'x'))).toBe('old');
    expect(server.seen.filter(({ url: target }) => target === '/messages?session=1')).toHaveLength(3);
    expect(server.seen.every(({ headers }) => headers['x-team'] === 'red')).toBe(true);
  });

  it('may not send our messages to another origin', async () => {
    const other = await ScriptedServer.start(answering);
    closers.push(() => other.close());
    await expect(connect(sseServer(`${other.url}/messages`, echo), {}, 'sse')).rejects.toMatchObject({
      code: 'upstream_protocol',
    });
    expect(other.seen).toEqual([]);
  });

  it('that closes its stream fails the calls under way, and is connected to again for the next', async () => {
    let streams: ServerResponse[] = [];
    const inner = sseServer('/messages', (id, send) => {
      if (streams.length === 2) echo(id, send);
      else for (const response of streams) response.end();
    });
    const server = await ScriptedServer.start((seen, response) => {
      if (seen.method === 'GET') streams = [...streams, response];
      inner(seen, response);
    });
    const { pool } = makePool();
    closers.push(
      () => pool.close(),
      () => server.close(),
    );
    const connection = { kind: 'http', url: server.url, headers: {}, transport: 'sse' } as const;
    const target = entry(connection);
    const first = await pool.session(who('a'), target, null, never);
    await expect(callTool(first, 'x')).rejects.toMatchObject({ code: 'upstream_unavailable' });
    expect(first.alive).toBe(false);
    expect(textOf(await callTool(await pool.session(who('a'), target, null, never), 'x'))).toBe('old');
  });
});
