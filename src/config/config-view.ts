import { matches } from '../glob.js';
import type { ConfigView, McpConfig, ServerEntry, ServerPart } from '../contracts/server-entry.js';

/** Configs are new objects after a reload, so nothing here gets stale. */
const views = new WeakMap<McpConfig, Map<string, McpConfig>>();

/** The key of the view of a server or of a virtual server. */
export function viewKey(kind: 'server' | 'virtual', name: string): string {
  return `${kind}\n${name}`;
}

/** What an endpoint shows of a config; undefined = nothing that the caller reaches. @param key undefined = everything */
export function viewOf(config: McpConfig, key: string | undefined): McpConfig | undefined {
  if (key === undefined) return config;
  const known = views.get(config)?.get(key);
  if (known !== undefined) return known;
  const made = makeView(config, key);
  if (made === undefined) return undefined;
  const ofConfig = views.get(config) ?? new Map<string, McpConfig>();
  views.set(config, ofConfig.set(key, made));
  return made;
}

function makeView(config: McpConfig, key: string): McpConfig | undefined {
  const end = key.indexOf('\n');
  const name = key.slice(end + 1);
  switch (key.slice(0, Math.max(end, 0))) {
    case 'server':
      return serverView(config, key, name);
    case 'virtual':
      return virtualView(config, key, name);
    default:
      return undefined;
  }
}

function serverView(config: McpConfig, key: string, name: string): McpConfig | undefined {
  const server = config.servers.get(name);
  if (server === undefined) return undefined;
  return withView(config, new Map([[name, server]]), { key, virtual: null, whole: config });
}

function virtualView(config: McpConfig, key: string, name: string): McpConfig | undefined {
  const virtual = config.virtualServers?.get(name);
  if (virtual === undefined) return undefined;
  const isMember = ([server]: readonly [string, unknown]): boolean => virtual.parts.has(server);
  const servers = new Map([...config.servers].filter(isMember));
  if (servers.size === 0) return undefined;
  const disabled = new Map([...(config.disabled ?? [])].filter(isMember));
  return withView({ ...config, disabled }, servers, { key, virtual, whole: config });
}

function withView(config: McpConfig, servers: ReadonlyMap<string, ServerEntry>, view: ConfigView): McpConfig {
  return Object.freeze({ ...config, exposure: 'direct' as const, servers, view: Object.freeze(view) });
}

/**
 * Whether the endpoint shows this of a server that the config has: a name of a tool or prompt, or a URI or template as listed. A view
 * leaves out; what the caller may not use at all is decided before.
 */
export function isInView({ view }: McpConfig, server: ServerEntry, kind: keyof ServerPart, listed: string): boolean {
  const globs = globsOf(view, server, kind);
  return globs === null || globs.some((glob) => matches(glob, listed));
}

/** Whether the endpoint can show anything of a kind of a server. */
export function hasInView({ view }: McpConfig, server: ServerEntry, kind: keyof ServerPart): boolean {
  return globsOf(view, server, kind)?.length !== 0;
}

function globsOf(view: ConfigView | undefined, server: ServerEntry, kind: keyof ServerPart): readonly string[] | null {
  const virtual = view?.virtual ?? null;
  if (virtual === null) return null;
  const part = virtual.parts.get(server.name);
  return part === undefined ? [] : part[kind];
}

/** Whether everything is called by the names of the one server that is shown. */
export function hasOwnNames({ view }: McpConfig): boolean {
  return view?.virtual === null;
}

/** All that exposed names are made from. A server that is off keeps its names, and so does one that this endpoint does not show. */
export function serverNames(config: McpConfig): readonly string[] {
  const { servers, disabled } = config.view?.whole ?? config;
  return [...servers.keys(), ...(disabled?.keys() ?? [])];
}
