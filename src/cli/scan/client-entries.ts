import { isRecord } from '../clients/recognise-entry.js';

type Json = Readonly<Record<string, unknown>>;

/** A server of a client's file in the gateway's words. */
export interface ClientEntry {
  readonly name: string;
  readonly config: Json;
}

interface Entries {
  readonly entries: readonly ClientEntry[];
  readonly unusable: readonly { readonly server: string; readonly error: string }[];
}

/** The servers in a file of Claude Desktop, Claude Code, Cursor or VS Code; disabled ones included, because somebody may enable them. */
export function clientEntries(file: Json): Entries {
  const sections = [file.mcpServers, file.servers, ...projectSections(file)];
  const entries: ClientEntry[] = [];
  const unusable: { server: string; error: string }[] = [];
  const names = new Set<string>();
  for (const [server, entry] of sections.flatMap((section) => (isRecord(section) ? Object.entries(section) : []))) {
    const name = unused(names, server);
    names.add(name);
    const read = readEntry(entry);
    if ('error' in read) unusable.push({ server: name, error: read.error });
    else entries.push({ name, config: read.config });
  }
  return { entries, unusable };
}

/** Claude Code keeps the servers of each folder in its one file. */
function projectSections(file: Json): unknown[] {
  if (!isRecord(file.projects)) return [];
  return Object.values(file.projects).map((project) => (isRecord(project) ? project.mcpServers : undefined));
}

function unused(names: ReadonlySet<string>, wanted: string): string {
  // The gateway's rule for names.
  const plain = wanted.replace(/\p{Cc}/gu, '?').slice(0, 120) || 'unnamed';
  let name = plain;
  for (let n = 2; names.has(name); n++) name = `${plain} (${String(n)})`;
  return name;
}

function readEntry(entry: unknown): { readonly config: Json } | { readonly error: string } {
  if (!isRecord(entry)) return { error: 'the entry is no object' };
  const missing = missingVariable(entry);
  if (missing !== null) return { error: `the variable ${missing} is not set here` };
  if (typeof entry.command === 'string') {
    return { config: { command: entry.command, args: texts(entry.args), env: textMembers(entry.env) } };
  }
  const url = entry.url ?? entry.serverUrl;
  if (typeof url !== 'string') return { error: 'the entry has neither command nor url' };
  const transport = entry.type === 'sse' ? { transport: 'sse' } : {};
  return { config: { url, headers: textMembers(entry.headers), ...transport } };
}

function missingVariable(entry: Json): string | null {
  for (const [, name = ''] of JSON.stringify(entry).matchAll(/\$\{(?:env|input):([^}"]*)\}/g)) {
    if (process.env[name] === undefined) return name;
  }
  return null;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function textMembers(value: unknown): Record<string, string> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) =>
      typeof item === 'string' || typeof item === 'number' ? [[key, String(item)] as const] : [],
    ),
  );
}
