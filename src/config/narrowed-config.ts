import type { AccessList, AccessRule } from '../contracts/access.js';
import type { McpConfig, ServerEntry } from '../contracts/server-entry.js';
import { coversTool, matches } from '../glob.js';
import type { AccessSection } from './schema-access.js';

const MAX_KNOWN = 10_000;

/**
 * Configs as keys see them. Lists and calls both read the config of the caller, so that what is taken out here is neither shown nor
 * called, and a call costs no further decision. Keys with the same restrictions share one config.
 */
export class NarrowedConfigs {
  readonly #known = new Map<string, McpConfig>();

  /** @param levels of the project, the user and the key; undefined = that level restricts nothing */
  of(config: McpConfig, levels: readonly (AccessSection | undefined)[]): McpConfig {
    const sections = levels.filter((section) => section !== undefined);
    if (sections.length === 0) return config;
    const key = JSON.stringify([config.id, sections]);
    let narrowed = this.#known.get(key);
    // Keys that are looked up one by one live longer than one pass over them.
    if (narrowed === undefined && this.#known.size >= MAX_KNOWN) this.#known.clear();
    if (narrowed === undefined) this.#known.set(key, (narrowed = narrow(config, sections)));
    return narrowed;
  }
}

function narrow(config: McpConfig, sections: readonly AccessSection[]): McpConfig {
  const servers = new Map<string, ServerEntry>();
  for (const server of config.servers.values()) {
    const access = sections.map((section) => listFor(server.name, section));
    if (access.some(closesServer)) continue;
    servers.set(server.name, withAccess(server, access.filter(restricts)));
  }
  const methods = sections.flatMap(({ methods: own }) => (own === undefined ? [] : [own]));
  const disabled = [...(config.disabled ?? [])].filter(
    ([server]) => !sections.some((section) => closesServer(listFor(server, section))),
  );
  return Object.freeze({
    ...config,
    servers,
    ...(config.disabled !== undefined && { disabled: new Map(disabled) }),
    ...(methods.length > 0 && { methods }),
  });
}

/** The rules that can concern a server. What permits matches letter case; what denies does not. */
function listFor(server: string, { allow, deny }: AccessSection): AccessList {
  return {
    allow: allow === undefined ? null : allow.filter((rule) => matches(rule.server, server)),
    deny: deny.filter((rule) => coversTool(rule.server, server)),
  };
}

/** Nothing of the server can be reached, so that it need not be seen. */
function closesServer({ allow, deny }: AccessList): boolean {
  return allow?.length === 0 || deny.some(({ tool }) => /^\*+$/.test(tool));
}

function restricts({ allow, deny }: AccessList): boolean {
  return deny.length > 0 || (allow !== null && !allow.some(({ tool }) => tool === '*'));
}

function withAccess(server: ServerEntry, access: readonly AccessList[]): ServerEntry {
  if (access.length === 0) return server;
  const { allowedTools } = server;
  const isOpen = (tool: string): boolean => access.every((list) => letsThrough(list, tool));
  const allowed = allowedTools === null ? null : new Map([...allowedTools].filter(([tool]) => isOpen(tool)));
  return Object.freeze({ ...server, allowedTools: allowed, access });
}

/** Whether a list of one server lets a tool through. */
export function letsThrough({ allow, deny }: AccessList, tool: string): boolean {
  if (deny.some((rule: AccessRule) => coversTool(rule.tool, tool))) return false;
  return allow === null || allow.some((rule) => matches(rule.tool, tool));
}
