import type { HttpEndpoint } from './http-endpoint.js';
import type { FlatHeaders } from './http-headers.js';

/** For one message, in milliseconds. */
export const COURTESY_MS = 2_000;
/** Under way at once; a server that asks for more gets no answer. */
const MAX_UNDER_WAY = 16;

/** Messages that nobody waits for: cancellations, answers to pings, notifications. A failure changes nothing. */
export class HttpCourtesies {
  readonly #endpoint: HttpEndpoint;
  #underWay = 0;

  constructor(endpoint: HttpEndpoint) {
    this.#endpoint = endpoint;
  }

  send(headers: FlatHeaders, body: string): void {
    if (this.#underWay >= MAX_UNDER_WAY) return;
    this.#underWay++;
    const done = (): void => {
      this.#underWay--;
    };
    this.#endpoint.send({ method: 'POST', headers, body, signal: AbortSignal.timeout(COURTESY_MS) }).then(done, done);
  }
}
