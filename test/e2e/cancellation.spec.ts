import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { JSON_HEADERS, sendModern, textOf } from '../support/answers.js';
import { eventually, TestGateway } from '../support/gateway.js';
import { MirrorServer } from '../support/mirror-server.js';
import { RawSession } from '../support/raw-http.js';
import { StdioDoorClient } from '../support/stdio-door.js';

let mirror: MirrorServer;
let gateway: TestGateway;

beforeAll(async () => {
  mirror = await MirrorServer.start();
  const servers = [{ name: 'mirror', config: { url: mirror.url } }];
  const common = { timeout_settings: { tool_execution_timeout: 2 } };
  gateway = await TestGateway.start({ projects: [{ servers }], common });
}, 30_000);

afterAll(async () => {
  await gateway.stop();
  await mirror.close();
});

describe('a client that cancels', () => {
  const hanging = (token: string): Promise<{ readonly id: unknown; closed: boolean }> =>
    eventually(
      () => mirror.hanging.get(token),
      (found) => found !== undefined,
    ) as Promise<{ readonly id: unknown; closed: boolean }>;
  /** Over HTTP a server learns of it by notice and by the end of the response. */
  const reachedUpstream = async (token: string): Promise<void> => {
    const waiting = await hanging(token);
    await eventually(
      () => waiting.closed && mirror.cancelled.includes(waiting.id),
      (reached) => reached,
      1_000,
    );
  };

  it('with notifications/cancelled reaches the server, and gets no answer', async () => {
    const session = await RawSession.open(gateway.url, gateway.key());
    const params = { name: 'mirror__mirror', arguments: { hang: 'http-door' } };
    const call = session.post({ jsonrpc: '2.0', id: 'to-cancel', method: 'tools/call', params });
    await hanging('http-door');
    await session.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'to-cancel' } });
    const response = await call;
    expect(response.text).not.toContain('"result"');
    expect(response.text).not.toContain('"error"');
    await reachedUpstream('http-door');
  });

  it('at the stdio door reaches the server', async () => {
    const door = await StdioDoorClient.open(gateway);
    const params = { name: 'mirror__mirror', arguments: { hang: 'stdio-door' } };
    door.send({ jsonrpc: '2.0', id: 'to-cancel', method: 'tools/call', params });
    await hanging('stdio-door');
    door.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'to-cancel' } });
    await reachedUpstream('stdio-door');
    const next = await door.request('tools/call', { name: 'mirror__mirror', arguments: { a: 1 } });
    expect(textOf(next)).toBe('{"a":1}');
    await door.close();
  }, 20_000);

  it('in the 2026 era by closing the response reaches the server', async () => {
    const target = new URL(gateway.url);
    const params = {
      name: 'mirror__mirror',
      arguments: { hang: 'modern' },
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientCapabilities': {},
        'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
      },
    };
    const names = ['MCP-Protocol-Version', '2026-07-28', 'Mcp-Method', 'tools/call', 'Mcp-Name', 'mirror__mirror'];
    const headers = ['Host', target.host, 'apikey', gateway.key(), ...JSON_HEADERS, ...names];
    const request = httpRequest({
      host: target.hostname,
      port: target.port,
      path: target.pathname,
      method: 'POST',
      headers: headers as never,
      agent: false,
    });
    request.on('error', () => undefined);
    request.end(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }));
    await hanging('modern');
    request.destroy();
    await reachedUpstream('modern');
  });

  it('by a timeout of the gateway reaches the server as well', async () => {
    const answer = await sendModern(gateway.url, gateway.key(), {
      method: 'tools/call',
      params: { name: 'mirror__mirror', arguments: { hang: 'timeout' } },
    });
    expect(answer.text).toMatch(/did not answer within 2 s/);
    await reachedUpstream('timeout');
  });
});
