import { type JsonDocument, type JsonPath, containerAt, elementsOf, nameOf, nodeAt } from './json-document.js';
import { appendElement, removeValue, setValue } from './json-edit.js';
import { getNodeValue } from 'jsonc-parser';
import type { ClientEdit } from './edit-client-file.js';
import { GatewayError } from '../../errors.js';
import { isRecord } from './recognise-entry.js';

/** Clients whose hooks the command `hook` serves. */
export type HookClient = 'claude-code' | 'cursor';

/** The events at which the gateway is asked, as each client names them. */
const EVENTS = {
  'claude-code': ['UserPromptSubmit', 'PreToolUse', 'PostToolUse'],
  cursor: ['beforeSubmitPrompt', 'beforeMCPExecution', 'beforeShellExecution', 'afterMCPExecution'],
} as const;
/** Twice what a check may take: a client that gives up earlier goes on without the verdict. */
const TIMEOUT_SECONDS = 10;

/** What a hook starts. */
export interface HookCommand {
  readonly node: string;
  readonly script: string;
  readonly configPath: string;
  readonly platform: NodeJS.Platform;
}

/** What stands in the client's file for each event. */
export type HookEntries = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** The hooks that call this gateway, by event. */
export function hookEntries(client: HookClient, command: HookCommand): HookEntries {
  return new Map(EVENTS[client].map((event) => [event, hookEntry(client, event, command)]));
}

/**
 * Registers the gateway at each event of the client. Hooks of others stay, and older ones of ours are replaced. What the user set beside
 * the command stays: without an `onFailure`, what was refused when the hook cannot run would go on.
 */
export function installHooks(client: HookClient, entries: HookEntries): ClientEdit {
  return (document) => {
    let edited = document;
    containerAt(edited, ['hooks'], 'object');
    for (const [event, entry] of entries) {
      containerAt(edited, ['hooks', event], 'array');
      const own = ownHooks(edited, client, event);
      const commands = own.map((path) => valueAt(edited, [...path, 'command']));
      if (commands.length === 1 && commands[0] === commandOf(entry)) continue;
      const [older] = own.map((path) => valueAt(edited, path));
      edited = appendElement(removeAll(edited, own), ['hooks', event], withMembersOf(entry, older));
    }
    if (client === 'cursor' && nodeAt(edited, ['version']) === undefined) edited = setValue(edited, ['version'], 1);
    return edited;
  };
}

/** Removes every hook of the gateway, at whatever event, and what is empty without it. */
export function uninstallHooks(client: HookClient): ClientEdit {
  return (document) => {
    const hooks = containerAt(document, ['hooks'], 'object');
    let edited = document;
    for (const event of hooks === undefined ? [] : elementsOf(hooks).map(nameOf)) {
      const own = ownHooks(edited, client, event);
      if (own.length === 0) continue;
      edited = removeAll(edited, own);
      if (isEmpty(edited, ['hooks', event])) edited = removeValue(edited, ['hooks', event]);
    }
    return edited;
  };
}

function hookEntry(client: HookClient, event: string, command: HookCommand): Record<string, unknown> {
  const line = commandLine(client, event, command);
  if (client === 'claude-code') {
    const hook = { type: 'command', command: line, timeout: TIMEOUT_SECONDS };
    // Prompts have no matcher.
    return event === 'UserPromptSubmit' ? { hooks: [hook] } : { matcher: '*', hooks: [hook] };
  }
  // What is asked before an action must not fail open, which is Cursor's default.
  const closed = event.startsWith('before') ? { failClosed: true } : {};
  return { command: line, timeout: TIMEOUT_SECONDS, ...closed };
}

function commandLine(client: HookClient, event: string, { node, script, configPath, platform }: HookCommand): string {
  const word = (text: string): string => quoted(text, platform);
  // PowerShell takes a quoted first word for a string, so that on Windows node must come from the PATH.
  const start = platform === 'win32' ? 'node' : word(node);
  return [start, word(script), 'hook', client, event, '--config', word(configPath)].join(' ');
}

/**
 * One word for the shell that runs hooks: sh, or on Windows any of Git Bash, cmd and PowerShell.
 * @throws GatewayError `config_invalid` for a path that no quotes of those three keep as it is: the hook would not run, and clients go on
 */
function quoted(text: string, platform: NodeJS.Platform): string {
  if (platform === 'win32' && /[$`]|%.+%/.test(text)) {
    throw new GatewayError(
      'config_invalid',
      `${text} holds "$", "\`" or "%", which shells on Windows replace. Hooks need paths without them. Nothing was changed.`,
    );
  }
  const path = platform === 'win32' ? text.replaceAll('\\', '/') : text;
  if (/^[\w@%+=:,./-]+$/.test(path)) return path;
  return platform === 'win32' ? `"${path}"` : `'${path.replaceAll("'", `'\\''`)}'`;
}

/** The entry with all that the older hook has beside its command. */
function withMembersOf(entry: Readonly<Record<string, unknown>>, older: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(older)) return entry;
  if (!Array.isArray(entry.hooks)) return { ...entry, ...older, command: entry.command };
  const [hook] = entry.hooks as Readonly<Record<string, unknown>>[];
  return { ...entry, hooks: [{ ...hook, ...older, command: hook?.command }] };
}

/** The command of an entry of either form. */
function commandOf(entry: Readonly<Record<string, unknown>>): unknown {
  const hook: unknown = Array.isArray(entry.hooks) ? entry.hooks[0] : entry;
  return isRecord(hook) ? hook.command : undefined;
}

const OWN_COMMAND = /(?:cli[\\/]main\.js|secure-mcp-gateway)['"]?\s+hook\s+(claude-code|cursor)\s/;

/** Paths of the gateway's own hooks at an event. In Claude Code's file they stand one level deeper, in groups. */
function ownHooks(document: JsonDocument, client: HookClient, event: string): readonly JsonPath[] {
  const value = valueAt(document, ['hooks', event]);
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown, index): JsonPath[] => {
    const path = ['hooks', event, index];
    if (client === 'cursor') return isOwn(entry, client) ? [path] : [];
    const group = isRecord(entry) && Array.isArray(entry.hooks) ? entry.hooks : [];
    return group.flatMap((hook: unknown, place): JsonPath[] =>
      isOwn(hook, client) ? [[...path, 'hooks', place]] : [],
    );
  });
}

function isOwn(hook: unknown, client: HookClient): boolean {
  if (!isRecord(hook) || typeof hook.command !== 'string') return false;
  return OWN_COMMAND.exec(hook.command)?.[1] === client;
}

/** Removes from the last to the first, so that the indexes before stay right; an emptied group goes too. */
function removeAll(document: JsonDocument, paths: readonly JsonPath[]): JsonDocument {
  return [...paths].reverse().reduce((edited, path) => {
    const group = path.slice(0, -1);
    const left = removeValue(edited, path);
    return path.length > 3 && isEmpty(left, group) ? removeValue(left, group.slice(0, -1)) : left;
  }, document);
}

function isEmpty(document: JsonDocument, path: JsonPath): boolean {
  const node = nodeAt(document, path);
  return node?.type === 'array' && elementsOf(node).length === 0;
}

function valueAt(document: JsonDocument, path: JsonPath): unknown {
  const node = nodeAt(document, path);
  return node === undefined ? undefined : getNodeValue(node);
}
