import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { elementOf, resultOf, secureCall, textOf } from '../support/answers.js';
import { ROOT, TestGateway, eventually } from '../support/gateway.js';
import { RawSession } from '../support/raw-http.js';

jest.setTimeout(40_000);
type Json = Record<string, unknown>;

const TOOLBOX = join(ROOT, 'test', 'support', 'toolbox-server.mjs');
const PAY_BACK = { name: 'pay_back', title: 'Pay back', description: 'Returns the money of an order.' };

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start({
    projects: [
      {
        servers: [
          {
            name: 'shop',
            config: { command: process.execPath, args: [TOOLBOX, 'shop', '3'] },
            extra: {
              tool_overrides: {
                refund_payment: PAY_BACK,
                createCalendarEvent: { description: 'For the shop alone.' },
                calibrate_ledger_0: { name: 'paint_ledger_1' },
              },
              disabled_tools: { weigh_ledger_2: 'broken scales' },
              tool_policies: [
                {
                  tools: ['refund_payment'],
                  input_guardrails_policy: { enabled: true, policy_name: 'words', block: ['keyword_detector'] },
                },
              ],
            },
          },
        ],
      },
    ],
    policies: { words: { detectors: { keyword_detector: { banned_keywords: ['bribe'] } } } },
  });
});
afterAll(() => gateway.stop());

const at = (path = '/mcp'): Promise<RawSession> => RawSession.open(`${gateway.origin}${path}`, gateway.key());

async function list(session: RawSession): Promise<Json[]> {
  return ((await session.request('tools/list')).result as { tools: Json[] }).tools;
}

const ORDER = { order: { type: 'string', description: 'Number of the order' } };

describe('a tool with an override', () => {
  it.each([
    ['/mcp', 'shop__'],
    ['/mcp/servers/shop', ''],
  ])('is listed and called at %s as the operator says', async (path, prefix) => {
    const session = await at(path);
    const tools = (await list(session)).filter(({ name }) => !String(name).startsWith('enkrypt_'));
    const names = ['createCalendarEvent', 'pay_back', 'paint_ledger_1'];
    expect(tools.map(({ name }) => name)).toEqual(names.map((name) => `${prefix}${name}`));
    expect(tools[0]).toMatchObject({ title: 'New appointment', description: 'For the shop alone.' });
    expect(tools[1]).toMatchObject({ ...PAY_BACK, name: `${prefix}pay_back`, inputSchema: { properties: ORDER } });
    expect(textOf(await session.call(`${prefix}pay_back`, { order: '7' }))).toBe('shop refund_payment');
    expect(textOf(await session.call(`${prefix}paint_ledger_1`))).toBe('shop calibrate_ledger_0');
    for (const gone of ['refund_payment', 'calibrate_ledger_0']) {
      expect((await session.call(`${prefix}${gone}`)).error).toMatchObject({ code: -32602 });
    }
    const wrong = textOf(await session.call(`${prefix}pay_back`, { order: 7 }));
    expect(wrong).toContain("input schema of 'pay_back'");
  });

  it('is the same in the meta tools', async () => {
    const session = await at();
    const info = resultOf(await session.call('enkrypt_discover_all_tools', { server_name: 'shop' }));
    const tools = info?.structuredContent.tools as Json[];
    expect(tools.map(({ name }) => name)).toEqual(['createCalendarEvent', 'pay_back', 'paint_ledger_1']);
    const found = resultOf(await session.call('enkrypt_search_tools', { query: 'returns money', limit: 1 }));
    expect(found?.structuredContent.tools).toMatchObject([
      { server_name: 'shop', tool_name: 'pay_back', name: 'shop__pay_back', description: PAY_BACK.description },
    ]);
    const call = (tool: string): Promise<Json> =>
      session.call('enkrypt_secure_call_tools', secureCall('shop', tool, { order: '7' }));
    expect(elementOf(await call('pay_back'))).toMatchObject({ status: 'success', response: 'shop refund_payment' });
    expect(elementOf(await call('refund_payment'))).toMatchObject({ status: 'error', error: { code: 'TOOL_002' } });
  });

  it("has the policies of its server's own name, and is called so in the audit log", async () => {
    const session = await at();
    expect(textOf(await session.call('shop__pay_back', { order: 'a bribe' }))).toContain('keyword_detector');
    const through = await session.call('enkrypt_secure_call_tools', secureCall('shop', 'pay_back', { order: 'bribe' }));
    expect(elementOf(through)).toMatchObject({ status: 'blocked_input' });
    expect(textOf(await session.call('shop__weigh_ledger_2'))).toContain('broken scales');
    const made = (): Json[] => gateway.audit().filter(({ method }) => method === 'tools/call');
    const blocked = await eventually(
      () => made().filter(({ reasons }) => JSON.stringify(reasons).includes('keyword_detector')),
      ({ length }) => length === 2,
    );
    expect(blocked.map(({ server, tool }) => [server, tool])).toEqual([
      ['shop', 'refund_payment'],
      ['shop', 'refund_payment'],
    ]);
    expect(made().map(({ tool }) => tool)).not.toContain('pay_back');
  });
});
