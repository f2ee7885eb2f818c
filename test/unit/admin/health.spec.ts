import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ReadinessState } from '../../../src/health/readiness.js';
import { until } from '../telemetry/harness.js';
import { AUTHORIZED, configText, startEdge, type EdgeApp } from './edge-app.js';

/** The tests build on one another: the process is healthy, then its file breaks, then it drains. */
describe('health', () => {
  let edge: EdgeApp;
  beforeAll(async () => {
    edge = await startEdge();
  });
  afterAll(() => edge.close());

  it('answers without a key and without detail', async () => {
    const answer = await edge.get('/health');
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({ status: 'ok', config: 'ok' });
    expect((await edge.get('/health/live')).json()).toEqual({ status: 'ok' });
    expect((await edge.get('/health/ready')).json()).toEqual({ status: 'ok' });
  });

  it('answers a wrong key like no key', async () => {
    expect((await edge.get('/health', { authorization: 'Bearer wrong' })).json()).toEqual({
      status: 'ok',
      config: 'ok',
    });
  });

  it('tells the holder of the admin key more', async () => {
    expect((await edge.get('/health', AUTHORIZED)).json()).toEqual({
      status: 'ok',
      config: 'ok',
      detail: {
        version: '9.8.7',
        commit: 'c'.repeat(40),
        uptime_s: expect.any(Number),
        draining: false,
        config: { ok: true, revision: edge.store.current().revision, loaded_at: edge.store.current().loadedAt },
        cache: { type: 'memory' },
        audit: { writable: true, dropped: 0, copies: [] },
        upstreams: [{ server: 'echo_server', status: 'up', sessions: 2 }],
      },
    });
  });

  it('is degraded, not down, while the file is broken, and names the problem to the admin only', async () => {
    const { revision } = edge.store.current();
    await edge.writeConfig(configText('x').replace('"users":["u1"]', '"users":["u1"],"colour":"red"'));
    await until(async () => (await edge.get('/health')).json().config === 'stale');
    const open = await edge.get('/health');
    expect(open.status).toBe(200);
    expect(open.json()).toEqual({ status: 'degraded', config: 'stale' });
    expect((await edge.get('/health/ready')).status).toBe(200);
    const detail = (await edge.get('/health', AUTHORIZED)).json();
    expect(detail).toMatchObject({
      status: 'degraded',
      detail: {
        config: {
          ok: false,
          revision,
          in_force: 'last good revision in force',
          broken_since: expect.any(String),
          problems: [{ path: expect.stringContaining('p1') }],
        },
      },
    });
    const status = (await edge.get('/api/v1/config/status?section=config', AUTHORIZED)).json();
    expect(status.data).toMatchObject({ config: { ok: false, in_force: 'last good revision' } });
  });

  it('is ok again when the file is mended', async () => {
    await edge.writeConfig(configText('admin-key_0123456789', ['a', 'b']));
    await until(async () => (await edge.get('/health')).json().status === 'ok');
    const status = (await edge.get('/api/v1/config/status?section=config', AUTHORIZED)).json();
    expect(status.data).toMatchObject({ config: { ok: true, counts: { servers: 2 } } });
  });

  it('is not ready while draining, but alive', async () => {
    edge.app.get(ReadinessState, { strict: false }).drain();
    const ready = await edge.get('/health/ready');
    expect(ready.status).toBe(503);
    expect(ready.json()).toEqual({ status: 'error' });
    expect((await edge.get('/health')).json()).toEqual({ status: 'error', config: 'ok' });
    expect((await edge.get('/health/live')).status).toBe(200);
  });
});
