import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { createServer as createHttpServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checkAuditLog } from '../../../src/cli/doctor/audit-log.check.js';
import { type CheckStatus, fail, ok, overall, warn } from '../../../src/cli/doctor/check.js';
import { checkConfigFile } from '../../../src/cli/doctor/config-file.check.js';
import { checkGuardrails } from '../../../src/cli/doctor/guardrails.check.js';
import { checkKeys } from '../../../src/cli/doctor/keys.check.js';
import { checkNode } from '../../../src/cli/doctor/node.check.js';
import { checkPort } from '../../../src/cli/doctor/port.check.js';
import { loadConfigFile } from '../../../src/config/config-file.js';
import type { ConfigSnapshot } from '../../../src/config/snapshot.js';
import { GuardrailEngine } from '../../../src/guardrails/engine.js';
import { buildConfig, type ConfigOptions } from '../../support/gateway.js';

type Json = Record<string, unknown>;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'smg-doctor-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function snapshotOf(options: ConfigOptions, change: (json: Json) => void = () => undefined) {
  const path = join(folder, 'config.json');
  const { json } = buildConfig(options);
  change(json);
  writeFileSync(path, JSON.stringify(json), { mode: 0o600 });
  return loadConfigFile(path);
}

describe('the worst of the checks', () => {
  it.each<[CheckStatus, ReturnType<typeof ok>[]]>([
    ['ok', []],
    ['ok', [ok('a', '')]],
    ['warn', [ok('a', ''), warn('b', '', '')]],
    ['fail', [fail('c', '', ''), warn('b', '', '')]],
  ])('is %s', (status, checks) => {
    expect(overall(checks)).toBe(status);
  });
});

describe('node', () => {
  it.each([
    ['20.19.0', 'ok'],
    ['20.20.2', 'ok'],
    ['22.0.0', 'ok'],
    ['26.1.0-nightly', 'ok'],
    ['20.18.9', 'fail'],
    ['18.99.99', 'fail'],
  ])('%s is %s', (version, status) => {
    expect(checkNode(version)).toMatchObject({ name: 'node', status });
  });
});

describe('config', () => {
  it('is one line with the place, the revision, and a line for each warning except those of keys', async () => {
    const path = join(folder, 'open.json');
    writeFileSync(path, '{}', { mode: 0o644 });
    const { checks, snapshot } = await checkConfigFile({ path, source: 'environment' });
    expect(snapshot).not.toBeNull();
    expect(checks.map(({ status }) => status)).toEqual(['ok', 'warn']);
    expect(checks[0]?.detail).toMatch(/open\.json \(from ENKRYPT_CONFIG\), revision [0-9a-f]{16}$/);
    expect(checks[1]?.detail).toContain('mode 0644');
  });

  it('names every problem by its path, and what could not be checked', async () => {
    const path = join(folder, 'broken.json');
    writeFileSync(path, '{"users": {"u": {}}, "surprise": 1}');
    const { checks, snapshot } = await checkConfigFile({ path, source: 'flag' });
    expect(snapshot).toBeNull();
    expect(checks.map(({ status }) => status)).toEqual(['fail', 'fail', 'fail']);
    expect(checks[0]?.remedy).toContain('run doctor again');
    expect(checks.map(({ remedy }) => remedy).join()).toMatch(/Correct users\.u\.email in .*Correct surprise in/);
  });

  it('says how to make a file that is missing', async () => {
    const { checks } = await checkConfigFile({ path: join(folder, 'none.json'), source: 'default' });
    expect(checks.at(-1)?.detail).toContain('generate-config');
  });
});

describe('keys', () => {
  const project = { servers: [], users: 3 };

  it('are counted by what they open', async () => {
    const past = new Date(Date.now() - 1_000).toISOString();
    const snapshot = await snapshotOf({ projects: [project] }, (json) => {
      const [first, second] = Object.values(json.apikeys as Record<string, Json>);
      Object.assign(first ?? {}, { disabled: true });
      Object.assign(second ?? {}, { expires_at: past });
    });
    expect(checkKeys(snapshot)).toMatchObject({ status: 'warn', detail: '1 usable, 1 expired, 1 disabled' });
  });

  it('fail when none is usable', async () => {
    const snapshot = await snapshotOf({ projects: [project] }, (json) => {
      for (const one of Object.values(json.projects as Record<string, Json>)) one.users = [];
    });
    const check = checkKeys(snapshot);
    expect(check).toMatchObject({ status: 'fail' });
    expect(check.detail).toBe('0 usable, 3 without a member of a project: nobody can connect');
  });

  it('are fine when a disabled one is the only flaw: somebody meant it', async () => {
    const snapshot = await snapshotOf({ projects: [project] }, (json) => {
      Object.assign(Object.values(json.apikeys as Record<string, Json>)[0] ?? {}, { disabled: true });
    });
    expect(checkKeys(snapshot)).toMatchObject({ status: 'ok', detail: '2 usable, 1 disabled' });
  });
});

