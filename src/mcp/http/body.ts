import type { IncomingMessage, ServerResponse } from 'node:http';
import { GatewayError } from '../../errors.js';
import { MAX_MESSAGE_BYTES } from '../protocol.js';
import { ByteCollector } from '../upstream/byte-collector.js';

/** How much of a refused body is still read, so that the client gets to read the refusal, and for how long. */
const MAX_DISCARD_BYTES = 64 * 1024 * 1024;
const MAX_DISCARD_MS = 5000;

/**
 * The whole body. Its deadline is the server's requestTimeout.
 * @throws GatewayError body_too_large; invalid_request when the client goes away in the middle
 */
export function readBody(req: IncomingMessage): Promise<Buffer> {
  if (Number(req.headers['content-length'] ?? 0) > MAX_MESSAGE_BYTES) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const body = new ByteCollector();
    let done = false;
    req.on('data', (chunk: Buffer) => {
      if (done) return;
      if (body.bytes + chunk.length <= MAX_MESSAGE_BYTES) {
        body.push(chunk);
        return;
      }
      done = true;
      reject(tooLarge());
    });
    req.on('end', () => {
      if (done) return;
      done = true;
      resolve(body.join() ?? Buffer.alloc(0));
    });
    const onGone = (): void => {
      if (done) return;
      done = true;
      reject(new GatewayError('invalid_request', 'The client went away in the middle of its request.'));
    };
    req.on('close', onGone).on('error', onGone);
  });
}

/**
 * Ends a response that was written in full before its request had arrived. Reads on first, within bounds: a connection that is closed
 * while the client still sends is reset, and the client then never gets to read why it was refused.
 */
export function endAfterBody(req: IncomingMessage, res: ServerResponse): void {
  if (req.readableEnded || req.destroyed) {
    res.end();
    return;
  }
  let left = MAX_DISCARD_BYTES;
  const timer = setTimeout(() => req.destroy(), MAX_DISCARD_MS).unref();
  req.on('error', () => req.destroy());
  req.on('close', () => {
    clearTimeout(timer);
  });
  req.on('end', () => res.end());
  req.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) req.destroy();
  });
  req.resume();
}

function tooLarge(): GatewayError {
  return new GatewayError('body_too_large', `The body is larger than ${String(MAX_MESSAGE_BYTES)} bytes.`);
}
