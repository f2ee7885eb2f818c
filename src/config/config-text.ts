import { GatewayError } from '../errors.js';
import { decodeUtf8, MAX_JSON_DEPTH, parseStrictJson } from '../strict-json.js';
import { locateJsonFault } from './json-fault.js';

/** Largest config file read, in bytes: far above any real one, far below what would hurt. */
const MAX_CONFIG_BYTES = 16 * 1024 * 1024;

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** The file's bytes as one JSON value, or what is wrong with them (safe to show, with line and column). */
export function parseConfigText(bytes: Buffer): { value: unknown } | { fault: string } {
  if (bytes.length > MAX_CONFIG_BYTES) return { fault: 'the file is larger than 16 MiB' };
  // Some editors on Windows save a byte order mark; JSON has no place for one.
  const body = bytes.subarray(0, 3).equals(BOM) ? bytes.subarray(3) : bytes;
  try {
    // The operator's own file: its size is its only bound.
    return { value: parseStrictJson(body, Number.POSITIVE_INFINITY) };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { fault: describeFault(body) };
  }
}

function describeFault(body: Buffer): string {
  const text = decodeUtf8(body);
  if (text.trim() === '') return 'the file is empty';
  const fault = locateJsonFault(text);
  if (fault === null) return `not valid UTF-8, or nested deeper than ${String(MAX_JSON_DEPTH)} levels`;
  const at = `line ${String(fault.line)}, column ${String(fault.column)}`;
  return fault.what === 'syntax'
    ? `not valid JSON at ${at}`
    : `a member name is repeated at ${at}; keep one of the two`;
}
