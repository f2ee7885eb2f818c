import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { auditRecords } from '../support/audit-records.js';
import { CliHome, CliProcess, type EndedProcess } from '../support/cli-process.js';
import { TestGateway } from '../support/gateway.js';
import { echoServer } from '../support/upstreams.js';

jest.setTimeout(60_000);

let home: CliHome;
beforeEach(() => {
  home = new CliHome({ projects: [{ servers: [echoServer('echo')] }] });
});
afterEach(() => {
  home.remove();
});

const run = (...args: readonly string[]): Promise<EndedProcess> =>
  new CliProcess([...args, '--config', home.configPath], home.folder).ended;
const log = (): string => join(home.folder, 'audit.jsonl');
const records = (): Record<string, unknown>[] => auditRecords(readFileSync(log(), 'utf8'));
const stored = (): string => readFileSync(home.configPath, 'utf8');

describe('a change that is made on the command line', () => {
  it('is in the audit log as intended and as done, with who made it and nothing secret', async () => {
    const key = 'key-of-a-service-that-nobody-may-read';
    expect((await run('config', 'add', '--config-name', 'team')).code).toBe(0);
    expect((await run('config', 'set-enkrypt-api-key', '--api-key', key)).code).toBe(0);
    const [intended, done, ...others] = records();
    expect(intended).toMatchObject({
      event: 'admin',
      operation: 'cli config add',
      target: { config_name: 'team', os_user: expect.any(String) },
      outcome: 'intended',
      revision: null,
    });
    expect(done).toMatchObject({
      request_id: intended!.request_id,
      outcome: 'done',
      revision: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(others.map(({ operation, outcome }) => [operation, outcome])).toEqual([
      ['cli config set-enkrypt-api-key', 'intended'],
      ['cli config set-enkrypt-api-key', 'done'],
    ]);
    expect(readFileSync(log(), 'utf8')).not.toContain(key);
    expect((await run('audit', 'verify')).code).toBe(0);
  });

  it('is there as refused, with the reason, when nothing was changed', async () => {
    const before = stored();
    expect((await run('config', 'add', '--config-name', 'config_0')).code).not.toBe(0);
    expect(records().at(-1)).toMatchObject({ operation: 'cli config add', outcome: 'refused', reason: 'conflict' });
    expect(stored()).toBe(before);
  });

  it('is refused when the audit log cannot be written', async () => {
    mkdirSync(log());
    const before = stored();
    const { code, stderr } = await run('config', 'add', '--config-name', 'team');
    expect(code).not.toBe(0);
    expect(stderr).toContain('The audit log cannot be written, so nothing was changed.');
    expect(stored()).toBe(before);
  });

  it('can be recorded in a config that is not valid and that it mends', async () => {
    writeFileSync(
      home.configPath,
      stored().replace('"common_mcp_gateway_config":{', '"common_mcp_gateway_config":{"surprise":1,'),
    );
    expect((await run('config', 'rename', '--config-name', 'config_0', '--new-name', 'first')).code).toBe(0);
    expect(records().map(({ outcome }) => outcome)).toEqual(['intended', 'done']);
  });

  it('stands in the log of a gateway that runs, in a chain of its own, and both are intact', async () => {
    const gateway = await TestGateway.start({ projects: [{ servers: [echoServer('echo')] }] });
    try {
      const names = ['one', 'two', 'three', 'four'];
      const made = await Promise.all(
        names.map(
          (name) =>
            new CliProcess(['config', 'add', '--config-name', name, '--config', gateway.configPath], gateway.home)
              .ended,
        ),
      );
      expect(made.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
      const lines = gateway.audit().filter(({ operation }) => operation === 'cli config add');
      expect(lines.map(({ outcome }) => outcome).sort()).toEqual([
        ...names.map(() => 'done'),
        ...names.map(() => 'intended'),
      ]);
      const verified = await new CliProcess(['audit', 'verify', '--config', gateway.configPath], gateway.home).ended;
      expect([verified.code, verified.stderr]).toEqual([0, expect.any(String)]);
    } finally {
      await gateway.stop();
    }
  });
});

describe('a command that only reads', () => {
  it('leaves no audit log behind', async () => {
    expect((await run('config', 'list')).code).toBe(0);
    expect((await run('project', 'list')).code).toBe(0);
    expect(existsSync(log())).toBe(false);
  });
});
