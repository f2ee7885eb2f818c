import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, type TestGateway } from '../support/gateway.js';
import { RawSession } from '../support/raw-http.js';
import { startWithIssuer, TokenIssuer } from '../support/token-issuer.js';
import { echoServer } from '../support/upstreams.js';

type Json = Record<string, unknown>;
const MAX = 3;

let issuer: TokenIssuer;
let gateway: TestGateway;
beforeAll(async () => {
  issuer = await TokenIssuer.start();
  gateway = await startWithIssuer({ projects: [{ servers: [echoServer('echo')], users: 3 }] }, issuer);
  gateway.edit((json) => {
    const [first] = Object.values(json.users as Record<string, Json>);
    Object.assign(first ?? {}, { limits: { calls_per_minute: MAX } });
  });
});
afterAll(async () => {
  await gateway.stop();
  await issuer.stop();
});

const user = (index: number): string => gateway.config.keys[0]?.[index]?.userId ?? '';
const statusOf = async (session: RawSession): Promise<number> =>
  (
    await session.post({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'echo__echo', arguments: { message: 'hi' } },
    })
  ).status;

async function statuses(session: RawSession, count: number): Promise<number[]> {
  const all: number[] = [];
  for (let n = 0; n < count; n++) all.push(await statusOf(session));
  return all;
}

describe('the limits of a user', () => {
  it('hold for access tokens and keys of the user together, and for nobody else', async () => {
    await eventually(
      () => gateway.stderr,
      (text) => text.includes('config_reloaded'),
    );
    const byToken = await RawSession.open(gateway.url, issuer.token(user(0)));
    const byOtherToken = await RawSession.open(gateway.url, issuer.token(user(0)));
    const byKey = await RawSession.open(gateway.url, gateway.key());
    expect(await statuses(byToken, MAX - 1)).toEqual(Array(MAX - 1).fill(200));
    expect(await statusOf(byOtherToken)).toBe(200);
    expect([await statusOf(byToken), await statusOf(byOtherToken), await statusOf(byKey)]).toEqual([429, 429, 429]);
    const other = await RawSession.open(gateway.url, issuer.token(user(1)));
    expect(await statuses(other, MAX + 1)).toEqual(Array(MAX + 1).fill(200));
  });

  it('of the project hold for tokens as well', async () => {
    gateway.edit((json) => {
      const [project] = Object.values(json.projects as Record<string, Json>);
      Object.assign(project ?? {}, { limits: { calls_per_minute: 1 } });
    });
    const session = await RawSession.open(gateway.url, issuer.token(user(2)));
    await eventually(
      () => statusOf(session),
      (status) => status === 429,
    );
  });
});
