import type { LimitLink } from './limit-link.js';

interface Script {
  readonly keys: readonly string[];
  readonly arguments: readonly string[];
}

/** As much of a client of the redis package as rate-limiter-flexible uses, over a link in which every command has a deadline. */
export class LimiterClient {
  readonly #link: LimitLink;

  constructor(link: LimitLink) {
    this.#link = link;
  }

  /** A script that Redis runs; the name is the client's. */
  readonly eval = (script: string, { keys, arguments: args }: Script): Promise<unknown> =>
    this.#link.run(['EVAL', script, String(keys.length), ...keys, ...args]);

  /** Only for what is read together. The two are sent one behind the other; a counter that ends in between is read as ended. */
  multi(): LimiterLook {
    return new LimiterLook(this.#link);
  }
}

class LimiterLook {
  readonly #link: LimitLink;
  readonly #commands: string[][] = [];

  constructor(link: LimitLink) {
    this.#link = link;
  }

  get(key: string): this {
    this.#commands.push(['GET', key]);
    return this;
  }

  pTTL(key: string): this {
    this.#commands.push(['PTTL', key]);
    return this;
  }

  exec(): Promise<unknown[]> {
    return Promise.all(this.#commands.map((command) => this.#link.run(command)));
  }
}
