import { afterEach, describe, expect, it } from '@jest/globals';
import { BAD, closeAll, ECHO_CALL, HELLO, listen, post, postCall } from './support/example-servers.js';

afterEach(closeAll);

describe('the misbehaving server over HTTP', () => {
  it.each([
    ['http-401', 401, 'www-authenticate', 'Bearer'],
    ['http-500', 500, 'content-type', 'text/html'],
    ['redirect', 307, 'location', '/elsewhere'],
  ])('answers a call with its status in mode %s', async (mode, status, header, value) => {
    const { response } = await postCall('--mode', mode);
    expect([response.status, response.headers.get(header)]).toEqual([status, value]);
  });

  it('strikes where --on says and nowhere else', async () => {
    const url = await listen(BAD, '--mode', 'http-401', '--on', 'initialize');
    expect((await post(url, HELLO)).status).toBe(401);
    expect((await postCall('--mode', 'http-401', '--on', 'ping')).response.status).toBe(200);
  });

  it('counts those who follow the redirect', async () => {
    const { url } = await postCall('--mode', 'redirect');
    const stats = async () => (await fetch(new URL('/stats', url))).json();
    expect(await stats()).toMatchObject({ redirects_followed: 0, calls: 1, sessions_open: 1 });
    await post(new URL('/elsewhere', url).href, ECHO_CALL);
    expect(await stats()).toMatchObject({ redirects_followed: 1 });
  });

  it('ends the event stream without an answer in mode sse-cut', async () => {
    const { response } = await postCall('--mode', 'sse-cut');
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(await response.text()).not.toContain('data:');
  });

  it('sends a byte at a time in mode slow-body', async () => {
    const { response } = await postCall('--mode', 'slow-body');
    const reader = response.body!.getReader();
    const next = async () => ((await reader.read()).value as Uint8Array | undefined)?.length;
    const sizes = [await next(), await next()];
    await reader.cancel();
    expect(sizes).toEqual([1, 1]);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(50);
  });

  it('answers 404 for a session that it did not open', async () => {
    expect((await post(await listen(BAD), ECHO_CALL, 'made-up')).status).toBe(404);
  });
});
