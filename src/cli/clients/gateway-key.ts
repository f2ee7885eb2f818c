import { readFile } from 'node:fs/promises';
import { GatewayError } from '../../errors.js';
import { systemErrorCode } from '../../config/fs-error.js';
import { readPipe } from '../read-pipe.js';
import { askHidden } from './ask-hidden.js';

/** Where the user said that the key is; at most one. */
export interface KeySource {
  readonly keyEnv?: string;
  readonly keyFile?: string;
}

/** Where a key can come from when nothing was said. */
export interface KeyInputs {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadStream;
  readonly stderr: (text: string) => void;
}

const DEFAULT_VARIABLE = 'ENKRYPT_GATEWAY_KEY';
const MAX_KEY_CHARS = 1024;

/**
 * The gateway key in clear: from the variable or file that was named, else from ENKRYPT_GATEWAY_KEY, else typed or piped in.
 * @throws GatewayError `config_invalid`; the message never holds the key
 */
export async function readGatewayKey(source: KeySource, inputs: KeyInputs): Promise<string> {
  if (source.keyEnv !== undefined) return fromVariable(source.keyEnv, inputs.environment[source.keyEnv]);
  if (source.keyFile !== undefined) return fromFile(source.keyFile);
  const fallback = inputs.environment[DEFAULT_VARIABLE];
  if (fallback !== undefined && fallback !== '') return fromVariable(DEFAULT_VARIABLE, fallback);
  if (inputs.stdin.isTTY) {
    return usable(
      await askHidden('Gateway key (not shown; --new-key makes one): ', inputs.stdin, inputs.stderr),
      'The key',
    );
  }
  const piped = await readPipe(inputs.stdin);
  if (piped === '') {
    throw new GatewayError(
      'config_invalid',
      `No gateway key was given. Set ${DEFAULT_VARIABLE}, use --key-env or --key-file, or pipe the key to stdin; for a ` +
        'gateway on this machine --new-key makes one. The config file cannot give it: it holds only the hashes of keys.',
    );
  }
  return usable(piped, 'The key on stdin');
}

function fromVariable(name: string, value: string | undefined): string {
  if (value === undefined || value === '') {
    throw new GatewayError('config_invalid', `The environment variable ${name} is not set. Set it to the gateway key.`);
  }
  return usable(value, `The key in ${name}`);
}

async function fromFile(path: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const code = systemErrorCode(cause) ?? 'unknown error';
    throw new GatewayError('config_invalid', `The key file ${path} cannot be read (${code}). Correct --key-file.`, {
      cause,
    });
  }
  return usable(text, `The key in ${path}`);
}

/** Keys travel in headers, and clients replace `${…}`: what would not arrive as it is, is refused here. */
function usable(text: string, what: string): string {
  const key = text.replace(/^\uFEFF/, '').trim();
  if (key.startsWith('sha256:')) {
    throw new GatewayError(
      'config_invalid',
      `${what} is the hash that the config file holds, from which nobody gets the key back. Give the key itself.`,
    );
  }
  const isSound = /^[\x21-\x2b\x2d-\x7e]+$/.test(key) && key.length <= MAX_KEY_CHARS && !key.includes('${');
  if (isSound) return key;
  throw new GatewayError(
    'config_invalid',
    `${what} must be 1 to ${String(MAX_KEY_CHARS)} visible ASCII characters on one line, without spaces, commas and "\${".`,
  );
}
