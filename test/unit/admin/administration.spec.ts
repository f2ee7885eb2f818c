import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AdministrationService } from '../../../src/admin/administration/administration.service.js';
import type { Exchange } from '../../../src/admin/administration/exchange.js';
import { createUser } from '../../../src/config/administration/users.js';
import { ConfigStore } from '../../../src/config/config-store.js';
import { AuditLog } from '../../../src/telemetry/audit-log.js';
import { createLogger } from '../../../src/telemetry/logger.js';
import { auditRecords } from '../../support/audit-records.js';
import { memoryStream } from '../telemetry/harness.js';
import { configText } from './edge-app.js';

const EXCHANGE: Exchange = {
  target: { project: 'line\u2028break' },
  adminKey: '0123456789ab',
  expected: undefined,
  header: () => undefined,
  recorded: () => undefined,
};

let folder: string;
let path: string;
let store: ConfigStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'administration-'));
  path = join(folder, 'config.json');
  await writeFile(path, configText('k'.repeat(20)), { mode: 0o600 });
  store = await ConfigStore.open(path);
});
afterEach(async () => {
  store.close();
  await rm(folder, { recursive: true, force: true });
});

function serviceWith(settings: { readonly maxBacklogBytes?: number } = {}): {
  service: AdministrationService;
  audit: AuditLog;
} {
  const output = createLogger({ level: 'info', destination: memoryStream() });
  const audit = new AuditLog({ path: join(folder, 'audit.jsonl'), ...settings }, output);
  return { service: new AdministrationService(store, audit, output.logger), audit };
}

const QUEUED = {
  adminKey: null,
  operation: 'user.list',
  target: {},
  outcome: 'refused',
  reason: 'unauthenticated',
  revision: null,
} as const;

const create = (service: AdministrationService, email: string) =>
  service.change(EXCHANGE, {
    operation: 'user.create',
    message: 'made',
    apply: (document) => createUser(document, email),
  });

const outcomes = async (): Promise<unknown[]> =>
  auditRecords(await readFile(join(folder, 'audit.jsonl'), 'utf8')).map(({ outcome }) => outcome);

describe('a change whose record cannot be taken', () => {
  it('is refused while the backlog of the audit log is full, and made when it has room', async () => {
    const { service, audit } = serviceWith({ maxBacklogBytes: 0 });
    audit.recordChange(QUEUED);
    await expect(create(service, 'second@example.com')).rejects.toMatchObject({ status: 503 });
    expect(await readFile(path, 'utf8')).not.toContain('second@example.com');
    await audit.flush();
    await create(service, 'third@example.com');
    await audit.close();
    expect(await outcomes()).toEqual(['refused', 'refused', 'intended', 'done']);
  });

  it('is refused while the audit log cannot be written, and leaves a trace of that once it can', async () => {
    const log = join(folder, 'audit.jsonl');
    await mkdir(log); // a directory where the file belongs: opening fails for root too
    const { service, audit } = serviceWith();
    await expect(create(service, 'early@example.com')).rejects.toMatchObject({ status: 503 });
    expect(await readFile(path, 'utf8')).not.toContain('early@example.com');
    await rm(log, { recursive: true });
    await audit.close();
    expect(await outcomes()).toEqual(['intended', 'refused']);
  });

  it('is on disk as an intent before anything is changed, and as done before the answer', async () => {
    const { service, audit } = serviceWith();
    const seen: unknown[][] = [];
    await service.change(EXCHANGE, {
      operation: 'user.create',
      message: 'made',
      apply: (document) => {
        seen.push(auditRecords(readFileSync(join(folder, 'audit.jsonl'), 'utf8')).map(({ outcome }) => outcome));
        return createUser(document, 'order@example.com');
      },
    });
    expect(seen[0]).toEqual(['intended']);
    const lines = auditRecords(await readFile(join(folder, 'audit.jsonl'), 'utf8'));
    expect(lines.map(({ outcome }) => outcome)).toEqual(['intended', 'done']);
    expect(lines[0]?.request_id).toBe(lines[1]?.request_id);
    await audit.close();
  });

  it('is refused once the audit log is closed', async () => {
    const { service, audit } = serviceWith();
    await audit.close();
    await expect(create(service, 'late@example.com')).rejects.toMatchObject({ status: 503 });
    expect(await readFile(path, 'utf8')).not.toContain('late@example.com');
  });
});

describe('a change', () => {
  it('is in force when it is answered', async () => {
    const { service, audit } = serviceWith();
    const before = store.current().revision;
    await create(service, 'now@example.com');
    expect(store.current().revision).not.toBe(before);
    await audit.close();
  });
});
