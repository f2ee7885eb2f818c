import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { InstallSandbox } from './support/install-sandbox.js';

jest.setTimeout(60_000);

/** What the built-in policy, which blocks with every detector, finds. */
const BANNED = 'mail ada@example.com';
const CLEAN = 'npm test';

let sandbox: InstallSandbox;
beforeEach(() => {
  sandbox = new InstallSandbox();
});
afterEach(() => {
  sandbox.close();
});

/** Runs a command as it stands in the client's file, as clients do: by a shell, from some other folder, with the event on stdin. */
function runHook(command: string, event: object): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', command], {
      cwd: tmpdir(),
      env: { PATH: process.env.PATH, HOME: sandbox.home },
      timeout: 20_000,
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, ...output });
    });
    child.stdin.end(JSON.stringify(event));
  });
}

async function install(client: 'claude-code' | 'cursor'): Promise<void> {
  expect(await sandbox.install(client, '--hooks')).toMatchObject({ code: 0 });
}

it('what install --hooks writes for Claude Code answers its events', async () => {
  await install('claude-code');
  const { hooks } = sandbox.read(join(sandbox.home, '.claude/settings.json')) as {
    hooks: Record<string, { hooks: { type: string; command: string }[] }[]>;
  };
  const command = (event: string): string => hooks[event]![0]!.hooks[0]!.command;
  const session = { session_id: 's', transcript_path: '/tmp/t', cwd: '/tmp', permission_mode: 'default' };
  const bash = (line: string) => ({
    ...session,
    hook_event_name: 'PreToolUse',
    tool_name: 'Bash',
    tool_input: { command: line },
  });
  expect(await runHook(command('PreToolUse'), bash(CLEAN))).toEqual({ code: 0, stdout: '', stderr: '' });
  const denied = await runHook(command('PreToolUse'), bash(BANNED));
  expect(JSON.parse(denied.stdout)).toMatchObject({ hookSpecificOutput: { permissionDecision: 'deny' } });
  const prompt = { ...session, hook_event_name: 'UserPromptSubmit', prompt: BANNED };
  const refused = await runHook(command('UserPromptSubmit'), prompt);
  expect(JSON.parse(refused.stdout)).toMatchObject({ decision: 'block' });
  expect(denied.stdout + refused.stdout).not.toContain('ada@');
});

it('what install --hooks writes for Cursor answers its events', async () => {
  await install('cursor');
  const { hooks } = sandbox.read(join(sandbox.home, '.cursor/hooks.json')) as {
    hooks: Record<string, { command: string; failClosed?: boolean }[]>;
  };
  const [shell] = hooks.beforeShellExecution!;
  expect(shell!.failClosed).toBe(true);
  const session = {
    conversation_id: 'c',
    generation_id: 'g',
    hook_event_name: 'beforeShellExecution',
    workspace_roots: [],
  };
  const ask = async (command: string) =>
    JSON.parse((await runHook(shell!.command, { ...session, command, cwd: '/tmp' })).stdout) as { permission: string };
  expect((await ask(BANNED)).permission).toBe('deny');
  expect((await ask(CLEAN)).permission).toBe('allow');
});
