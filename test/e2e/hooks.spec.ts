import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildConfig, CLI } from '../support/gateway.js';
import { auditRecords } from '../support/audit-records.js';

type Json = Record<string, unknown>;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** True when the whole input could be written. */
  readonly tookInput: boolean;
}

const POLICIES = {
  team: { detectors: { keyword_detector: { banned_keywords: ['project x'] }, pii: { entities: ['EMAIL'] } } },
};
const CLIENT = {
  enabled: true,
  policy_name: 'team',
  block: ['keyword_detector', 'pii'],
  sensitive_tools: ['mcp__*__delete_*'],
};
/** In inputs, so that any of it in the audit log shows. */
const MARKER = 'secret-marker-51d3';

let home: string;
let configPath: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'hooks-'));
  configPath = join(home, 'config.json');
  // A server with a secret that no client's environment has.
  const secret = { url: 'https://mcp.example.com/mcp', headers: { Authorization: 'Bearer ${env:NOT_SET_ANYWHERE}' } };
  const { json } = buildConfig({ projects: [{ servers: [{ name: 'remote', config: secret }] }], policies: POLICIES });
  writeFileSync(configPath, JSON.stringify({ ...json, hooks: { 'claude-code': CLIENT, cursor: CLIENT } }), {
    mode: 0o600,
  });
});
afterAll(() => {
  rmSync(home, { recursive: true });
});

/** Runs the built command with an input; null leaves stdin open. */
function hook(args: readonly string[], input: string | Buffer | null, env: Json = {}): Promise<Ended> {
  const child = spawn(process.execPath, [CLI, 'hook', ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: home, USERPROFILE: home, ...env },
  });
  const said = { stdout: '', stderr: '', tookInput: true };
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
  child.stdin.on('error', () => (said.tookInput = false));
  if (input !== null) child.stdin.end(input);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the hook did not end: ${said.stderr}`));
    }, 20_000);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, ...said });
    });
  });
}

function run(client: string, event: string, input: Json): Promise<Ended> {
  return hook([client, event, '--config', configPath], JSON.stringify({ hook_event_name: event, ...input }));
}

const audit = (): Json[] => auditRecords(readFileSync(join(home, 'audit.jsonl'), 'utf8'));

const CLAUDE = {
  session_id: 'abc123',
  transcript_path: '/home/user/.claude/projects/p/transcript.jsonl',
  cwd: '/home/user/my-project',
  permission_mode: 'default',
};
const CURSOR = {
  conversation_id: 'conv-1',
  generation_id: 'gen-1',
  model: 'some-model',
  cursor_version: '3.21.16',
  workspace_roots: ['/project'],
  user_email: null,
  transcript_path: null,
};
const bash = (command: string): Json => ({
  ...CLAUDE,
  tool_name: 'Bash',
  tool_input: { command, description: 'a command' },
  tool_use_id: 'toolu_01ABC123',
});

describe('the hook command, as Claude Code calls it', () => {
  it('says nothing when nothing is found, so that the permission rules of the user stay in force', async () => {
    expect(await run('claude-code', 'PreToolUse', bash(`npm test # ${MARKER}`))).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
      tookInput: true,
    });
    expect(audit().at(-1)).toMatchObject({ method: 'hook/PreToolUse', tool: 'Bash', decision: 'allowed' });
  });

  it('denies a tool call', async () => {
    const { code, stdout } = await run('claude-code', 'PreToolUse', bash(`mail joe@example.com # ${MARKER}`));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      hookSpecificOutput: {
        hookEventName: 'PreToolUse',
        permissionDecision: 'deny',
        permissionDecisionReason: 'This was blocked by the guardrail policy "team": pii (EMAIL).',
      },
    });
  });

  it('asks about a sensitive tool', async () => {
    const input = {
      ...CLAUDE,
      tool_name: 'mcp__github__delete_repo',
      tool_input: { name: 'a' },
      tool_use_id: 'toolu_2',
    };
    const { stdout } = await run('claude-code', 'PreToolUse', input);
    expect(JSON.parse(stdout)).toMatchObject({ hookSpecificOutput: { permissionDecision: 'ask' } });
  });

  it('refuses a prompt', async () => {
    const { code, stdout } = await run('claude-code', 'UserPromptSubmit', {
      ...CLAUDE,
      prompt: `Tell me about Project X ${MARKER}`,
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      decision: 'block',
      reason: 'This was blocked by the guardrail policy "team": keyword_detector (keyword).',
    });
  });

  it('withholds output', async () => {
    const tool_response = { stdout: `joe@example.com ${MARKER}`, stderr: '', interrupted: false, isImage: false };
    const { stdout } = await run('claude-code', 'PostToolUse', { ...bash('cat a'), tool_response, duration_ms: 12 });
    expect(JSON.parse(stdout)).toMatchObject({
      decision: 'block',
      hookSpecificOutput: {
        hookEventName: 'PostToolUse',
        updatedToolOutput: { stdout: '[withheld by the guardrail policy]', stderr: '', interrupted: false },
      },
    });
  });

  it('lets the agent end', async () => {
    expect(await run('claude-code', 'Stop', { ...CLAUDE, stop_hook_active: false })).toMatchObject({
      code: 0,
      stdout: '',
    });
    const wrong = await hook(['claude-code', 'Stop', '--confg', configPath], '{}');
    expect(wrong).toMatchObject({ code: 1, stdout: '' });
    expect(wrong.stderr).toMatch(/unknown option/);
  });
});

