import { InvalidArgumentError } from 'commander';

/** The URL of a gateway's MCP endpoint; only what a client can use as it is. */
export function parseGatewayUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new InvalidArgumentError('Give an https URL such as https://mcp.example.com/mcp.');
  }
  if (url.username !== '' || url.password !== '') {
    throw new InvalidArgumentError('Leave user and password out of the URL; the key is sent in a header.');
  }
  if (url.hash !== '') throw new InvalidArgumentError('Leave out what follows "#".');
  return url.href;
}

/** Whether what is sent to the URL can be read on the way: http, unless it stays on this machine (RFC 6761, RFC 1122). */
export function isInClear(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  const isLoopback = /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
  return protocol === 'http:' && !isLoopback;
}
