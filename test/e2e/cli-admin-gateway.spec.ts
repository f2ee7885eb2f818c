import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { textOf } from '../support/answers.js';
import { CliProcess } from '../support/cli-process.js';
import { eventually, TestGateway } from '../support/gateway.js';
import { RawSession, send } from '../support/raw-http.js';
import { echoServer } from '../support/upstreams.js';

jest.setTimeout(60_000);

/** How soon a change of the file is in force. */
const WITHIN_MS = 1_000;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await TestGateway.start({ projects: [{ servers: [] }] });
}, 30_000);
afterAll(() => gateway.stop());

/** Runs a command on the gateway's file; its stdout. */
async function cli(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new CliProcess([...args, '--config', gateway.configPath], gateway.home).ended;
  if (code !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
  return stdout;
}

const valueOf = (name: string, stdout: string): string => new RegExp(`^${name}: (\\S+)$`, 'm').exec(stdout)?.[1] ?? '';

/** What the gateway says to a ping with a key. */
async function status(key: string): Promise<number> {
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } };
  const headers = ['apikey', key, 'Content-Type', 'application/json', 'Accept', 'application/json, text/event-stream'];
  const body = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
  return (await send(gateway.url, { headers, body })).status;
}

/** Resolves once the gateway answers the key with this status; fails after a second. */
const becomes = (key: string, expected: number): Promise<number> =>
  eventually(
    () => status(key),
    (value) => value === expected,
    WITHIN_MS,
  );

describe('a project made on the command line, beside a gateway that runs', () => {
  const project = ['--project-name', 'team'];
  const user = ['--email', 'joe@example.com'];

  it('is open to its key within a second of every step, and closed within a second', async () => {
    const { config } = echoServer('echo');
    await cli('config', 'add', '--config-name', 'team');
    const server = ['--server-name', 'echo', '--server-command', String(config.command)];
    await cli('config', 'add-server', '--config-name', 'team', ...server, '--args', JSON.stringify(config.args));
    await cli('project', 'create', ...project);
    await cli('project', 'assign-config', ...project, '--config-name', 'team');
    await cli('user', 'create', ...user);
    await cli('project', 'add-user', ...project, ...user);
    const made = await cli('user', 'generate-api-key', ...user, ...project);
    const [key, id] = [valueOf('api_key', made), valueOf('key_id', made)];

    await becomes(key, 200);
    const session = await RawSession.open(gateway.url, key);
    expect(textOf(await session.call('echo__echo', { message: 'hello' }))).toBe('hello');

    await cli('user', 'disable-api-key', '--api-key', id);
    await becomes(key, 401);
    expect((await session.post({ jsonrpc: '2.0', id: 9, method: 'ping' })).status).toBe(401);
    await cli('user', 'enable-api-key', '--api-key', id);
    await becomes(key, 200);

    const rotated = await cli('user', 'rotate-api-key', '--api-key', id);
    expect(rotated).toMatch(/^API key rotated successfully\nnew_api_key: smg_\S+\nkey_id: \S+\n$/);
    const next = valueOf('new_api_key', rotated);
    await becomes(next, 200);
    expect(await status(key)).toBe(401);

    await cli('project', 'remove-user', ...project, ...user);
    await becomes(next, 401);
    await cli('project', 'add-user', ...project, ...user);
    await becomes(next, 200);

    await cli('user', 'delete-api-key', '--api-key', valueOf('key_id', rotated));
    await becomes(next, 401);
    await cli('user', 'delete', ...user, '--force');
    await cli('project', 'remove', ...project);
    await cli('config', 'remove', '--config-name', 'team');
    expect(await status(gateway.key())).toBe(200);
  });
});
