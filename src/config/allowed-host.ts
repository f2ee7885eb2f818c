/** `HOST` or `HOST:PORT`, before the port has been looked at. */
export const HOST_PATTERN = /^(?:\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252}))(?::(\d{1,5}))?$/;

/** What a wrong entry is told; the same words in the config file and on the command line. */
export const ALLOWED_HOST_RULE =
  'must be HOST or HOST:PORT, without scheme, path or wildcard (an IPv6 address in brackets)';

/** True for `HOST` or `HOST:PORT` as they appear in a Host header. */
export function isAllowedHost(text: string): boolean {
  const match = HOST_PATTERN.exec(text);
  return match !== null && (match[1] === undefined || Number(match[1]) <= 65_535);
}

/** Whether the operator's list of `HOST` and `HOST:PORT` names where a URL leads. */
export function isAllowedUpstream(url: URL, allowed: Iterable<string>): boolean {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.+$/, '');
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  const endpoint = `${host}:${port}`;
  for (const entry of allowed) {
    // An IPv6 address stands in brackets there.
    const plain = entry.toLowerCase().replace(/^\[(.*)\]/, '$1');
    if (plain === host || plain === endpoint) return true;
  }
  return false;
}
