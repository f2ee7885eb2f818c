import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { resultOf, secureCall, textOf } from '../support/answers.js';
import { ROOT, type ServerOptions, TestGateway } from '../support/gateway.js';
import { RawSession } from '../support/raw-http.js';

jest.setTimeout(60_000);
type Json = Record<string, unknown>;
interface Found {
  readonly server_name: string;
  readonly tool_name: string;
  readonly name: string;
  readonly input_schema: Json;
}

const TOOLBOX = join(ROOT, 'test', 'support', 'toolbox-server.mjs');
const SEARCH = 'enkrypt_search_tools';

let both: TestGateway;
let replacing: TestGateway;

function toolbox(name: string, fillers: number, extra: Json = {}): ServerOptions {
  return { name, config: { command: process.execPath, args: [TOOLBOX, name, String(fillers)] }, extra };
}

beforeAll(async () => {
  const large = [toolbox('plant', 300), toolbox('office', 100, { tools: { createCalendarEvent: '' } })];
  [both, replacing] = await Promise.all([
    TestGateway.start({
      projects: [
        { exposure: 'both', servers: large },
        { exposure: 'both', servers: [toolbox('small', 5)] },
      ],
    }),
    TestGateway.start({
      projects: [{ exposure: 'direct', servers: large }],
      common: { tool_search: { token_budget: 1000, replaces_list: true } },
    }),
  ]);
});
afterAll(() => Promise.all([both.stop(), replacing.stop()]));

const open = (gateway: TestGateway, project = 0): Promise<RawSession> =>
  RawSession.open(gateway.url, gateway.key(project));

async function namesOf(session: RawSession): Promise<string[]> {
  const { tools } = (await session.request('tools/list')).result as { tools: { name: string }[] };
  return tools.map(({ name }) => name);
}

async function search(session: RawSession, args: Json): Promise<{ tools: Found[] } & Json> {
  return resultOf(await session.call(SEARCH, args))?.structuredContent as { tools: Found[] } & Json;
}

describe('the search for tools', () => {
  it.each([
    ['schedule a meeting in the calendar', 'createCalendarEvent'],
    ['money back for a customer', 'refund_payment'],
    ['bank account iban', 'refund_payment'],
    ['calender apointment', 'createCalendarEvent'],
    ['calibrate turbine', 'calibrate_turbine_70'],
  ])('finds by "%s"', async (query, expected) => {
    const { tools, total_tools: total } = await search(await open(both), { query, limit: 3 });
    expect(tools.length).toBeLessThanOrEqual(3);
    expect(tools.map(({ tool_name: name }) => name)).toContain(expected);
    expect(total).toBe(303);
  });

  it('answers with what a call needs', async () => {
    const session = await open(both);
    const { tools } = await search(session, { query: 'refund', limit: 1 });
    const [{ server_name: server, tool_name: tool, name, input_schema: schema }] = tools as [Found];
    expect(schema).toMatchObject({ properties: { iban: { description: 'Bank account for the transfer' } } });
    expect(textOf(await session.call(name, { order: '7' }))).toBe('plant refund_payment');
    const called = await session.call('enkrypt_secure_call_tools', secureCall(server, tool, { order: '7' }));
    expect(resultOf(called)?.structuredContent).toMatchObject({ summary: { successful_calls: 1 } });
  });

  it('shows nothing that an allow-list leaves out, and nothing of other projects', async () => {
    const { tools } = await search(await open(both), { query: 'refund payment money order', limit: 50 });
    expect(tools.map(({ server_name: server }) => server)).not.toContain('office');
    const { tools: own } = await search(await open(both, 1), { query: 'calendar', limit: 50 });
    expect(new Set(own.map(({ server_name: server }) => server))).toEqual(new Set(['small']));
  });

  it.each([
    [{}, /query/],
    [{ query: '' }, /query/],
    [{ query: 'x'.repeat(501) }, /500 characters/],
    [{ query: 'x', limit: 0 }, /1 to 50/],
    [{ query: 'x', limit: 51 }, /1 to 50/],
    [{ query: 'x', limit: '3' }, /1 to 50/],
  ])('refuses %j', async (args, message) => {
    const answer = await (await open(both)).call(SEARCH, args);
    expect(resultOf(answer)).toMatchObject({ isError: true });
    expect(textOf(answer)).toMatch(message);
  });

  it('finds nothing where nothing fits', async () => {
    expect(await search(await open(both), { query: 'zzzzqqqq §§' })).toMatchObject({ tools: [], total_matches: 0 });
  });
});

describe('the list of tools', () => {
  it('has the search past the budget, beside everything else', async () => {
    const session = await open(both);
    const names = await namesOf(session);
    expect(names).toContain(SEARCH);
    expect(names).toContain('plant__refund_payment');
    expect(await namesOf(await open(both, 1))).not.toContain(SEARCH);
  });

  it('has the search in its place where the config says so, and calls by name go on', async () => {
    const session = await open(replacing);
    expect((await namesOf(session)).sort()).toEqual([SEARCH, 'enkrypt_secure_call_tools'].sort());
    expect(textOf(await session.call('plant__refund_payment', {}))).toBe('plant refund_payment');
    const { tools } = await search(session, { query: 'calendar', limit: 1 });
    expect(tools).toHaveLength(1);
    const one = await RawSession.open(`${replacing.origin}/mcp/servers/plant`, replacing.key());
    expect(await namesOf(one)).toHaveLength(302);
  });

  it('costs what the list of servers says', async () => {
    const listed = await (await open(both)).call('enkrypt_list_all_servers');
    const { available_servers: servers, total_token_cost: total } = resultOf(listed)?.structuredContent as {
      available_servers: Record<string, { token_cost: number; tools: unknown[] }>;
      total_token_cost: number;
    };
    const bytes = Buffer.byteLength(JSON.stringify(servers.plant?.tools));
    expect(servers.plant?.token_cost).toBeGreaterThan((bytes / 4) * 0.95);
    expect(servers.plant?.token_cost).toBeLessThan((bytes / 4) * 1.05);
    expect(total).toBe((servers.plant?.token_cost ?? 0) + (servers.office?.token_cost ?? 0));
  });
});
