import type { CancelSignal } from '../../contracts/cancel-signal.js';
import { GatewayError } from '../../errors.js';
import type { UpstreamSession } from '../upstream/upstream-session.js';

/** Bounds on what one server may make the gateway keep. */
const MAX_PAGES = 1000;
const MAX_TOOLS = 10_000;
const MAX_LIST_BYTES = 32 * 1024 * 1024;

/**
 * All pages of tools/list, definitions untouched.
 * @throws GatewayError upstream_protocol when the list is malformed or does not end, and what the session throws
 */
export async function listAllTools(session: UpstreamSession, signal: CancelSignal): Promise<unknown[]> {
  const tools: unknown[] = [];
  const cursors = new Set<string>();
  let cursor: string | undefined;
  let listBytes = 0;
  for (let page = 0; page < MAX_PAGES; page++) {
    const { body, bytes } = await session.request(
      'tools/list',
      cursor === undefined ? undefined : { cursor },
      undefined,
      signal,
    );
    listBytes += bytes;
    if (listBytes > MAX_LIST_BYTES) {
      const limit = `${String(MAX_LIST_BYTES / 1024 / 1024)} MiB`;
      throw new GatewayError('upstream_protocol', `The server's list of tools is larger than ${limit}.`);
    }
    if (body.kind === 'error') {
      // A server without tools may not know the method at all.
      if (body.error.code === -32601) return [];
      throw new GatewayError(
        'upstream_protocol',
        `The server answered tools/list with error ${String(body.error.code)}.`,
      );
    }
    const { tools: listed, nextCursor } = body.result;
    if (!Array.isArray(listed))
      throw new GatewayError('upstream_protocol', 'The server answered tools/list without a list.');
    for (const tool of listed as unknown[]) tools.push(tool);
    if (tools.length > MAX_TOOLS) {
      throw new GatewayError('upstream_protocol', `The server lists more than ${String(MAX_TOOLS)} tools.`);
    }
    if (typeof nextCursor !== 'string') return tools;
    if (cursors.has(nextCursor))
      throw new GatewayError('upstream_protocol', 'The pages of tools/list go round in a circle.');
    cursors.add(nextCursor);
    cursor = nextCursor;
  }
  throw new GatewayError('upstream_protocol', `The server lists its tools in more than ${String(MAX_PAGES)} pages.`);
}
