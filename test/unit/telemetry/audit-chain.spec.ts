import { appendFile, mkdtemp, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AuditCopy } from '../../../src/telemetry/audit-copy.js';
import { auditEvent, openAudit, verify, writeCalls } from '../../support/audit-writer.js';
import { until } from './harness.js';

const ids = (count: number): number[] => [...Array(count).keys()];

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chain-'));
  path = join(folder, 'audit.jsonl');
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const events = async (): Promise<unknown[]> =>
  (await readFile(path, 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      try {
        return [(JSON.parse(line) as { event: unknown }).event];
      } catch {
        return [];
      }
    });

describe('the chain of an audit log', () => {
  it('is each writer’s own while several write at once, and is gone on with by the next one', async () => {
    const logs = [1, 2, 3].map(() => openAudit({ path, flushMs: 60_000 }));
    for (let round = 0; round < 10; round++) {
      for (const log of logs) log.record(auditEvent({ requestId: round }));
      await Promise.all(logs.map((log) => log.flush()));
    }
    await Promise.all(logs.map((log) => log.close()));
    expect((await verify(path)).chains.map(({ lines }) => lines)).toEqual([12, 12, 12]);
    await writeCalls({ path }, ids(3));
    const found = await verify(path);
    expect(found).toMatchObject({ code: 0 });
    expect(found.chains.map(({ lines }) => lines).sort()).toEqual([12, 12, 16]);
  });

  it('tells of lines that a writer which was killed had not written', async () => {
    const log = openAudit({ path, flushMs: 60_000 });
    log.record(auditEvent());
    await log.flush();
    const [state] = await readdir(`${path}.chains`);
    const text = await readFile(join(`${path}.chains`, state!), 'utf8');
    await log.close();
    // The state as the process leaves it that is killed here: held by a process that is no more, before its last lines.
    const record = JSON.parse(text) as { holder: { started: string } };
    record.holder.started = '1';
    const [closed] = await readdir(`${path}.chains`);
    await writeFile(join(`${path}.chains`, closed!), JSON.stringify(record).padEnd(1_024));
    await writeCalls({ path }, ids(1));
    expect(await events()).toEqual([
      'audit_checkpoint',
      'call',
      'audit_checkpoint',
      'audit_resumed',
      'call',
      'audit_checkpoint',
    ]);
    expect(await verify(path)).toMatchObject({ code: 0, chains: [{ lines: 6 }] });
  });

  it('keeps a line that was torn, names it, and goes on', async () => {
    await writeCalls({ path }, ids(3));
    await appendFile(path, '{"time":"2026-11-23T06:00:00.000Z","event":"ca');
    expect((await verify(path)).faults).toMatchObject([{ kind: 'torn' }]);
    await writeCalls({ path }, ids(3));
    expect(await verify(path)).toMatchObject({ code: 0, faults: [] });
    expect(await events()).toContain('audit_torn');
    expect(await readFile(path, 'utf8')).toContain('"event":"ca\n');
  });

  it('goes through files that were rotated away by rename, packed ones too', async () => {
    await writeCalls({ path }, ids(5));
    await rename(path, `${path}.2`);
    await writeFile(`${path}.2.gz`, gzipSync(await readFile(`${path}.2`)));
    await rm(`${path}.2`);
    await writeCalls({ path }, ids(5));
    await rename(path, `${path}.1`);
    const log = openAudit({ path, flushMs: 60_000 });
    log.record(auditEvent());
    await log.close();
    const all = [path, `${path}.1`, `${path}.2.gz`];
    expect(await verify(...all)).toMatchObject({ code: 0, chains: [{ first: 1, lines: 15 }] });
    expect((await verify(path, `${path}.2.gz`)).faults).toMatchObject([{ kind: 'missing', seq: 8 }]);
    expect((await verify(path)).faults).toMatchObject([{ kind: 'missing', seq: 1 }]);
    expect(await verify(path, '--partial')).toMatchObject({ code: 0 });
  });

  it('goes on in a file that was copied and emptied', async () => {
    const log = openAudit({ path, flushMs: 60_000 });
    log.record(auditEvent());
    await log.flush();
    await writeFile(`${path}.1`, await readFile(path));
    await truncate(path);
    log.record(auditEvent());
    await log.close();
    expect(await verify(`${path}.1`, path)).toMatchObject({ code: 0, chains: [{ lines: 4 }] });
  });

  it('goes through files that the gateway moved away itself, keeps as many as it may, and says what it removed', async () => {
    const config = join(folder, 'config.json');
    await writeFile(config, '{}', { mode: 0o600 });
    for (let life = 0; life < 8; life++) await writeCalls({ path, maxFileBytes: 3_000, maxFiles: 4 }, ids(6), 2);
    const files = (await readdir(folder)).filter((name) => name.startsWith('audit.jsonl.2'));
    expect(files).toHaveLength(4);
    for (const file of files) expect((await stat(join(folder, file))).size).toBeLessThanOrEqual(3_000);
    const found = await verify('--config', config);
    expect(found).toMatchObject({ code: 0, faults: [] });
    expect(found.chains[0]!.first).toBeGreaterThan(1);
  });

  it('holds how many lines were dropped', async () => {
    const log = openAudit({ path, flushMs: 60_000, maxBacklogBytes: 2_000 });
    for (const requestId of ids(50)) log.record(auditEvent({ requestId }));
    await log.flush();
    await log.close();
    expect(await events()).toContain('audit_dropped');
    expect(await verify(path)).toMatchObject({ code: 0 });
  });

  it('is signed while nothing more is written', async () => {
    const log = openAudit({ path, flushMs: 1, checkpointMs: 20 });
    log.record(auditEvent());
    await until(
      async () => (await events().catch(() => [])).at(-1) === 'audit_checkpoint' && (await events()).length > 2,
    );
    expect((await verify(path)).chains[0]).toMatchObject({ lines: 3, signed_up_to: 3 });
    await log.close();
  });
});

describe('a copy of the audit log', () => {
  it('gets every line as it is in the file, in order, also after it was away', async () => {
    const kept: string[] = [];
    let isAway = true;
    const copy = new AuditCopy(
      {
        name: 'elsewhere',
        deliver: (lines) => {
          if (isAway) return Promise.reject(new Error('away'));
          kept.push(...lines.map((line) => line.toString()));
          return Promise.resolve();
        },
        close: () => Promise.resolve(),
      },
      { retryMs: 5 },
    );
    const log = openAudit({ path, flushMs: 60_000 }, [copy]);
    for (const requestId of ids(20)) {
      log.record(auditEvent({ requestId }));
      await log.flush();
    }
    isAway = false;
    await log.close();
    expect(kept).toEqual((await readFile(path, 'utf8')).split('\n').slice(0, -1));
  });

  it('is told of in the file when lines will not come', async () => {
    const copy = new AuditCopy(
      { name: 'elsewhere', deliver: () => Promise.reject(new Error('away')), close: () => Promise.resolve() },
      { maxBacklogBytes: 3_000, retryMs: 60_000 },
    );
    const log = openAudit({ path, flushMs: 60_000 }, [copy]);
    for (const requestId of ids(20)) {
      log.record(auditEvent({ requestId }));
      await log.flush();
    }
    await log.close();
    const notes = (await readFile(path, 'utf8')).split('\n').filter((line) => line.includes('"audit_not_copied"'));
    expect(notes.length).toBeGreaterThan(0);
    expect(JSON.parse(notes[0]!)).toMatchObject({ to: 'elsewhere' });
    expect(await verify(path)).toMatchObject({ code: 0 });
  });
});
