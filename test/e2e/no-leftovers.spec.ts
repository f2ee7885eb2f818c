import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { resultOf, textOf } from '../support/answers.js';
import { CLI, eventually, TestGateway } from '../support/gateway.js';
import { isRunning, leftovers } from '../support/processes.js';
import { RawSession } from '../support/raw-http.js';
import { StdioDoorClient } from '../support/stdio-door.js';
import { CallRecords, stdioServer } from '../support/upstreams.js';

/** The full count takes minutes; everyday runs do a tenth of it. */
const CYCLES = process.env.GATEWAY_SOAK === '1' ? 300 : 30;
/** Cycles under way at a time. */
const LANES = 3;
const ALL_GONE_MS = 10_000;

interface Family {
  readonly pid: number;
  readonly grandchild: number;
}

async function familyOf(session: { call: RawSession['call'] }, server: string): Promise<Family> {
  const answer = await session.call(`${server}__pids`);
  const family = JSON.parse(textOf(answer)) as Family;
  expect(isRunning(family.pid)).toBe(true);
  return family;
}

const perSession = { affinity: 'session' };
const records = new CallRecords();
const SERVERS = [
  stdioServer('polite', ['--mode', 'grandchild'], perSession),
  stdioServer('mortal', ['--mode', 'grandchild', '--mode', 'die'], perSession),
  stdioServer('hanging', ['--mode', 'grandchild', '--mode', 'hang', '--record', records.path('hanging')]),
  stdioServer('steady', ['--mode', 'grandchild']),
];

/** How one child's life ends; every way leaves a grandchild that holds its stdout to the gateway. */
const ENDINGS: readonly (readonly [string, (session: RawSession, family: Family) => Promise<unknown>])[] = [
  ['polite', (session) => session.end()],
  [
    'polite',
    async (session, { pid }) => {
      process.kill(pid, 'SIGKILL');
      await session.end();
    },
  ],
  [
    'mortal',
    async (session) => {
      const answer = await session.call('mortal__echo', { message: 'goodbye' });
      expect(textOf(answer)).toMatch(/stopped with exit code 1/);
      await session.end();
    },
  ],
  [
    'polite',
    async (session, { pid }) => {
      process.kill(pid, 'SIGSTOP');
      await session.end();
    },
  ],
];

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start({ projects: [{ servers: SERVERS }] });
});
afterAll(async () => {
  await gateway.stop();
  records.remove();
});

describe('stdio servers that start processes of their own', () => {
  it(
    `leave nothing behind after ${String(CYCLES)} lives that end in every way there is`,
    async () => {
      const families: Family[] = [];
      let next = 0;
      const lane = async (): Promise<void> => {
        for (let cycle = next++; cycle < CYCLES; cycle = next++) {
          const [server, end] = ENDINGS[cycle % ENDINGS.length]!;
          const session = await RawSession.open(gateway.url, gateway.key());
          const family = await familyOf(session, server);
          families.push(family);
          await end(session, family);
        }
      };
      await Promise.all(Array.from({ length: LANES }, lane));
      expect(families).toHaveLength(CYCLES);
      const pids = families.flatMap(({ pid, grandchild }) => [pid, grandchild]);
      expect(new Set(pids).size).toBe(2 * CYCLES);
      await eventually(
        () => leftovers(pids, gateway.child.pid),
        (left) => left.length === 0,
        ALL_GONE_MS,
      );
    },
    CYCLES * 2_000 + 20_000,
  );
});

describe('a child that is killed', () => {
  it('gives a clear error within a second to the call under way, and the next call a new child', async () => {
    const session = await RawSession.open(gateway.url, gateway.key());
    const before = await familyOf(session, 'hanging');
    const call = session.call('hanging__echo', { message: 'never answered' });
    await eventually(
      () => records.calls('hanging'),
      (calls) => calls.includes('echo'),
    );
    const killed = performance.now();
    process.kill(before.pid, 'SIGKILL');
    const answer = await call;
    expect(performance.now() - killed).toBeLessThan(1_000);
    expect(resultOf(answer)?.isError).toBe(true);
    expect(textOf(answer)).toMatch(/"hanging" stopped with signal SIGKILL/);
    const after = await familyOf(session, 'hanging');
    expect(after.pid).not.toBe(before.pid);
    await eventually(
      () => leftovers([before.pid, before.grandchild], gateway.child.pid),
      (left) => left.length === 0,
      2_000,
    );
    await session.end();
  });
});

describe('a gateway that ends', () => {
  const restarted: ChildProcess[] = [];
  const gateways: TestGateway[] = [];
  afterEach(async () => {
    for (const child of restarted.splice(0)) await ended(child, 'SIGTERM');
    for (const each of gateways.splice(0)) await each.stop();
  });

  async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await exited;
  }

  async function startOwn(): Promise<TestGateway> {
    const own = await TestGateway.start({ projects: [{ servers: SERVERS }] });
    gateways.push(own);
    return own;
  }

  /** A second gateway on the config file of one that is gone or still runs. */
  async function startAgain({ configPath, home }: TestGateway): Promise<void> {
    const argv = [CLI, 'start', '--config', configPath, '--port', '0'];
    const child = spawn(process.execPath, argv, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env.PATH, HOME: home },
    });
    restarted.push(child);
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
    await eventually(
      () => log,
      (text) => /^ready /m.test(text),
      20_000,
    );
  }

  it('by SIGTERM takes all of its children with it', async () => {
    const own = await startOwn();
    const session = await RawSession.open(own.url, own.key());
    const families = await Promise.all(['polite', 'steady', 'hanging'].map((server) => familyOf(session, server)));
    await ended(own.child, 'SIGTERM');
    expect(own.child.exitCode).toBe(0);
    expect(
      leftovers(
        families.flatMap(({ pid, grandchild }) => [pid, grandchild]),
        own.child.pid,
      ),
    ).toEqual([]);
  }, 30_000);

  it('by SIGKILL leaves orphans only until the next start', async () => {
    const own = await startOwn();
    const session = await RawSession.open(own.url, own.key());
    const { grandchild } = await familyOf(session, 'steady');
    await ended(own.child, 'SIGKILL');
    expect(isRunning(grandchild)).toBe(true);
    await startAgain(own);
    await eventually(
      () => isRunning(grandchild),
      (running) => !running,
      2_000,
    );
  }, 30_000);

  it('by SIGKILL at the stdio door leaves orphans only until the next start', async () => {
    const own = await startOwn();
    const door = await StdioDoorClient.open(own);
    const answer = await door.request('tools/call', { name: 'steady__pids' });
    const { grandchild } = JSON.parse(textOf(answer)) as Family;
    await ended(door.child, 'SIGKILL');
    expect(isRunning(grandchild)).toBe(true);
    await startAgain(own);
    await eventually(
      () => isRunning(grandchild),
      (running) => !running,
      2_000,
    );
  }, 30_000);

  it('is not mistaken for one that still runs: those children stay', async () => {
    const own = await startOwn();
    const session = await RawSession.open(own.url, own.key());
    const before = await familyOf(session, 'steady');
    await startAgain(own);
    expect(await familyOf(session, 'steady')).toEqual(before);
    expect(isRunning(before.grandchild)).toBe(true);
  }, 30_000);
});
