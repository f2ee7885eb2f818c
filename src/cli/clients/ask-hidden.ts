import type { ReadStream } from 'node:tty';
import { GatewayError } from '../../errors.js';

/** What a person may take to find and paste a key. */
const ANSWER_TIMEOUT_MS = 5 * 60_000;

const CONTROL_C = '\u0003';
const CONTROL_D = '\u0004';
const BACKSPACE = new Set(['\u007f', '\b']);

/**
 * Asks on a terminal without showing what is typed.
 * @throws GatewayError `cancelled` after Ctrl-C, Ctrl-D on an empty line, a hang-up, or five minutes
 */
export function askHidden(question: string, input: ReadStream, write: (text: string) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed = '';
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      input.off('data', take).off('close', hangUp);
      input.setRawMode(false).pause();
      write('\n');
      settle();
    };
    const refuse = (why: string): void => {
      finish(() => {
        reject(new GatewayError('cancelled', `${why}. Nothing was changed.`));
      });
    };
    const hangUp = (): void => {
      refuse('The terminal was closed');
    };
    const take = (chunk: string): void => {
      for (const char of chunk) {
        if (char === '\r' || char === '\n') {
          finish(() => {
            resolve(typed);
          });
          return;
        }
        if (char === CONTROL_C || (char === CONTROL_D && typed === '')) {
          refuse('Cancelled');
          return;
        }
        typed = BACKSPACE.has(char) ? typed.slice(0, -1) : typed + char;
      }
    };
    const timer = setTimeout(() => {
      refuse('No key was typed within five minutes');
    }, ANSWER_TIMEOUT_MS);
    write(question);
    input.setRawMode(true).setEncoding('utf8').on('data', take).on('close', hangUp).resume();
  });
}
