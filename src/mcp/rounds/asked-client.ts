import { randomUUID } from 'node:crypto';
import { CallSignal } from '../../contracts/cancel-signal.js';
import type { ServerEntry } from '../../contracts/server-entry.js';
import { GatewayError } from '../../errors.js';
import type { ClientRequest } from '../client-request.js';
import { abortError } from '../upstream/pending-request.js';
import { AskFailure } from '../reverse/ask-failure.js';
import { followRequest } from '../reverse/follow.js';
import type { InputRequest } from '../reverse/server-round.js';

type Params = Readonly<Record<string, unknown>>;

/**
 * Asks a client of the 2025 era, on the stream of its request, what a server of the other era asks in a result.
 * @throws AskFailure when no answer comes; GatewayError input_missing when it is an error, what the request was cancelled with
 */
export async function askClient(
  request: ClientRequest,
  { clientRequests }: ServerEntry,
  { method, params }: InputRequest,
): Promise<Params> {
  const { asks, notify, scope, stream } = request;
  if (asks === undefined) throw new AskFailure('not_declared');
  if (notify === undefined) throw new AskFailure('no_client');
  const signal = new CallSignal();
  const stopFollowing = followRequest(signal, scope.signal, stream);
  const ask = {
    method,
    params: legacyParams(params),
    notify,
    timeoutMs: clientRequests?.timeoutMs ?? 0,
    onProgress: undefined,
  };
  try {
    const body = await asks.ask(ask, signal);
    if (body.kind === 'result') return body.result;
    const code = String(body.error.code);
    throw new GatewayError(
      'input_missing',
      `The server asked for ${method}, and the client answered with error ${code}.`,
    );
  } catch (cause) {
    if (scope.signal.aborted) throw abortError(scope.signal);
    throw cause;
  } finally {
    stopFollowing();
  }
}

/** Only the older revision has ids of pages to open, and wants one (2025-11-25, "URL Mode Elicitation Requests"). */
function legacyParams(params: Params | undefined): Params | undefined {
  return params?.mode === 'url' ? { elicitationId: randomUUID(), ...params } : params;
}
