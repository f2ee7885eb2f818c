import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { runCli } from '../../../src/cli/program.js';
import { openCopies } from '../../../src/telemetry/audit-copies.js';
import { createLogger } from '../../../src/telemetry/logger.js';
import { Metrics } from '../../../src/telemetry/metrics.js';
import { auditEvent, openAudit, verify } from '../../support/audit-writer.js';
import { describeWithPostgres, PASSWORD, PostgresServer } from '../../support/postgres.js';
import { memoryStream, until } from './harness.js';

describeWithPostgres('audit lines in PostgreSQL and at a collector', () => {
  const posts: string[] = [];
  const collector = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url === '/v1/logs') posts.push(Buffer.concat(chunks).toString('utf8'));
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  let postgres: PostgresServer;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'copies-'));
    postgres = await PostgresServer.start();
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  }, 60_000);

  afterAll(async () => {
    await postgres.close();
    collector.close();
    collector.closeAllConnections();
    delete process.env.ENKRYPT_DATABASE_URL;
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  it('are the bytes of the file, and an export from there can be verified; also when the database was away', async () => {
    const path = join(folder, 'audit.jsonl');
    const databaseUrl = await postgres.database();
    const { port } = collector.address() as AddressInfo;
    const stream = memoryStream();
    const { logger } = createLogger({ level: 'info', destination: stream });
    const telemetry = { enabled: true, insecure: true, serviceName: 'gw', serviceVersion: '1', jobName: 'job' };
    const otlp = { ...telemetry, url: `http://127.0.0.1:${String(port)}/v1/logs` };
    const metrics = new Metrics();
    const copies = await openCopies({ databaseUrl, otlp }, metrics, logger);
    const log = openAudit({ path, flushMs: 60_000 }, copies);
    for (let i = 0; i < 500; i++) log.record(auditEvent({ requestId: i, tool: 'naïve\u0000 \u2028 "tool"' }));
    await log.flush();
    await until(() => copies.every((copy) => copy.status.waiting_bytes === 0));
    await postgres.stop();
    for (let i = 0; i < 500; i++) log.record(auditEvent({ requestId: 500 + i }));
    await log.flush();
    await until(() => copies[0]?.status.reachable === false);
    expect(metrics.snapshot().gateway_audit_copy_failures_total).toBeGreaterThan(0);
    await postgres.run();
    await until(() => copies.every((copy) => copy.status.waiting_bytes === 0));
    await log.close();

    process.env.ENKRYPT_DATABASE_URL = databaseUrl;
    const exported = join(folder, 'exported.jsonl');
    const quiet = { stdout: () => undefined, stderr: () => undefined };
    expect(await runCli(['audit', 'export', '--from', 'postgres', '--out', exported], quiet)).toBe(0);
    expect(await readFile(exported, 'utf8')).toBe(await readFile(path, 'utf8'));
    const found = await verify(exported);
    expect(found).toMatchObject({ code: 0, faults: [] });
    const sent = posts.join('');
    const all = (await readFile(path, 'utf8')).split('\n').slice(0, -1);
    expect(all.filter((line) => !sent.includes(line))).toEqual([]);
    expect(stream.text()).not.toContain(PASSWORD);

    await postgres.sql(
      "UPDATE audit_records SET line = replace(line, 'allowed', 'refused') WHERE seq = 100",
      databaseUrl,
    );
    await runCli(['audit', 'export', '--from', 'postgres', '--out', exported], quiet);
    expect((await verify(exported)).faults).toMatchObject([{ kind: 'changed', seq: 100 }]);
    await writeFile(exported, '');
  }, 60_000);
});
