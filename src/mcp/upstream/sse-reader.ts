import { isAscii } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { createParser, type EventSourceMessage, type EventSourceParser } from 'eventsource-parser';
import type { GatewayError } from '../../errors.js';
import { messageTooLarge, protocolError } from './json-rpc-wire.js';

/** Cuts the bytes of one text/event-stream into events; one event is at most `maxBytes` characters long. */
export class SseReader {
  readonly #server: string;
  readonly #parser: EventSourceParser;
  /** Only streams with other than ASCII pay for it; fatal: strict UTF-8. */
  #decoder: TextDecoder | undefined;
  #problem: GatewayError | undefined;

  constructor(
    server: string,
    { maxBytes, onRetry }: { readonly maxBytes: number; readonly onRetry: (ms: number) => void },
    onEvent: (event: EventSourceMessage) => void,
  ) {
    this.#server = server;
    this.#parser = createParser({
      onEvent,
      onRetry,
      maxBufferSize: maxBytes,
      onError: (error) => {
        // Unknown fields and bad retry values are to be ignored (WHATWG HTML, 9.2.6).
        if (error.type === 'max-buffer-size-exceeded') this.#problem = messageTooLarge(server, maxBytes);
      },
    });
  }

  /** Returns the error that ends the stream, or undefined. */
  push(chunk: Buffer): GatewayError | undefined {
    let text: string;
    if (this.#decoder === undefined && isAscii(chunk)) {
      text = chunk.toString('latin1');
    } else {
      this.#decoder ??= new TextDecoder('utf-8', { fatal: true });
      try {
        text = this.#decoder.decode(chunk, { stream: true });
      } catch (cause) {
        return protocolError(this.#server, 'sent an event stream that is not valid UTF-8', cause);
      }
    }
    if (this.#problem === undefined) this.#parser.feed(text);
    return this.#problem;
  }
}
