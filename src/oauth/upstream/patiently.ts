import { TokenError } from './token-error.js';

/** Tries of one attempt, when the authorization server is not reached or is not well. */
const TRIES = 3;
const RETRY_MS = 300;

/** Client credentials can be asked for again without harm; a refresh token may have been used up. */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      const isOver = !(error instanceof TokenError) || error.reason !== 'unreachable' || attempt === TRIES;
      if (isOver) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS * attempt * (0.5 + Math.random())));
    }
  }
}
