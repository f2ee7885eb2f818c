import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { JSON_HEADERS } from '../support/answers.js';
import { eventually, TestGateway } from '../support/gateway.js';
import { send } from '../support/raw-http.js';
import { stdioServer } from '../support/upstreams.js';
import { common, withConfig } from './support/config-changes.js';
import { type Json, MetaClient } from './support/meta-client.js';

// Rows of the reference's own integration tests (compatibility contract, §10.2), each by its name: log levels.

jest.setTimeout(30_000);

const SECRET = 'argument-nobody-may-log';

let gateway: TestGateway;
let client: MetaClient;

beforeAll(async () => {
  gateway = await TestGateway.start({ projects: [{ servers: [stdioServer('echo')], exposure: 'meta' }] });
  client = await MetaClient.open(gateway);
  await client.ok('enkrypt_list_all_servers');
});

afterAll(() => gateway.stop());

interface Line {
  readonly level: string;
  readonly event?: string;
  readonly msg?: string;
}

const lines = (): Line[] =>
  gateway.stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);

/**
 * Everything that is logged while, at one level: a new server process is linked (debug), the config changes (info), a stranger is
 * turned away (warning), and a broken config is refused (error). The last is logged at every level and ends the list.
 */
async function logged(level: string): Promise<Line[]> {
  let counted = 0;
  const change = (json: Json): void => {
    common(json).enkrypt_log_level = level;
    // The level it starts with would be no change.
    const [config] = Object.values(json.mcp_configs as Record<string, Json>);
    config!.mcp_config_name = `at ${level}`;
  };
  // Under way to the level and back the gateway logs by the levels on both sides; only what is between counts.
  await withConfig(gateway, client, change, async () => {
    await quiet();
    counted = lines().length;
    gateway.edit((json) => {
      const [config] = Object.values(json.mcp_configs as Record<string, { mcp_config: Json[] }>);
      // Another environment is another link.
      (config!.mcp_config[0]!.config as Json).env = { LEVEL: level };
    });
    await client.ok('enkrypt_clear_cache', { cache_type: 'gateway_config' });
    expect((await client.call('echo', 'echo', { message: SECRET })).response).toBe(SECRET);
    await send(gateway.url, { headers: ['apikey', SECRET, ...JSON_HEADERS], body: '{}' });
    const good = readFileSync(gateway.configPath);
    writeFileSync(gateway.configPath, '{ broken');
    await client.ok('enkrypt_clear_cache', { cache_type: 'gateway_config' });
    await eventually(lines, (all) => all.slice(counted).some(({ event }) => event === 'config_rejected'));
    writeFileSync(gateway.configPath, good);
    await client.ok('enkrypt_clear_cache', { cache_type: 'gateway_config' });
  });
  // At no level is what was in a call, or a key, in the log.
  expect(gateway.stderr).not.toContain(SECRET);
  expect(gateway.stderr).not.toContain(gateway.key());
  const all = lines().slice(counted);
  return all.slice(0, all.findIndex(({ event }) => event === 'config_rejected') + 1);
}

/** Waits until the log has stood still for two of its flush intervals. */
async function quiet(): Promise<void> {
  let length = -1;
  let since = performance.now();
  await eventually(
    () => {
      if (gateway.stderr.length !== length) since = performance.now();
      length = gateway.stderr.length;
      return performance.now() - since;
    },
    (ms) => ms > 250,
  );
}

const events = (found: readonly Line[]): unknown[] =>
  found.map(({ event }) => event).filter((name) => name !== undefined);
const levels = (found: readonly Line[]): Set<string> => new Set(found.map(({ level }) => level));

describe('enkrypt_log_level', () => {
  it('log_level_debug: links to servers are told about, and everything above', async () => {
    const found = await logged('DEBUG');
    expect(levels(found)).toEqual(new Set(['debug', 'info', 'warn', 'error']));
    expect(found).toContainEqual(
      expect.objectContaining({ level: 'debug', server: 'echo', msg: 'upstream session opened' }),
    );
    expect(events(found)).toEqual(['config_reloaded', 'request_denied', 'config_rejected']);
  });

  it('log_level_info: a new config is told about, what succeeds is silent', async () => {
    const found = await logged('INFO');
    expect(found.map(({ level, event }) => [level, event])).toEqual([
      ['info', 'config_reloaded'],
      ['warn', 'request_denied'],
      ['error', 'config_rejected'],
    ]);
  });

  it('log_level_warning: refusals and faults only', async () => {
    const found = await logged('WARNING');
    expect(found.map(({ level, event }) => [level, event])).toEqual([
      ['warn', 'request_denied'],
      ['error', 'config_rejected'],
    ]);
  });

  it('log_level_error: faults only', async () => {
    const found = await logged('ERROR');
    expect(found.map(({ level, event }) => [level, event])).toEqual([['error', 'config_rejected']]);
  });
});
