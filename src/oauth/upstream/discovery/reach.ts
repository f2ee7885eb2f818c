import { endpointOf, isLoopbackHost } from '../../../config/oauth-urls.js';

/** Parsing a URL drops what does not belong into one; what is compared and sent is the text. */
const TEXT = /^[\x21-\x7e]{1,2048}$/;

/**
 * Which addresses a server may lead the gateway to: https on the public internet, what the operator has named, and, from a server on this
 * machine that the operator has named, others on this machine. An MCP server is a stranger: its metadata open no private address.
 */
export class Reach {
  readonly #own: ReadonlySet<string>;
  readonly #isLocal: boolean;

  /** @param ownEndpoints `host:port` that the operator has named */
  constructor(server: URL, ownEndpoints: readonly string[]) {
    this.#own = new Set(ownEndpoints);
    this.#isLocal = isLoopbackHost(server.hostname) && this.#own.has(endpointOf(server));
  }

  /** What is wrong with an address, as the end of a sentence; undefined = it may be used. */
  fault(text: string): string | undefined {
    const url = TEXT.test(text) && URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined) return 'that is no URL';
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && this.#isOnThisMachine(url))) return 'without https';
    if (url.username !== '' || url.password !== '') return 'with a user name or password in it';
    return text.includes('#') ? 'with a fragment' : undefined;
  }

  /** `host:port` of those that may be private. */
  ownOf(urls: readonly string[]): string[] {
    const parsed = urls.map((text) => new URL(text));
    return parsed.filter((url) => this.#own.has(endpointOf(url)) || this.#isOnThisMachine(url)).map(endpointOf);
  }

  #isOnThisMachine({ hostname }: URL): boolean {
    return this.#isLocal && isLoopbackHost(hostname);
  }
}
