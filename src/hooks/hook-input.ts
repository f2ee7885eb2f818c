import type { Readable } from 'node:stream';
import { GatewayError } from '../errors.js';
import { parseStrictJson } from '../strict-json.js';
import type { Deadline } from './deadline.js';
import { isJsonObject } from './event-adapter.js';

/** Largest input, in bytes. */
const MAX_INPUT_BYTES = 4 * 1024 * 1024;

/**
 * Everything a client writes. The stream is destroyed in any case: one that its writer leaves open would keep the process alive.
 * @throws GatewayError `body_too_large`, or `guardrail_unavailable` when the end does not come in time
 */
export async function readInput(stream: Readable, deadline: Deadline): Promise<Buffer> {
  // An error that comes after the last byte must not end the process with a code that clients take as consent.
  stream.on('error', () => undefined);
  try {
    return await deadline.wait(collect(stream), 'reading the input');
  } finally {
    stream.destroy();
  }
}

/**
 * The input as an object, under the strict rules.
 * @throws GatewayError `parse_error`
 */
export function parseInput(bytes: Buffer): Readonly<Record<string, unknown>> {
  const value = parseStrictJson(bytes);
  if (!isJsonObject(value)) throw new GatewayError('parse_error', 'the input is not a JSON object');
  return value;
}

/** Reads to the end also what is too large, because a client whose pipe breaks may not look at the answer. */
async function collect(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_INPUT_BYTES) chunks.push(chunk);
  }
  if (size <= MAX_INPUT_BYTES) return Buffer.concat(chunks, size);
  throw new GatewayError('body_too_large', `the input is larger than ${String(MAX_INPUT_BYTES / 1024 / 1024)} MiB`);
}
