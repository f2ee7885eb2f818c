import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CallToolResultSchema,
  DiscoverResultSchema,
  InitializeResultSchema,
  ListToolsResultSchema,
} from '@modelcontextprotocol/core';
import { ROOT, TestGateway } from '../support/gateway.js';
import { RawSession, answerOf, send } from '../support/raw-http.js';

const JSON_HEADERS = ['Content-Type', 'application/json', 'Accept', 'application/json, text/event-stream'];

/** The SDK's own schemas are the judge of what goes over the wire. */
describe('answers of the gateway', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    const config = { command: process.execPath, args: [join(ROOT, 'examples', 'servers', 'echo.mjs')] };
    gateway = await TestGateway.start({ projects: [{ servers: [{ name: 'echo', config }] }] });
  }, 30_000);

  afterAll(async () => {
    await gateway.stop();
  });

  async function raw(body: Record<string, unknown>, headers: readonly string[] = []): Promise<unknown> {
    const all = ['apikey', gateway.key(), ...JSON_HEADERS, ...headers];
    return answerOf(await send(gateway.url, { headers: all, body: JSON.stringify(body) })).result;
  }

  it('have the shapes of the SDK in the 2025 era', async () => {
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'shapes', version: '1' } };
    const hello = InitializeResultSchema.parse(await raw({ jsonrpc: '2.0', id: 1, method: 'initialize', params }));
    expect(hello.capabilities.tools).toEqual({ listChanged: true });
    const session = await RawSession.open(gateway.url, gateway.key());
    const list = ListToolsResultSchema.parse((await session.request('tools/list')).result);
    expect(list.tools.map(({ name }) => name)).toContain('echo__echo');
    const answer = CallToolResultSchema.parse((await session.call('echo__echo', { message: 'hello' })).result);
    expect(answer.content).toEqual([{ type: 'text', text: 'hello' }]);
    const meta = CallToolResultSchema.parse((await session.call('enkrypt_list_all_servers')).result);
    expect(meta.structuredContent).toMatchObject({ status: 'success' });
  });

  it('have the shapes of the SDK in the 2026 era', async () => {
    const version = '2026-07-28';
    const meta = {
      'io.modelcontextprotocol/protocolVersion': version,
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const ask = (method: string, params: Record<string, unknown>, extra: readonly string[] = []): Promise<unknown> =>
      raw({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } }, [
        'MCP-Protocol-Version',
        version,
        'Mcp-Method',
        method,
        ...extra,
      ]);
    expect(DiscoverResultSchema.parse(await ask('server/discover', {})).supportedVersions).toEqual([version]);
    expect(ListToolsResultSchema.parse(await ask('tools/list', {})).tools.length).toBeGreaterThan(7);
    const call = await ask('tools/call', { name: 'echo__add', arguments: { a: 2, b: 3 } }, ['Mcp-Name', 'echo__add']);
    expect(CallToolResultSchema.parse(call).structuredContent).toEqual({ sum: 5 });
  });
});
