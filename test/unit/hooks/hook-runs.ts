import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { HookClientName } from '../../../src/contracts/hook-policy.js';
import { type HookAnswer, runHook } from '../../../src/hooks/run-hook.js';
import { auditRecords } from '../../support/audit-records.js';

export type Json = Readonly<Record<string, unknown>>;

export const KEYWORD = 'project x';
export const EMAIL = 'joe@example.com';
/** In every input, so that any of it in an answer or the audit log shows. */
export const MARKER = 'secret-marker-51d3';

const POLICIES = {
  team: { detectors: { keyword_detector: { banned_keywords: [KEYWORD] }, pii: { entities: ['EMAIL'] } } },
};

/** A throw-away config file and the hooks that use it. */
export class HookHome {
  private constructor(readonly folder: string) {}

  static async make(): Promise<HookHome> {
    return new HookHome(await mkdtemp(join(tmpdir(), 'smg-hooks-')));
  }

  get configPath(): string {
    return join(this.folder, 'config.json');
  }

  /** Writes a config; `hooks` is its section, undefined leaves it out. */
  async configure(hooks: Json | undefined, rest: Json = {}): Promise<void> {
    const config = { plugins: { guardrails: { config: { policies: POLICIES } } }, hooks, ...rest };
    await this.write(JSON.stringify(config));
  }

  write(text: string): Promise<void> {
    return writeFile(this.configPath, text, { mode: 0o600 });
  }

  run(client: HookClientName, event: string, input: Json | Buffer | string): Promise<HookAnswer> {
    const bytes = Buffer.isBuffer(input)
      ? input
      : Buffer.from(typeof input === 'string' ? input : JSON.stringify(input));
    return this.stream(client, event, Readable.from([bytes]));
  }

  stream(client: HookClientName, event: string, stdin: Readable, maxMs?: number): Promise<HookAnswer> {
    return runHook({ client, event, configPath: this.configPath, stdin }, maxMs);
  }

  /** Lines of the audit log so far. */
  async audit(): Promise<Json[]> {
    const text = await readFile(join(this.folder, 'audit.jsonl'), 'utf8').catch(() => '');
    return auditRecords(text);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}

/** A client's section: policy `team` that blocks keywords and e-mail addresses. */
export function clientSection(changes: Json = {}): Json {
  return { enabled: true, policy_name: 'team', block: ['keyword_detector', 'pii'], ...changes };
}

/** One guarded event: how its input looks around a text, and how its client is told. */
export interface GuardedCase {
  readonly client: HookClientName;
  readonly event: string;
  readonly input: (text: string) => Json;
  /** The whole answer that lets the event go on. */
  readonly pass: string;
  /** The reason in an answer that stops it; fails for any other answer. */
  readonly reasonOf: (answer: Json) => unknown;
}

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
  user_email: 'dev@example.org',
  transcript_path: null,
};

export function claudeInput(event: string, rest: Json): Json {
  return { ...CLAUDE, hook_event_name: event, ...rest };
}

export function cursorInput(event: string, rest: Json): Json {
  return { ...CURSOR, hook_event_name: event, ...rest };
}

/** Every guarded event, with inputs as in the clients' documentation. */
export const GUARDED: readonly GuardedCase[] = [
  {
    client: 'claude-code',
    event: 'UserPromptSubmit',
    input: (text) => claudeInput('UserPromptSubmit', { prompt: `${MARKER} ${text}` }),
    pass: '',
    reasonOf: (answer) => (answer.decision === 'block' ? answer.reason : answer),
  },
  {
    client: 'claude-code',
    event: 'PreToolUse',
    input: (text) =>
      claudeInput('PreToolUse', {
        tool_name: 'Bash',
        tool_input: { command: `echo ${MARKER} ${text}`, description: 'say it', timeout: 120_000 },
        tool_use_id: 'toolu_01ABC123',
      }),
    pass: '',
    reasonOf: (answer) => {
      const output = answer.hookSpecificOutput as Json;
      const isDeny = output.hookEventName === 'PreToolUse' && output.permissionDecision === 'deny';
      return isDeny ? output.permissionDecisionReason : answer;
    },
  },
  {
    client: 'claude-code',
    event: 'PostToolUse',
    input: (text) =>
      claudeInput('PostToolUse', {
        tool_name: 'Bash',
        tool_input: { command: 'cat file' },
        tool_response: { stdout: `${MARKER} ${text}`, stderr: '', interrupted: false, isImage: false },
        tool_use_id: 'toolu_01ABC123',
        duration_ms: 12,
      }),
    pass: '',
    reasonOf: (answer) => (answer.decision === 'block' ? answer.reason : answer),
  },
  {
    client: 'cursor',
    event: 'beforeSubmitPrompt',
    input: (text) => cursorInput('beforeSubmitPrompt', { prompt: `${MARKER} ${text}`, attachments: [] }),
    pass: '{"continue":true}\n',
    reasonOf: (answer) => (answer.continue === false ? answer.user_message : answer),
  },
  {
    client: 'cursor',
    event: 'beforeShellExecution',
    input: (text) =>
      cursorInput('beforeShellExecution', { command: `echo ${MARKER} ${text}`, cwd: '/project', sandbox: false }),
    pass: '{"permission":"allow"}\n',
    reasonOf: (answer) => (answer.permission === 'deny' ? answer.agent_message : answer),
  },
  {
    client: 'cursor',
    event: 'beforeMCPExecution',
    input: (text) =>
      cursorInput('beforeMCPExecution', {
        tool_name: 'database_query',
        tool_input: JSON.stringify({ query: `${MARKER} ${text}` }),
        url: 'https://mcp.example.com/mcp',
      }),
    pass: '{"permission":"allow"}\n',
    reasonOf: (answer) => (answer.permission === 'deny' ? answer.user_message : answer),
  },
  {
    client: 'cursor',
    event: 'beforeReadFile',
    input: (text) =>
      cursorInput('beforeReadFile', { file_path: '/project/a.txt', content: `${MARKER} ${text}`, attachments: [] }),
    pass: '{"permission":"allow"}\n',
    reasonOf: (answer) => (answer.permission === 'deny' ? answer.user_message : answer),
  },
];

/** True when the client goes on after this answer. */
export function goesOn({ exitCode, stdout }: HookAnswer, { pass, reasonOf }: GuardedCase): boolean {
  // Exit code 2 blocks in both clients.
  if (exitCode === 2) return false;
  if (exitCode !== 0 || stdout === pass) return true;
  return typeof reasonOf(JSON.parse(stdout) as Json) !== 'string';
}
