import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { UpstreamOAuth } from '../../../contracts/upstream-oauth.js';
import { GatewayError } from '../../../errors.js';
import { LOGIN_LIFE_MS } from './login-record.js';

/** Takes a request for a path that answers come to. */
export type Serve = (req: IncomingMessage, res: ServerResponse, callback: string) => boolean;

interface Listening {
  readonly servers: readonly Server[];
  /** Paths that answers come to. */
  readonly paths: Set<string>;
  timer: NodeJS.Timeout;
}

const REQUEST_TIMEOUT_MS = 10_000;
/** `localhost` is either of them, as the browser likes. */
const ADDRESSES = new Map([
  ['localhost', ['127.0.0.1', '::1']],
  ['[::1]', ['::1']],
]);

/**
 * Listens at redirect URIs of this machine (RFC 8252 7.3) while a login is under way: for a gateway on somebody's own computer, and for
 * one on stdio, which has no door of its own. Closes when nobody has been told to log in for ten minutes.
 */
export class LoopbackListener {
  readonly #serve: Serve;
  readonly #open = new Map<string, Promise<Listening>>();
  #closed = false;

  constructor(serve: Serve) {
    this.#serve = serve;
  }

  /** @throws GatewayError login_required when the address cannot be had */
  async listen({ redirectUri }: Pick<UpstreamOAuth, 'redirectUri'>, server: string): Promise<void> {
    const url = new URL(redirectUri ?? 'about:blank');
    const known = this.#open.get(url.host);
    const opened =
      known ??
      openAt(url, (req, res) => {
        this.#take(url.host, req, res);
      });
    if (known === undefined) this.#open.set(url.host, opened);
    let listening: Listening;
    try {
      listening = await opened;
    } catch (error) {
      this.#open.delete(url.host);
      throw cannotListen(server, url, error);
    }
    listening.paths.add(url.pathname);
    clearTimeout(listening.timer);
    listening.timer = this.#timer(url.host);
    if (this.#closed) this.close();
  }

  close(): void {
    this.#closed = true;
    for (const host of [...this.#open.keys()]) this.#end(host);
  }

  #take(host: string, req: IncomingMessage, res: ServerResponse): void {
    void this.#open.get(host)?.then(({ paths }) => {
      const [path = ''] = (req.url ?? '').split('?', 1);
      const isOwn = req.headers.host?.toLowerCase() === host;
      if (isOwn && this.#serve(req, res, paths.has(path) ? path : '')) return;
      req.resume();
      res.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"Not found"}');
    });
  }

  #timer(host: string): NodeJS.Timeout {
    return setTimeout(() => {
      this.#end(host);
    }, LOGIN_LIFE_MS).unref();
  }

  #end(host: string): void {
    const opened = this.#open.get(host);
    this.#open.delete(host);
    void opened?.then(
      ({ servers, timer }) => {
        clearTimeout(timer);
        for (const server of servers) closeServer(server);
      },
      () => undefined,
    );
  }
}

async function openAt({ hostname, port }: URL, onRequest: http.RequestListener): Promise<Listening> {
  const [first = hostname, ...others] = ADDRESSES.get(hostname) ?? [hostname];
  const number = port === '' ? 80 : Number(port);
  const servers = [await bound(first, number, onRequest)];
  // A machine without IPv6 has no ::1.
  for (const address of others) {
    const server = await bound(address, number, onRequest).catch(() => null);
    if (server !== null) servers.push(server);
  }
  return { servers, paths: new Set(), timer: setTimeout(() => undefined, 0) };
}

function bound(host: string, port: number, onRequest: http.RequestListener): Promise<Server> {
  const server = http.createServer({ requestTimeout: REQUEST_TIMEOUT_MS, keepAlive: false }, onRequest);
  // A process that has nothing else to do may end.
  server.unref();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

function closeServer(server: Server): void {
  server.close();
  server.closeAllConnections();
}

function cannotListen(server: string, { host }: URL, error: unknown): GatewayError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed';
  const why = code === 'EADDRINUSE' ? 'another program has this address' : `it cannot be listened at (${code})`;
  return new GatewayError(
    'login_required',
    `Server "${server}" was not called: you have to log in first, but the answer could not come back to ${host}: ${why}. Free it, or set OAUTH_REDIRECT_URI to /oauth/callback of this gateway.`,
    { retryable: true, data: { server } },
  );
}
