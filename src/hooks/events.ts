import type { HookClientName } from '../contracts/hook-policy.js';

/**
 * What the hook does at an event. `guarded`: checks, and can stop what the event announces. `observed`: checks and writes an audit
 * line, because it is too late or no way to stop anything. `ignored`: nothing.
 */
export type EventKind = 'guarded' | 'observed' | 'ignored';

export const CLAUDE_GUARDED = ['UserPromptSubmit', 'PreToolUse', 'PostToolUse'] as const;
export const CURSOR_GUARDED = [
  'beforeSubmitPrompt',
  'beforeShellExecution',
  'beforeMCPExecution',
  'beforeReadFile',
] as const;
export const CURSOR_OBSERVED = ['afterShellExecution', 'afterMCPExecution', 'afterAgentResponse', 'stop'] as const;

const EVENTS: Readonly<Record<HookClientName, ReadonlyMap<string, EventKind>>> = {
  'claude-code': kinds({
    guarded: CLAUDE_GUARDED,
    ignored: [
      'SessionStart',
      'SessionEnd',
      'Setup',
      'PermissionRequest',
      'PostToolUseFailure',
      'SubagentStart',
      'SubagentStop',
      'Stop',
      'PreCompact',
      'PostCompact',
      'Notification',
    ],
  }),
  cursor: kinds({
    guarded: CURSOR_GUARDED,
    observed: CURSOR_OBSERVED,
    ignored: [
      'sessionStart',
      'sessionEnd',
      'postToolUse',
      'postToolUseFailure',
      'subagentStop',
      'afterFileEdit',
      'afterTabFileEdit',
      'afterAgentThought',
      'preCompact',
    ],
  }),
};

/** Kind of an event, under the name that the client gives it; undefined = this build does not know it. */
export function eventKind(client: HookClientName, event: string): EventKind | undefined {
  return EVENTS[client].get(event);
}

/** Events of a client that the hook command accepts, for its messages. */
export function eventNames(client: HookClientName): readonly string[] {
  return [...EVENTS[client].keys()];
}

/**
 * Exit code of a hook that was called wrongly. Both clients take 2 as "block" and every other failure as "go on"
 * (code.claude.com/docs/en/hooks "Exit code 2 behavior per event", cursor.com/docs/hooks "Exit code blocking"). So 2, except where
 * there is nothing to guard: at `Stop` it would keep the agent from ever ending.
 */
export function misuseExitCode(event: string): 1 | 2 {
  const known = Object.values(EVENTS).map((events) => events.get(event));
  const isHarmless = known.every((kind) => kind !== 'guarded') && known.some((kind) => kind !== undefined);
  return isHarmless ? 1 : 2;
}

function kinds(names: Partial<Record<EventKind, readonly string[]>>): ReadonlyMap<string, EventKind> {
  const map = new Map<string, EventKind>();
  for (const kind of ['guarded', 'observed', 'ignored'] as const) {
    for (const name of names[kind] ?? []) map.set(name, kind);
  }
  return map;
}
