import { createHash } from 'node:crypto';

/** What every client accepts as a tool name (several model APIs refuse anything else). */
const MAX_NAME_CHARS = 64;
const UNSAFE = /[^a-zA-Z0-9_-]/g;
const SEPARATOR = '__';
const HASH_CHARS = 10;
const HEAD_CHARS = MAX_NAME_CHARS - HASH_CHARS - 1;

/**
 * `server__tool` as clients see it: at most 64 characters of [a-zA-Z0-9_-]. A hash of the true names is added when the plain form
 * would be too long, would lose a character, or could also be made from another of the project's servers. All of that follows
 * from the names alone, so a name stays the same whatever else is up, down or not discovered yet.
 * @param otherServers names of the project's other servers
 */
export function exposedName(server: string, tool: string, otherServers: Iterable<string>): string {
  const plain = `${slug(server)}${SEPARATOR}${slug(tool)}`;
  const lossless = slug(server) === server && slug(tool) === tool;
  if (lossless && plain.length <= MAX_NAME_CHARS && !ambiguous(plain, otherServers)) return plain;
  const hash = createHash('sha256').update(`${server}\0${tool}`).digest('hex').slice(0, HASH_CHARS);
  return `${plain.slice(0, HEAD_CHARS)}_${hash}`;
}

/** Whether a name may stand for a tool of this server: what is worth discovering when a name is not known yet. */
export function mayBelongTo(name: string, server: string): boolean {
  return name.startsWith(`${slug(server)}${SEPARATOR}`.slice(0, HEAD_CHARS));
}

function ambiguous(plain: string, otherServers: Iterable<string>): boolean {
  for (const other of otherServers) if (mayBelongTo(plain, other)) return true;
  return false;
}

function slug(name: string): string {
  return name.replace(UNSAFE, '_');
}
