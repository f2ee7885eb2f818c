import { execFileSync } from 'node:child_process';
import { closeSync, openSync, renameSync, rmSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { resultOf, textOf } from '../support/answers.js';
import { eventually, TestGateway } from '../support/gateway.js';
import { RawSession } from '../support/raw-http.js';
import { StubbornServer } from '../support/stubborn-server.js';
import { stdioServer } from '../support/upstreams.js';

type Json = Record<string, unknown>;

/** Accepts connections and never says a word. */
class SilentListener {
  opened = 0;
  open = 0;
  private readonly server = net.createServer((socket) => {
    this.opened++;
    this.open++;
    socket.on('error', () => undefined);
    socket.on('close', () => this.open--);
    socket.resume();
  });

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return (this.server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    return new Promise((resolve) =>
      this.server.close(() => {
        resolve();
      }),
    );
  }
}

const server = new StubbornServer();
const silent = new SilentListener();
const tls = new SilentListener();
let gateway: TestGateway;
let session: RawSession;

beforeAll(async () => {
  const at = async (scheme: string, listener: SilentListener): Promise<Json> => ({
    url: `${scheme}://127.0.0.1:${String(await listener.listen())}/mcp`,
  });
  gateway = await TestGateway.start({
    projects: [
      {
        servers: [
          server.entry('fine'),
          { name: 'silent', config: await at('http', silent) },
          { name: 'tls', config: await at('https', tls), extra: { timeout_settings: { discovery_timeout: 40 } } },
          stdioServer('mute', ['--mode', 'hang-init'], { timeout_settings: { discovery_timeout: 1 } }),
          server.entry('listless', {}, ['--mute-first-list']),
        ],
      },
    ],
    common: {
      timeout_settings: {
        default_timeout: 0.5,
        tool_execution_timeout: 2,
        discovery_timeout: 3,
        connectivity_timeout: 0.8,
        escalation_policies: { warn_threshold: 0.2, timeout_threshold: 0.5, fail_threshold: 0.5 },
      },
    },
  });
  session = await RawSession.open(gateway.url, gateway.key());
}, 60_000);

afterAll(async () => {
  await gateway.stop();
  await Promise.all([silent.close(), tls.close()]);
  server.remove();
});

async function meta(name: string, args: Json = {}): Promise<{ payload: Json; isError: boolean; ms: number }> {
  const started = performance.now();
  const result = resultOf(await session.call(name, args));
  return {
    payload: result?.structuredContent ?? {},
    isError: result?.isError ?? false,
    ms: performance.now() - started,
  };
}

const discover = (server_name: string) => meta('enkrypt_discover_all_tools', { server_name });

async function timeoutCounts(): Promise<Record<string, number>> {
  return (await meta('enkrypt_get_timeout_metrics')).payload.timeout_metrics as Record<string, number>;
}

describe('a list', () => {
  it('waits for default_timeout where that is shorter than its own patience, and has what is known by then', async () => {
    await discover('fine');
    const started = performance.now();
    const { tools } = (await session.request('tools/list')).result as { tools: { name: string }[] };
    const ms = performance.now() - started;
    expect(ms).toBeGreaterThan(400);
    expect(ms).toBeLessThan(2_500);
    expect(tools.map(({ name }) => name)).toContain('fine__wait');
  }, 20_000);
});

describe('discovery', () => {
  it('of a server that accepts connections and never answers is a timeout, and lets go of the connection', async () => {
    const { payload, isError, ms } = await discover('silent');
    expect(isError).toBe(true);
    expect(payload.error).toMatchObject({ code: 'TOOL_004' });
    expect(ms).toBeLessThan(4_000);
    expect(silent.opened).toBeGreaterThan(0);
    await eventually(
      () => silent.open,
      (open) => open === 0,
    );
  }, 20_000);

  it('of a server whose connection is never finished ends with connectivity_timeout, long before its own limit', async () => {
    const { payload, isError, ms } = await discover('tls');
    expect(isError).toBe(true);
    expect(JSON.stringify(payload)).toMatch(/cannot be reached \(UND_ERR_CONNECT_TIMEOUT\)/);
    expect(ms).toBeLessThan(8_000);
    expect(tls.opened).toBeGreaterThan(0);
    await eventually(
      () => tls.open,
      (open) => open === 0,
    );
  }, 20_000);

  it("of a process that never initializes ends with the server's own limit", async () => {
    const { payload, isError, ms } = await discover('mute');
    expect(isError).toBe(true);
    expect(payload.error).toMatchObject({ code: 'TOOL_004' });
    expect(JSON.stringify(payload)).toMatch(/did not (list its tools within 0\.5 s|finish the handshake in time)/);
    expect(ms).toBeLessThan(2_500);
  }, 20_000);

  it('that hangs is cancelled at the server, counted, and works the next time on the same link', async () => {
    // The list at the start may have begun the one that hangs.
    const { payload, isError } = await eventually(
      () => discover('listless'),
      (answer) => !answer.isError,
      10_000,
    );
    expect(payload.status).toBe('success');
    expect(isError).toBe(false);
    const heard = JSON.parse(textOf(await session.call('listless__heard'))) as { method: string }[];
    expect(heard.filter(({ method }) => method === 'notifications/cancelled')).toHaveLength(1);
    expect((await timeoutCounts()).timeout_operations).toBeGreaterThanOrEqual(1);
  }, 20_000);
});

describe('escalation thresholds', () => {
  it('are fractions of the limit: half of two seconds is one', async () => {
    const answer = await session.call('fine__wait', { ms: 60_000, text: 'x' });
    expect(textOf(answer)).toBe('The tool did not answer within 1 s.');
  });

  it('leave a server that answers a ping its session, however short the grace', async () => {
    const pid = textOf(await session.call('fine__pid'));
    await session.call('fine__wait', { ms: 60_000, text: 'x' });
    await eventually(
      async () => JSON.parse(textOf(await session.call('fine__heard'))) as { method: string }[],
      (heard) => heard.at(-1)?.method === 'ping',
    );
    expect(textOf(await session.call('fine__pid'))).toBe(pid);
  });
});

describe('default_timeout', () => {
  it('ends what has no limit of its own: reading a config file that never comes', async () => {
    const { configPath } = gateway;
    const kept = `${configPath}.kept`;
    renameSync(configPath, kept);
    execFileSync('mkfifo', ['-m', '600', configPath]);
    try {
      const { payload, isError, ms } = await meta('enkrypt_clear_cache', { cache_type: 'gateway_config' });
      expect(isError).toBe(true);
      expect(payload.error).toMatchObject({
        code: 'TOOL_004',
        message: 'The gateway was not done within 0.5 s; it goes on.',
      });
      expect(ms).toBeLessThan(2_500);
      expect(textOf(await session.call('fine__wait', { ms: 0, text: 'still there' }))).toBe('still there');
    } finally {
      // Whoever waits for the pipe gets its end.
      closeSync(openSync(configPath, 'r+'));
      rmSync(configPath);
      renameSync(kept, configPath);
    }
  }, 20_000);
});
