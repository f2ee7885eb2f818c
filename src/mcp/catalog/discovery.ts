import type { CancelSignal } from '../../contracts/cancel-signal.js';
import { GatewayError } from '../../errors.js';
import type { UpstreamSession } from '../upstream/upstream-session.js';

/** Bounds on what one server may make the gateway keep. */
const MAX_PAGES = 1000;
const MAX_ITEMS = 10_000;
const MAX_LIST_BYTES = 32 * 1024 * 1024;

/** A list that servers are asked for. */
export interface ListedKind {
  readonly method: string;
  /** Of the result, which holds the items. */
  readonly member: string;
  /** For messages. */
  readonly plural: string;
}

const TOOLS: ListedKind = { method: 'tools/list', member: 'tools', plural: 'tools' };

/** All pages of tools/list; as listAll. */
export function listAllTools(session: UpstreamSession, signal: CancelSignal): Promise<unknown[]> {
  return listAll(session, TOOLS, signal);
}

/**
 * All pages of a list, items untouched.
 * @throws GatewayError upstream_protocol when the list is malformed or does not end, and what the session throws
 */
export async function listAll(
  session: UpstreamSession,
  { method, member, plural }: ListedKind,
  signal: CancelSignal,
): Promise<unknown[]> {
  const items: unknown[] = [];
  const cursors = new Set<string>();
  let cursor: string | undefined;
  let listBytes = 0;
  for (let page = 0; page < MAX_PAGES; page++) {
    const { body, bytes } = await session.request(
      method,
      cursor === undefined ? undefined : { cursor },
      undefined,
      signal,
    );
    listBytes += bytes;
    if (listBytes > MAX_LIST_BYTES) {
      const limit = `${String(MAX_LIST_BYTES / 1024 / 1024)} MiB`;
      throw new GatewayError('upstream_protocol', `The server's list of ${plural} is larger than ${limit}.`);
    }
    if (body.kind === 'error') {
      // A server without any may not know the method at all.
      if (body.error.code === -32601) return [];
      throw new GatewayError(
        'upstream_protocol',
        `The server answered ${method} with error ${String(body.error.code)}.`,
      );
    }
    const { [member]: listed, nextCursor } = body.result;
    if (!Array.isArray(listed))
      throw new GatewayError('upstream_protocol', `The server answered ${method} without a list.`);
    for (const item of listed as unknown[]) items.push(item);
    if (items.length > MAX_ITEMS) {
      throw new GatewayError('upstream_protocol', `The server lists more than ${String(MAX_ITEMS)} ${plural}.`);
    }
    if (typeof nextCursor !== 'string') return items;
    if (cursors.has(nextCursor))
      throw new GatewayError('upstream_protocol', `The pages of ${method} go round in a circle.`);
    cursors.add(nextCursor);
    cursor = nextCursor;
  }
  throw new GatewayError(
    'upstream_protocol',
    `The server lists its ${plural} in more than ${String(MAX_PAGES)} pages.`,
  );
}
