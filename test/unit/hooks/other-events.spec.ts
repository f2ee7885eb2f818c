import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runCli } from '../../../src/cli/program.js';
import { eventNames, misuseExitCode } from '../../../src/hooks/events.js';
import { claudeInput, clientSection, cursorInput, EMAIL, HookHome, type Json, KEYWORD } from './hook-runs.js';

let home: HookHome;
beforeAll(async () => {
  home = await HookHome.make();
  await home.configure({ 'claude-code': clientSection(), cursor: clientSection() });
});
afterAll(async () => {
  await home.remove();
});

describe('an event that comes too late to stop anything', () => {
  it.each<[string, Json, string | null]>([
    ['afterShellExecution', { command: 'cat a', output: `see ${EMAIL}`, duration: 1234, sandbox: false }, 'Shell'],
    [
      'afterMCPExecution',
      {
        tool_name: 'find',
        tool_input: '{}',
        result_json: `{"content":[{"text":"joe\\u0040example.com"}]}`,
        duration: 1,
      },
      'find',
    ],
    ['afterMCPExecution', { tool_name: 'find', tool_input: '{}', result_json: `no JSON: ${EMAIL}` }, 'find'],
    ['afterAgentResponse', { text: `It is ${EMAIL}.` }, null],
  ])('is checked and written down: %s %j', async (event, rest, tool) => {
    const answer = await home.run('cursor', event, cursorInput(event, rest));
    expect(answer).toEqual({ stdout: '{}\n', stderr: '', exitCode: 0 });
    const line = (await home.audit()).at(-1);
    expect(line).toMatchObject({
      request_id: 'gen-1',
      method: `hook/${event}`,
      server: 'cursor',
      tool,
      decision: 'allowed',
      reasons: ['pii'],
    });
    expect(JSON.stringify(line)).not.toContain('example.com');
  });

  it('is written down also when it holds no text', async () => {
    const answer = await home.run('cursor', 'stop', cursorInput('stop', { status: 'completed', loop_count: 0 }));
    expect(answer).toEqual({ stdout: '{}\n', stderr: '', exitCode: 0 });
    expect((await home.audit()).at(-1)).toMatchObject({ method: 'hook/stop', decision: 'allowed', scanned_chars: 0 });
  });

  it('is answered as always when it cannot be checked', async () => {
    const answer = await home.run('cursor', 'afterAgentResponse', '{');
    expect(answer).toEqual({ stdout: '{}\n', stderr: expect.stringMatching(/^warning: not checked/), exitCode: 0 });
    expect((await home.audit()).at(-1)).toMatchObject({ decision: 'error', reasons: ['parse_error'] });
  });
});

describe('an event without anything to check', () => {
  it.each(['SessionStart', 'SessionEnd', 'Stop', 'SubagentStop', 'PreCompact', 'Notification', 'PermissionRequest'])(
    'is passed over: %s',
    async (event) => {
      const before = await home.audit();
      for (const input of [claudeInput(event, { last_assistant_message: KEYWORD }), 'no JSON', '']) {
        expect(await home.run('claude-code', event, input)).toEqual({ stdout: '', stderr: '', exitCode: 0 });
      }
      expect(await home.audit()).toEqual(before);
    },
  );

  it.each(['sessionStart', 'afterFileEdit', 'preCompact'])(
    'is answered with an empty object in Cursor: %s',
    async (event) => {
      expect(await home.run('cursor', event, cursorInput(event, {}))).toEqual({
        stdout: '{}\n',
        stderr: '',
        exitCode: 0,
      });
    },
  );
});

describe('the hook command called wrongly', () => {
  async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    let stdout = '';
    let stderr = '';
    const code = await runCli(['hook', ...args], {
      stdout: (text) => (stdout += text),
      stderr: (text) => (stderr += text),
    });
    return { code, stdout, stderr };
  }

  it.each<[string[], 1 | 2, RegExp]>([
    [['claude', 'PreToolUse'], 2, /unknown client; use claude-code or cursor/],
    [['claude', 'Stop'], 1, /unknown client/],
    [['claude-code', 'PreToolUze'], 2, /unknown event of claude-code; use UserPromptSubmit, PreToolUse,/],
    [['claude-code', 'beforeReadFile'], 2, /unknown event of claude-code/],
    [['cursor', 'preToolUse'], 2, /unknown event of cursor/],
    [['claude-code', '__proto__'], 2, /unknown event/],
    [['claude-code', 'PreToolUse', 'more'], 2, /too many arguments or an unknown option/],
    [['claude-code', 'PreToolUse', '--confg', 'x'], 2, /unknown option/],
    [['claude-code', 'Stop', '--confg', 'x'], 1, /unknown option/],
    [['cursor', 'stop', '--config'], 1, /--config needs the path/],
    [['cursor', 'beforeReadFile', '--config', ''], 2, /--config needs the path/],
    [['claude-code'], 2, /missing required argument/],
  ])('%j ends with %d', async (args, code, message) => {
    const result = await run(...args);
    expect(result).toMatchObject({ code, stdout: '' });
    expect(result.stderr).toMatch(message);
  });

  it.each<[string[], 0 | 1 | 2]>([
    [['hook', 'claude-code', 'PreToolUse', '--help'], 2],
    [['hook', 'cursor', 'beforeReadFile', '--config', 'x', '-V'], 2],
    [['-V', 'hook', '--config', 'x', 'cursor', 'beforeReadFile'], 2],
    [['hook', 'claude-code', 'Stop', '-h'], 1],
    [['hook', '--help'], 0],
    [['hook', 'claude-code', '--help'], 0],
    [['--version'], 0],
    [['start', '--help'], 0],
  ])('with help or version in place of an answer: %j ends with %d', async (args, code) => {
    const nowhere = { stdout: () => undefined, stderr: () => undefined };
    expect(await runCli(args, nowhere)).toBe(code);
  });

  it('blocks everywhere but where there is nothing to block', () => {
    const harmless = [...eventNames('claude-code'), ...eventNames('cursor')].filter(
      (name) => misuseExitCode(name) === 1,
    );
    expect(harmless).toContain('Stop');
    expect(harmless).toContain('stop');
    expect(harmless.filter((name) => /^(UserPrompt|PreTool|PostToolUse$|before)/.test(name))).toEqual([]);
  });
});
