import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { AdminClient } from '../support/admin-client.js';
import { CliProcess } from '../support/cli-process.js';
import { CutLine } from '../support/cut-line.js';
import { buildConfig, eventually, type TestConfig, TestGateway } from '../support/gateway.js';
import { describeWithPostgres, PostgresServer } from '../support/postgres.js';
import { expectRevoked, replicaOf, statusOfCall, worstStall } from '../support/revocation.js';
import { echoServer } from '../support/upstreams.js';

jest.setTimeout(150_000);

const STREAM_WITHIN_MS = 5_000;
/** Where the database cannot be reached. */
const CUT_OFF_WITHIN_MS = 60_000;

let server: PostgresServer;
let folder: string;
let url: string;
let config: TestConfig;
let open: { stop(): Promise<unknown> }[];

/** A gateway on the database, whose own config file says nothing. */
async function gateway(address = url): Promise<TestGateway> {
  const environment = () => ({ ENKRYPT_DATABASE_URL: address });
  const started = await TestGateway.startWith({ ...config, json: {} }, [], environment);
  open.push(started);
  return started;
}

const idOf = (): string => config.keys[0]?.[0]?.hash.slice('sha256:'.length).slice(0, 12) ?? '';
const disable = (at: TestGateway): Promise<number> => new AdminClient(at).status('POST', `/api-keys/${idOf()}/disable`);

describeWithPostgres('a key that is disabled under load, with PostgreSQL', () => {
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    open = [];
    folder = mkdtempSync(join(tmpdir(), 'smg-postgres-'));
    url = await server.database();
    config = buildConfig({ projects: [{ servers: [echoServer('echo')], users: 2 }] });
    const path = join(folder, 'config.json');
    writeFileSync(path, JSON.stringify(config.json), { mode: 0o600 });
    const environment = { ENKRYPT_DATABASE_URL: url, ENKRYPT_CONFIG: path };
    const moved = await new CliProcess(['config', 'migrate', '--from', 'file', '--to', 'postgres'], folder, environment)
      .ended;
    if (moved.code !== 0) throw new Error(moved.stderr);
  });
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.stop();
    rmSync(folder, { recursive: true });
  });

  it.each(['heard of', 'not heard of, because the connections that listen were cut'])(
    'is refused by three replicas within a second, and its streams end, when the change is %s',
    async (how) => {
      const all = await Promise.all([gateway(), gateway(), gateway()]);
      await expectRevoked(all, async () => {
        if (how !== 'heard of') {
          const cut = await server.sql(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '%notifications'`,
          );
          expect(cut).toHaveLength(all.length);
        }
        expect(await disable(all[0])).toBe(200);
      });
    },
  );

  it('is refused within a minute by a replica that the database cannot reach, whose streams end then', async () => {
    const line = await CutLine.to(server.port);
    open.push({ stop: () => line.close() });
    const near = await gateway();
    const far = await gateway(url.replace(`:${String(server.port)}/`, `:${String(line.port)}/`));
    const { revoked, other, stream } = await replicaOf(far);
    const [session] = revoked;
    if (session === undefined) throw new Error('no session');
    line.cut();
    const stall = worstStall();
    expect(await disable(near)).toBe(200);
    const disabledAt = performance.now();
    // What it knows it goes on with for a while: a database that is restarted ends no work.
    expect([await statusOfCall(session), await statusOfCall(other)]).toEqual([200, 200]);
    await eventually(
      () => statusOfCall(session),
      (status) => status !== 200,
      CUT_OFF_WITHIN_MS + 30_000,
    );
    const refused = performance.now() - disabledAt;
    await stream.closed;
    const ended = performance.now() - disabledAt;
    const allowance = 3 * stall.stop();
    expect(refused).toBeLessThan(CUT_OFF_WITHIN_MS + allowance);
    expect(ended - refused).toBeLessThan(STREAM_WITHIN_MS + allowance);
    // Nobody is let in on what is known no longer.
    expect(await statusOfCall(other)).not.toBe(200);
  });
});
