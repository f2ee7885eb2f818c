import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { CliIo } from './cli-io.js';

/** Where answers come from; `isTTY` is true when a person sits there. */
export type AnswerSource = Readable & { readonly isTTY?: boolean };

/** How long a person may think about an answer, in milliseconds. */
const PATIENCE_MS = 10 * 60_000;

/** Asks a yes-or-no question on stderr. No answer in time, an empty one and the end of the input are a no. */
export async function confirm(question: string, input: AnswerSource, io: CliIo): Promise<boolean> {
  io.stderr(`${question} [y/N] `);
  const lines = createInterface({ input, signal: AbortSignal.timeout(PATIENCE_MS) });
  const answer = await new Promise<string>((resolve) => {
    // A last line is told before the end: the first of the two counts.
    lines.once('line', resolve);
    lines.once('close', () => {
      resolve('');
    });
  });
  lines.close();
  return /^y(?:es)?$/i.test(answer.trim());
}
