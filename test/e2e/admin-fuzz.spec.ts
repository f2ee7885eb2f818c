import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdminClient } from '../support/admin-client.js';
import { ApiContract } from '../support/api-contract.js';
import { TestGateway } from '../support/gateway.js';
import { send } from '../support/raw-http.js';
import { echoServer } from '../support/upstreams.js';

let gateway: TestGateway;
let contract: ApiContract;

beforeAll(async () => {
  gateway = await TestGateway.start({ projects: [{ servers: [echoServer('echo_server')] }] });
  const headers = ['Authorization', `Bearer ${gateway.config.adminKey}`];
  contract = new ApiContract((await send(`${gateway.origin}/openapi.json`, { method: 'GET', headers })).json());
});
afterAll(() => gateway.stop());

describe('malformed requests', () => {
  it('never lead to a fault of the gateway', async () => {
    const random = randomFrom(20_260_101);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const values = [
      null,
      true,
      0,
      -1,
      1e308,
      '',
      ' ',
      'x',
      '***',
      '\u0000',
      '\ud800',
      '__proto__',
      [],
      [null],
      {},
      { a: 1 },
      'x'.repeat(100_000),
      '\u202e\ufeff\u0000é🚀\udc00',
      Array.from({ length: 2_000 }, () => ({ server_name: 1 })),
      deep(40),
      deep(400),
      { mcp_config: [deep(3), { server_name: 'x', config: [] }] },
      { config: { mcp_configs: { x: 1 }, projects: [], users: { y: null }, apikeys: { z: [] } } },
      { mcp_configs: {}, projects: {}, users: {}, apikeys: {} },
    ];
    const members =
      'config_name source_config target_config new_name server_name server_command args env url headers tools description policy input_policy output_policy search_term api_key enabled insecure project_name config_id user_id email new_email force project_id name expires_at backup dry_run confirm config mcp_config gateways prototype surprise'.split(
        ' ',
      );
    const names = [
      'config_0',
      'project_0',
      'echo_server',
      'nobody',
      '%2F',
      '%00',
      '__proto__',
      '%F0%9F%92%A9',
      '0'.repeat(12),
      'user0.0%40example.com',
    ];
    const bodyOf = (depth = 0): unknown =>
      Object.fromEntries(
        Array.from({ length: Math.floor(random() * 5) }, () => [
          pick(members),
          depth < 2 && random() < 0.3 ? bodyOf(depth + 1) : pick(values),
        ]),
      );
    const routes = ['administration', 'admin']
      .flatMap((tag) => contract.routes(tag))
      .filter(({ path }) => path.startsWith('/api/v1/') && !path.endsWith('/reset'));
    const fuzzed = new AdminClient(gateway, contract);
    // These are held against the document in openapi.spec.ts.
    const others = new AdminClient(gateway);
    const faults: string[] = [];
    for (let i = 0; i < 3_000; i++) {
      const { method, path } = pick(routes);
      const url = path.slice('/api/v1'.length).replace(/\{\w+\}/g, () => pick(names));
      const query =
        random() < 0.2
          ? `?limit=${encodeURIComponent(JSON.stringify(pick(values)).slice(0, 500).toWellFormed())}&q=${pick(names)}`
          : '';
      const text = JSON.stringify(bodyOf());
      const cut = random() < 0.1 ? text.slice(0, Math.floor(random() * text.length)) : text;
      const body = method === 'GET' ? undefined : random() < 0.05 ? JSON.stringify(pick(values)) : cut;
      const answer = await (url.startsWith('/definitions') ? others : fuzzed).ask(
        method,
        url + query,
        body === '' ? undefined : body,
      );
      if (answer.status >= 500) faults.push(`${method} ${url} ${String(body)}: ${answer.text}`);
    }
    expect(faults).toEqual([]);
    expect(fuzzed.surprises).toEqual([]);
    expect((await send(`${gateway.origin}/health`, { method: 'GET' })).status).toBe(200);
  }, 180_000);
});

/** Lists in lists. */
function deep(levels: number): unknown {
  return levels === 0 ? 1 : [deep(levels - 1)];
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
