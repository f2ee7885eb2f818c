import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../../errors.js';
import { MAX_MESSAGE_BYTES } from '../protocol.js';

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
    let first: Buffer | undefined;
    let more: Buffer[] | undefined;
    let size = 0;
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > MAX_MESSAGE_BYTES) {
        stop();
        reject(tooLarge());
        return;
      }
      if (first === undefined) first = chunk;
      else (more ??= [first]).push(chunk);
    };
    const onEnd = (): void => {
      stop();
      resolve(more === undefined ? (first ?? Buffer.alloc(0)) : Buffer.concat(more));
    };
    const onGone = (): void => {
      stop();
      reject(new GatewayError('invalid_request', 'The client went away in the middle of its request.'));
    };
    function stop(): void {
      req.off('data', onData).off('end', onEnd).off('close', onGone).off('error', onGone);
    }
    req.on('data', onData).on('end', onEnd).on('close', onGone).on('error', onGone);
  });
}

/** Reads on after a refusal, within bounds; then the connection is cut. */
export function discardBody(req: IncomingMessage): void {
  if (req.complete || req.destroyed) return;
  let left = MAX_DISCARD_BYTES;
  const timer = setTimeout(() => req.destroy(), MAX_DISCARD_MS).unref();
  req.on('error', () => req.destroy());
  req.on('close', () => {
    clearTimeout(timer);
  });
  req.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) req.destroy();
  });
  req.resume();
}

function tooLarge(): GatewayError {
  return new GatewayError('body_too_large', `The body is larger than ${String(MAX_MESSAGE_BYTES)} bytes.`);
}
