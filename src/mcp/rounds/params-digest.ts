import { hash } from 'node:crypto';

/** What may differ between the first request and its retry (2026-07-28, "Multi Round-Trip Requests"). */
const OF_THE_ROUND: ReadonlySet<string> = new Set(['_meta', 'requestState', 'inputResponses']);

/** SHA-256 (64 hex digits) of what a request asks for: the same for a retry, whatever order a client writes its members in. */
export function digestParams(params: Readonly<Record<string, unknown>>): string {
  const lasting = Object.entries(params).filter(([name]) => !OF_THE_ROUND.has(name));
  return hash('sha256', JSON.stringify(lasting.sort(byName), inOrder), 'hex');
}

function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(byName));
}

function byName([first]: readonly [string, unknown], [second]: readonly [string, unknown]): number {
  return first < second ? -1 : first > second ? 1 : 0;
}
