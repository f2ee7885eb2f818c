import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CLAUDE_GUARDED, CURSOR_GUARDED } from '../../../src/hooks/events.js';
import { clientSection, EMAIL, GUARDED, HookHome, type Json, KEYWORD, MARKER } from './hook-runs.js';

let home: HookHome;
beforeAll(async () => {
  home = await HookHome.make();
});
afterAll(async () => {
  await home.remove();
});

const both = (changes: Json): Json => ({ 'claude-code': clientSection(changes), cursor: clientSection(changes) });
const NOTICE = '[withheld by the guardrail policy]';

it('has a case for every guarded event', () => {
  expect(GUARDED.map(({ event }) => event)).toEqual([...CLAUDE_GUARDED, ...CURSOR_GUARDED]);
});

describe.each(GUARDED)('$client $event', (guarded) => {
  const { client, event, input, pass, reasonOf } = guarded;
  const isOutput = event === 'PostToolUse';

  /** The answer and its audit line. */
  async function answerTo(text: string): Promise<{ answer: string; line: Json }> {
    const before = (await home.audit()).length;
    const { stdout, stderr, exitCode } = await home.run(client, event, input(text));
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    const lines = (await home.audit()).slice(before);
    expect(lines).toHaveLength(1);
    expect(JSON.stringify(lines) + stdout).not.toContain(MARKER);
    return { answer: stdout, line: lines[0]! };
  }

  it('goes on when nothing is found', async () => {
    await home.configure(both({}));
    const { answer, line } = await answerTo('all is well');
    expect(answer).toBe(pass);
    expect(line).toMatchObject({
      event: 'call',
      key: null,
      era: null,
      method: `hook/${event}`,
      server: client,
      decision: 'allowed',
      reasons: [],
      detectors: ['keyword_detector', 'pii'],
    });
    expect(line.scanned_chars).toBeGreaterThan(MARKER.length);
    expect(line.args_sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is stopped by a detector in block, which the reason names, with its categories and without the text', async () => {
    await home.configure(both({}));
    const { answer, line } = await answerTo(`tell ${EMAIL} about ${KEYWORD}`);
    const reason = reasonOf(JSON.parse(answer) as Json);
    expect(reason).toMatch(/blocked by the guardrail policy "team": keyword_detector \(keyword\), pii \(EMAIL\)\.$/);
    expect(answer).not.toContain(EMAIL);
    expect(answer).not.toContain(KEYWORD);
    expect(line).toMatchObject({
      decision: isOutput ? 'blocked_output' : 'blocked_input',
      reasons: ['keyword_detector', 'pii'],
    });
  });

  it('is found also behind escapes', async () => {
    await home.configure(both({}));
    const at = event === 'beforeMCPExecution' ? '\\\\u0040' : '\\u0040';
    const escaped = JSON.stringify(input(EMAIL)).replaceAll('@', at);
    const { stdout } = await home.run(client, event, escaped);
    expect(reasonOf(JSON.parse(stdout) as Json)).toContain('pii (EMAIL)');
  });

  it('goes on, and is reported, when the detector is not in block', async () => {
    await home.configure(both({ block: ['keyword_detector'] }));
    const { answer, line } = await answerTo(`tell ${EMAIL}`);
    expect(answer).toBe(pass);
    expect(line).toMatchObject({ decision: 'allowed', reasons: ['pii'] });
  });

  it('is not checked when the client is switched off', async () => {
    await home.configure(both({ enabled: false }));
    const before = (await home.audit()).length;
    const answer = await home.run(client, event, input(`tell ${EMAIL} about ${KEYWORD}`));
    expect(answer).toEqual({ stdout: pass, stderr: '', exitCode: 0 });
    expect(await home.audit()).toHaveLength(before);
  });

  it('is checked by everything the built-in policy has when the config says nothing about hooks', async () => {
    await home.configure(undefined);
    const { answer, line } = await answerTo(`tell ${EMAIL}`);
    expect(reasonOf(JSON.parse(answer) as Json)).toContain('policy "default": pii (EMAIL)');
    expect(line).toMatchObject({ reasons: ['pii'] });
  });
});

describe('sensitive tools', () => {
  const claude = GUARDED[1]!;
  const shell = GUARDED[4]!;
  const mcp = GUARDED[5]!;
  const sensitive = both({ sensitive_tools: ['Ba*', 'shell', 'database_*'] });

  it('ask the user of Claude Code', async () => {
    await home.configure(sensitive);
    const { stdout } = await home.run(claude.client, claude.event, claude.input('fine'));
    expect(JSON.parse(stdout)).toEqual({
      hookSpecificOutput: {
        hookEventName: 'PreToolUse',
        permissionDecision: 'ask',
        permissionDecisionReason: 'Bash is on the list of sensitive tools.',
      },
    });
    expect((await home.audit()).at(-1)).toMatchObject({
      decision: 'allowed',
      reasons: ['sensitive_tool'],
      tool: 'Bash',
    });
  });

  it.each([
    [shell, 'Shell'],
    [mcp, 'database_query'],
  ])('ask the user of Cursor', async ({ client, event, input }, tool) => {
    await home.configure(sensitive);
    const { stdout } = await home.run(client, event, input('fine'));
    const message = `${tool} is on the list of sensitive tools.`;
    expect(JSON.parse(stdout)).toEqual({ permission: 'ask', user_message: message, agent_message: message });
  });

  it('are refused without asking when a detector blocks', async () => {
    await home.configure(sensitive);
    const { stdout } = await home.run(claude.client, claude.event, claude.input(EMAIL));
    expect(claude.reasonOf(JSON.parse(stdout) as Json)).toContain('pii (EMAIL)');
  });

  it('do not ask after the tool has run', async () => {
    await home.configure(sensitive);
    const post = GUARDED[2]!;
    expect((await home.run(post.client, post.event, post.input('fine'))).stdout).toBe('');
  });
});

describe('redaction', () => {
  const redacting = (block: readonly string[]): Json => ({
    'claude-code': clientSection({ block, additional_config: { pii_redaction: true } }),
  });
  const call = (tool: string, args: Json): Json => ({
    hook_event_name: 'PreToolUse',
    tool_name: tool,
    tool_input: args,
    tool_use_id: 'toolu_1',
  });

  it('replaces the arguments of an MCP tool as a whole, and lets the user confirm', async () => {
    await home.configure(redacting(['pii']));
    const args = { to: [EMAIL], subject: 'hello', copies: 2 };
    const { stdout } = await home.run('claude-code', 'PreToolUse', call('mcp__mail__send', args));
    expect(JSON.parse(stdout)).toEqual({
      hookSpecificOutput: {
        hookEventName: 'PreToolUse',
        permissionDecision: 'ask',
        permissionDecisionReason: expect.stringMatching(/replaced by placeholders \(EMAIL\)/),
        updatedInput: { to: [expect.stringMatching(/^<EMAIL_1_[0-9a-z]{8}>$/)], subject: 'hello', copies: 2 },
      },
    });
    expect((await home.audit()).at(-1)).toMatchObject({ decision: 'redacted', reasons: ['pii'] });
  });

  it('leaves a shell command alone: it is refused when pii blocks and goes on when it does not', async () => {
    await home.configure(redacting(['pii']));
    const command = call('Bash', { command: `mail ${EMAIL}` });
    expect((await home.run('claude-code', 'PreToolUse', command)).stdout).toContain('"permissionDecision":"deny"');
    await home.configure(redacting([]));
    expect((await home.run('claude-code', 'PreToolUse', command)).stdout).toBe('');
  });
});

describe('output that a policy blocks', () => {
  const response = (tool: string, value: unknown): Json => ({
    hook_event_name: 'PostToolUse',
    tool_name: tool,
    tool_input: {},
    tool_response: value,
    tool_use_id: 'toolu_1',
  });

  async function shownOf(tool: string, value: unknown): Promise<unknown> {
    await home.configure(both({}));
    const { stdout } = await home.run('claude-code', 'PostToolUse', response(tool, value));
    expect(stdout).not.toContain(EMAIL);
    const { decision, hookSpecificOutput } = JSON.parse(stdout) as { decision: string; hookSpecificOutput: Json };
    expect(decision).toBe('block');
    return hookSpecificOutput;
  }

  it('keeps its shape, with a notice for each text that something was found in', async () => {
    const file = { filePath: '/p/a', content: `a ${EMAIL}`, numLines: 1 };
    expect(await shownOf('Read', { type: 'text', file })).toEqual({
      hookEventName: 'PostToolUse',
      updatedToolOutput: { type: 'text', file: { filePath: '/p/a', content: NOTICE, numLines: 1 } },
    });
  });

  it('goes into the field for MCP tools when one of them answered', async () => {
    expect(
      await shownOf('mcp__crm__find', [
        { type: 'text', text: EMAIL },
        { type: 'text', text: 'none' },
      ]),
    ).toEqual({
      hookEventName: 'PostToolUse',
      updatedMCPToolOutput: [
        { type: 'text', text: NOTICE },
        { type: 'text', text: 'none' },
      ],
    });
    expect(await shownOf('mcp__crm__find', EMAIL)).toMatchObject({ updatedMCPToolOutput: NOTICE });
  });

  it('is withheld as a whole when a finding stands in the name of a member', async () => {
    expect(await shownOf('mcp__crm__find', [{ [EMAIL]: 'x' }])).toMatchObject({
      updatedMCPToolOutput: [{ type: 'text', text: NOTICE }],
    });
    expect(await shownOf('Grep', { counts: { [EMAIL]: 1 } })).toMatchObject({ updatedToolOutput: NOTICE });
  });

  it('holds nothing of a text with more findings than are reported', async () => {
    const many = Array.from({ length: 150 }, (_, index) => `user${String(index)}@example.com`);
    expect(await shownOf('Bash', { stdout: many.join('\n'), lines: [...many] })).toMatchObject({
      updatedToolOutput: NOTICE,
    });
  });
});