describe('guardrails', () => {
  const policies = {
    team: { detectors: { keyword_detector: { banned_keywords: ['project x'] }, pii: { entities: ['EMAIL'] } } },
  };
  const guarded = { enabled: true, policy_name: 'team', block: ['keyword_detector'] };
  const servers = [
    { name: 'guarded', config: { command: 'x' }, extra: { input_guardrails_policy: guarded } },
    { name: 'bare', config: { command: 'x' } },
  ];

  it('are run, and servers without a policy are named', async () => {
    const snapshot = await snapshotOf({ projects: [{ servers }], policies });
    const check = await checkGuardrails(new GuardrailEngine(), snapshot);
    expect(check).toMatchObject({ status: 'ok' });
    expect(check.detail).toContain('team (1)');
    expect(check.detail).toContain('calls not checked: bare');
  });

  it('fail when a policy does not find its own phrase', async () => {
    const snapshot = await snapshotOf({ projects: [{ servers }], policies });
    // A policy that folds to nothing a text can hold: the detector has no word to look for.
    const blind = withPhrase(snapshot, '\u200b');
    expect(await checkGuardrails(new GuardrailEngine(), blind)).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('does not find a phrase of its own list'),
    });
  });
});

function withPhrase(snapshot: ConfigSnapshot, phrase: string): ConfigSnapshot {
  const configs = [...snapshot.configs].map(([id, config]) => {
    const servers = [...config.servers].map(([name, server]) => {
      const detectors = { keyword_detector: { bannedKeywords: [phrase] } };
      const inputPolicy = server.inputPolicy === null ? null : { ...server.inputPolicy, detectors };
      return [name, { ...server, inputPolicy }] as const;
    });
    return [id, { ...config, servers: new Map(servers) }] as const;
  });
  return { ...snapshot, configs: new Map(configs) };
}

describe('audit_log', () => {
  it('leaves nothing behind where the file is not there yet', async () => {
    const path = join(folder, 'logs', 'deep', 'audit.jsonl');
    expect(await checkAuditLog(path)).toMatchObject({ status: 'ok', detail: expect.stringContaining('can be made') });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('does not touch a log that is there', async () => {
    const path = join(folder, 'audit.jsonl');
    writeFileSync(path, 'a line\n');
    const before = statSync(path).mtimeMs;
    expect(await checkAuditLog(path)).toMatchObject({ status: 'ok' });
    expect(readFileSync(path, 'utf8')).toBe('a line\n');
    expect(statSync(path).mtimeMs).toBe(before);
  });

  it('fails with the reason and a remedy where no file can be', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const check = await checkAuditLog(join(file, 'audit.jsonl'));
    expect(check).toMatchObject({ status: 'fail', detail: expect.stringContaining('ENOTDIR') });
    expect(check.remedy).toContain('audit_log');
  });

  it('does not wait for the reader of a pipe', async () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    expect(await checkAuditLog(path)).toMatchObject({ status: 'warn', detail: expect.stringContaining('is a pipe') });
  });

  it('needs no file on stderr', async () => {
    expect(await checkAuditLog('-')).toMatchObject({ status: 'ok' });
  });
});

describe('port', () => {
  const never = new AbortController().signal;
  const open: Server[] = [];
  afterEach(async () => {
    for (const server of open.splice(0)) {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  async function listen(server: Server): Promise<number> {
    open.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  it('is ok when it is free', async () => {
    const port = await listen(createServer());
    await new Promise((resolve) => open.pop()?.close(resolve));
    expect(await checkPort(port, never)).toMatchObject({ status: 'ok', detail: `127.0.0.1:${String(port)} is free` });
  });

  it('is a warning when another program answers there, with JSON too', async () => {
    const port = await listen(createHttpServer((_request, response) => response.end('{"status":"UP"}')));
    expect(await checkPort(port, never)).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('used by another program'),
    });
  });

  it.each([
    ['{"status":"ok","config":"ok"}', 'ok'],
    ['{"status":"degraded","config":"stale"}', 'warn'],
  ])('with a gateway that says %s is %s', async (health, status) => {
    const port = await listen(createHttpServer((_request, response) => response.end(health)));
    expect(await checkPort(port, never)).toMatchObject({ status, detail: expect.stringContaining('by a gateway') });
  });
});
