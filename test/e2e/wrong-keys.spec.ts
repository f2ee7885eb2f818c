import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { buildConfig, TestGateway } from '../support/gateway.js';
import { LeakyServer } from '../support/leaky-server.js';
import { RawSession, send } from '../support/raw-http.js';

jest.setTimeout(180_000);

/** Ten thousand in `npm run soak`. A fiftieth of them otherwise, but at least as many as show the limit of an address and a trend of the memory. */
const WRONG_KEYS = Math.max(1000, Math.round(10_000 * Number(process.env.GATEWAY_SOAK_FRACTION ?? 0.02)));
const PER_MINUTE = 60;
/** Requests under way at once. */
const WIDTH = 8;
const GOOD_CALLS = 100;
const MAX_GROWTH_MB = 48;

let mail: LeakyServer;
let gateway: TestGateway;

beforeAll(async () => {
  mail = await LeakyServer.start();
  const servers = [{ name: 'mail', config: { url: mail.url } }];
  gateway = await TestGateway.startWith(buildConfig({ projects: [{ servers, users: 2 }] }));
});
afterAll(async () => {
  await gateway.stop();
  await mail.close();
});

const wrongKey = (): string => `smg_${randomBytes(32).toString('base64url')}`;
const PING = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });

/** Status and Retry-After of one POST; loopback has sixteen million addresses to send it from. */
function post(
  headers: Record<string, string>,
  localAddress: string,
  path = '/mcp',
): Promise<[number, string | undefined]> {
  return new Promise((resolve, reject) => {
    const more = { 'content-type': 'application/json', ...headers };
    const request = http.request(gateway.origin + path, { method: 'POST', localAddress, headers: more, agent: false });
    request.on('error', reject);
    request.on('response', (response) => {
      response.resume();
      response.on('end', () => {
        resolve([response.statusCode ?? 0, response.headers['retry-after']]);
      });
    });
    request.end(PING);
  });
}

/** Sends `count` requests, WIDTH at once, and returns how often each status came. */
async function flood(count: number, one: (n: number) => Promise<[number, unknown]>): Promise<Map<number, number>> {
  const statuses = new Map<number, number>();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const [status] = await one(next++);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, lane));
  return statuses;
}

/** The time within which 99 of 100 calls of a good client are answered, in milliseconds. */
async function p99(session: RawSession): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < GOOD_CALLS; n++) {
    const start = performance.now();
    const answer = await session.call('mail__in_text', { text: 'hello' });
    expect(answer.result).toBeDefined();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(GOOD_CALLS * 0.99) - 1] ?? Infinity;
}

function memoryMb(): number {
  const status = readFileSync(`/proc/${String(gateway.child.pid)}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

describe('wrong keys', () => {
  it('are answered 429 after the first sixty of an address, and the right key is let in from there', async () => {
    const from = '127.1.0.1';
    const statuses = await flood(WRONG_KEYS, () => post({ apikey: wrongKey() }, from));
    expect(statuses).toEqual(
      new Map([
        [401, PER_MINUTE],
        [429, WRONG_KEYS - PER_MINUTE],
      ]),
    );
    const [status, retryAfter] = await post({ apikey: wrongKey() }, from);
    expect(status).toBe(429);
    expect(Number(retryAfter)).toBeGreaterThanOrEqual(1);
    expect(Number(retryAfter)).toBeLessThanOrEqual(60);
    // The door asks for a session: the key was right.
    expect((await post({ apikey: gateway.key() }, from))[0]).toBe(400);
    expect((await post({}, from))[0]).toBe(401);
    expect((await post({ apikey: wrongKey() }, '127.1.0.2'))[0]).toBe(401);
  });

  it('of many addresses neither fill the memory nor slow down a good client', async () => {
    const session = await RawSession.open(gateway.url, gateway.key());
    const address = (n: number): string => `127.2.${String((n >> 8) & 255)}.${String(n & 255)}`;
    const key = gateway.key(0, 1);
    const run = async (count: number, one: () => string): Promise<number> => {
      const [time] = await Promise.all([p99(session), flood(count, (n) => post({ apikey: one() }, address(n)))]);
      return time;
    };
    // As many requests of somebody whose key is right: what a busy machine costs is in both.
    const control = await run(WRONG_KEYS, () => key);
    const before = memoryMb();
    const beside = await run(WRONG_KEYS, wrongKey);
    const grown = memoryMb() - before;
    expect(beside).toBeLessThan(5 * control + 50);
    expect(grown).toBeLessThan(MAX_GROWTH_MB);
  });

  it('for the administration are answered 429 as well, and the admin key is let in', async () => {
    const from = '127.3.0.1';
    const ask = (key: string): Promise<[number, unknown]> =>
      post({ authorization: `Bearer ${key}` }, from, '/api/v1/projects');
    const statuses = await flood(PER_MINUTE + 40, () => ask(wrongKey()));
    expect(statuses).toEqual(
      new Map([
        [401, PER_MINUTE],
        [429, 40],
      ]),
    );
    const headers = ['Authorization', `Bearer ${gateway.config.adminKey}`];
    expect((await send(`${gateway.origin}/api/v1/projects`, { method: 'GET', headers })).status).toBe(200);
    expect((await ask(gateway.config.adminKey))[0]).toBe(422);
  });
});
