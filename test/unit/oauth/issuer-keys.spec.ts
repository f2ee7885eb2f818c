import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { pino } from 'pino';
import type { TokenIssuer as IssuerSettings } from '../../../src/config/inbound-oauth.js';
import { IssuerKeys } from '../../../src/oauth/inbound/issuer-keys.js';
import { SigningKey, TokenIssuer } from '../../support/token-issuer.js';

const MINUTE = 60_000;

let issuer: TokenIssuer;
let keys: IssuerKeys;
let lines: string[];

/** Only the clock is ours: requests and timers are real. */
function pass(ms: number): void {
  jest.setSystemTime(Date.now() + ms);
}

/** Two requests at least for each refresh, so that the last one has been made when this is done. */
async function refreshed(fetches: number): Promise<void> {
  while (issuer.keyFetches < fetches) await new Promise((resolve) => setImmediate(resolve));
}

describe('the keys of an issuer', () => {
  beforeEach(async () => {
    jest.useFakeTimers({
      now: Date.now(),
      doNotFake: [
        ...(['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const),
        ...(['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] as const),
      ],
    });
    issuer = await TokenIssuer.start();
    lines = [];
    const log = pino({}, { write: (line: string) => lines.push(line) });
    const settings = { issuer: issuer.url, jwksUri: null } as IssuerSettings;
    keys = new IssuerKeys(settings, () => 5000, log);
  });
  afterEach(async () => {
    jest.useRealTimers();
    await issuer.stop();
  });

  const knows = async (kid: string | undefined): Promise<boolean> =>
    (await keys.forToken(kid)).printOf(kid) !== undefined;

  it('are fetched once for many who wait for them', async () => {
    const found = await Promise.all(Array.from({ length: 100 }, () => knows('key-1')));
    expect(found).not.toContain(false);
    expect(issuer.keyFetches).toBe(1);
  });

  it('are fetched again for an unknown key after half a minute, and no sooner', async () => {
    expect(await knows('key-1')).toBe(true);
    const next = new SigningKey('key-2');
    issuer.keys = [next.jwk];
    pass(29_000);
    expect(await knows('key-2')).toBe(false);
    expect(issuer.keyFetches).toBe(1);
    pass(2000);
    expect(await knows('key-2')).toBe(true);
    expect(await knows('key-1')).toBe(false);
    expect(issuer.keyFetches).toBe(2);
  });

  it('serve while they are refreshed, and a withdrawn one stops to', async () => {
    const print = (await keys.forToken('key-1')).printOf('key-1') ?? '';
    const before = keys.generation;
    expect(keys.holds('key-1', print)).toBe(true);
    issuer.keys = [new SigningKey('key-1').jwk];
    pass(11 * MINUTE);
    expect(await knows('key-1')).toBe(true);
    await refreshed(2);
    while (keys.generation === before) await new Promise((resolve) => setImmediate(resolve));
    // The same name and another key.
    expect(keys.holds('key-1', print)).toBe(false);
  });

  it('that have not changed keep what was verified with them', async () => {
    await knows('key-1');
    const before = keys.generation;
    pass(11 * MINUTE);
    keys.refreshWhenOld();
    await refreshed(2);
    pass(MINUTE);
    expect(await knows('unknown')).toBe(false);
    expect(issuer.keyFetches).toBeGreaterThanOrEqual(2);
    expect(keys.generation).toBe(before);
  });

  it('serve for a day while their issuer is away, and then no longer', async () => {
    await knows('key-1');
    issuer.instead = (_req, res) => res.destroy();
    pass(23 * 60 * MINUTE);
    expect(await knows('key-1')).toBe(true);
    pass(2 * 60 * MINUTE);
    await expect(keys.forToken('key-1')).rejects.toMatchObject({ code: 'overloaded', retryable: true });
    expect(lines.join('')).toContain('issuer_keys_unavailable');
    issuer.instead = null;
    pass(3000);
    expect(await knows('key-1')).toBe(true);
  });

  it('of which there is one may be left unnamed', async () => {
    expect(await knows(undefined)).toBe(true);
  });

  it('are not asked for in a storm while their issuer is away', async () => {
    issuer.instead = (_req, res) => res.destroy();
    for (let i = 0; i < 20; i++) await expect(keys.forToken('key-1')).rejects.toMatchObject({ code: 'overloaded' });
    expect(issuer.requests.length).toBe(1);
  });
});
