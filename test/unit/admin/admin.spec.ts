import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../telemetry/harness.js';
import { ADMIN_KEY, AUTHORIZED, configText, startEdge, type EdgeApp } from './edge-app.js';

const CLOSED = ['/api/v1/config/status', '/metrics', '/forgotten'];

describe('admin routes', () => {
  let edge: EdgeApp;
  beforeAll(async () => {
    edge = await startEdge();
  });
  afterAll(() => edge.close());

  it.each(CLOSED)('open %s with the admin key', async (path) => {
    expect((await edge.get(path, AUTHORIZED)).status).toBe(200);
  });

  it.each(CLOSED)('refuse %s without a key, a route that nobody thought of too', async (path) => {
    const answer = await edge.get(path);
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(answer.json()).toMatchObject({ data: null, message: expect.stringContaining('Bearer') });
    expect(answer.text).not.toContain('secret');
  });

  it.each<[string, Record<string, string> | string[], number, string]>([
    ['a wrong key', { authorization: 'Bearer wrong' }, 401, 'wrong_key'],
    ['a key that starts right', { authorization: `Bearer ${ADMIN_KEY}x` }, 401, 'wrong_key'],
    ['another scheme', { authorization: `Basic ${ADMIN_KEY}` }, 401, 'malformed'],
    ['a key without a scheme', { authorization: ADMIN_KEY }, 401, 'malformed'],
    ['the header of the gateway key', { apikey: ADMIN_KEY }, 401, 'no_key'],
    ['an oversized header', { authorization: `Bearer ${'x'.repeat(2_000)}` }, 431, 'too_large'],
    [
      'two headers',
      ['Authorization', `Bearer ${ADMIN_KEY}`, 'Authorization', 'Bearer x', 'Host', 'x'],
      400,
      'repeated',
    ],
  ])('refuse %s and log the reason, never the key', async (_what, headers, status, reason) => {
    const answer = await edge.get('/metrics', headers);
    expect(answer.status).toBe(status);
    expect(answer.headers['www-authenticate']).toBe(status === 401 ? 'Bearer' : undefined);
    expect(edge.log.lines().at(-1)).toMatchObject({ level: 'warn', event: 'admin_denied', reason });
    expect(edge.log.text()).not.toContain(ADMIN_KEY);
  });

  it('give one answer for a missing, a malformed and a wrong key', async () => {
    const answers = [{}, { authorization: 'Bearer' }, { authorization: 'Bearer wrong' }].map((headers) =>
      edge.get('/metrics', headers),
    );
    expect(new Set((await Promise.all(answers)).map((answer) => answer.json().message)).size).toBe(1);
  });

  it.each(['bearer', 'BEARER', 'Bearer  '])('take the scheme as %j', async (scheme) => {
    expect((await edge.get('/metrics', { authorization: `${scheme} ${ADMIN_KEY}` })).status).toBe(200);
  });

  it('tell what is in force and what was counted, in the envelope', async () => {
    edge.metrics.toolCall('echo_server', 'success', 2);
    const body = (await edge.get('/api/v1/config/status', AUTHORIZED)).json();
    expect(body).toMatchObject({
      message: 'Config status',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      data: {
        config: {
          ok: true,
          revision: edge.store.current().revision,
          loaded_at: edge.store.current().loadedAt,
          problems: [],
          counts: { mcp_configs: 1, servers: 1, keys: 1, active_keys: 1, projects_with_active_keys: 1 },
        },
        features: { admin_key: true, telemetry: false },
        counters: { enkrypt_tool_calls_total: 1 },
      },
    });
    expect(JSON.stringify(body)).not.toMatch(/example\.com|[0-9a-f]{64}/);
  });

  it('answer one section when asked for one', async () => {
    const body = (await edge.get('/api/v1/config/status?section=features', AUTHORIZED)).json();
    expect(Object.keys(body.data as object)).toEqual(['features']);
  });

  it.each(['section=__proto__', 'section=keys', 'section[]=config', 'section=config&section=features', 'x=1'])(
    'refuse the query %s with 400',
    async (query) => {
      const answer = await edge.get(`/api/v1/config/status?${query}`, AUTHORIZED);
      expect(answer.status).toBe(400);
      expect(answer.json()).toMatchObject({
        data: null,
        message: expect.stringMatching(/section|x should not/),
      });
    },
  );

  it('offer the counters to Prometheus', async () => {
    await edge.get('/api/v1/config/status', AUTHORIZED);
    await until(() => edge.metrics.snapshot().enkrypt_api_requests_total !== 0);
    const answer = await edge.get('/metrics', AUTHORIZED);
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.text).toMatch(/^enkrypt_api_requests_total\{status="200"\} [1-9]/m);
    expect(answer.text).toMatch(/^enkrypt_auth_failure_total\{reason="admin_wrong_key"\} [1-9]/m);
  });

  it.each(['/.well-known/oauth-protected-resource', '/.well-known/x/mcp', '/nothing', '/api/v1/nothing', '/'])(
    'answer %s with 404 as JSON, without a key',
    async (path) => {
      const answer = await edge.get(path);
      expect(answer.status).toBe(404);
      expect(answer.headers['content-type']).toContain('application/json');
      expect(answer.json()).toBeDefined();
    },
  );

  it.each(['/%ff', '/api/v1/config/%2e%2e/%ZZ'])('answer the broken path %s with JSON below 500', async (path) => {
    const answer = await edge.get(path);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.json()).toBeDefined();
  });

  it.each(['/health', '/nothing', '/metrics'])(
    'protect the answer of %s with headers and name no product',
    async (path) => {
      const { headers } = await edge.get(path);
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
      expect(headers['x-powered-by']).toBeUndefined();
    },
  );
});

describe('the admin key of the config in force', () => {
  let edge: EdgeApp;
  afterEach(() => edge.close());

  it('is needed: without one every admin route is 403 with the remedy, and health stays open', async () => {
    edge = await startEdge({ adminKey: null });
    for (const path of CLOSED) {
      const answer = await edge.get(path, AUTHORIZED);
      expect(answer.status).toBe(403);
      expect(answer.json().message).toContain('admin-key generate');
    }
    expect((await edge.get('/health')).status).toBe(200);
  });

  it('changes with a reload, without a restart', async () => {
    edge = await startEdge();
    await edge.writeConfig(configText('another-key'));
    await until(async () => (await edge.get('/metrics', { authorization: 'Bearer another-key' })).status === 200);
    expect((await edge.get('/metrics', AUTHORIZED)).status).toBe(401);
  });
});
