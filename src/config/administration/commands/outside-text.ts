import { posix } from 'node:path';

/** A URL of any scheme inside a text. */
const URL_IN_TEXT = /[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]*/gi;
/** What separates values inside one argument: `--root=/a,/b`, `from:/a`. */
const SEPARATORS = /[=,;:\s"'`()[\]{}|&<>@]+/;
/** Where a path is meant whatever the value is for. */
const ROOTED = /^(?:[\\/~]|\.{1,2}(?:$|[\\/])|[A-Za-z]:[\\/])|(?:^|[\\/])\.\.(?:[\\/]|$)/;

/** URLs in an argument or a value; of other schemes than http as if they were http, so that every spelling of an address is read alike. */
export function urlsIn(text: string): string[] {
  return [...text.matchAll(URL_IN_TEXT)].map(([url]) =>
    /^https?:/i.test(url) ? url : url.replace(/^[^:]*/, isLocalScheme(url) ? 'file' : 'http'),
  );
}

function isLocalScheme(url: string): boolean {
  return /^(?:file|unix|npipe|vscode|jar|data)[+:]/i.test(url) || /^[a-z0-9+.-]+:\/\/\//i.test(url);
}

/**
 * The first path in a text that does not lie in an allowed folder.
 * @param bare whether a slash alone makes a path (`a/b`): so in arguments, which programs take for files of the folder they start in
 */
export function pathOutside(text: string, allowed: readonly string[], bare: boolean): string | null {
  const parts = text.replace(URL_IN_TEXT, ' ').split(SEPARATORS);
  return parts.find((part) => (ROOTED.test(part) || (bare && /[\\/]/.test(part))) && !isWithin(part, allowed)) ?? null;
}

/** As it is written: where links lead to is the operator's matter. */
function isWithin(path: string, allowed: readonly string[]): boolean {
  if (!path.startsWith('/') || path.includes('\0')) return false;
  const plain = posix.normalize(path).replace(/(?<=.)\/$/, '');
  return allowed.some((folder) => {
    const root = posix.normalize(folder).replace(/\/$/, '');
    return plain === root || plain.startsWith(`${root}/`);
  });
}
