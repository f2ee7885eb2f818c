import type { GuardrailPolicy } from './server-entry.js';

/** Clients whose hooks this build answers, as the command line and the config name them. */
export const HOOK_CLIENTS = ['claude-code', 'cursor'] as const;
export type HookClientName = (typeof HOOK_CLIENTS)[number];

/** What `hooks.<client>` of the config says, resolved. */
export interface HookPolicy {
  /** null = this client's hooks are switched off: everything passes unchecked. */
  readonly policy: GuardrailPolicy | null;
  /** Globs over tool names; a match asks the user. */
  readonly sensitiveTools: readonly string[];
  /** What becomes of an action that cannot be checked; true = it goes on. */
  readonly failOpen: boolean;
}
