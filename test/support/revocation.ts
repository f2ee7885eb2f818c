import { expect } from '@jest/globals';
import { secureCall } from './answers.js';
import { EventStream } from './event-stream.js';
import { eventually, type TestGateway } from './gateway.js';
import { RawSession } from './raw-http.js';

/** Callers with the key, at each replica. */
const CALLERS = 4;
const TICK_MS = 10;

/** One replica with sessions of the key that is going to be disabled, and of another. */
export interface Replica {
  readonly revoked: readonly RawSession[];
  readonly other: RawSession;
  readonly stream: EventStream;
}

/** When the key was let in last and refused first, and what happened to the other. */
interface Observed {
  lastServed: number;
  firstRefused: number;
  servedAfterRefusal: number;
  readonly others: number[];
}

/** Sessions of the first two keys of the gateway's first project. */
export async function replicaOf(gateway: TestGateway): Promise<Replica> {
  const { url } = gateway;
  const revoked = await Promise.all(Array.from({ length: CALLERS }, () => RawSession.open(url, gateway.key())));
  const [first] = revoked;
  const headers = ['apikey', gateway.key(), 'Mcp-Session-Id', first?.sessionId ?? '', 'Accept', 'text/event-stream'];
  const stream = await EventStream.open(url, { headers });
  expect(stream.status).toBe(200);
  return { revoked, other: await RawSession.open(url, gateway.key(0, 1)), stream };
}

/** The status of a call of the echo server. */
export async function statusOfCall(session: RawSession): Promise<number> {
  const { status } = await session.post({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'enkrypt_secure_call_tools', arguments: secureCall('echo', 'echo', { message: 'hello' }) },
  });
  return status;
}

/** Calls in loops, with both keys, until told to stop. */
async function observe(replica: Replica, isOver: () => boolean): Promise<Observed> {
  const seen: Observed = { lastServed: 0, firstRefused: Infinity, servedAfterRefusal: 0, others: [] };
  const caller = async (session: RawSession): Promise<void> => {
    let refused = false;
    while (!isOver()) {
      const status = await statusOfCall(session);
      const now = performance.now();
      if (status === 200) {
        seen.lastServed = Math.max(seen.lastServed, now);
        if (refused) seen.servedAfterRefusal++;
      } else {
        refused = true;
        // Whoever goes on with a key that is no good is asked to wait.
        expect([401, 429]).toContain(status);
        seen.firstRefused = Math.min(seen.firstRefused, now);
      }
    }
  };
  const good = async (): Promise<void> => {
    while (!isOver()) seen.others.push(await statusOfCall(replica.other));
  };
  await Promise.all([...replica.revoked.map(caller), good()]);
  return seen;
}

/** In force on every replica. */
const WITHIN_MS = 1_000;
const STREAM_WITHIN_MS = 5_000;
/** Calls under way before and after. */
const CALLS = 300;

/**
 * Disables a key while it is used at all replicas: it must be refused everywhere within a second, its streams end, others go on.
 * @param disable resolves once the change is acknowledged
 */
export async function expectRevoked(gateways: readonly TestGateway[], disable: () => Promise<void>): Promise<void> {
  const replicas = await Promise.all(gateways.map(replicaOf));
  let isOver = false;
  const observing = Promise.all(replicas.map((replica) => observe(replica, () => isOver)));
  const calls = (): number => gateways.reduce((sum, one) => sum + one.audit().length, 0);
  await eventually(calls, (count) => count > CALLS, 30_000);

  const stall = worstStall();
  await disable();
  const disabledAt = performance.now();
  await Promise.all(replicas.map(({ stream }) => stream.closed));
  const streamsEnded = performance.now() - disabledAt;
  const before = calls();
  await eventually(calls, (count) => count > before + CALLS, 30_000);
  const allowance = 3 * stall.stop();
  isOver = true;

  expect(streamsEnded).toBeLessThan(STREAM_WITHIN_MS + allowance);
  for (const { lastServed, firstRefused, servedAfterRefusal, others } of await observing) {
    expect(firstRefused - disabledAt).toBeLessThan(WITHIN_MS + allowance);
    expect(lastServed - disabledAt).toBeLessThan(WITHIN_MS + allowance);
    expect(servedAfterRefusal).toBe(0);
    expect(others.length).toBeGreaterThan(10);
    expect(new Set(others)).toEqual(new Set([200]));
  }
}

/** How long this machine did nothing for this process at a stretch, at worst: nobody can be told sooner than that. */
export function worstStall(): { readonly stop: () => number } {
  let worst = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    worst = Math.max(worst, now - last - TICK_MS);
    last = now;
  }, TICK_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return worst;
    },
  };
}
