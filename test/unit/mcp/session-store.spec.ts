import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Principal } from '../../../src/contracts/principal.js';
import { RequestScope } from '../../../src/mcp/sessions/request-scope.js';
import { SessionStore } from '../../../src/mcp/sessions/session-store.js';

function who(keyId: string, more: Partial<Principal> = {}): Principal {
  const base = { userId: 'u', projectId: 'p', configId: 'c', tenant: 'u_p_c', scopes: [], expiresAt: null };
  return { ...base, keyId, ...more };
}

const UNKNOWN = expect.objectContaining({ code: 'session_unknown' });

let store: SessionStore;
beforeEach(() => {
  jest.useFakeTimers();
  store = new SessionStore();
});
afterEach(() => {
  store.close();
  jest.useRealTimers();
});

describe('the client sessions', () => {
  it('have ids that nobody can guess', () => {
    const ids = new Set(Array.from({ length: 100 }, () => store.open(who('k'), '2025-11-25').id));
    expect(ids.size).toBe(100);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{32}$/);
  });

  it('are found by their own key in their own tenant alone', () => {
    const { id } = store.open(who('k'), '2025-11-25');
    expect(store.find(id, who('k')).id).toBe(id);
    for (const other of [who('other'), who('k', { tenant: 'u_p_other' })]) {
      expect(() => store.find(id, other)).toThrow(UNKNOWN);
    }
    expect(() => store.find('__proto__', who('k'))).toThrow(UNKNOWN);
  });

  it('end once: requests are ended, the stream is closed, listeners hear of it', () => {
    const session = store.open(who('k'), '2025-11-25');
    const scope = new RequestScope();
    session.inFlight.add(1, scope);
    const seen: string[] = [];
    session
      .openEvents()
      .standing()
      .attach({ takes: true, write: () => undefined, end: () => seen.push('stream') }, undefined);
    store.onEnd(({ id }) => seen.push(id));
    store.end(session, 'why');
    store.end(session, 'again');
    expect(seen).toEqual(['stream', session.id]);
    expect(scope.signal.reason).toMatchObject({ code: 'session_unknown', message: 'why' });
    expect(() => store.find(session.id, who('k'))).toThrow(UNKNOWN);
  });

  it('end when idle for too long, but not while they are busy', () => {
    store.startSweeping(
      () => 60_000,
      () => true,
    );
    const idle = store.open(who('k'), '2025-11-25');
    const streaming = store.open(who('k'), '2025-11-25');
    streaming.notify = () => true;
    const calling = store.open(who('k'), '2025-11-25');
    calling.inFlight.add(1, new RequestScope());
    jest.advanceTimersByTime(59_000);
    expect(store.size).toBe(3);
    jest.advanceTimersByTime(2000);
    expect(idle.closed).toBe(true);
    expect([streaming.closed, calling.closed]).toEqual([false, false]);
  });

  it('end within a second once their key is no longer valid, busy or not', () => {
    let valid = true;
    store.startSweeping(
      () => 60_000,
      ({ keyId }) => valid || keyId === 'other',
    );
    const streaming = store.open(who('k'), '2025-11-25');
    streaming.notify = () => true;
    const other = store.open(who('other'), '2025-11-25');
    jest.advanceTimersByTime(5000);
    expect(streaming.closed).toBe(false);
    valid = false;
    jest.advanceTimersByTime(1000);
    expect(streaming.closed).toBe(true);
    expect(other.closed).toBe(false);
  });

  it('are bounded per key: the oldest idle one of that key gives way', () => {
    const bystander = store.open(who('other'), '2025-11-25');
    const first = store.open(who('k'), '2025-11-25');
    first.notify = () => true;
    const second = store.open(who('k'), '2025-11-25');
    for (let i = 0; i < 998; i++) store.open(who('k'), '2025-11-25');
    expect(store.size).toBe(1001);
    store.open(who('k'), '2025-11-25');
    expect(store.size).toBe(1001);
    expect([bystander.closed, first.closed, second.closed]).toEqual([false, false, true]);
  });

  it('are refused when every one of the key is busy', () => {
    for (let i = 0; i < 1000; i++) store.open(who('k'), '2025-11-25').notify = () => true;
    expect(() => store.open(who('k'), '2025-11-25')).toThrow(
      expect.objectContaining({ code: 'overloaded', retryable: true }),
    );
    expect(() => store.open(who('other'), '2025-11-25')).not.toThrow();
  });
});
