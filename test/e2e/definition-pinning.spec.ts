import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runInProcess } from '../support/cli-run.js';
import { eventually, ROOT, TestGateway } from '../support/gateway.js';
import { RawSession } from '../support/raw-http.js';

type Json = Record<string, unknown>;

const RUG_PULL = join(ROOT, 'examples', 'servers', 'bad', 'rug-pull.mjs');
const server = (name: string, extra: Json = {}) => ({
  name,
  config: { command: process.execPath, args: [RUG_PULL] },
  extra,
});

let gateway: TestGateway;
let session: RawSession;
beforeEach(async () => {
  gateway = await TestGateway.start({
    projects: [
      {
        servers: [
          server('pulled'),
          server('reviewed', { definition_pinning: 'review' }),
          server('free', { definition_pinning: false }),
        ],
      },
    ],
  });
  session = await RawSession.open(gateway.url, gateway.key());
}, 30_000);
afterEach(() => gateway.stop());

async function meta(name: string, args: Json): Promise<Json> {
  const { result } = await session.call(name, args);
  return (result as { structuredContent: Json }).structuredContent;
}

/** Asks the server for its tools anew; the cached ones are forgotten. */
async function discover(name: string): Promise<Json> {
  await meta('enkrypt_clear_cache', { server_name: name });
  return meta('enkrypt_discover_all_tools', { server_name: name });
}
const toolsOf = ({ tools }: Json): string[] => (tools as { name: string }[]).map(({ name }) => name);
const add = async (name: string): Promise<string> => JSON.stringify(await session.call(`${name}__add`, { a: 1, b: 2 }));

const cli = (...args: string[]) => runInProcess('definitions', ...args, '--config', gateway.configPath);
async function waiting(name: string): Promise<{ id: string; name: string; status: string; changes: string[] }[]> {
  const { stdout } = await cli('list', '--server', name, '--json');
  return (JSON.parse(stdout) as { definitions: never }).definitions;
}

describe('a server that changes a description after it was trusted', () => {
  it('loses that tool alone, says why, and gets it back when an operator approves the change', async () => {
    expect(toolsOf(await discover('pulled'))).toEqual(['add', 'multiply']);
    expect(await add('pulled')).toContain('"text":"3"');
    const changed = await discover('pulled');
    expect(toolsOf(changed)).toEqual(['multiply']);
    expect(changed).toMatchObject({ blocked_count: 1, blocked_reasons: ['definition.pin.changed'] });
    const [entry] = await waiting('pulled');
    expect(entry).toMatchObject({ name: 'add', status: 'changed', changes: ['additive', 'instruction'] });
    const id = entry?.id ?? '';
    expect(JSON.stringify(changed)).toContain(`definitions diff ${id}`);
    // Neither the answer that warns nor the audit log carries the poison to a model.
    expect(JSON.stringify(changed)).not.toContain('credentials');
    const refused = JSON.stringify(
      await meta('enkrypt_secure_call_tools', {
        server_name: 'pulled',
        tool_calls: [{ name: 'add', args: { a: 1, b: 2 } }],
      }),
    );
    expect(refused).toContain('definition.pin.changed');
    expect(await add('pulled')).not.toContain('"text":"3"');
    const lines = await eventually(
      // The other servers are listed as well, when it suits the gateway.
      () =>
        gateway
          .audit()
          .filter((line) => line.server === 'pulled' && line.tool === 'add' && line.method === 'tools/list'),
      (some) => some.length > 0,
    );
    expect(lines[0]).toMatchObject({
      decision: 'refused',
      reasons: ['definition.pin.changed', 'additive', 'instruction'],
    });

    const diff = await cli('diff', id.slice(0, 8));
    expect(diff.stdout).toContain('  - Adds two numbers.');
    expect(diff.stdout).toContain('~/.aws/credentials');
    expect((await cli('approve', id)).stdout).toContain(`approved ${id}`);
    await eventually(
      () => add('pulled'),
      (answer) => answer.includes('"text":"3"'),
      3_000,
    );
    expect(await waiting('pulled')).toEqual([]);
  }, 30_000);

  it('does not get around it by a cache that is cleared', async () => {
    await discover('pulled');
    expect(toolsOf(await discover('pulled'))).toEqual(['multiply']);
    await meta('enkrypt_clear_cache', {});
    expect(toolsOf(await discover('pulled'))).toEqual(['multiply']);
  }, 30_000);

  it('is refused for good once an operator has rejected the change', async () => {
    await discover('pulled');
    await discover('pulled');
    const [entry] = await waiting('pulled');
    expect((await cli('reject', entry?.id ?? '')).code).toBe(0);
    expect(await discover('pulled')).toMatchObject({ blocked_reasons: ['definition.pin.rejected'] });
  }, 30_000);

  it('is let alone where pinning is off', async () => {
    await discover('free');
    expect(toolsOf(await discover('free'))).toEqual(['add', 'multiply']);
    expect(await waiting('free')).toEqual([]);
  }, 30_000);
});

