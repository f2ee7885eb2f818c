import { AdministrationError } from '../../config/administration/administration-error.js';
import { HASHED_KEY } from '../../config/key-hash.js';
import { askHidden } from '../clients/ask-hidden.js';
import type { CliIo } from '../cli-io.js';
import { readPipe } from '../read-pipe.js';

/** What is no secret although it stands for one: the id of a key, its hash, a reference that the gateway looks up. */
const NO_SECRET = /^(?:[0-9a-f]{12}|\$\{[^}]+\})$/;

/**
 * A key, or what names one, from the command line; `-` reads it from stdin, or asks for it on a terminal without showing it. Whoever
 * gives a key as an argument is told who else saw it.
 */
export async function secretWord(word: string, io: CliIo, stdin: NodeJS.ReadStream = process.stdin): Promise<string> {
  if (word !== '-') {
    if (!NO_SECRET.test(word) && !HASHED_KEY.test(word)) io.stderr(SEEN);
    return checked(word);
  }
  return checked(stdin.isTTY ? await askHidden('Key (not shown): ', stdin, io.stderr) : await readPipe(stdin));
}

const SEEN =
  'note: other users of this machine and the history of the shell can see arguments; better give - and pipe the key in\n';

/** One line of visible characters. */
function checked(text: string): string {
  const key = text.trim();
  if (/^[\x21-\x7e]{1,1024}$/.test(key)) return key;
  throw new AdministrationError('invalid', 'The key must be 1 to 1024 visible ASCII characters on one line.');
}
