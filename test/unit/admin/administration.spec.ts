import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AdministrationService } from '../../../src/admin/administration/administration.service.js';
import type { Exchange } from '../../../src/admin/administration/exchange.js';
import { createUser } from '../../../src/config/administration/users.js';
import { ConfigStore } from '../../../src/config/config-store.js';
import { AuditLog } from '../../../src/telemetry/audit-log.js';
import { createLogger } from '../../../src/telemetry/logger.js';
import { memoryStream } from '../telemetry/harness.js';
import { configText } from './edge-app.js';

const EXCHANGE: Exchange = {
  target: { project: 'line\u2028break' },
  adminKey: '0123456789ab',
  expected: undefined,
  header: () => undefined,
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

const create = (service: AdministrationService, email: string) =>
  service.change(EXCHANGE, {
    operation: 'user.create',
    message: 'made',
    apply: (document) => createUser(document, email),
  });

describe('a change whose record cannot be taken', () => {
  it('is refused while the backlog of the audit log is full, and made when it has room', async () => {
    const { service, audit } = serviceWith({ maxBacklogBytes: 0 });
    await create(service, 'first@example.com');
    await expect(create(service, 'second@example.com')).rejects.toMatchObject({ status: 503 });
    expect(await readFile(path, 'utf8')).not.toContain('second@example.com');
    await audit.flush();
    await create(service, 'third@example.com');
    await audit.close();
    const lines = (await readFile(join(folder, 'audit.jsonl'), 'utf8')).trim().split(/\n|\u2028/);
    expect(lines.map((line) => (JSON.parse(line) as { outcome: string }).outcome)).toEqual(['done', 'done']);
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
