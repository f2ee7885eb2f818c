import http, { type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { McpHttpHandler } from './mcp/http/mcp-http.handler.js';
import type { HostPolicy } from './mcp/http/host-policy.js';
import { GatewayError } from './errors.js';
import type { ClientMetadataDoor } from './oauth/upstream/discovery/client-metadata-door.js';
import type { Denied, LoginApi } from './oauth/upstream/login/login-api.js';
import type { LoginDoor } from './oauth/upstream/login/login-door.js';
import { type ProtectedResource, WELL_KNOWN } from './oauth/inbound/protected-resource.js';

/** A request must arrive whole within this time; answers may take as long as they need. */
const REQUEST_TIMEOUT_MS = 60_000;
const HEADERS_TIMEOUT_MS = 15_000;
/** Longer than the keep-alive of usual proxies, so that they close first. */
const KEEP_ALIVE_MS = 65_000;
/** How long clients may take to read what was answered to them before the end. */
const FLUSH_MS = 5_000;
const FLUSH_POLL_MS = 10;

/** What decides where a request goes; set once Nest has built it. */
export interface Doors {
  readonly mcp: Pick<McpHttpHandler, 'handle'>;
  readonly hosts: HostPolicy;
  readonly resource: ProtectedResource;
  readonly logins: LoginDoor;
  readonly clientMetadata: ClientMetadataDoor;
  readonly loginApi: LoginApi;
  /** Told of requests with a bad gateway key, outside /mcp. */
  readonly denied: Denied;
  /** Told of requests outside /mcp that are refused for their Host or Origin. */
  readonly onForeignHost: (request: IncomingMessage) => void;
}

/**
 * One http.Server in front of Nest: `/mcp…` goes to McpModule's own handler, the rest to Express (architecture D2: Express changes the
 * prototypes of every request, which alone halves what node:http can do).
 */
export class GatewayHttpAdapter extends ExpressAdapter {
  doors: Doors | undefined;
  private admin: Server | undefined;
  private readonly sockets = new Set<Socket>();
  private retiring = false;

  /** @param separateAdmin the admin routes listen elsewhere and are not served here */
  constructor(private readonly separateAdmin: boolean) {
    super();
  }

  override initHttpServer(): void {
    const options = {
      noDelay: true,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
    };
    this.httpServer = http.createServer(options, (req, res) => {
      this.dispatch(req, res);
    });
    const { sockets } = this;
    const forget = function (this: Socket): void {
      sockets.delete(this);
    };
    this.httpServer.on('connection', (socket) => {
      sockets.add(socket.once('close', forget));
    });
  }

  /** From now on each connection ends with its next answer, so that its client comes anew, and to somebody else. */
  retire(): void {
    this.retiring = true;
  }

  /** The admin routes on a port of their own. */
  adminServer(): Server {
    this.admin ??= http.createServer(
      { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
      (req, res) => {
        this.express(req, res);
      },
    );
    return this.admin;
  }

  override async close(): Promise<void> {
    await this.flushed();
    const servers = [this.httpServer as Server, ...(this.admin === undefined ? [] : [this.admin])];
    await Promise.all(
      servers.map(
        (server) =>
          new Promise<void>((resolve) => {
            server.close(() => {
              resolve();
            });
            // Everything that had a right to finish has finished in the drain before, and was read.
            server.closeAllConnections();
          }),
      ),
    );
  }

  /** An answer that has been given may still be in the socket; to Node.js its connection is idle, and would be closed over it. */
  private async flushed(): Promise<void> {
    const until = performance.now() + FLUSH_MS;
    while (performance.now() < until && [...this.sockets].some(({ writableLength }) => writableLength > 0)) {
      await delay(FLUSH_POLL_MS);
    }
  }

  private dispatch(req: IncomingMessage, res: ServerResponse): void {
    if (this.retiring) res.shouldKeepAlive = false;
    const url = req.url ?? '/';
    const { doors } = this;
    if (doors === undefined) {
      res.writeHead(503, { 'retry-after': '1' }).end();
      return;
    }
    if (url.startsWith('/mcp') && isBelow(url, '/mcp')) {
      doors.mcp.handle(req, res);
      return;
    }
    if (this.servesOAuth(doors, req, res)) return;
    // An allow-list: Express also finds its routes under other spellings (capitals, an absolute URL).
    if (this.separateAdmin && !isBelow(url, '/health')) {
      notFound(res);
      return;
    }
    this.express(req, res);
  }

  /**
   * True when it was answered. The pages of a login come before the check of the host: they are found by a secret in their address, and
   * their host is the one that the operator has registered for answers.
   */
  private servesOAuth(doors: Doors, req: IncomingMessage, res: ServerResponse): boolean {
    const url = req.url ?? '/';
    if (url.startsWith('/oauth/')) {
      if (doors.logins.serve(req, res)) return true;
      return (
        !this.admits(req, res) || doors.clientMetadata.serve(req, res) || doors.loginApi.serve(req, res, doors.denied)
      );
    }
    if (!url.startsWith(WELL_KNOWN)) return false;
    return !this.admits(req, res) || doors.resource.serve(req, res);
  }

  /** Probes come by address and name no host that could be checked; they tell nothing. Everything else is host-checked as /mcp is. */
  private express(req: IncomingMessage, res: ServerResponse): void {
    if (!isBelow(req.url ?? '/', '/health') && !this.admits(req, res)) return;
    this.getInstance<RequestListener>()(req, res);
  }

  /** False when the Host or the Origin is refused, which has then been answered. */
  private admits(req: IncomingMessage, res: ServerResponse): boolean {
    try {
      this.doors?.hosts.check(req.headers.host, req.headers.origin);
      return true;
    } catch (error) {
      this.doors?.onForeignHost(req);
      const message = error instanceof GatewayError ? error.message : 'Forbidden';
      res.writeHead(403, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
      return false;
    }
  }
}

/** `/mcp`, `/mcp/…` and `/mcp?…`, but not `/mcpx`. */
function isBelow(url: string, path: string): boolean {
  if (!url.startsWith(path)) return false;
  const next = url.charAt(path.length);
  return next === '' || next === '/' || next === '?';
}

function notFound(res: ServerResponse): void {
  res.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"Not found"}');
}
