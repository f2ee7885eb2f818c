import { GatewayError } from '../errors.js';

const MAX_CHARS = 2_048;
/** A pipe that nobody writes to must not hold the command forever. */
const TIMEOUT_MS = 10_000;

/** What is piped in, for a key: no more than the beginning is read. @throws GatewayError `config_invalid` when nothing comes */
export async function readPipe(stdin: NodeJS.ReadStream): Promise<string> {
  let text = '';
  const timer = setTimeout(() => {
    stdin.destroy(new GatewayError('config_invalid', 'No key came on stdin within 10 seconds.'));
  }, TIMEOUT_MS);
  try {
    for await (const chunk of stdin.setEncoding('utf8')) {
      text += String(chunk);
      if (text.length > MAX_CHARS) break;
    }
  } finally {
    clearTimeout(timer);
  }
  return text;
}