describe('the hook command, as Cursor calls it', () => {
  it.each<[string, Json, Json]>([
    ['beforeSubmitPrompt', { prompt: 'hello', attachments: [] }, { continue: true }],
    ['beforeShellExecution', { command: 'ls', cwd: '/project', sandbox: false }, { permission: 'allow' }],
    ['beforeMCPExecution', { tool_name: 'q', tool_input: '{"a":1}', command: 'npx server' }, { permission: 'allow' }],
    ['beforeReadFile', { file_path: '/project/a', content: 'a', attachments: [] }, { permission: 'allow' }],
    ['afterMCPExecution', { tool_name: 'q', tool_input: '{}', result_json: '{}', duration: 1 }, {}],
    ['stop', { status: 'completed', loop_count: 0 }, {}],
  ])('answers %s when nothing is found', async (event, input, answer) => {
    const { code, stdout, stderr } = await run('cursor', event, { ...CURSOR, ...input });
    expect({ code, stderr, answer: JSON.parse(stdout) as Json }).toEqual({ code: 0, stderr: '', answer });
  });

  it('denies an MCP call whose parameters hide an address behind escapes', async () => {
    const input = {
      ...CURSOR,
      tool_name: 'send',
      tool_input: '{"to":"joe\\u0040example.com"}',
      url: 'https://mcp.example.com',
    };
    const { stdout } = await run('cursor', 'beforeMCPExecution', input);
    expect(JSON.parse(stdout)).toMatchObject({
      permission: 'deny',
      user_message: expect.stringContaining('pii (EMAIL)'),
    });
  });
});

describe('the hook command, when something is wrong,', () => {
  const guarded = ['cursor', 'beforeShellExecution'];
  const denied = expect.stringMatching(/^\{"permission":"deny"/);

  it('denies without a config file', async () => {
    const result = await hook([...guarded, '--config', join(home, 'missing.json')], '{}');
    expect(result).toMatchObject({ code: 0, stdout: denied, stderr: expect.stringMatching(/no such file/) });
  });

  it('finds the file that ENKRYPT_CONFIG names', async () => {
    const input = JSON.stringify({ ...CURSOR, hook_event_name: 'beforeShellExecution', command: 'ls' });
    expect(await hook(guarded, input, { ENKRYPT_CONFIG: configPath })).toMatchObject({
      stdout: '{"permission":"allow"}\n',
    });
    expect(await hook(guarded, input)).toMatchObject({ stdout: denied });
  });

  it('denies, and ends, when the client leaves stdin open', async () => {
    const result = await hook([...guarded, '--config', configPath], null);
    expect(result).toMatchObject({ code: 0, stdout: denied, stderr: expect.stringMatching(/took too long/) });
  }, 30_000);

  it('denies, and ends, when the config file is a pipe that nobody writes to', async () => {
    const pipe = join(home, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const result = await hook([...guarded, '--config', pipe], '{}');
    expect(result).toMatchObject({ code: 0, stdout: denied, stderr: expect.stringMatching(/this is a pipe/) });
  });

  it('denies at once when the config file is a device without an end', async () => {
    const result = await hook([...guarded, '--config', '/dev/zero'], '{}');
    expect(result).toMatchObject({ code: 0, stdout: denied, stderr: expect.stringMatching(/or a device, not a file/) });
  });

  it('denies input of more than 4 MiB after the client could write all of it', async () => {
    const input = JSON.stringify({
      ...CURSOR,
      hook_event_name: 'beforeShellExecution',
      command: 'a'.repeat(8 * 1024 * 1024),
    });
    const result = await hook([...guarded, '--config', configPath], input);
    expect(result).toMatchObject({ code: 0, stdout: denied, tookInput: true });
    expect(audit().at(-1)).toMatchObject({ decision: 'refused', reasons: ['body_too_large'] });
  });

  it.each([[['claude-code', 'PreToolUze']], [['claude', 'PreToolUse']], [['claude-code', 'PreToolUse', '--config']]])(
    'blocks by its exit code after %j',
    async (args) => {
      expect(await hook(args, '{}')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^error: /) });
    },
  );
});

it('writes whole lines when many hooks run at once, readable by the owner only and without any text', async () => {
  const before = audit().length;
  const count = 12;
  const runs = Array.from({ length: count }, (_, index) =>
    run('claude-code', 'PreToolUse', {
      ...bash(`echo ${MARKER}`),
      tool_use_id: `toolu_${'x'.repeat(200)}_${String(index)}`,
    }),
  );
  expect((await Promise.all(runs)).every(({ code, stdout }) => code === 0 && stdout === '')).toBe(true);
  const ids = audit()
    .slice(before)
    .map((line) => String(line.request_id).split('_').at(-1));
  expect(ids.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, index) => index));
  expect(statSync(join(home, 'audit.jsonl')).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(home, 'audit.jsonl'), 'utf8')).not.toMatch(
    new RegExp(`${MARKER}|example\\.com|project x`, 'i'),
  );
}, 60_000);
