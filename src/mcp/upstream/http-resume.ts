import { setTimeout as wait } from 'node:timers/promises';
import type { CancelSignal } from '../../contracts/cancel-signal.js';
import { GatewayError } from '../../errors.js';
import type { AnswerReader } from './http-answer.js';
import type { HttpEndpoint } from './http-endpoint.js';
import type { HttpOutcome, HttpRequest } from './http-exchange.js';
import type { FlatHeaders } from './http-headers.js';
import { abortError } from './pending-request.js';

const DEFAULT_WAIT_MS = 1_000;
const MIN_WAIT_MS = 50;
const MAX_WAIT_MS = 30_000;
/** A call that has no time limit of its own must not go on for ever. */
const MAX_RESUMES = 1_000;
/** Of connections, one after the other: the server is gone. */
const MAX_FAILURES = 3;

/** A request whose answer may come over several streams. */
interface ResumableRequest extends HttpRequest {
  readonly sink: AnswerReader;
  readonly signal: CancelSignal;
}

/**
 * Sends a request, and goes on with its stream where that breaks off before the answer: a server may close the connection and have its
 * client poll (2025-11-25, "Resumability and Redelivery"). The request itself is sent once.
 * @param streamHeaders of the GET; null = the server's era knows none
 * @throws as the endpoint, also when the server has given no event id or keeps nothing of the stream; the signal's reason
 */
export async function sendResumably(
  endpoint: HttpEndpoint,
  request: ResumableRequest,
  streamHeaders: FlatHeaders | null,
): Promise<HttpOutcome> {
  try {
    return await endpoint.send(request);
  } catch (cause) {
    if (streamHeaders === null || request.sink.lastEventId === undefined) throw cause;
    return resumed(endpoint, request, streamHeaders, cause);
  }
}

async function resumed(
  endpoint: HttpEndpoint,
  { sink, signal }: ResumableRequest,
  streamHeaders: FlatHeaders,
  cause: unknown,
): Promise<HttpOutcome> {
  let last = cause;
  let failures = 0;
  for (let attempt = 0; attempt < MAX_RESUMES; attempt++) {
    failures = sink.isEarlyEnd(last) ? 0 : failures + 1;
    if (failures > MAX_FAILURES || !isBreak(last, sink)) throw last;
    await waitFor(sink.retryMs ?? DEFAULT_WAIT_MS, signal);
    const headers = [...streamHeaders, 'last-event-id', sink.lastEventId ?? ''];
    try {
      const outcome = await endpoint.send({ method: 'GET', headers, body: null, sink, signal });
      // Without a body it came over the stream; all else is no rest of it.
      if (outcome.status < 300 && outcome.body === null) return outcome;
    } catch (error) {
      last = error;
      continue;
    }
    throw last;
  }
  throw last;
}

/** Whether the stream ended too early, or its connection broke; not that it brought what cannot be used. */
function isBreak(error: unknown, sink: AnswerReader): boolean {
  return sink.isEarlyEnd(error) || (error instanceof GatewayError && error.code === 'upstream_unavailable');
}

async function waitFor(retryMs: number, signal: CancelSignal): Promise<void> {
  const ended = new AbortController();
  const onAbort = (): void => {
    ended.abort();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    await wait(Math.min(Math.max(retryMs, MIN_WAIT_MS), MAX_WAIT_MS), undefined, { signal: ended.signal });
  } catch {
    throw abortError(signal);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