describe('a server under review', () => {
  it('shows a tool when an operator has approved it, within a second and without being asked again', async () => {
    const found = await discover('reviewed');
    expect(toolsOf(found)).toEqual([]);
    expect(found).toMatchObject({ blocked_reasons: ['definition.pin.review'] });
    const entries = await waiting('reviewed');
    expect(entries.map(({ name, status }) => [name, status])).toEqual([
      ['add', 'review'],
      ['multiply', 'review'],
      // What the server says of itself.
      ['', 'review'],
    ]);
    const shown = await cli('approve', '--server', 'reviewed', '--json');
    expect(shown.code).toBe(1);
    const { approved, waiting: set, digest } = JSON.parse(shown.stdout) as Record<string, unknown>;
    expect({ approved, set }).toMatchObject({ approved: [], set: entries.map(({ id }) => ({ id })) });
    expect((await cli('approve', '--server', 'reviewed', '--digest', '0123456789abcdef')).code).toBe(1);
    expect((await waiting('reviewed')).length).toBe(entries.length);
    expect((await cli('approve', '--server', 'reviewed', '--digest', String(digest))).code).toBe(0);
    await eventually(
      async () => toolsOf(await meta('enkrypt_discover_all_tools', { server_name: 'reviewed' })),
      (tools) => tools.join() === 'add,multiply',
      2_000,
    );
  }, 30_000);

  it('cannot be approved by a caller: no meta tool decides', async () => {
    const { result } = await session.request('tools/list', {});
    const names = (result as { tools: { name: string }[] }).tools.map(({ name }) => name);
    expect(names.filter((name) => /approve|reject|definition/.test(name))).toEqual([]);
  });
});

describe('a damaged record', () => {
  it('withholds every tool of its server, names the file in the log, and heals when the file is restored', async () => {
    await discover('pulled');
    const folder = `${gateway.configPath}.pins`;
    const good = readdirSync(folder).map((file) => [join(folder, file), readFileSync(join(folder, file))] as const);
    for (const [path] of good) writeFileSync(path, '{');
    await eventually(
      () => discover('pulled'),
      (answer) => toolsOf(answer).length === 0,
    );
    expect(await discover('pulled')).toMatchObject({ blocked_reasons: ['definition.pin.unreadable'] });
    await eventually(
      () => Promise.resolve(gateway.stderr),
      (log) => log.includes(good[0]?.[0] ?? 'no file'),
    );
    expect((await cli('list')).code).toBe(1);
    for (const [path, bytes] of good) writeFileSync(path, bytes);
    await eventually(
      async () => toolsOf(await meta('enkrypt_discover_all_tools', { server_name: 'pulled' })),
      (tools) => tools.join() === 'multiply',
    );
  }, 30_000);
});
