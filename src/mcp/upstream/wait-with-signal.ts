import type { CancelSignal } from '../../contracts/cancel-signal.js';
import { abortError } from './pending-request.js';

/**
 * Waits for work that others wait for as well: an abort ends this wait and not the work.
 * @throws what the work throws, or the signal's reason
 */
export async function waitWithSignal<T>(work: Promise<T>, signal: CancelSignal): Promise<T> {
  if (signal.aborted) {
    // Nobody may be left to hear of its failure.
    work.catch(() => undefined);
    throw abortError(signal);
  }
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => {
      reject(abortError(signal));
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
  }
}
