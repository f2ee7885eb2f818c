import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../gateway.js';
import { runInspector } from '../mcp-clients.js';
import { type HttpDoor, type InteropClient, textOfBlocks, textOfContents, textOfMessage } from './interop-client.js';

const run = promisify(execFile);

/** The command line of version 1; a process for each request. */
const INSPECTOR_1 = join(ROOT, 'node_modules', 'inspector-1', 'cli', 'build', 'cli.js');

export function openInspector1(door: HttpDoor): InteropClient {
  return overCommands(door, async (args, home) => {
    const env = { PATH: process.env.PATH, HOME: home };
    const { stdout } = await run(process.execPath, [INSPECTOR_1, '--cli', ...args], { env, timeout: 30_000 });
    return JSON.parse(stdout) as unknown;
  });
}

export function openInspector2(door: HttpDoor): InteropClient {
  return overCommands(door, async (args, home) => {
    const { code, stdout, stderr } = await runInspector([...args, '--format', 'json', '-q'], home);
    if (code !== 0) throw new Error(`ended with ${String(code)}: ${stderr}`);
    return (JSON.parse(stdout) as { result: unknown }).result;
  });
}

/** Options that both versions have. @param request runs the command and gives the result that it prints */
function overCommands(
  { url, key }: HttpDoor,
  request: (args: readonly string[], home: string) => Promise<unknown>,
): InteropClient {
  const home = mkdtempSync(join(tmpdir(), 'inspector-'));
  const ask = (method: string, args: readonly string[] = []): Promise<unknown> =>
    request([url, '--transport', 'http', '--header', `apikey: ${key}`, '--method', method, ...args], home);
  return {
    list: async () => ((await ask('tools/list')) as { tools: { name: string }[] }).tools.map(({ name }) => name),
    call: async (name, args) =>
      textOfBlocks(await ask('tools/call', ['--tool-name', name, ...pairs('--tool-arg', args)])),
    read: async (uri) => textOfContents(await ask('resources/read', ['--uri', uri])),
    prompt: async (name, args) =>
      textOfMessage(await ask('prompts/get', ['--prompt-name', name, ...pairs('--prompt-args', args)])),
    close: () => {
      rmSync(home, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

/** `key=value`, values that are no strings as JSON. */
function pairs(option: string, args: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(args).flatMap(([name, value]) => [
    option,
    `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  ]);
}
