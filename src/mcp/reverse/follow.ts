import type { CallSignal, CancelSignal } from '../../contracts/cancel-signal.js';
import type { ClientStream } from '../../contracts/client-end.js';
import { AskFailure } from './ask-failure.js';

/**
 * A question ends with the request that it belongs to, and with the stream on which it was to be answered. The function that is returned
 * takes that back.
 */
export function followRequest(
  question: CallSignal,
  request: CancelSignal | undefined,
  stream: ClientStream | undefined,
): () => void {
  const onEnd = (): void => {
    question.abort(new AskFailure('cancelled'));
  };
  if (request?.aborted === true) onEnd();
  request?.addEventListener('abort', onEnd, { once: true });
  const forgetStream = stream?.onGone(() => {
    question.abort(new AskFailure('client_gone'));
  });
  return () => {
    request?.removeEventListener('abort', onEnd);
    forgetStream?.();
  };
}
